"""Observe parcels in scenes, from files or from a store; and rank what changed between two passes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Protocol, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine

from geo.change_detection.passes import group_passes
from geo.errors import SourceError
from geo.facts import fold_registers
from geo.ingest.parcels import read_parcels as read_parcel_file
from geo.ingest.report import Intake
from geo.ingest.scenes import SceneIntake, find_scenes
from geo.model import CHANGE_COLUMNS, Scene
from geo.steps.kept import Kept
from geo.steps.local import Local, local_of
from geo.steps.looks import Look, Mask, compare_looks, look, together
from geo.steps.monthly import METHOD as MONTHLY_METHOD
from geo.steps.monthly import Month, observe_month
from geo.steps.places import SEED, Places
from geo.steps.truths import known_shares
from geo.store import (
    PixelStore,
    add_changes,
    add_observations,
    cache_folder,
    complete_through,
    count_observed,
    mean_clear,
    observed_versions,
    read_changes,
    read_footprints,
    read_monthly,
    read_observations,
    read_parcels,
    read_registers,
    read_scene_hashes,
    read_scenes,
)

METHOD = "spectral-bracket-1"
"""Names how observations were made; another number when the same scene would give other ones."""
CHANGE_METHOD = "light-and-edges-2"
"""Names how changes were made."""
YEAR = timedelta(days=365)
"""How far back the scene lies that a store's latest one is compared with: the same season."""
SIGNS_OF_WORKS = ["started_on", "works_seen_on", "last_worked_on", "last_seen_working_on", "completed_on"]
"""Days of the ledger on which the ground was no longer as it was handed over."""
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
    unread
        ``scene_id`` and ``code`` of scenes that could not be read after all.
    """

    observations: pd.DataFrame
    changes: pd.DataFrame
    shapes: gpd.GeoSeries
    parcels: Intake
    scenes: SceneIntake
    unread: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of the scenes of a store: how many were used, which could not be read and why, and new rows.

    ``local`` is how the month agrees with what is known of parcels beside its images; None where nothing was observed.
    """

    used: int
    refused: list[dict[str, str]] = field(default_factory=list)
    seed: int = SEED
    rows: int = 0
    months: int = 0
    local: Local | None = None


def observe(  # noqa: PLR0913  # each is an option of the command
    parcels: str | Path,
    scenes: Sequence[str | Path],
    *,
    parcel_id: str | None = None,
    crs: str | None = None,
    offset: float | None = None,
    progress: Progress = quietly,
) -> ObserveResult:
    """Observe the parcels of a file in the scenes of folders, and rank what changed from each pass to the next.

    Parameters
    ----------
    parcels
        GeoPackage, Shapefile or GeoJSON.
    scenes
        Folders of scenes; see `geo.ingest.scenes.find_scenes`.
    parcel_id, crs
        As for ``compute_indicators``.
    offset
        Reflectance offset of scenes whose files do not say theirs [1].
    progress
        Called with the passes or pairs to go through.

    Raises
    ------
    InputError
        A file or folder cannot be used.
    """
    land = read_parcel_file(parcels, parcel_id=parcel_id, crs=crs)
    found = find_scenes([Path(folder) for folder in scenes], offset=offset)
    shapes = gpd.GeoSeries(land.taken.set_index("parcel_id")["geometry"])
    with Places(shapes) as places:
        looks = [look(one, places, done={}) for one in progress(group_passes(found.scenes), "scenes")]
        usable = [one.scenes for one in looks if one.scenes]
        compared = [compare_looks(*pair, places) for pair in progress(list(pairwise(usable)), "pairs")]
    seen = together([rows for one in looks for rows in one.seen])
    refused = [entry for one in looks for entry in one.refused]
    return ObserveResult(seen, together(compared, CHANGE_COLUMNS), shapes, land, found, refused)


def observe_store(
    engine: Engine, *, until: datetime, as_of: date, known_at: datetime, progress: Progress = quietly
) -> Observed:
    """Observe what a store's scenes have not been asked yet, pass by pass, each kept as soon as it is done.

    A month costs what its new scenes cost: a pass whose parcels are all observed and whose pixels are kept is not
    opened. A scene that cannot be read is said so and tried again next time; the others go on. Pixels of an observed
    scene that are lost and cannot be made again are only missed.

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
        counts = count_observed(conn, method=METHOD, as_of=as_of, known_at=known_at)
        hashes = read_scene_hashes(conn, known_at=known_at)
    if parcels.empty or not scenes:
        return Observed(0)
    versions = parcels.set_index("parcel_id")["parcel_version"]
    refused, rows, usable = [], 0, []
    shapes, cache = gpd.GeoSeries(parcels.set_index("parcel_id")["geometry"]), cache_folder(engine)
    with Places(shapes, cache) as places, PixelStore(cache / "pixels") as pixels:
        kept = Kept(pixels, shapes, hashes)
        for one in progress(group_passes(scenes), "scenes"):
            is_observed = len(one) == 1 and counts.get(one[0].scene_id) == len(versions)
            if is_observed and not kept.missing(one[0]).any():
                usable.append(one)
                continue
            seen = look(one, places, done=_done(engine, one, versions), kept=kept)
            refused += [] if is_observed else seen.refused
            usable.append(one if is_observed else seen.scenes)
            rows += _keep(engine, seen, versions)
        with engine.connect() as conn:
            month = _month(conn, parcels, scenes, as_of=as_of, known_at=known_at)
            seen_all = read_observations(conn, method=METHOD, until=until, as_of=as_of, known_at=known_at)
        months = observe_month(engine, places, kept, seen_all, month=month)
        try:
            _compare_store(engine, [one for one in usable if one], places, versions=versions, until=until)
        except SourceError as error:
            refused.append({"scene_id": str(error.params.get("file", "")), "code": error.code})
    with engine.connect() as conn:
        said = read_monthly(conn, method=MONTHLY_METHOD, month=month.name, as_of=as_of, known_at=known_at)
    return Observed(sum(map(len, usable)), refused, rows=rows, months=months, local=local_of(said, month.name))


def _month(
    conn: Connection, parcels: gpd.GeoDataFrame, scenes: Sequence[Scene], *, as_of: date, known_at: datetime
) -> Month:
    """Return the month that ends on a day, and what registers and footprints tell of its parcels."""
    registers = read_registers(conn, as_of=as_of, known_at=known_at)
    footprints = read_footprints(conn, as_of=as_of, known_at=known_at)
    return Month(
        as_of=as_of,
        known_at=known_at,
        scenes=scenes,
        areas_m2=parcels.set_index("parcel_id")["area_m2"],
        ledger=days_of_works(registers, complete_through(conn, known_at=known_at), as_of=as_of),
        known=known_shares(parcels, footprints, registers["visit"], as_of=as_of),
    )


def days_of_works(registers: Mapping[str, pd.DataFrame], complete: Mapping[str, date], *, as_of: date) -> pd.DataFrame:
    """Return delivery and start by ``parcel_id``; of a parcel that shares its contract neither is its own.

    Works or buildings that were known before the day of the start put it there.
    """
    folded, _ = fold_registers(registers, complete_through=complete, as_of=as_of)
    rows = folded.drop_duplicates("parcel_id").set_index("parcel_id")
    signs = rows.reindex(columns=SIGNS_OF_WORKS).astype("datetime64[s]")
    days = rows.reindex(columns=["delivered_on"]).astype("datetime64[s]")
    days["started_on"] = signs.min(axis=1).where(signs["started_on"].notna())
    return days[rows["pooled_under"].isna()] if "pooled_under" in rows else days


def _done(engine: Engine, scenes: Sequence[Scene], versions: pd.Series) -> dict[str, Mask]:
    with engine.connect() as conn:
        known = {scene.scene_id: observed_versions(conn, scene.scene_id, method=METHOD) for scene in scenes}
    return {name: versions.isin(seen).to_numpy(dtype=np.bool_) for name, seen in known.items()}


def _keep(engine: Engine, seen: Look, versions: pd.Series) -> int:
    """Keep the observations of a pass all together; return how many they are."""
    with engine.begin() as conn:
        for rows in seen.seen:
            add_observations(conn, _versioned(rows, versions), method=METHOD)
    return sum(map(len, seen.seen))


def _versioned(rows: pd.DataFrame, versions: pd.Series) -> pd.DataFrame:
    return rows.assign(parcel_version=rows["parcel_id"].map(versions))


def _compare_store(
    engine: Engine, passes: Sequence[list[Scene]], places: Places, *, versions: pd.Series, until: datetime
) -> None:
    """Compare the latest pass with the one nearest to a year before it, if that was not done yet."""
    pair = latest_pair(engine, passes, until=until)
    if pair is None:
        return
    with engine.connect() as conn:
        kept = read_changes(conn, method=CHANGE_METHOD, until=until)
    before, after = ([scene.scene_id for scene in one] for one in pair)
    is_kept = kept["before_scene"].isin(before) & kept["after_scene"].isin(after)
    if set(versions) <= set(kept.loc[is_kept, "parcel_version"]):
        return
    rows = compare_looks(*pair, places)
    with engine.begin() as conn:
        add_changes(conn, _versioned(rows, versions), method=CHANGE_METHOD)


def latest_pair(
    engine: Engine, passes: Sequence[list[Scene]], *, until: datetime
) -> tuple[list[Scene], list[Scene]] | None:
    """Choose the two passes to compare: the latest mostly clear one, and the one nearest to a year before it."""
    with engine.connect() as conn:
        seen = mean_clear(conn, method=METHOD, until=until)
    usable = [one for one in passes if clear_share(one, seen) >= MOSTLY_CLEAR]
    if len(usable) < 2:  # noqa: PLR2004  # a pair
        return None
    after = usable[-1]
    wanted = after[0].acquired_at - YEAR
    before = min(usable[:-1], key=lambda one: (abs(wanted - one[0].acquired_at), one[0].scene_id))
    return before, after


def clear_share(scenes: Sequence[Scene], seen: Mapping[str, tuple[float, int]]) -> float:
    """Return how clear the parcels were on average in a pass, from averages and counts by scene [1].

    Examples
    --------
    >>> a, b = (Scene(name, datetime(2026, 1, 1), "L2A", ()) for name in "ab")
    >>> clear_share([a, b], {"a": (1.0, 3), "b": (0.2, 1)})
    0.8
    """
    there = [seen[scene.scene_id] for scene in scenes if scene.scene_id in seen]
    count = sum(number for _, number in there)
    return sum(mean * number for mean, number in there) / count if count else 0.0
