"""What the kept pixels of one place say over the dates: its light, its greenness, and how much of it changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.cleaning import OPEN, outlying, permanent
from geo.change_detection.series import TO_SIGMA
from geo.change_detection.spectral import NEEDED

Values = NDArray[np.float64]
Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

MIN_CLEAR = 0.6
"""A look at a place counts where so much of it is clear."""
BLUE, RED, NEAR = (NEEDED.index(band) for band in ("B02", "B04", "B08"))
COMPARED = [NEEDED.index(band) for band in ("B02", "B03", "B04", "B05")]
"""Bands in which ground is seen to be moved: they say more of works than near and short-wave infrared."""
CHANGED = 18.47
"""A pixel changed where the squares of its changes in four bands, each over the usual one, exceed this: chi square of
4 degrees of freedom at 0.001."""
SIGMA = 0.01, 0.03
"""The usual change of a band is never taken to be smaller, for pixels lie some tenths beside themselves, nor larger,
lest what changes everywhere be usual [1]."""
STRETCH = 1.5
"""Contrasts are stretched by no more than this."""
AT_ONCE = 32
"""So many pairs of looks are compared together."""


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """All looks at one place.

    Attributes
    ----------
    days
        Day numbers, increasing, shape (dates,) [d].
    light
        Surface reflectance in the bands ``spectral.NEEDED``, shape (dates, 7, pixels); NaN where there is none [1].
    clear
        Where the mask says it can be used, shape (dates, pixels).
    weight
        Share of each pixel that lies in the place, shape (pixels,) [1].
    """

    days: Values
    light: Image
    clear: Mask
    weight: Values


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What a place was like on each date; NaN where under `MIN_CLEAR` of it could be used or the look was no look.

    Attributes
    ----------
    days
        Shape (dates,) [d].
    green
        NDVI, the mean over the place [1].
    changed
        Share of the place that changed since the last look; NaN also where nothing can be compared [1].
    clear
        Pixels that can be used, shape (dates, pixels), of looks that count.
    """

    days: Values
    green: Values
    changed: Values
    clear: Mask = field(repr=False)

    def of_the_place(self) -> "Looks":
        """Return them without their pixels, so that those of a whole county can be held."""
        return replace(self, clear=np.empty((len(self.days), 0), dtype=np.bool_))


def open_dates(references: Mapping[str, Stack], days: Values) -> Mask:
    """Return on which dates reference places are mostly clear; none is open where nothing is seen."""
    seen, clear = (np.zeros(len(days)) for _ in range(2))
    for stack in references.values():
        at = np.searchsorted(days, stack.days)
        seen[at] += np.isfinite(stack.light[:, BLUE]).sum(axis=1)
        clear[at] += stack.clear.sum(axis=1)
    return (seen > 0) & (clear >= OPEN * seen)


def look_at(stack: Stack, is_open: Mask) -> Looks:
    """Return what a place was like on each date.

    Parameters
    ----------
    stack
        Its pixels.
    is_open
        From `open_dates`, on the days of the stack.
    """
    seen = np.logical_and.reduce(np.isfinite(stack.light), axis=1)
    blue, red, near = (stack.light[:, band] for band in (BLUE, RED, NEAR))
    clear = (stack.clear & seen) | permanent(seen & ~stack.clear, seen, is_open, blue=blue, near=near)
    whole = stack.weight.sum()
    share = clear @ stack.weight / whole
    is_look = share >= MIN_CLEAR
    total = np.where(is_look, share * whole, np.nan)
    with_blue, with_near = (np.where(clear, band, 0) @ stack.weight / total for band in (blue, near))
    is_look &= ~outlying(with_blue, with_near)
    bright = np.where(clear & (near + red > 0), near + red, 1)
    green = np.where(clear, (near - red) / bright, 0) @ stack.weight / total
    clear &= is_look[:, None]
    return Looks(stack.days, np.where(is_look, green, np.nan), changes(stack, clear), clear)


def changes(stack: Stack, clear: Mask) -> Values:
    """Return which share of a place changed from each look to the one before it, beside what all of it did.

    Haze, sun and season make a place brighter or darker as a whole and stretch its contrasts: the later look is moved
    and stretched so that the median and the quartiles of the box are those of the earlier one. What is left of a pixel
    is compared with what is left of most.

    Parameters
    ----------
    clear
        Pixels that can be used, of looks that count.

    Returns
    -------
    numpy.ndarray
        Shape (dates,) [1]; NaN on the first look, and where under half of the place is clear on both.
    """
    found = np.full(len(stack.days), np.nan)
    looks = np.flatnonzero(clear.any(axis=1))
    for first in range(0, len(looks) - 1, AT_ONCE):
        before, after = looks[first:-1][:AT_ONCE], looks[first + 1 :][:AT_ONCE]
        both = clear[before] & clear[after]
        compared = both @ stack.weight
        old, new = (
            np.where(both[:, None], stack.light[at[:, None], COMPARED], np.float32(np.nan)) for at in (before, after)
        )
        share = is_changed(old, new) @ stack.weight / np.maximum(compared, 1e-9)
        found[after] = np.where(compared >= stack.weight.sum() / 2, share, np.nan)
    return found


def is_changed(old: Image, new: Image) -> Mask:
    """Return which pixels changed beside the others, shape (..., pixels); see `changes`.

    Parameters
    ----------
    old, new
        Reflectance, shape (..., bands, pixels); NaN where pixels are not compared [1].

    Examples
    --------
    >>> old = np.tile(np.linspace(0.1, 0.3, 50, dtype=np.float32), (4, 1))
    >>> new = 0.05 + 1.1 * old
    >>> new[:, 5:8] += 0.1
    >>> np.flatnonzero(is_changed(old, new)).tolist()
    [5, 6, 7]
    """
    (low, middle, high), (low_new, middle_new, high_new) = (quantiles(image, (0.25, 0.5, 0.75)) for image in (old, new))
    gain = np.clip((high - low) / np.maximum(high_new - low_new, 1e-6), 1 / STRETCH, STRETCH)
    off = (new - middle_new) * gain - (old - middle)
    off -= quantiles(off, (0.5,))[0]
    sigma = np.clip(TO_SIGMA * quantiles(np.abs(off), (0.5,))[0], *SIGMA)
    changed: Mask = ((off / sigma) ** 2).sum(axis=-2) > CHANGED
    return changed


def quantiles(values: NDArray[np.floating], shares: tuple[float, ...]) -> Values:
    """Return quantiles along the last axis, which stays with the length 1, of what is known; shares come first.

    ``numpy.nanquantile`` takes thirty times as long for as few values as a parcel has pixels.

    Examples
    --------
    >>> quantiles(np.array([[4.0, 1.0, np.nan, 2.0]]), (0.25, 0.5)).tolist()
    [[[1.5]], [[2.0]]]
    """
    ordered = np.sort(values, axis=-1)
    last = np.isfinite(values).sum(axis=-1, keepdims=True) - 1
    low, part = np.divmod(np.multiply(shares, last), 1)
    places = np.concatenate([low, np.minimum(low + 1, last)], axis=-1).astype(np.intp)
    below, above = np.split(np.take_along_axis(ordered, places, axis=-1), 2, axis=-1)
    step = (above - below).astype(np.float64)
    found: Values = np.where(part < 0.5, below + step * part, above - step * (1 - part))  # noqa: PLR2004  # the nearer one
    return np.moveaxis(found, -1, 0)[..., None]
