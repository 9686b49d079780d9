"""From pixels to parcels: mean shares, and least shares that hold where the picture is blurred, shifted or hidden."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import csr_array

Image = NDArray[np.float32]
Values = NDArray[np.float64]

SHIFT_PX = 0.7
"""How far the picture may lie off its place: 0.3 pixel an axis, as one standard deviation, times 2.33 [pixels]."""
BLUR_PX = 0.9
"""A further blur, as a standard deviation: the square root of 3 times the 0.51 of the sensor's own (12 m wide at half
height), so that the two together are twice as wide as the sensor's [pixels]."""
REACH_PX = round(4 * BLUR_PX)
"""Pixels further than this from a parcel say nothing of it: the blur ends there."""
MARGIN_PART, MARGIN_PARCEL, MARGIN_EDGE = 0.03, 0.01, 0.1
"""What is taken off every least share for ground unlike what the rules know: a part of the share, a share of the
parcel, and for mixed pixels along edges a share over the square root of its pixels. They keep each bound's error under
1 in 100 on simulated ground with unseen spectra (``benchmarks/built_fractions.py``)."""


def mean_share(shares: Image, clear: NDArray[np.bool_], coverage: csr_array) -> Values:
    """Return the mean over the clear part of each parcel; NaN where nothing of it is clear.

    Parameters
    ----------
    shares
        One number a pixel, in the order of the matrix's columns.
    clear
        Where it counts; what stands elsewhere, NaN included, never enters.
    coverage
        Parcels by pixels, from `grid.coverage_matrix`, or some of its columns.

    Examples
    --------
    >>> image, clear = np.array([[0.0, 1.0, np.nan]]), np.array([[True, True, False]])
    >>> mean_share(image, clear, csr_array([[1.0, 0.25, 1.0]])).tolist()
    [0.2]
    """
    weight = coverage @ clear.ravel().astype(np.float64)
    total = coverage @ np.where(clear, shares, 0).ravel().astype(np.float64)
    mean: Values = np.divide(total, weight, out=np.full(len(weight), np.nan), where=weight > 0)
    return mean


def least_share(shares: Image, clear: NDArray[np.bool_], coverage: csr_array, pixels: Values) -> Values:
    r"""Return a share of each whole parcel that is there at least, given what each pixel holds at least.

    The least is taken over the picture in its place and moved `SHIFT_PX` to eight sides; what the sensor's blur has
    carried in from outside is taken off again; what is hidden counts as nothing.

    .. math:: low = \max(0, (1 - m_1)(\min_k S_k - \max(0, B - S_0)) - m_2 - m_3 / \sqrt{n})

    where :math:`S_k` is the sum of the picture moved to side k over the parcel's pixels, divided by its size n in
    pixels, the margins m stand above, and B is the same of the picture in its place, blurred once more: blurring moves
    light across an edge in proportion to its width, so a blur that doubles the width brings in as much again as the
    sensor did.

    Parameters
    ----------
    shares
        Least share of each pixel, shape (rows, columns) [1].
    clear
        Where it is known.
    coverage
        Parcels by pixels, from `grid.coverage_matrix`.
    pixels
        Size of each parcel, on the image or off it [pixels].

    Returns
    -------
    numpy.ndarray
        Shape (parcels,), between 0 and 1 [1].
    """
    known = np.where(clear, shares, np.float32(0)).astype(np.float32)
    moved = [coverage @ picture.ravel() / pixels for picture in displaced(known)]
    blurred = coverage @ ndimage.gaussian_filter(known, BLUR_PX, mode="nearest").ravel() / pixels
    brought_in = np.maximum(blurred - moved[0], 0)
    least = (np.minimum.reduce(moved) - brought_in) * (1 - MARGIN_PART)
    low: Values = np.clip(least - MARGIN_PARCEL - MARGIN_EDGE / np.sqrt(pixels), 0, 1)
    return low


def displaced(image: Image) -> Iterator[Image]:
    """Yield an image in its place, then moved by SHIFT_PX to eight sides, interpolated between pixels."""
    yield image
    half = np.float32(SHIFT_PX / np.sqrt(2))
    straight = np.float32(SHIFT_PX)
    for rows, columns, part in (
        *((r, c, straight) for r, c in ((0, 1), (0, -1), (1, 0), (-1, 0))),
        *((r, c, half) for r in (1, -1) for c in (1, -1)),
    ):
        yield move(move(image, rows * part, axis=0), columns * part, axis=1)


def move(image: Image, by: np.float32, *, axis: int) -> Image:
    """Return an image moved along an axis by less than a pixel; edges are repeated.

    Examples
    --------
    >>> move(np.array([[0.0, 1.0, 0.0]]), np.float32(0.25), axis=1).tolist()
    [[0.0, 0.75, 0.25]]
    """
    if by == 0:
        return image
    ends = [(0, 0), (0, 0)]
    ends[axis] = (1, 1)
    padded = np.pad(image, ends, mode="edge")
    length = image.shape[axis]
    neighbour = np.take(padded, range(2, length + 2) if by < 0 else range(length), axis=axis)
    moved: Image = image * (1 - abs(by)) + neighbour * abs(by)
    return moved
