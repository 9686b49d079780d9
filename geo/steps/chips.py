"""Image chips for the map: parcels that need a person, in the scenes known to the store."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.change_detection.grid import Grid, pixel_size_m
from geo.errors import SceneError
from geo.ingest.reader import RasterioReader, Reader, read_scene, scene_grid
from geo.maps.chips import Chip
from geo.model import Scene

SHANGHAI = ZoneInfo("Asia/Shanghai")
COLOURS = ("B04", "B03", "B02")
"""Red, green, blue."""
SURROUNDINGS = 0.5
"""Share of a parcel's larger side that is shown around it."""
SMALLEST_M, LARGEST_M = 300.0, 3000.0
"""Sides of a chip [m]."""
BRIGHTEST = 0.3
"""Reflectance that is drawn white."""
GAMMA = 1.6
"""Brightens the dark half, in which most ground lies."""
MOSTLY_CLEAR = 0.8
"""Share of a parcel that must be clear for a scene to be shown [1]."""
MOST_CHIPS = 4
FINE_M = 5.0
"""Pixels that are smaller show single vehicles and yards [m]: such chips go into a file only where somebody asks."""


def chips_of(  # noqa: PLR0913 - what is shown, out of what, how much of it, and a reader for tests
    parcels: gpd.GeoDataFrame,
    scenes: Sequence[Scene],
    observations: pd.DataFrame,
    *,
    most: int,
    has_fine: bool = False,
    reader: Reader | None = None,
) -> dict[str, list[Chip]]:
    """Read chips of parcels, those first in the frame first, until there are as many.

    Parameters
    ----------
    parcels
        ``parcel_id`` and geometry, in the order in which chips are wanted.
    scenes
        Scenes that may be shown.
    observations
        ``OBSERVATION_COLUMNS``: says in which scenes a parcel was clear; only those are shown.
    most
        How many chips at most.
    has_fine
        Whether scenes finer than ``FINE_M`` are shown too.

    Returns
    -------
    dict of str to list of Chip
        By ``parcel_id``, earliest first. A scene whose files cannot be read is left out.
    """
    by_id = {scene.scene_id: scene for scene in scenes}
    clear = observations[observations["clear_fraction"].fillna(0) >= MOSTLY_CLEAR]
    seen = clear.sort_values("acquired_at", kind="stable").groupby("parcel_id")["scene_id"].agg(list)
    source = _Source(reader or RasterioReader(), parcels, finest_m=0.0 if has_fine else FINE_M)
    found: dict[str, list[Chip]] = {}
    count = 0
    for row, parcel_id in enumerate(parcels["parcel_id"]):
        if count >= most:
            break
        wanted = [by_id[name] for name in spread(seen.get(parcel_id, [])) if name in by_id]
        chips = [chip for scene in wanted if (chip := source.chip(row, scene)) is not None]
        if chips:
            found[parcel_id] = chips
            count += len(chips)
    return found


def spread(names: Sequence[str]) -> list[str]:
    """Choose the first and the last scene, and others evenly between them.

    Examples
    --------
    >>> spread(list("abcdefg"))
    ['a', 'c', 'e', 'g']
    """
    if len(names) <= MOST_CHIPS:
        return list(names)
    return [names[place] for place in np.linspace(0, len(names) - 1, MOST_CHIPS).round().astype(int)]


def true_colour(bands: Mapping[str, NDArray[np.float32]], scene: Scene) -> NDArray[np.uint8] | None:
    """Make a picture of red, green and blue; grey where a scene has but one of them, None where none.

    Numbers are taken as reflectance by the scene's scale and, where it is known, offset. Nothing is stretched by what
    happens to be on the chip: two days of one place look alike where the ground is alike.
    """
    there = [bands[band] for band in COLOURS if band in bands]
    if not there or np.isnan(there).all():
        return None
    layers = there if len(there) == len(COLOURS) else [there[0]] * len(COLOURS)
    offset = 0.0 if np.isnan(scene.offset) else scene.offset
    reflectance = np.stack(layers, axis=-1) * scene.scale + offset
    shown = np.clip(np.nan_to_num(reflectance) / BRIGHTEST, 0, 1) ** (1 / GAMMA)
    pixels: NDArray[np.uint8] = np.rint(shown * 255).astype(np.uint8)
    return pixels


class _Source:
    """Reads chips; knows the parcels in the coordinate system of each scene."""

    def __init__(self, reader: Reader, parcels: gpd.GeoDataFrame, *, finest_m: float) -> None:
        self.reader = reader
        self.finest_m = finest_m
        self.parcels = parcels.geometry
        self._moved: dict[str, gpd.GeoSeries] = {}
        self._grids: dict[str, Grid | None] = {}

    def chip(self, row: int, scene: Scene) -> Chip | None:
        """Read one chip; None where the scene does not show the parcel or cannot be read."""
        whole = self._grid(scene)
        if whole is None:
            return None
        if whole.crs_wkt not in self._moved:
            self._moved[whole.crs_wkt] = self.parcels.to_crs(CRS.from_wkt(whole.crs_wkt))
        shape = self._moved[whole.crs_wkt].iloc[row]
        if shape is None or shape.is_empty:
            return None
        try:
            window = whole.window(square_around(shape, whole))
            if window is None:
                return None
            part = whole.part(*window)
            pixels = true_colour(read_scene(self.reader, scene, part, bands=COLOURS), scene)
        except SceneError:
            return None
        if pixels is None:
            return None
        a, _, west, _, e, north = part.transform
        outline = shapely.transform(shape, lambda points: (points - [west, north]) / [a, e])
        acquired_on = scene.acquired_at.astimezone(SHANGHAI).date()
        return Chip(scene.scene_id, acquired_on, pixels, outline, pixel_size_m(part))

    def _grid(self, scene: Scene) -> Grid | None:
        if scene.scene_id not in self._grids:
            try:
                grid = scene_grid(self.reader, scene)
            except SceneError:
                self._grids[scene.scene_id] = None
            else:
                self._grids[scene.scene_id] = grid if pixel_size_m(grid)[1] >= self.finest_m else None
        return self._grids[scene.scene_id]


def square_around(shape: BaseGeometry, grid: Grid) -> tuple[float, float, float, float]:
    """West, south, east and north of what a chip shows [units of the grid]: a square on the ground, in degrees too."""
    west, south, east, north = shape.bounds
    width, height = pixel_size_m(grid)
    across, along = width / grid.transform[0], height / -grid.transform[4]
    side = max((east - west) * across, (north - south) * along) * (1 + 2 * SURROUNDINGS)
    half = float(np.clip(side, SMALLEST_M, LARGEST_M)) / 2
    x, y = (west + east) / 2, (south + north) / 2
    return x - half / across, y - half / along, x + half / across, y + half / along
