"""Which pixels of every scene are kept: a box around each parcel, and a fixed sample of reference places."""

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from geo.change_detection.blocks import BLOCK_PX, Block
from geo.change_detection.grid import Grid

MARGIN_PX = 5
"""A parcel's box reaches so far beyond its bounds: the sensor's blur carries light in from there [pixels]."""
REFERENCES, REFERENCE_PX = 32, 7
"""So many reference places of so many pixels a side are kept of each block."""
DRAWN, SEED = 1024, 5
"""They are the first of so many drawn all over the block that lie in what is read of it."""


class Box(NamedTuple):
    """Part of a grid: its first row and column, and how many of each."""

    top: int
    left: int
    height: int
    width: int

    @property
    def size(self) -> int:
        """How many pixels it holds."""
        return self.height * self.width


def parcel_boxes(geometries: gpd.GeoSeries, grid: Grid) -> list[Box]:
    """Return the pixels that each parcel touches and `MARGIN_PX` around, as far as the grid reaches; empty off it.

    Parameters
    ----------
    geometries
        In the CRS of the grid.

    Examples
    --------
    >>> grid = Grid("EPSG:32650", (10.0, 0.0, 0.0, 0.0, -10.0, 900.0), (90, 80))
    >>> parcel_boxes(gpd.GeoSeries([shapely.box(95, 700, 120, 820), None], crs=32650), grid)
    [Box(top=3, left=4, height=22, width=13), Box(top=0, left=0, height=0, width=0)]
    """
    margin = MARGIN_PX * grid.transform[0], -MARGIN_PX * grid.transform[4]
    boxes = []
    for west, south, east, north in shapely.bounds(geometries.to_numpy()):
        wider = west - margin[0], south - margin[1], east + margin[0], north + margin[1]
        window = grid.window(wider) if np.isfinite(west) else None
        boxes.append(Box(0, 0, 0, 0) if window is None else _box(window))
    return boxes


def _box(window: tuple[tuple[int, int], tuple[int, int]]) -> Box:
    (top, bottom), (left, right) = window
    return Box(top, left, bottom - top, right - left)


def reference_boxes(grid: Grid, block: Block) -> dict[str, Box]:
    """Return the reference places of a block that lie in what is read of it, by name.

    They are drawn by the number of the block alone, so that they are the same in every scene, and most of them stay
    when parcels come and go; some lie on parcels, and a median over all of them does not mind.

    Parameters
    ----------
    grid
        The whole grid of the scene.
    block
        From ``blocks.plan_blocks`` on that grid; one without a number has none.

    Examples
    --------
    >>> grid = Grid("EPSG:32650", (10.0, 0.0, 0.0, 0.0, -10.0, 20_000.0), (2000, 2000))
    >>> all_of_it = reference_boxes(grid, Block((512, 1024), (0, 512), np.array([0]), number=4))
    >>> len(all_of_it), list(all_of_it.items())[0]
    (32, ('reference/4/0', Box(top=873, left=140, height=7, width=7)))
    """
    if block.number < 0:
        return {}
    corner = np.array(divmod(block.number, grid.shape[1] // BLOCK_PX + 1)) * BLOCK_PX
    rng = np.random.default_rng((SEED, block.number))
    places = corner + rng.integers(0, BLOCK_PX - REFERENCE_PX + 1, (DRAWN, 2))
    read = np.array([block.rows, block.columns])
    inside = ((places >= read[:, 0]) & (places + REFERENCE_PX <= read[:, 1])).all(axis=1)
    return {
        f"reference/{block.number}/{number}": Box(
            int(places[number, 0]), int(places[number, 1]), REFERENCE_PX, REFERENCE_PX
        )
        for number in np.flatnonzero(inside)[:REFERENCES]
    }
