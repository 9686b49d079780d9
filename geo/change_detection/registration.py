"""How far one picture lies off another, to a fraction of a pixel."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.registration import phase_cross_correlation

Image = NDArray[np.float32]

MAX_SHIFT_PX = 1.5
"""A larger shift is not believed: Sentinel-2 lies within it [pixels]."""
MIN_LIKENESS = 0.3
"""Nor is one after which the two pictures correlate less than this."""
UPSAMPLING = 50
BLOCK_PX = 2048
"""Only so much of a picture's middle is compared; one shift is found for all of it [pixels]."""


def find_shift(before: Image, after: Image) -> tuple[float, float]:
    """Return by how many rows and columns to move the second picture so that it lies on the first.

    Parameters
    ----------
    before, after
        Two pictures of one shape; NaN where there is nothing.

    Returns
    -------
    tuple of float
        (0, 0) where nothing is found that can be believed: the peak lies further than `MAX_SHIFT_PX`, or the pictures
        are no more alike after moving, or not alike at all (`MIN_LIKENESS`).

    Notes
    -----
    Cross-correlation by an upsampled Fourier transform (Guizar-Sicairos 2008, doi:10.1364/OL.33.000156), not
    normalised: with normalised phases the error on smooth pictures was ten times as large.

    Examples
    --------
    >>> y, x = np.mgrid[0:40, 0:40].astype(np.float32)
    >>> find_shift(np.exp(-((y - 20) ** 2 + (x - 20) ** 2) / 40), np.exp(-((y - 21) ** 2 + (x - 19.5) ** 2) / 40))
    (-1.0, 0.5)
    """
    middle = tuple(slice(max((n - BLOCK_PX) // 2, 0), (n + BLOCK_PX) // 2) for n in before.shape)
    both = (np.isfinite(before) & np.isfinite(after))[middle]
    if not both.any():
        return 0.0, 0.0
    first, second = (np.where(both, image - np.median(image[both]), 0) for image in (before[middle], after[middle]))
    if not (first.any() and second.any()):
        return 0.0, 0.0
    found = phase_cross_correlation(  # type: ignore[no-untyped-call]  # scikit-image declares no types
        first, second, upsample_factor=UPSAMPLING, normalization=None
    )[0]
    rows, columns = float(found[0]), float(found[1])
    if np.hypot(rows, columns) > MAX_SHIFT_PX:
        return 0.0, 0.0
    moved = move([second], (rows, columns))[0]
    likeness = correlation(first, moved)
    is_believed = likeness > max(correlation(first, second), MIN_LIKENESS)
    return (rows, columns) if is_believed else (0.0, 0.0)


def correlation(a: Image, b: Image) -> float:
    """Return the correlation of two pictures about zero; 0 where one of them is empty."""
    norm = float(np.sqrt((a**2).sum(dtype=np.float64) * (b**2).sum(dtype=np.float64)))
    return float((a * b).sum(dtype=np.float64)) / norm if norm > 0 else 0.0


def move(images: Sequence[Image], shift: tuple[float, float]) -> list[Image]:
    """Return images moved by so many rows and columns, interpolated between pixels; what NaN touches becomes NaN.

    Examples
    --------
    >>> move([np.array([[0.0, 4.0, 0.0, np.nan]], dtype=np.float32)], (0.0, 0.25))[0].tolist()
    [[0.0, 3.0, 1.0, nan]]
    """
    if shift == (0.0, 0.0):
        return list(images)
    return [ndimage.shift(image, shift, order=1, mode="nearest") for image in images]
