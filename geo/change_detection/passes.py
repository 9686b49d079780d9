"""One observation is one parcel in one satellite pass: which of a pass's scenes is looked at for which parcel."""

import re
from collections.abc import Sequence
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.change_detection.grid import MARGIN_M, Grid, pixel_size_m
from geo.model import Scene

PASS = timedelta(minutes=30)
"""Scenes acquired within this from the first of them are one pass: tiles, zones and reprocessings of one strip."""
BASELINE = re.compile(r"_N(\d{4})(?=_)")
"""The processing baseline in the name of a Sentinel-2 product."""
LEVELS = ("L2A", "unknown", "L1C")


def pass_numbers(times: pd.Series) -> pd.Series:
    """Return the number of the pass that each time of acquisition belongs to, counted from the earliest.

    Examples
    --------
    >>> times = pd.to_datetime(["2026-01-03T03:10Z", "2026-01-03T02:59Z", "2026-01-08T02:59Z"])
    >>> pass_numbers(pd.Series(times)).tolist()
    [0, 0, 1]
    """
    numbers: dict[pd.Timestamp, int] = {}
    first = None
    for moment in sorted(times.unique()):
        if first is None or moment - first > PASS:
            first = moment
            numbers[moment] = max(numbers.values(), default=-1) + 1
        else:
            numbers[moment] = max(numbers.values())
    return times.map(numbers).astype("int64")


def group_passes(scenes: Sequence[Scene]) -> list[list[Scene]]:
    """Return scenes pass by pass, both by time; within a pass by time and name."""
    if not scenes:
        return []
    ordered = sorted(scenes, key=lambda scene: (scene.acquired_at, scene.scene_id))
    numbers = pass_numbers(pd.Series([scene.acquired_at for scene in ordered]))
    return [[ordered[k] for k in np.flatnonzero(numbers == number)] for number in range(numbers.iloc[-1] + 1)]


def choose_scenes(scenes: Sequence[Scene], grids: Sequence[Grid], parcels: gpd.GeoSeries) -> NDArray[np.intp]:
    """Return for each parcel which scene of a pass it is observed in.

    Surface reflectance goes before all else. Then the scene that holds the parcel whole with its surroundings
    (`MARGIN_M`), then one that holds it in part; then the one whose central meridian is nearest, for there pixels are
    least turned; then the newest processing baseline; then the first by name. Scenes are never mosaicked.

    Parameters
    ----------
    scenes, grids
        The scenes of one pass and their whole grids.
    parcels
        Geometries in any CRS.

    Returns
    -------
    numpy.ndarray
        Positions in ``scenes``, one a parcel.
    """
    if len(scenes) == 1:
        return np.zeros(len(parcels), dtype=np.intp)
    keys = np.array([_rank(scene, grid, parcels) for scene, grid in zip(scenes, grids, strict=True)], dtype=np.float64)
    by_name = np.argsort(np.argsort([scene.scene_id for scene in scenes]))
    first_to_last = np.lexsort((np.broadcast_to(by_name, (len(parcels), len(scenes))), *keys.transpose(1, 2, 0)[::-1]))
    best: NDArray[np.intp] = first_to_last[:, 0]
    return best


def _rank(scene: Scene, grid: Grid, parcels: gpd.GeoSeries) -> list[NDArray[np.float64]]:
    """Return what decides between scenes, the weightiest first; less is better."""
    crs = CRS.from_wkt(grid.crs_wkt)
    shapes = parcels.to_crs(crs).to_numpy()
    every = np.ones(len(shapes))
    baseline = BASELINE.search(scene.scene_id)
    return [
        LEVELS.index(scene.level) * every,
        -_held(grid, shapes),
        _off_meridian(crs, shapes),
        -int(baseline[1] if baseline else 0) * every,
    ]


def _held(grid: Grid, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return 3 for a parcel on a grid with its surroundings, 2 for one wholly on it, 1 for one partly on it, else 0."""
    west, south, east, north = grid.bounds
    width, height = pixel_size_m(grid)
    x, y = MARGIN_M / width * grid.transform[0], -MARGIN_M / height * grid.transform[4]
    whole = shapely.box(west, south, east, north)
    within = shapely.box(west + x, south + y, east - x, north - y)
    boxes = shapely.envelope(shapes)
    held = [shapely.intersects(whole, boxes), shapely.covers(whole, boxes), shapely.covers(within, boxes)]
    total: NDArray[np.float64] = np.sum(held, axis=0, dtype=np.float64)
    return total


def _off_meridian(crs: CRS, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return how far parcels lie from the central meridian [degrees]; 180 where a system has none."""
    operation = crs.coordinate_operation
    named = {entry.name: entry.value for entry in operation.params} if operation else {}
    meridian = named.get("Longitude of natural origin")
    if meridian is None or crs.geodetic_crs is None:
        return np.full(len(shapes), 180.0)
    points = shapely.centroid(shapes)
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    longitude, _ = to_degrees.transform(shapely.get_x(points), shapely.get_y(points))
    off: NDArray[np.float64] = np.abs((np.asarray(longitude) - meridian + 180) % 360 - 180)
    return off
