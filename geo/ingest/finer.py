"""Coarse pixels brought onto pixels that divide them evenly: what GDAL's warping does, at a fraction of its cost."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.grid import Grid

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Corner = tuple[int, int]

ALIGNED_PX = 1e-3
"""Pixels that lie on each other within this are taken to coincide [pixels]."""


def even_division(source: Grid, grid: Grid) -> tuple[int, Corner] | None:
    """Return into how many pixels a side each coarse pixel is divided, and where the fine grid begins in fine pixels.

    None where the pixels of the one do not divide those of the other evenly; both are in one system.

    Examples
    --------
    >>> coarse = Grid("EPSG:32650", (20.0, 0.0, 500.0, 0.0, -20.0, 900.0), (45, 40))
    >>> even_division(coarse, Grid("EPSG:32650", (10.0, 0.0, 530.0, 0.0, -10.0, 880.0), (3, 7)))
    (2, (2, 3))
    """
    a, _, c, _, e, f = grid.transform
    width, _, west, _, height, north = source.transform
    factor = round(width / a)
    corner = (f - north) / e, (c - west) / a
    whole = round(corner[0]), round(corner[1])
    length = max(*grid.shape, *(size * factor for size in source.shape))
    off = max(abs(width / a - factor), abs(height / e - factor)) * length / max(factor, 1)
    if factor < 1 or max(off, *(abs(x - n) for x, n in zip(corner, whole, strict=True))) > ALIGNED_PX:
        return None
    return factor, whole


def nearest(stored: Image, factor: int, corner: Corner, shape: tuple[int, int]) -> Image:
    """Return the number of the coarse pixel that each fine pixel lies in; NaN beyond the edge.

    Parameters
    ----------
    stored
        Coarse pixels.
    factor
        Fine pixels a side of a coarse one.
    corner
        First row and column of the fine grid, counted in fine pixels from the corner of the coarse one.
    shape
        Rows and columns of the fine grid.
    """
    if factor == 1 and all(0 <= at <= most - size for at, size, most in zip(corner, shape, stored.shape, strict=True)):
        return stored[corner[0] : corner[0] + shape[0], corner[1] : corner[1] + shape[1]].copy()
    found, inside = _spread(stored, factor, corner, shape)
    return np.where(inside, found, np.float32(np.nan))


def _spread(stored: NDArray[Any], factor: int, corner: Corner, shape: tuple[int, int]) -> tuple[NDArray[Any], Mask]:
    """Return the coarse pixel of each fine pixel, and whether it lies in one; beyond the edge the nearest."""
    places = [np.arange(start, start + size) // factor for start, size in zip(corner, shape, strict=True)]
    inside = [(place >= 0) & (place < size) for place, size in zip(places, stored.shape, strict=True)]
    rows, columns = (np.clip(place, 0, size - 1) for place, size in zip(places, stored.shape, strict=True))
    return stored.take(rows, 0).take(columns, 1), inside[0][:, None] & inside[1]


def bilinear(stored: Image, factor: int, corner: Corner, shape: tuple[int, int]) -> Image:
    """Return numbers interpolated between the four nearest coarse pixels, those without data left out.

    A fine pixel has a number where the coarse pixel that it lies in has one. Parameters as of `nearest`.

    Examples
    --------
    >>> bilinear(np.array([[0.0, 4.0, np.nan]], dtype=np.float32), 2, (0, 0), (1, 6)).tolist()
    [[0.0, 1.0, 3.0, 4.0, nan, nan]]
    """
    known = np.isfinite(stored)
    is_whole = bool(known.all())
    total = stored if is_whole else np.where(known, stored, np.float32(0))
    weight = np.ones((1, 1), dtype=np.float32) if is_whole else known.astype(np.float32)
    for axis in (0, 1):
        place = (np.arange(corner[axis], corner[axis] + shape[axis]) + 0.5) / factor - 0.5
        low = np.floor(place).astype(np.intp)
        far = (place - low).astype(np.float32)
        last = stored.shape[axis] - 1
        before, after = (
            np.where((at >= 0) & (at <= last), share, np.float32(0)).reshape((-1, 1) if axis == 0 else (1, -1))
            for at, share in ((low, 1 - far), (low + 1, far))
        )
        one, other = np.clip(low, 0, last), np.clip(low + 1, 0, last)
        total = total.take(one, axis) * before + total.take(other, axis) * after
        if is_whole:
            weight = weight * (before + after)
        else:
            weight = weight.take(one, axis) * before + weight.take(other, axis) * after
    there, inside = _spread(known, factor, corner, shape)
    return np.divide(total, weight, out=np.full(shape, np.nan, dtype=np.float32), where=there & inside)
