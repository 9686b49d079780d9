"""Observe parcels in scenes, from files or from a store; and rank what changed between two scenes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Protocol, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from scipy.sparse import csr_array
from sqlalchemy import Engine

from geo.change_detection.grid import Grid, coverage_matrix, grid_around, pixel_counts
from geo.change_detection.observation import observe_scene
from geo.change_detection.pair import change_rows, change_scores
from geo.errors import SourceError
from geo.ingest.parcels import read_parcels as read_parcel_file
from geo.ingest.reader import RasterioReader, Reader, read_scene, scene_grid
from geo.ingest.report import Intake
from geo.ingest.scenes import SceneIntake, find_scenes
from geo.model import CHANGE_COLUMNS, OBSERVATION_COLUMNS, Scene
from geo.store import (
    add_changes,
    add_observations,
    observed_scenes,
    read_changes,
    read_observations,
    read_parcels,
    read_scenes,
)

METHOD = "spectral-bracket-1"
"""Names how observations were made; another number when the same scene would give other ones."""
CHANGE_METHOD = "class-common-change-1"
"""Names how changes were made."""
SEED = 0
"""Draws the sample of pixels from which kinds of ground are made."""

YEAR = timedelta(days=365)
"""How far back the scene lies that a store's latest one is compared with: the same season."""
MOSTLY_CLEAR = 0.8
"""Parcels must be so clear on average for a scene to be compared with another one."""

T = TypeVar("T")


class Progress(Protocol):
    """Shows how far a loop has come."""

    def __call__(self, things: Iterable[T], what: str, /) -> Iterable[T]:
        """Go through things, showing it."""


def quietly(things: Iterable[T], what: str, /) -> Iterable[T]:  # noqa: ARG001  # the form of Progress
    """Go through things without a word."""
    return things


@dataclass(frozen=True, slots=True, eq=False)
class ObserveResult:
    """What files gave.

    Attributes
    ----------
    observations
        ``geo.model.OBSERVATION_COLUMNS``, one row a parcel and scene.
    changes
        ``geo.model.CHANGE_COLUMNS``, one row a parcel and pair of consecutive scenes.
    shapes
        Geometries by ``parcel_id``.
    parcels, scenes
        What was taken, mended and refused.
    """

    observations: pd.DataFrame
    changes: pd.DataFrame
    shapes: gpd.GeoSeries
    parcels: Intake
    scenes: SceneIntake


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of the scenes of a store: how many were used, and which could not be read and why."""

    used: int
    refused: list[dict[str, str]] = field(default_factory=list)
    seed: int = SEED


class Places:
    """Parcels on raster grids: which part of a grid to read, and how each parcel covers it, kept per grid.

    Parameters
    ----------
    parcels
        Geometries by ``parcel_id``.
    """

    def __init__(self, parcels: gpd.GeoSeries) -> None:
        self.parcels = parcels
        self._kept: dict[Grid, tuple[Grid, csr_array, pd.Series]] = {}

    def on(self, whole: Grid) -> tuple[Grid, csr_array, pd.Series]:
        """Return the part of a grid around the parcels, their coverage of it, and their sizes [pixels]."""
        if whole not in self._kept:
            shapes = self.parcels.to_crs(CRS.from_wkt(whole.crs_wkt))
            grid = grid_around(whole, shapes) or whole.part((0, 1), (0, 1))
            pixels = pd.Series(pixel_counts(shapes, grid), index=self.parcels.index)
            self._kept[whole] = grid, coverage_matrix(shapes, grid), pixels
        return self._kept[whole]


def observe(  # noqa: PLR0913  # each is an option of the command
    parcels: str | Path,
    scenes: Sequence[str | Path],
    *,
    parcel_id: str | None = None,
    crs: str | None = None,
    offset: float | None = None,
    progress: Progress = quietly,
) -> ObserveResult:
    """Observe the parcels of a file in the scenes of folders, and rank what changed from each scene to the next.

    Parameters
    ----------
    parcels
        GeoPackage, Shapefile or GeoJSON.
    scenes
        Folders of single-band images, one folder a date.
    parcel_id, crs
        As for ``compute_indicators``.
    offset
        Reflectance offset of scenes whose files do not say theirs [1].
    progress
        Called with the scenes or pairs to go through.

    Raises
    ------
    InputError
        A file or folder cannot be used.
    """
    land = read_parcel_file(parcels, parcel_id=parcel_id, crs=crs)
    found = find_scenes([Path(folder) for folder in scenes], offset=offset)
    shapes = gpd.GeoSeries(land.taken.set_index("parcel_id")["geometry"])
    places, reader = Places(shapes), RasterioReader()
    seen = [observe_one(reader, scene, places) for scene in progress(found.scenes, "scenes")]
    compared = [compare(reader, *pair, places) for pair in progress(list(pairwise(found.scenes)), "pairs")]
    return ObserveResult(_together(seen, OBSERVATION_COLUMNS), _together(compared, CHANGE_COLUMNS), shapes, land, found)


def _together(frames: list[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(columns))


def observe_one(reader: Reader, scene: Scene, places: Places) -> pd.DataFrame:
    """Observe all parcels in one scene; see ``geo.change_detection.observation.observe_scene``."""
    grid, coverage, pixels = places.on(scene_grid(reader, scene))
    return observe_scene(scene, read_scene(reader, scene, grid), grid=grid, coverage=coverage, pixels=pixels)


def compare(reader: Reader, before: Scene, after: Scene, places: Places) -> pd.DataFrame:
    """Rank all parcels by how likely they were newly developed between two scenes, on the grid of the first."""
    grid, coverage, _ = places.on(scene_grid(reader, before))
    scores = change_scores(
        read_scene(reader, before, grid), read_scene(reader, after, grid), grid=grid, coverage=coverage, seed=SEED
    )
    return change_rows(before, after, places.parcels.index.to_list(), scores)


def observe_store(
    engine: Engine, *, until: datetime, as_of: date, known_at: datetime, progress: Progress = quietly
) -> Observed:
    """Observe what a store's scenes have not been asked yet, scene by scene, each kept as soon as it is done.

    A scene that cannot be read is said so and tried again next time; the others go on.

    Parameters
    ----------
    until
        Last time of acquisition [UTC].
    as_of, known_at
        Which versions of parcels and scenes count.
    """
    with engine.connect() as conn:
        parcels = read_parcels(conn, as_of=as_of, known_at=known_at)
        scenes = read_scenes(conn, until=until, known_at=known_at)
        done = observed_scenes(conn, method=METHOD)
    if parcels.empty or not scenes:
        return Observed(0)
    versions = parcels.set_index("parcel_id")["parcel_version"]
    places, reader = Places(gpd.GeoSeries(parcels.set_index("parcel_id")["geometry"])), RasterioReader()
    refused = []
    for scene in progress(scenes, "scenes"):
        if all((version, scene.scene_id) in done for version in versions):
            continue
        try:
            rows = observe_one(reader, scene, places)
        except SourceError as error:
            refused.append({"scene_id": scene.scene_id, "code": error.code})
            continue
        with engine.begin() as conn:
            add_observations(conn, _versioned(rows, versions), method=METHOD)
    unreadable = {entry["scene_id"] for entry in refused}
    usable = [scene for scene in scenes if scene.scene_id not in unreadable]
    _compare_store(engine, usable, places, versions=versions, until=until)
    return Observed(len(usable), refused)


def _versioned(rows: pd.DataFrame, versions: pd.Series) -> pd.DataFrame:
    return rows.assign(parcel_version=rows["parcel_id"].map(versions))


def _compare_store(
    engine: Engine, scenes: Sequence[Scene], places: Places, *, versions: pd.Series, until: datetime
) -> None:
    """Compare the latest scene with the one nearest to a year before it, if that was not done yet."""
    pair = latest_pair(engine, scenes, until=until)
    if pair is None:
        return
    with engine.connect() as conn:
        kept = read_changes(conn, method=CHANGE_METHOD, until=until)
    is_kept = (kept["before_scene"] == pair[0].scene_id) & (kept["after_scene"] == pair[1].scene_id)
    if set(versions) <= set(kept.loc[is_kept, "parcel_version"]):
        return
    rows = compare(RasterioReader(), *pair, places)
    with engine.begin() as conn:
        add_changes(conn, _versioned(rows, versions), method=CHANGE_METHOD)


def latest_pair(engine: Engine, scenes: Sequence[Scene], *, until: datetime) -> tuple[Scene, Scene] | None:
    """Choose the two scenes to compare: the latest mostly clear one, and the one nearest to a year before it."""
    clear = clear_scenes(engine, until=until)
    usable = [scene for scene in scenes if clear.get(scene.scene_id, 0.0) >= MOSTLY_CLEAR]
    if len(usable) < 2:  # noqa: PLR2004  # a pair
        return None
    after = usable[-1]
    before = min(usable[:-1], key=lambda scene: (abs(after.acquired_at - YEAR - scene.acquired_at), scene.scene_id))
    return before, after


def clear_scenes(engine: Engine, *, until: datetime) -> dict[str, float]:
    """Return how clear the parcels were on average in each scene [1]."""
    with engine.connect() as conn:
        seen = read_observations(conn, method=METHOD, until=until)
    mean = seen.groupby("scene_id")["clear_fraction"].mean()
    return {str(name): float(share) for name, share in mean.items() if np.isfinite(share)}
