"""A made-up tile of Sentinel-2 and parcels on it, for the benchmarks of speed."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.windows import Window
from scipy import ndimage

from geo.change_detection.blocks import Block
from geo.change_detection.grid import Grid
from geo.ingest.reader import write_scene

SIDE_PX = 10_980
PIXELS_A_PARCEL = 250
TILE = Grid(CRS.from_epsg(32650).to_wkt(), (10.0, 0.0, 499_980.0, 0.0, -10.0, 3_400_020.0), (SIDE_PX, SIDE_PX))


def texture(side: int, seed: int, *, low: int = 300, high: int = 4500) -> NDArray[np.uint16]:
    """Return an image that compresses about as well as a real one: smooth relief and a little noise."""
    rng = np.random.default_rng(seed)
    piece = 1098 * side // SIDE_PX
    relief = ndimage.gaussian_filter(rng.standard_normal((piece, piece)), 4, mode="wrap")
    relief = (relief - relief.min()) / np.ptp(relief) * (high - low) + low
    wide = np.tile(relief.astype(np.uint16), (side // piece, side // piece))
    wide += rng.integers(0, 64, wide.shape, dtype=np.uint16)
    return wide


def parcels_on(grid: Grid, count: int, seed: int = 0) -> gpd.GeoSeries:
    """Return turned rectangles of about 250 pixels, scattered over a grid, by ``parcel_id``."""
    rng = np.random.default_rng(seed)
    west, south, east, north = grid.bounds
    x, y = rng.uniform(west + 200, east - 200, count), rng.uniform(south + 200, north - 200, count)
    width = rng.uniform(100, 250, count)
    height = PIXELS_A_PARCEL * grid.pixel_area / width
    turn = rng.uniform(0, np.pi / 2, count)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    along, across = corners[:, 0] * width[:, None], corners[:, 1] * height[:, None]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    rings = np.stack([x[:, None] + along * cos - across * sin, y[:, None] + along * sin + across * cos], axis=-1)
    return gpd.GeoSeries(shapely.polygons(rings), index=[f"P{n:06}" for n in range(count)], crs=grid.crs_wkt)


def write_tile(folder: Path, day: str, seed: int) -> None:
    """Write a scene of the bands that observing needs and a class layer, all ground clear."""
    half = SIDE_PX // 2
    bands = {band: texture(SIDE_PX, seed + n) for n, band in enumerate(("B02", "B03", "B04", "B08"))}
    bands |= {band: texture(half, seed + 4 + n) for n, band in enumerate(("B05", "B11", "B12"))}
    classes = np.full((half, half), 5, dtype=np.uint16)
    write_scene(folder / day, f"T50RMK_{day}T025941_L2A", bands | {"SCL": classes}, TILE, tile_px=512)


def decode(bands: list[Path], blocks: list[Block]) -> None:
    """Unpack the tiles of files that the blocks touch, each once, and do nothing with them: no method can be faster.

    Parameters
    ----------
    blocks
        On the grid of the tile; a file's pixels may be larger.
    """
    for band in bands:
        with rasterio.open(band) as image:
            high, wide = (size * SIDE_PX // image.height for size in image.block_shapes[0])
            tiles = {
                (i, j)
                for block in blocks
                for i in range(block.rows[0] // high, -(-block.rows[1] // high))
                for j in range(block.columns[0] // wide, -(-block.columns[1] // wide))
            }
            rows, columns = image.block_shapes[0]
            for i, j in sorted(tiles):
                last = min(rows, image.height - i * rows), min(columns, image.width - j * columns)
                image.read(1, window=Window(j * columns, i * rows, last[1], last[0]))
