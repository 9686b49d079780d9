"""Have works stopped? Growth of the same season of two years, and how much the ground is still being moved."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from geo.change_detection.series import YEAR_D

Values = NDArray[np.float64]
State = Literal["working", "still", "demolished", "overgrown", "unknown"]

WINDOW_D = 120.0
"""The last so many days are compared with the same ones a year before [d]."""
MIN_LOOKS = 3
"""So many clear looks each of the two must have."""
GAP_D = 60.0
"""A longer time without a clear look leaves open what happened in it [d]."""
CERTAINTY = 0.99
"""One-sided certainty of both tests."""
GROWTH_LEAST, GROWTH_M2 = 0.02, 1000.0
"""Growth that matters in a year: this share of the parcel, or this area where that is more [1, m2]."""
QUIET = 0.999
"""Activity above this quantile of quiet places is activity."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """Whether works stand still, and the looks between which they stopped.

    Attributes
    ----------
    state
        ``working``: growth or activity; ``still``: neither, under looks without a gap; ``demolished``: less is built;
        ``overgrown``: still, and plants took ground; ``unknown``, and `reason` says why.
    last_change, next_look
        The look that showed the latest change, and the first clear one after it: works stopped no later, as far as
        can be seen. NaN where unknown [d].
    latest_look
        The last clear look [d].
    reason
        Empty, ``few_looks``, ``cloud_gap`` or ``between``: the growth may be more or less than what matters.
    """

    state: State
    last_change: float
    next_look: float
    latest_look: float
    reason: str = ""

    @property
    def least_d(self) -> float:
        """How long they have stood still at least [d]."""
        return self.latest_look - self.next_look if self.state in ("still", "overgrown") else 0.0


def growth_that_matters(area_m2: float) -> float:
    """Return which growth in a year counts as works [1].

    Examples
    --------
    >>> growth_that_matters(10_000.0), growth_that_matters(200_000.0)
    (0.1, 0.02)
    """
    return max(GROWTH_LEAST, GROWTH_M2 / area_m2)


def active_looks(activity: Values, *, quiet: Values) -> NDArray[np.bool_]:
    """Return which looks show more change since the look before than quiet places do; a look not clear shows none.

    Parameters
    ----------
    activity
        Share of the parcel whose light changed since the last clear look, less what the date has in common [1].
    quiet
        The same of places where nothing is built, of any date.
    """
    usual = quiet[np.isfinite(quiet)]
    limit = float(np.quantile(usual, QUIET)) if len(usual) else np.inf
    return np.isfinite(activity) & (activity > limit)


def find_standstill(
    days: Values, built: Values, active: NDArray[np.bool_], *, growth: float, plants: Values | None = None
) -> Standstill:
    r"""Return whether works stand still on the last clear look.

    The built share of the last `WINDOW_D` is compared with that of the same season a year before. Works stand still
    where growth is less than what matters with `CERTAINTY` and no look of that year shows activity: an equivalence
    test, since a growth not significant is no growth proven absent.

    .. math:: D = \bar f_{now} - \bar f_{year before}, \quad
              s = \sqrt{s_1^2 / n_1 + s_2^2 / n_2}, \quad D + t_{99} s < \delta

    They work where the lower limit is over nothing, or there was activity in the last `WINDOW_D`. Less built by more
    than `growth` is a demolition. Gaps of more than `GAP_D` in the year leave it open.

    Parameters
    ----------
    days
        Day numbers, increasing, shape (dates,) [d].
    built
        Built share of each date, less what the date has in common; NaN where not clear [1].
    active
        From `active_looks`.
    growth
        From `growth_that_matters` [1].
    plants
        Share of plants of each date, if known [1].

    Notes
    -----
    Equivalence by two one-sided tests: Schuirmann 1987, doi:10.1007/BF01068419. Degrees of freedom
    are those of the smaller window, which errs to the side of not knowing.

    Examples
    --------
    >>> days = np.arange(0.0, 760, 10)
    >>> built = np.minimum(days, 300) / 1000 + 0.01 * np.sin(days)
    >>> found = find_standstill(days, built, days == 300, growth=0.05)
    >>> found.state, found.last_change, found.next_look, found.latest_look
    ('still', 300.0, 310.0, 750.0)
    """
    known = np.isfinite(built)
    days, built, active = days[known], built[known], active[known]
    if len(days) == 0:
        return Standstill("unknown", np.nan, np.nan, np.nan, "few_looks")
    latest = float(days[-1])
    now = days > latest - WINDOW_D
    before = (days > latest - YEAR_D - WINDOW_D) & (days <= latest - YEAR_D)
    last = float(days[active].max()) if active.any() else np.nan
    later = days[days > last] if active.any() else days
    found = Standstill("unknown", last, float(later[0]) if len(later) else np.nan, latest)
    if (active & now).any():
        return replace(found, state="working")
    if min(now.sum(), before.sum()) < MIN_LOOKS:
        return replace(found, reason="few_looks")
    if np.diff(days[days > latest - YEAR_D - WINDOW_D]).max() > GAP_D:
        return replace(found, reason="cloud_gap")
    is_moved = bool((active & (days > latest - YEAR_D)).any())
    state = state_by_growth(mean_change(built[before], built[now]), growth=growth, is_moved=is_moved)
    if state == "still" and plants is not None:
        grown, _ = mean_change(plants[known][before], plants[known][now])
        state = "overgrown" if grown > growth else state
    return replace(found, state=state, reason="between" if state == "unknown" else "")


def state_by_growth(change: tuple[float, float], *, growth: float, is_moved: bool) -> State:
    """Return what the limits of a year's growth say.

    Examples
    --------
    >>> [state_by_growth((-0.01, high), growth=0.05, is_moved=False) for high in (0.02, 0.06)]
    ['still', 'unknown']
    """
    low, high = change
    if high < -growth:
        return "demolished"
    if low > 0:
        return "working"
    return "still" if high < growth and not is_moved else "unknown"


def mean_change(before: Values, now: Values) -> tuple[float, float]:
    """Return the one-sided lower and upper limit of the change of a mean between two samples.

    Examples
    --------
    >>> tuple(round(side, 3) for side in mean_change(np.array([0.1, 0.2, 0.3]), np.array([0.4, 0.5, 0.6])))
    (-0.269, 0.869)
    """
    change = float(now.mean() - before.mean())
    error = np.sqrt(before.var(ddof=1) / len(before) + now.var(ddof=1) / len(now))
    width = float(stdtrit(min(len(before), len(now)) - 1, CERTAINTY)) * float(error)
    return change - width, change + width
