"""A raster grid cut into blocks that hold some parcels each: work goes block by block, so memory does not grow."""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.change_detection.grid import MARGIN_M, Grid, Span, check_crs, pixel_size_m

BLOCK_PX = 512
"""Side of a block: what many files keep as one tile [pixels]."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some parcels that lie near each other, and the part of a grid to read for them.

    Attributes
    ----------
    rows, columns
        The part to read: the parcels and a margin, as far as the grid reaches.
    members
        Positions of the parcels in the series that was planned, ascending.
    number
        Which block of the grid it is, by rows first; -1 for none.
    """

    rows: Span
    columns: Span
    members: NDArray[np.intp]
    number: int = -1


def plan_blocks(
    grid: Grid, geometries: gpd.GeoSeries, *, margin_m: float = MARGIN_M, block_px: int = BLOCK_PX
) -> list[Block]:
    """Sort parcels into blocks of a grid, by the middle of each one's bounds.

    Parameters
    ----------
    grid
        The whole grid of a scene; blocks are counted from its upper left corner.
    geometries
        Polygons in the CRS of the grid; missing and empty ones, and those off the grid, are in no block.
    margin_m
        How far to read beyond the parcels of a block [m].
    block_px
        Side of a block [pixels].

    Returns
    -------
    list of Block
        By rows first; a parcel is in one block at most.

    Raises
    ------
    CRSMismatchError
        If the geometries are in another CRS.

    Examples
    --------
    >>> grid = Grid("EPSG:32650", (10.0, 0.0, 0.0, 0.0, -10.0, 20_000.0), (2000, 2000))
    >>> parcels = gpd.GeoSeries([shapely.box(20, 19_900, 60, 19_950), shapely.box(9_000, 100, 9_100, 200)], crs=32650)
    >>> [(block.rows, block.columns, block.members.tolist()) for block in plan_blocks(grid, parcels, margin_m=30)]
    [((2, 13), (0, 9), [0]), ((1977, 1993), (897, 913), [1])]
    """
    check_crs(geometries, grid)
    shapes = geometries.to_numpy()
    there = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    there = there[shapely.intersects(shapes[there], shapely.box(*grid.bounds))]
    bounds = shapely.bounds(shapes[there]) if len(there) else np.empty((0, 4))
    tops, lefts, bottoms, rights = _pixel_bounds(grid, bounds)
    row = np.clip((tops + bottoms) / 2, 0, grid.shape[0] - 1) // block_px
    column = np.clip((lefts + rights) / 2, 0, grid.shape[1] - 1) // block_px
    number = (row * (grid.shape[1] // block_px + 1) + column).astype(np.int64)
    width, height = pixel_size_m(grid)
    margins = margin_m / height, margin_m / width
    blocks = []
    for chosen in _groups(number):
        rows = _span(tops[chosen].min() - margins[0], bottoms[chosen].max() + margins[0], grid.shape[0])
        columns = _span(lefts[chosen].min() - margins[1], rights[chosen].max() + margins[1], grid.shape[1])
        blocks.append(Block(rows, columns, there[chosen], int(number[chosen[0]])))
    return blocks


def _pixel_bounds(grid: Grid, bounds: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return first row, first column, last row and last column that boxes reach, in fractions of pixels."""
    a, _, c, _, e, f = grid.transform
    west, south, east, north = bounds.T
    return (north - f) / e, (west - c) / a, (south - f) / e, (east - c) / a


def _groups(number: NDArray[np.int64]) -> Iterator[NDArray[np.intp]]:
    """Yield the positions of equal numbers, the least number first; nothing for nothing."""
    if len(number):
        order = np.argsort(number, kind="stable")
        yield from np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


def _span(start: float, stop: float, most: int) -> Span:
    first = min(max(int(np.floor(start)), 0), most - 1)
    return first, max(min(int(np.ceil(stop)), most), first + 1)
