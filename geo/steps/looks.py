"""A look: one pass of a satellite, and which of its scenes each parcel is observed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.change_detection.grid import Grid
from geo.change_detection.passes import choose_scenes
from geo.errors import SourceError
from geo.ingest.reader import RasterioReader, scene_grid
from geo.model import CHANGE_COLUMNS, OBSERVATION_COLUMNS, Scene
from geo.steps.kept import Kept
from geo.steps.places import Places, Wanted, compare, observe_one

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Look:
    """What one pass gave.

    Attributes
    ----------
    scenes
        Those of the pass that can be read.
    refused
        ``scene_id`` and ``code`` of those that cannot.
    seen
        Observations, one frame a scene.
    """

    scenes: list[Scene]
    refused: list[dict[str, str]] = field(default_factory=list)
    seen: list[pd.DataFrame] = field(default_factory=list)

    def refuse(self, scene: Scene, error: SourceError) -> None:
        """Go on without a scene."""
        self.scenes.remove(scene)
        self.refused.append({"scene_id": scene.scene_id, "code": error.code})


def look(scenes: Sequence[Scene], places: Places, *, done: Mapping[str, Mask], kept: Kept | None = None) -> Look:
    """Observe parcels in one pass, each in the scene that is best for it; a scene that cannot be read is left out.

    Where pixels are kept, those of a parcel are kept of the same scene.

    Parameters
    ----------
    scenes
        The scenes of the pass.
    done
        By ``scene_id``, which parcels need not be observed in it again.
    kept
        Where pixels are kept, if they are.
    """
    found = Look(list(scenes))
    observed = {scene.scene_id: done.get(scene.scene_id, np.zeros(len(places.parcels), np.bool_)) for scene in scenes}
    with RasterioReader() as reader:
        grids = _grids(reader, found)
        while not _observe_all(reader, found, _Task(places, kept, grids, observed)):
            pass  # one scene less: its parcels are observed in another one
    return found


@dataclass(frozen=True, slots=True)
class _Task:
    """What a pass is looked at with, and which parcels were observed in each of its scenes so far."""

    places: Places
    kept: Kept | None
    grids: Mapping[str, Grid]
    observed: dict[str, Mask]


def _observe_all(reader: RasterioReader, found: Look, task: _Task) -> bool:
    """Observe what is not observed yet; False when a scene turned out not to be readable."""
    if not found.scenes:
        return True
    chosen = choose_scenes(found.scenes, [task.grids[scene.scene_id] for scene in found.scenes], task.places.parcels)
    for number, scene in enumerate(list(found.scenes)):
        here = chosen == number
        keep = here & task.kept.missing(scene) if task.kept else np.zeros_like(here)
        wanted = Wanted(here & ~task.observed[scene.scene_id], keep)
        if not wanted.any.any():
            continue
        try:
            seen = observe_one(reader, scene, task.places, wanted, task.kept)
        except SourceError as error:
            found.refuse(scene, error)
            return False
        if len(seen):
            found.seen.append(seen)
        task.observed[scene.scene_id] = task.observed[scene.scene_id] | wanted.observe
    return True


def _grids(reader: RasterioReader, found: Look) -> dict[str, Grid]:
    grids = {}
    for scene in list(found.scenes):
        try:
            grids[scene.scene_id] = scene_grid(reader, scene)
        except SourceError as error:
            found.refuse(scene, error)
    return grids


def compare_looks(before: Sequence[Scene], after: Sequence[Scene], places: Places) -> pd.DataFrame:
    """Rank all parcels by what changed between two passes, each between the scenes that are best for it.

    Raises
    ------
    SourceError
        A scene cannot be read.
    """
    rows = []
    with RasterioReader() as reader:
        first, second = (
            choose_scenes(scenes, [scene_grid(reader, scene) for scene in scenes], places.parcels)
            for scenes in (before, after)
        )
        for i, old in enumerate(before):
            for j, new in enumerate(after):
                wanted = (first == i) & (second == j)
                if wanted.any():
                    rows.append(compare(reader, old, new, places, wanted))
    return together(rows, CHANGE_COLUMNS)


def together(frames: Sequence[pd.DataFrame], columns: Sequence[str] = OBSERVATION_COLUMNS) -> pd.DataFrame:
    """Return frames below each other; an empty one with these columns for none."""
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(columns))
