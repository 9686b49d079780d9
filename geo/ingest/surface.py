"""Heights above ground inside outlines, from a surface model and a terrain model."""

from pathlib import Path

import geopandas as gpd
import numpy as np
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray

from geo.change_detection.blocks import plan_blocks
from geo.change_detection.grid import Grid
from geo.errors import SceneError
from geo.ingest.reader import Reader, read_onto
from geo.model import Asset

INSIDE = 0.5
"""A pixel is inside an outline from this share on [1]."""


def read_above_ground(
    reader: Reader, dsm: str | Path, dtm: str | Path, outlines: gpd.GeoSeries
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Read how high the surface lies above the terrain, pixel by pixel, inside outlines drawn in by half a pixel.

    Pixels on an edge show roof and ground together, and half a pixel is how far an edge may lie from where it is drawn
    on the raster. A terrain model on other pixels is interpolated onto those of the surface model.

    Parameters
    ----------
    reader
        Where images come from.
    dsm, dtm
        Digital surface model and digital terrain model, heights in metres over the same vertical datum; GeoTIFF.
    outlines
        Polygons in any system.

    Returns
    -------
    outline
        Position of the outline of each pixel, shape (n,), ascending.
    above_ground_m
        Surface minus terrain, shape (n,) [m]; NaN where either holds no data.

    Raises
    ------
    SceneError
        A model cannot be read, or the surface model reaches none of the outlines.
    """
    surface, terrain = Asset("dsm", str(dsm)), Asset("dtm", str(dtm))
    grid = reader.grid(surface)
    half_a_pixel = np.abs([grid.transform[0], grid.transform[4]]).max() / 2
    shapes = outlines.to_crs(grid.crs_wkt).buffer(-half_a_pixel, join_style="mitre")
    found = []
    for block in plan_blocks(grid, shapes, margin_m=0):
        at, part = block.members, grid.part(block.rows, block.columns)
        heights = [read_onto(reader, asset, part) for asset in (surface, terrain)]
        found.append(_pixels(np.subtract(*heights, dtype=np.float64), part, shapes.to_numpy(), at))
    if not found:
        raise SceneError("indicators.surface_elsewhere", file=str(dsm))
    outline, above = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(outline, kind="stable")
    return outline[order], above[order]


def _pixels(
    heights: NDArray[np.float64], part: Grid, shapes: NDArray[np.object_], at: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Pixels inside the outlines of a block."""
    west, south, east, north = part.bounds
    source = NumPyRasterSource(heights, west, south, east, north, srs_wkt=part.crs_wkt)
    frame = gpd.GeoDataFrame(geometry=shapes[at], crs=part.crs_wkt)
    cells = exact_extract(source, frame, ["values", "coverage"], output="pandas")
    inside = [np.asarray(share, float) >= INSIDE for share in cells["coverage"]]
    above = [np.asarray(values, float)[where] for values, where in zip(cells["values"], inside, strict=True)]
    return np.repeat(at, [where.sum() for where in inside]), np.concatenate(above)
