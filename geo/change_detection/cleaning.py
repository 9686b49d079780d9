"""Which looks of a series can be believed: missed clouds are left out, and roofs that a mask takes for cloud let in."""

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.series import TO_SIGMA

Values = NDArray[np.float64]
Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

AROUND = 5
"""A look is compared with the median of so many looks around it, itself among them: what three in a row show stays."""
OUTLIER = 4.0
"""A look further than so many standard deviations from it, in blue or near infrared, is none."""
SIGMA_LEAST = {"blue": 0.01, "near": 0.02}
"""Standard deviations are never taken to be smaller: soil wet and dry differs by that [1]."""
OPEN = 0.5
"""A date is open where so much of the reference places around is clear: then a cloud over one place is odd."""
RUN = 9
PERMANENT = 0.6
"""Pixels that are masked on more than this share of a run of open dates are not under a cloud each time."""
STEADY = 0.05
"""But only where their light stays within this, as one standard deviation: roofs do, clouds do not [1]."""


def outlying(blue: Values, near: Values) -> Mask:
    """Return which looks of one place are unlike those around them: clouds or shadows that the mask missed.

    A lasting change is no outlier, except on the last two looks, where nothing yet tells the two apart.

    Parameters
    ----------
    blue, near
        Mean reflectance of the place by date, blue and near infrared; NaN where it is not clear [1].

    Returns
    -------
    numpy.ndarray
        Shape (dates,); False where it is not clear.

    Examples
    --------
    >>> blue = np.array([0.05, 0.06, 0.30, 0.05, 0.05, 0.05, 0.12, 0.12, 0.12])
    >>> outlying(blue, np.full(9, 0.3)).astype(int).tolist()
    [0, 0, 1, 0, 0, 0, 0, 0, 0]
    """
    known = np.isfinite(blue) & np.isfinite(near)
    found = np.zeros(len(blue), dtype=np.bool_)
    if known.sum() < AROUND:
        return found
    for values, least in ((blue[known], SIGMA_LEAST["blue"]), (near[known], SIGMA_LEAST["near"])):
        off = np.abs(values - _around(values, AROUND))
        found[known] |= off > OUTLIER * max(TO_SIGMA * float(np.median(off)), least)
    return found


def permanent(masked: Mask, seen: Mask, is_open: Mask, *, blue: Image, near: Image) -> Mask:
    """Return which pixels a cloud mask hides although nothing is there but a bright roof.

    A new white roof is classed as cloud on every date, and the margin of the cloud hides what is around it. Where a
    pixel is masked on over `PERMANENT` of a run of dates on which its surroundings are clear, and its light stays the
    same, those looks are used that are like the run's median.

    Parameters
    ----------
    masked
        Where the mask hides a pixel, shape (dates, pixels).
    seen
        Where there are numbers.
    is_open
        Which dates are mostly clear around, shape (dates,); see `OPEN`.
    blue, near
        Reflectance, shape (dates, pixels) [1].

    Returns
    -------
    numpy.ndarray
        Shape (dates, pixels): looks that the mask hides and that can be used.

    Notes
    -----
    Bright roofs are taken for clouds by several masks (Zekoll 2021, doi:10.3390/rs13010137).
    """
    found = np.zeros(masked.shape, dtype=np.bool_)
    dates = np.flatnonzero(is_open)
    often = np.flatnonzero((masked & seen)[dates].sum(axis=0) > PERMANENT * RUN)
    if len(dates) < RUN or len(often) == 0:
        return found
    hidden, there = (mask[np.ix_(dates, often)] for mask in (masked & seen, seen))
    usable = _runs(hidden.astype(np.float64)).sum(axis=-1) > PERMANENT * _runs(there.astype(np.float64)).sum(axis=-1)
    for band, least in ((blue, SIGMA_LEAST["blue"]), (near, SIGMA_LEAST["near"])):
        values = np.where(there, band[np.ix_(dates, often)], np.nan).astype(np.float64)
        runs = _runs(values)
        middle = _median(runs)
        sigma = TO_SIGMA * _median(np.abs(runs - middle[..., None]))
        usable &= (sigma <= STEADY) & (np.abs(values - middle) <= OUTLIER * np.maximum(sigma, least))
    found[np.ix_(dates, often)] = usable & hidden
    return found


def _around(values: Values, count: int) -> Values:
    """Return the median of the looks around each look of a series without gaps."""
    middle: Values = np.median(_runs(values[:, None], count)[:, 0], axis=-1)
    return middle


def _runs(values: Values, count: int = RUN) -> Values:
    """Return the run of looks around each look, at the ends the first or last ones; shape (dates, pixels, count)."""
    windows = np.lib.stride_tricks.sliding_window_view(values, count, axis=0)
    first = np.clip(np.arange(len(values)) - count // 2, 0, len(windows) - 1)
    return windows[first]


def _median(values: Values) -> Values:
    """Return medians over the last axis of what is known, the upper one of two; infinite where nothing is known."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.inf), axis=-1)
    middle = np.isfinite(values).sum(axis=-1) // 2
    median: Values = np.take_along_axis(ordered, middle[..., None], axis=-1)[..., 0]
    return median
