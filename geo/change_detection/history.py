"""Did works start, and do they stand still? One answer each, with the looks between which it lies."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.series import YEAR_D
from geo.change_detection.start import find_step, last_pair
from geo.change_detection.suspension import Standstill, active_looks, find_standstill

Values = NDArray[np.float64]
Answer = Literal["started", "not_started", "unknown"]

STRUCTURE = 0.05
"""Structure is visible where more of a parcel is built for certain: three pixels of the smallest sort of parcel [1]."""
UNDISTURBED = 0.9
"""A look shows undisturbed ground where so much of the parcel is plants or water for certain: some 0.05 is lost to the
margins of certainty even where all of it is, so that little more than `STRUCTURE` can be hidden in the rest [1]."""
LATE_D = 120.0
"""Ground is undisturbed now if two of the looks of this time show it [d]."""
CLEARED = 0.15
"""A fall of greenness by so much from one look to the next shows that ground was cleared [1]."""
FENCE = 3.0
"""Activity beyond so many interquartile ranges over the upper quartile of all places is no quiet ground's."""
MIN_QUIET = 100
"""From so many looks at quiet ground it is known how much of it seems to change."""


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """How a parcel changed from look to look; NaN where it is not clear.

    Attributes
    ----------
    changed
        Share that changed since the look before [1].
    green
        Greenness less what each date has in common with others [1].
    built, plants
        Shares of the parcel [1].
    """

    changed: Values
    green: Values
    built: Values
    plants: Values


@dataclass(frozen=True, slots=True)
class Start:
    """Whether works have started on a parcel.

    Attributes
    ----------
    answer
        ``started``: structure is visible. ``not_started``: undisturbed under clear looks, a clue. ``unknown``, and
        `reason` says why.
    not_before
        The last look as usual before ground was disturbed; of a parcel not started the last look; NaN if it was
        disturbed from the first look on [d].
    not_after
        The look by which structure is visible for certain; NaN where it is not [d].
    reason
        Empty, ``disturbed`` (no structure, and ground that is not undisturbed) or ``few_looks``.
    """

    answer: Answer
    not_before: float
    not_after: float
    reason: str = ""


def find_start(days: Values, green: Values, *, built_low: Values, wild_low: Values) -> Start:
    """Return whether works have started, of three answers, and between which looks.

    Structure counts once two looks vouch for it, for each alone may err once in a hundred; a lower bound of built land
    is never all of it, so the start lies before. A start shows as disturbed ground first: it lies after the last look
    as usual before the lasting step of greenness (`find_step`), or, where there are too few looks for one, after the
    last two undisturbed looks in a row.

    Parameters
    ----------
    days
        Day numbers of the looks, increasing [d].
    green
        Greenness less what each date has in common with others; NaN where not clear [1].
    built_low, wild_low
        Shares of the parcel that are surely built, and surely plants or water; NaN where not clear [1].

    Examples
    --------
    >>> days = np.arange(0.0, 800, 20)
    >>> green = np.where(days < 400, 0.6, 0.1)
    >>> found = find_start(days, green, built_low=np.where(days < 500, 0, 0.2), wild_low=np.where(days < 400, 0.9, 0))
    >>> found.answer, found.not_before, found.not_after
    ('started', 360.0, 520.0)
    """
    built = days[np.nan_to_num(built_low) > STRUCTURE]
    step = find_step(days, green)
    if len(built) > 1:
        first = float(built[1])
        before = step.not_before if step is not None else _last_undisturbed(days, wild_low, first)
        return Start("started", before if before < first else np.nan, first)
    seen = days[np.isfinite(green)]
    if len(seen) == 0 or seen[-1] - seen[0] < YEAR_D:
        return Start("unknown", np.nan, np.nan, "few_looks")
    is_wild = np.nan_to_num(wild_low) >= UNDISTURBED
    if step is None and len(built) == 0 and (is_wild & (days > seen[-1] - LATE_D)).sum() > 1:
        return Start("not_started", float(seen[-1]), np.nan)
    return Start("unknown", np.nan if step is None else step.not_before, np.nan, "disturbed")


def _last_undisturbed(days: Values, wild_low: Values, end: float) -> float:
    """Return the last of the looks before a day that shows undisturbed ground, as does the next one; NaN if none."""
    known = np.isfinite(wild_low) & (days < end)
    days, is_wild = days[known], wild_low[known] >= UNDISTURBED
    place = last_pair(is_wild, len(days))
    return float(days[place]) if len(days) > 1 and is_wild[place : place + 2].all() else np.nan


def quiet_limit(changed: Values) -> Values:
    """Return how much quiet ground seems to change, of all places' changes: those far beyond the usual are left out.

    Works are on few of all places, so the quartiles are those of quiet ground.

    Parameters
    ----------
    changed
        Shares that changed from look to look, of any place and date; NaN does not count [1].

    Returns
    -------
    numpy.ndarray
        Those of quiet ground; empty where there are under `MIN_QUIET`: nothing is known then.
    """
    usual = changed[np.isfinite(changed)]
    if len(usual) < MIN_QUIET:
        return np.empty(0)
    low, high = np.quantile(usual, (0.25, 0.75))
    quiet: Values = usual[usual <= high + FENCE * (high - low)]
    return quiet


def find_works(days: Values, activity: Activity, *, quiet: Values, growth: float) -> Standstill:
    """Return whether works stand still; unknown where nobody knows how quiet ground looks (``no_reference``).

    A look shows activity where more of the parcel changed since the one before than quiet ground does, or where its
    greenness fell by `CLEARED`: ground that is cleared as a whole changes nothing inside. Not every work shows, so
    works are taken to have stopped no earlier than the looks of a year ago, with which growth is compared.

    Parameters
    ----------
    days
        Day numbers of the looks, increasing [d].
    activity
        How its ground and greenness changed.
    quiet
        From `quiet_limit`.
    growth
        From ``suspension.growth_that_matters`` [1].
    """
    if len(quiet) == 0:
        return Standstill("unknown", np.nan, np.nan, np.nan, "no_reference")
    seen = np.flatnonzero(np.isfinite(activity.green))
    active = active_looks(activity.changed, quiet=quiet)
    active[seen[1:]] |= np.diff(activity.green[seen]) <= -CLEARED
    found = find_standstill(days, activity.built, active, growth=growth, plants=activity.plants)
    if np.isnan(found.next_look):
        return found
    return replace(found, next_look=max(found.next_look, _compared(days[np.isfinite(activity.built)])))


def _compared(looks: Values) -> float:
    """Return the last look a year before the latest one: since then growth is known to be small, before it is not."""
    return float(looks[looks <= looks[-1] - YEAR_D].max(initial=looks[0]))
