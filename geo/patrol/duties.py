"""What visits are for, as the table says: reasons with their checklists, points, shares and days."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.errors import RuleFormatError

TIERS = ("suspected", "undetermined", "clear")
"""How a parcel stands after a scan: a finding is met, one is undetermined, or neither."""


PARTS = ("window", "size", "control", "points", "revisit", "settles", "photos")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a parcel is visited.

    Attributes
    ----------
    fact, ended_by
        The day at which somebody must be on site, and the bool that says that it is over; empty where there is none.
    minutes
        Time on site [minutes].
    checks, photos
        Codes of what is looked at and photographed.
    """

    id: str
    minutes: int
    checks: tuple[str, ...]
    photos: tuple[str, ...]
    fact: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """The whole table; days, shares and points as ``duties.toml`` explains them.

    Attributes
    ----------
    reasons
        By id, the weightiest first.
    window, size, control, points, revisit, settles, photos
        Numbers by name.
    """

    reasons: Mapping[str, Reason]
    window: Mapping[str, Any]
    size: Mapping[str, float]
    control: Mapping[str, float]
    points: Mapping[str, float]
    revisit: Mapping[str, int]
    settles: Mapping[str, float]
    photos: Mapping[str, Any]


def parse_duties(text: str) -> Duties:
    """Parse the table.

    Raises
    ------
    RuleFormatError
        It is not TOML, or a part, a reason or a number of it is missing or of the wrong kind.
    """
    try:
        table = tomllib.loads(text)
        reasons = {entry["id"]: _reason(entry) for entry in table["reason"]}
        duties = Duties(reasons, *(table[name] for name in PARTS))
        _check(duties)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise RuleFormatError("patrol.duties_format", why=str(error)) from error
    return duties


def _reason(entry: Mapping[str, Any]) -> Reason:
    lists = {name: tuple(entry[name]) for name in ("checks", "photos")}
    return Reason(**{**entry, **lists})


def _check(duties: Duties) -> None:
    for tier in TIERS:
        if not 0 <= duties.control[tier] <= 1:
            raise RuleFormatError("patrol.share_range", tier=tier, value=duties.control[tier])
        duties.revisit[tier]
    for name in ("suspected", "undetermined", "routine", "control", "clock"):
        duties.reasons[name]
    for name in ("days_before", "days_after", "missed_within_days", "investigate_days"):
        duties.window[name]
