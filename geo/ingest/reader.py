"""Read images: windows of bands as stored, brought onto one grid; and write scenes for the demonstration."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.transform import Affine
from rasterio.warp import reproject, transform_bounds

from geo.change_detection.grid import Grid, Span, Stored
from geo.errors import SceneError
from geo.ingest.finer import bilinear, even_division, nearest
from geo.ingest.images import grid_of, keeping_little, open_image
from geo.ingest.scene_names import MASKS
from geo.ingest.tiles import TileKeeper
from geo.model import Asset, Scene

Image = NDArray[np.float32]

CLASSES, FMASK = "SCL", "FMASK"
AS_SCL = np.zeros(256, dtype=np.float32)
AS_SCL[[0, 1, 2, 3, 4]] = 5, 6, 3, 11, 9
AS_SCL[AS_SCL == 0] = np.nan
"""The class of Sentinel-2's SCL that each code of an fmask means: clear land, water, shadow, snow, cloud."""
BANDS = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12", CLASSES)
"""What is read of a scene; bands of 60 m say nothing of parcels."""
GRID_BANDS = ("B02", "B04", "B03", "B08")
"""The first of these that a scene has gives its grid."""
REACH_PX = 3
"""How far beyond the edge of a window interpolation looks [pixels]."""


class Reader(Protocol):
    """Where images come from."""

    def grid(self, asset: Asset) -> Grid:
        """Return the grid of an image."""

    def read(self, asset: Asset, window: tuple[Span, Span]) -> Stored:
        """Return rows and columns of an image as stored, from the first to before the second number of each span.

        What holds no data is masked.
        """


class RasterioReader:
    """Images in local files; each is opened once and stays open until ``close``, or the end of a ``with``.

    Within a ``with`` the library underneath keeps little of what it unpacks.
    """

    def __init__(self) -> None:
        self._surroundings = keeping_little()
        self._open: dict[str, tuple[rasterio.DatasetReader, Grid]] = {}
        self._tiles = TileKeeper()

    def __enter__(self) -> Self:
        self._surroundings.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._surroundings.__exit__()

    def close(self) -> None:
        """Close all images."""
        self._tiles.clear()
        while self._open:
            self._open.popitem()[1][0].close()

    def grid(self, asset: Asset) -> Grid:
        """Return the grid of an image."""
        return self._opened(asset)[1]

    def read(self, asset: Asset, window: tuple[Span, Span]) -> Stored:
        """Return rows and columns of an image as stored.

        Masked is what the file declares to be no data; where it declares nothing, 0: Sentinel-2 products write it
        where they hold no data, in bands and in SCL alike.
        """
        image, _ = self._opened(asset)
        try:
            return self._tiles.read(image, asset.layer, window)
        except RasterioError as error:
            raise SceneError("observe.image_truncated", file=asset.path) from error

    def _opened(self, asset: Asset) -> tuple[rasterio.DatasetReader, Grid]:
        if asset.path not in self._open:
            image = open_image(Path(asset.path))
            self._open[asset.path] = image, grid_of(image)
        return self._open[asset.path]


def scene_grid(reader: Reader, scene: Scene) -> Grid:
    """Return the whole grid of a scene: that of its 10 m bands, or else of its finest band.

    Raises
    ------
    SceneError
        ``observe.no_light`` if the scene has no band of light.
    """
    assets = {asset.band: asset for asset in scene.assets if asset.band not in MASKS}
    if not assets:
        raise SceneError("observe.no_light", file=scene.scene_id)
    named = [assets[band] for band in GRID_BANDS if band in assets]
    return reader.grid(named[0]) if named else min(map(reader.grid, assets.values()), key=lambda g: g.pixel_area)


def read_scene(reader: Reader, scene: Scene, grid: Grid, *, bands: Iterable[str] = BANDS) -> dict[str, Image]:
    """Return bands of a scene on one grid, in stored numbers.

    A band whose pixels lie on the grid's is copied; others (20 m bands, another zone, another date's grid) are
    interpolated between the four nearest pixels, ``SCL`` takes the nearest one. Pixels without data are left out of
    the interpolation, never mixed in. Where a scene has an fmask and no SCL, it is given as ``SCL``.

    Parameters
    ----------
    grid
        The grid to read onto: a part of `scene_grid`, or of another scene's.
    bands
        Names; those the scene lacks are left out.

    Returns
    -------
    dict of str to numpy.ndarray
        By band, in the grid's shape; NaN where there is nothing.

    Raises
    ------
    SceneError
        If an image cannot be read.
    """
    wanted = set(bands)
    assets = {asset.band: asset for asset in scene.assets}
    if FMASK in assets:
        assets.setdefault(CLASSES, assets.pop(FMASK))
    return {band: read_onto(reader, asset, grid) for band, asset in assets.items() if band in wanted}


def read_onto(reader: Reader, asset: Asset, grid: Grid) -> Image:
    """Return one image on a grid; NaN where there is nothing."""
    source = reader.grid(asset)
    even = even_division(source, grid) if same_crs(source.crs_wkt, grid.crs_wkt) else None
    return _warped(reader, asset, source, grid) if even is None else _divided(reader, asset, grid, *even)


def _divided(reader: Reader, asset: Asset, grid: Grid, factor: int, corner: tuple[int, int]) -> Image:
    """Read an image whose pixels the grid's divide evenly, or are the same."""
    reach = 0 if factor == 1 else REACH_PX
    rows, columns = (
        (max(start // factor - reach, 0), min(-(-(start + size) // factor) + reach, most))
        for start, size, most in zip(corner, grid.shape, reader.grid(asset).shape, strict=True)
    )
    if rows[0] >= rows[1] or columns[0] >= columns[1]:
        return np.full(grid.shape, np.nan, dtype=np.float32)
    spread = nearest if factor == 1 or asset.band in MASKS else bilinear
    begins = corner[0] - rows[0] * factor, corner[1] - columns[0] * factor
    return spread(read_numbers(reader, asset, (rows, columns)), factor, begins, grid.shape)


def _warped(reader: Reader, asset: Asset, source: Grid, grid: Grid) -> Image:
    """Read an image of another zone, or of pixels that lie otherwise."""
    onto = np.full(grid.shape, np.nan, dtype=np.float32)
    window = source.window(bounds_in(grid, source))
    if window is None:
        return onto
    rows, columns = (
        (max(span[0] - REACH_PX, 0), min(span[1] + REACH_PX, most))
        for span, most in zip(window, source.shape, strict=True)
    )
    part = source.part(rows, columns)
    reproject(
        read_numbers(reader, asset, (rows, columns)),
        onto,
        src_transform=Affine(*part.transform),
        src_crs=CRS.from_wkt(part.crs_wkt),
        src_nodata=np.nan,
        dst_transform=Affine(*grid.transform),
        dst_crs=CRS.from_wkt(grid.crs_wkt),
        dst_nodata=np.nan,
        resampling=Resampling.nearest if asset.band in MASKS else Resampling.bilinear,
    )
    return onto


def bounds_in(grid: Grid, source: Grid) -> tuple[float, float, float, float]:
    """Return the bounds of a grid in the CRS of another."""
    if same_crs(grid.crs_wkt, source.crs_wkt):
        return grid.bounds
    here, there = CRS.from_wkt(grid.crs_wkt), CRS.from_wkt(source.crs_wkt)
    west, south, east, north = transform_bounds(here, there, *grid.bounds)
    return west, south, east, north


@lru_cache(maxsize=64)
def same_crs(one: str, other: str) -> bool:
    """Whether two texts name the same coordinate system."""
    return one == other or bool(CRS.from_wkt(one) == CRS.from_wkt(other))


def read_numbers(reader: Reader, asset: Asset, window: tuple[Span, Span]) -> Image:
    """Return stored numbers with NaN for what is masked; codes of an fmask as classes of SCL, for 0 is clear land."""
    stored = reader.read(asset, window)
    if asset.band == FMASK:
        return AS_SCL[np.clip(stored.data, 0, 255).astype(np.uint8)]
    return np.ma.filled(stored.astype(np.float32), np.nan)


def write_scene(  # noqa: PLR0913  # the last two are seldom given
    folder: Path,
    name: str,
    bands: Mapping[str, NDArray[np.uint16]],
    grid: Grid,
    *,
    scale: float = 1e-4,
    tile_px: int | None = None,
) -> list[Path]:
    """Write a scene as one GeoTIFF a band, with the same bytes for the same numbers.

    Parameters
    ----------
    folder
        Made if it is not there.
    name
        Beginning of the files' names, such as ``T50RMK_20241103T025941``.
    bands
        Stored numbers by band: on the grid, or on pixels of twice or six times its size, rounded up; 0 is no data.
    grid
        The grid of the 10 m bands.
    scale
        Reflectance of the number 1, written into every band of light with the offset 0.
    tile_px
        Side of the tiles a file is kept in [pixels]; None keeps rows together.

    Returns
    -------
    list of pathlib.Path
        Files such as ``T50RMK_20241103T025941_B02_10m.tif``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for band, array in bands.items():
        step = round(grid.shape[0] / array.shape[0])
        path = folder / f"{name}_{band}_{step * 10}m.tif"
        kind = np.uint8 if band == CLASSES else np.uint16
        profile = {
            "driver": "GTiff",
            "height": array.shape[0],
            "width": array.shape[1],
            "count": 1,
            "dtype": kind,
            "crs": CRS.from_wkt(grid.crs_wkt),
            "transform": Affine(*grid.transform) @ Affine.scale(step),
            "nodata": 0,
            "compress": "deflate",
            "predictor": 2,
        }
        if tile_px:
            profile |= {"tiled": True, "blockxsize": tile_px, "blockysize": tile_px}
        with rasterio.open(path, "w", **profile) as image:
            if band != CLASSES:
                image.scales, image.offsets = (scale,), (0.0,)
            image.write(array.astype(kind), 1)
        paths.append(path)
    return paths
