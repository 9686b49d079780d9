"""The main job on the made-up sample county: simulate its scenes, fill a store, scan a month."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio

from geo.change_detection.grid import Grid
from geo.change_detection.mixtures import make_library
from geo.change_detection.simulate import county_materials, paint_days, simulate_scene
from geo.errors import SchemaError
from geo.ingest.reader import write_scene
from geo.ingest.spectra import read_spectra
from geo.locale import Language
from geo.settings import read_settings
from geo.steps.ingest import Options, ingest
from geo.steps.observe import Progress, quietly
from geo.steps.scan import ScanResult, scan
from geo.store import create_store, open_store

MONTH = "2026-10"
FIRST_PASS, LAST_PASS, EVERY = date(2024, 11, 3), date(2026, 10, 29), timedelta(days=5)
OVERCAST = (0.55, 0.6, 0.7, 0.7, 0.75, 0.75, 0.5, 0.45, 0.45, 0.4, 0.45, 0.5)
"""Share of passes under closed cloud, January first, the rains last from March to June: nobody keeps those."""
TIME_OF_PASS = "T025941"  # noqa: S105  # a time of day
SEED, PASSES = 20261031, 22
"""Of the scenes, and of which passes are overcast: chosen so that clouds hide some of the parcels whose works stopped
for more than 60 days, and others not."""
COMPLETE_THROUGH = date(2026, 10, 31)
MARK = ".parcelwatch-demo"
"""A file in every folder that the demo made, so that it never empties another one."""
PIXEL_M = 10.0


def run_demo(
    folder: Path, out: Path, *, lang: Language = "zh", known_at: datetime, progress: Progress = quietly
) -> ScanResult:
    """Make the sample county's scenes and store in a folder, and scan one month.

    Parameters
    ----------
    folder
        New, empty, or made by an earlier run, which is replaced.
    out
        Where results go.

    Raises
    ------
    SchemaError
        The folder holds something that the demo did not make.
    """
    _clear(folder)
    with sample_file("sample_parcels.gpkg") as sample, sample_file("sample_settings.toml") as written:
        settings = replace(read_settings(written), lang=lang, store=str(folder / "parcelwatch.gpkg"), out=str(out))
        write_scenes(sample, folder / "scenes", progress=progress)
        fill_store(sample, folder / "scenes", store=settings.store, known_at=known_at)
    return scan(open_store(settings.store), settings, MONTH, known_at=known_at, progress=progress)


def fill_store(sample: Path, scenes: Path, *, store: str, known_at: datetime) -> None:
    """Make the store and take the sample county into it."""
    create_store(store)
    engine = open_store(store)
    for kind in ("parcels", "footprints", "ledger"):
        options = Options(layer=kind, complete_through=COMPLETE_THROUGH if kind == "ledger" else None)
        ingest(engine, kind, [sample], options=options, known_at=known_at)
    ingest(engine, "scenes", [scenes], options=Options(), known_at=known_at)


def write_scenes(sample: Path, folder: Path, *, progress: Progress = quietly) -> None:
    """Simulate 24 months of surface reflectance over the sample county and write it, one folder a day."""
    surfaces = pyogrio.read_dataframe(sample, layer="surfaces")
    grid, materials = sample_grid(surfaces), county_materials(make_library(read_spectra()))
    days = list(scene_days())
    for day, painted in zip(progress(days, "simulate"), paint_days(surfaces, grid, days), strict=True):
        name = f"T50RMK_{day:%Y%m%d}{TIME_OF_PASS}"
        write_scene(folder / f"{day:%Y%m%d}", f"{name}_L2A", simulate_scene(painted, day, materials, seed=SEED), grid)


def scene_days() -> Iterator[date]:
    """Yield the days of the sample county's scenes: every pass that is not under closed cloud."""
    rng = np.random.default_rng([SEED, PASSES])
    for number in range((LAST_PASS - FIRST_PASS) // EVERY + 1):
        day = FIRST_PASS + number * EVERY
        if rng.random() >= OVERCAST[day.month - 1]:
            yield day


def sample_grid(surfaces: gpd.GeoDataFrame) -> Grid:
    """Return a 10 m grid, even in both directions, over the whole county."""
    west, south, east, north = surfaces.total_bounds
    left, top = np.floor(west / PIXEL_M) * PIXEL_M, np.ceil(north / PIXEL_M) * PIXEL_M
    columns, rows = (int(np.ceil(length / (2 * PIXEL_M))) * 2 for length in (east - left, top - south))
    return Grid(surfaces.crs.to_wkt(), (PIXEL_M, 0.0, float(left), 0.0, -PIXEL_M, float(top)), (rows, columns))


@contextmanager
def sample_file(name: str) -> Iterator[Path]:
    """Give the path of a file of the sample county, from a wheel or a checkout."""
    packaged = files("geo") / "data" / name
    if packaged.is_file():
        with as_file(packaged) as path:
            yield path
    else:
        yield Path(__file__).resolve().parents[2] / "data" / name


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise SchemaError("scan.not_our_folder", file=str(folder))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
