"""When works started: one series in, one step out, with the days between which it lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.series import HUBER, YEAR_D, fit_robust, predict, season_columns

Values = NDArray[np.float64]

MIN_LOOKS = 6
"""So many clear looks must lie on each side of a step."""
MIN_SPAN_D = 120.0
"""And so long a time after it, lest a harvest be taken for works [d]."""
EFFECT = 0.1
"""A smaller fall over the year is no start."""
GAIN = 25.0
"""Nor is one that makes the series less than exp(25 / 2) times as likely."""
DISPERSION = 1.5
CHI2_95 = 3.84
"""Days are possible whose doubled log likelihood lies less than this times the dispersion under the best: residuals of
neighbouring dates go together, so plain likelihoods claim too much."""
SIGMA_LEAST = 0.01
"""Residuals are never taken to be smaller than this: a series of few looks can be met by chance."""
NEAR_D = 30.0
"""Looks of two years are of one season if their days of the year lie so close together [d]."""
AS_USUAL = 0.5
"""A look is as usual if it lies no more standard deviations than this under its season."""
KEPT_LOW = 0.75
"""So many of the looks after a step must be lower than the same season was before: what grows again was harvested."""


@dataclass(frozen=True, slots=True)
class Step:
    """A lasting fall of a series.

    Attributes
    ----------
    on
        Likeliest day: midway between the clear looks on either side [d].
    not_before, not_after
        The last clear look before every likely day that was as usual, as was the one after it, and the first one
        after [d].
    effect
        How far the series fell, meaned over the seasons.
    gain
        How much larger the doubled log likelihood is than without a step.
    """

    on: float
    not_before: float
    not_after: float
    effect: float
    gain: float


def find_step(days: Values, values: Values) -> Step | None:
    r"""Return the day from which a series lies lower than its seasons, or None.

    Every gap between clear looks is tried: before it the series follows a constant and two waves of the year; after it
    another constant and another yearly wave are added. All are fitted robustly, and the likelihood is profiled:

    .. math:: G(t) = 2 \left( \sum_i \rho(r_{0i} / \sigma) - \sum_i \rho(r_i(t) / \sigma) \right)

    where rho is Huber's loss and sigma the scale of the best fit. A step is believed where G is at least `GAIN`, the
    fall at least `EFFECT`, and every season seen since lies under itself before (`stays_low`).

    Parameters
    ----------
    days
        Day numbers, increasing, shape (dates,) [d].
    values
        Greenness of a place (a share of plants, or an NDVI), less what its date has in common with others; NaN where
        it is not clear. It falls when ground is cleared.

    Notes
    -----
    A retrospective test: it looks at the whole series and needs `MIN_LOOKS` on both sides.

    Examples
    --------
    >>> days = np.arange(0.0, 900, 10)
    >>> step = find_step(days, np.where(days < 500, 0.6, 0.1) + 0.02 * np.cos(days))
    >>> step.not_before, step.on, step.not_after, round(step.effect, 2)
    (460.0, 495.0, 500.0, 0.5)
    """
    known = np.isfinite(values)
    days, values = days[known], values[known]
    ends = np.arange(MIN_LOOKS, len(days) - MIN_LOOKS + 1)
    if len(ends) == 0:
        return None
    season = season_columns(days)
    after = (np.arange(len(days)) >= ends[:, None]).astype(np.float64)[..., None]
    whole = np.broadcast_to(season, (len(ends), *season.shape))
    columns = np.concatenate([whole, after * season[:, :3]], axis=-1)
    coefficients, scale = fit_robust(columns, np.broadcast_to(values, (len(ends), len(days))))
    if not np.isfinite(scale).any():
        return None
    sigma = max(float(np.nanmin(scale)), SIGMA_LEAST)
    losses = huber((values - predict(columns, coefficients)) / sigma).sum(axis=-1)
    plain, _ = fit_robust(season, values)
    gains = 2 * (huber((values - predict(season, plain)) / sigma).sum() - losses)
    best = int(gains.argmax())
    effect = -float(coefficients[best, season.shape[1]])
    likely = ends[gains > gains[best] - CHI2_95 * DISPERSION]
    is_lasting = effect >= EFFECT and gains[best] >= GAIN and stays_low(days, values, int(ends[best]))
    if not is_lasting:
        return None
    on = float(days[ends[best] - 1] + days[ends[best]]) / 2
    undisturbed = values - predict(season, coefficients[best, : season.shape[1]]) > -AS_USUAL * sigma
    before = last_pair(undisturbed, int(likely[0]))
    return Step(on, float(days[before]), float(days[likely[-1]]), effect, float(gains[best]))


def last_pair(is_usual: NDArray[np.bool_], end: int) -> int:
    """Return the last of the looks before an end that, like the one after it, is as usual; the first if none is.

    Clearing takes weeks: looks may be low before the likeliest day, and the start lies before them. One look as usual
    among them may be noise, two seldom are.

    Examples
    --------
    >>> last_pair(np.array([True, True, True, False, True, False, False]), 6)
    1
    """
    pairs = np.flatnonzero(is_usual[: end - 1] & is_usual[1:end])
    return int(pairs[-1]) if len(pairs) else 0


def huber(ratio: Values) -> Values:
    """Return Huber's loss of residuals over their scale.

    Examples
    --------
    >>> huber(np.array([0.0, -1.0, 2.0])).round(3).tolist()
    [0.0, 0.5, 1.785]
    """
    size = np.abs(ratio)
    return np.where(size <= HUBER, size**2 / 2, HUBER * size - HUBER**2 / 2)


def stays_low(days: Values, values: Values, end: int) -> bool:
    """Return whether a place lies lower after a look than the same seasons did before it.

    Only looks count whose season has a look before the step: a season is never made up. They must be `MIN_LOOKS` and
    span `MIN_SPAN_D`, and `KEPT_LOW` of them lie at least half of `EFFECT` under the mean of their season before.

    Examples
    --------
    >>> days = np.arange(0.0, 900, 30)
    >>> wheat_then_maize = 0.4 + 0.3 * np.cos(2 * np.pi * (days - np.where(days < 400, 130, 220)) / 365.2425)
    >>> stays_low(days, wheat_then_maize, 14), stays_low(days, np.where(days < 400, 0.6, 0.2), 14)
    (False, True)
    """
    apart = np.abs((days[end:, None] - days[:end] + YEAR_D / 2) % YEAR_D - YEAR_D / 2)
    near = apart <= NEAR_D
    is_known = near.any(axis=1)
    before = near @ values[:end] / np.maximum(near.sum(axis=1), 1)
    fall, seen = (before - values[end:])[is_known], days[end:][is_known]
    if len(seen) < MIN_LOOKS or seen[-1] - seen[0] < MIN_SPAN_D:
        return False
    return bool(np.mean(fall >= EFFECT / 2) >= KEPT_LOW)
