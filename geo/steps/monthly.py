"""What the kept pixels say of each parcel at the end of a month: how much is built, did works start, do they stand."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.typing import NaTType
from sqlalchemy import Engine

from geo.change_detection.history import Activity, Start, find_start, find_works, quiet_limit
from geo.change_detection.stacks import Looks
from geo.change_detection.suspension import Standstill, growth_that_matters
from geo.model import MONTHLY_COLUMNS, Scene
from geo.steps.kept import Kept
from geo.steps.places import Places
from geo.steps.series import References, read_pieces, usable_looks
from geo.steps.truths import still_known
from geo.store import add_monthly, monthly_versions

if TYPE_CHECKING:
    from geo.change_detection.monthly import Foretold

METHOD = "monthly-1"
"""Names how months were made; another number when the same pixels would give other ones."""
BARE = 0.4
"""Ground less green than this is no growing crop: how quiet it is says how quiet a site is [1]."""
SHARES = {
    "plants": ("vegetation_fraction",),
    "wild": ("vegetation_fraction_low", "water_fraction_low"),
    "low": ("built_fraction_low",),
    "built": ("built_fraction",),
}
"""Columns of observations that are added up."""
SHOWN = (
    *("looked_from_on", "looked_through_on", "looks"),
    *("start", "start_not_before", "start_not_after", "start_scenes", "start_reason"),
    *("works", "last_change_on", "next_look_on", "works_scenes", "works_reason"),
)
"""What one series shows by itself."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The month that is spoken of.

    Attributes
    ----------
    as_of, known_at
        Its last day, and when it is said [UTC].
    scenes
        All scenes up to that day.
    areas_m2
        How large the parcels are, by ``parcel_id`` [m2].
    ledger
        ``delivered_on`` and ``started_on`` by ``parcel_id``, as the ledger gives them for the parcel alone.
    known
        What footprints and visits tell of how much is built, from `truths.known_shares`.
    """

    as_of: date
    known_at: datetime
    scenes: Sequence[Scene]
    areas_m2: pd.Series
    ledger: pd.DataFrame
    known: pd.DataFrame

    @property
    def name(self) -> str:
        """Such as ``2026-10``."""
        return f"{self.as_of:%Y-%m}"


def observe_month(engine: Engine, places: Places, kept: Kept, observations: pd.DataFrame, *, month: Month) -> int:
    """Say of each parcel what its series shows at the end of a month, unless it was said of the same scenes and days.

    Parameters
    ----------
    observations
        Of current parcels up to the day, as the store gives them: one a parcel and pass.

    Returns
    -------
    int
        Of how many parcels something new is said.
    """
    from geo.steps.built import learnt_key  # noqa: PLC0415  # loads scikit-learn, which no other command needs

    by_name = {scene.scene_id: scene for scene in month.scenes if kept.wants(scene)}
    versions = observations.groupby("parcel_id")["parcel_version"].first()
    days = month.ledger.dropna().sort_index().to_csv(date_format="%Y-%m-%d")
    known = month.known.sort_index().to_csv(date_format="%Y-%m-%d")
    stamps = [learnt_key(), *sorted(map(kept.stamp, by_name.values())), days, known]
    inputs = hashlib.sha256("\n".join(stamps).encode()).hexdigest()
    with engine.connect() as conn:
        done = monthly_versions(conn, month.name, method=METHOD, inputs=inputs)
    if not by_name or set(versions) <= done:
        return 0
    frame = month_rows(places, kept, usable_looks(observations, by_name, kept), scenes=by_name, month=month)
    frame = frame.assign(parcel_version=frame["parcel_id"].map(versions))
    frame = frame[~frame["parcel_version"].isin(done)]
    with engine.begin() as conn:
        add_monthly(conn, frame, method=METHOD, inputs=inputs, known_at=month.known_at)
    return len(frame)


def month_rows(
    places: Places, kept: Kept, rows: pd.DataFrame, *, scenes: Mapping[str, Scene], month: Month
) -> pd.DataFrame:
    """Return what the series of each parcel of a grid shows, with the columns ``model.MONTHLY_COLUMNS``.

    Parameters
    ----------
    rows
        From `series.usable_looks`.
    scenes
        By ``scene_id``.
    """
    from geo.steps.built import (  # noqa: PLC0415  # as above
        built_columns,
        foretell,
        foretell_piece,
        learnt,
        vacant_days,
    )

    taught, until, foretold = learnt(), last_moment(month.as_of), list["tuple[list[str], Foretold]"]()
    vacant, measure = vacant_days(rows, month.ledger), partial(foretell, learnt=taught)
    areas, shown = month.areas_m2.to_dict(), list[dict[str, object]]()
    for _, part in rows.groupby(rows["grid"].map(repr), sort=True):
        references, looks = References(), dict[str, Looks]()
        for piece in read_pieces(places, kept, scenes, part, references):
            looks |= {parcel: look.of_the_place() for parcel, look in piece.looks.items()}
            foretold += foretell_piece(piece, measure, until=until, vacant=vacant)
        quiet = _quiet([*looks.values(), *references.looks.values()])
        seen, common = _shown(part), references.common()
        for parcel in sorted(looks):
            found = looks[parcel]
            level = found.green - common.on(found.days)
            shown.append({"parcel_id": parcel} | _row(seen[parcel], found, level, quiet=quiet, area_m2=areas[parcel]))
    frame = pd.DataFrame(shown, columns=["parcel_id", *SHOWN]).set_index("parcel_id")
    known = still_known(month.known, frame)
    built = built_columns(foretold, taught.calibration, known)
    frame = frame.join(built).join(known).fillna({"known_by": ""}).reset_index()
    return frame.assign(month=month.name)[list(MONTHLY_COLUMNS)]


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """What was observed of one parcel: scenes and shares by day, and the scene of each."""

    days: Values
    scenes: NDArray[np.object_]
    shares: Mapping[str, Values]


def _shown(rows: pd.DataFrame) -> dict[str, _Shown]:
    """Return what was observed by ``parcel_id``; rows stand by parcel and day."""
    days, scenes = rows["day"].to_numpy(dtype=np.float64), rows["scene_id"].to_numpy(dtype=object)
    shares = {name: rows[list(parts)].to_numpy(dtype=np.float64).sum(axis=1) for name, parts in SHARES.items()}
    parcels = rows["parcel_id"].to_numpy(dtype=object)
    begins = np.flatnonzero(np.concatenate([[True], parcels[1:] != parcels[:-1]]))
    found = {}
    for begin, end in zip(begins, [*begins[1:], len(parcels)], strict=True):
        mine = slice(begin, end)
        found[parcels[begin]] = _Shown(days[mine], scenes[mine], {name: share[mine] for name, share in shares.items()})
    return found


def _quiet(looks: Sequence[Looks]) -> Values:
    """Return how much quiet ground seems to change from look to look, of all places that are not green."""
    changed = [look.changed[look.green < BARE] for look in looks]
    return quiet_limit(np.concatenate([np.empty(0), *changed]))


def _row(seen: _Shown, looks: Looks, level: Values, *, quiet: Values, area_m2: float) -> dict[str, object]:
    """Return what one parcel's series shows."""
    at = np.searchsorted(seen.days, looks.days)
    is_look = np.isfinite(looks.green)
    plants, wild, low, built = (np.where(is_look, seen.shares[name][at], np.nan) for name in SHARES)
    start = find_start(looks.days, level, built_low=low, wild_low=wild)
    activity = Activity(looks.changed, level, built, plants)
    still = find_works(looks.days, activity, quiet=quiet, growth=growth_that_matters(area_m2))
    names = dict(zip(seen.days.tolist(), seen.scenes, strict=True))
    days = looks.days[is_look]
    return {
        "looked_from_on": day_of(days[0] if len(days) else np.nan),
        "looked_through_on": day_of(days[-1] if len(days) else np.nan),
        "looks": len(days),
        **_start_columns(start, names),
        **_works_columns(still, names),
    }


def _start_columns(start: Start, names: Mapping[float, str]) -> dict[str, object]:
    return {
        "start": start.answer,
        "start_not_before": day_of(start.not_before),
        "start_not_after": day_of(start.not_after),
        "start_scenes": _scenes(names, start.not_before, start.not_after),
        "start_reason": start.reason,
    }


def _works_columns(still: Standstill, names: Mapping[float, str]) -> dict[str, object]:
    return {
        "works": still.state,
        "last_change_on": day_of(still.last_change),
        "next_look_on": day_of(still.next_look),
        "works_scenes": _scenes(names, still.last_change, still.next_look, still.latest_look),
        "works_reason": still.reason,
    }


def _scenes(names: Mapping[float, str], *days: float) -> str:
    """Return the names of the scenes of some days, joined by spaces; days that are NaN have none."""
    return " ".join(dict.fromkeys(str(names[day]) for day in days if not np.isnan(day)))


def last_moment(day: date) -> float:
    """Return the end of a day as a day number [d].

    Examples
    --------
    >>> last_moment(date(1970, 1, 2))
    2.0
    """
    return float((day - date(1970, 1, 1)).days + 1)


def day_of(number: float) -> pd.Timestamp | NaTType:
    """Return the day of a number of days since 1970; NaT of NaN.

    Examples
    --------
    >>> day_of(1.25)
    Timestamp('1970-01-02 00:00:00')
    """
    return pd.NaT if np.isnan(number) else pd.Timestamp(np.datetime64(int(number), "D")).as_unit("s")
