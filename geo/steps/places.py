"""Parcels laid over scenes block by block: one read of what they touch, whatever the extent of the land."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from geo.change_detection.blocks import Block, plan_blocks
from geo.change_detection.boxes import Box
from geo.change_detection.clear import clear_mask
from geo.change_detection.grid import Grid, pixel_counts
from geo.change_detection.observation import observe_clear
from geo.change_detection.pair import change_rows, scores_beside
from geo.change_detection.together import Together, lay_together, sampled
from geo.change_detection.yardstick import learn_yardstick
from geo.ingest.reader import Reader, read_scene, scene_grid
from geo.model import OBSERVATION_COLUMNS, Scene
from geo.steps.kept import Kept
from geo.store import CoverageCache

T = TypeVar("T")

SEED = 0
"""Draws the sample of pixels from which kinds of ground are made."""
REFERENCE_BLOCKS = 12
"""From so many blocks, drawn by `SEED`, is learnt what two scenes have in common."""
KEPT_GRIDS = 4
"""Parcels are kept in the systems of so many grids: the tiles that a county lies on."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Some parcels on the part of a grid that is read for them.

    Attributes
    ----------
    grid
        That part.
    coverage
        Parcels by pixels of it.
    pixels
        Sizes by ``parcel_id`` [pixels].
    shapes
        Geometries by ``parcel_id`` in the grid's system.
    block
        Which part of the whole grid it is.
    """

    grid: Grid
    coverage: csr_array
    pixels: pd.Series
    shapes: gpd.GeoSeries
    block: Block

    @property
    def corner(self) -> Box:
        """The part of the whole grid that it is."""
        (top, bottom), (left, right) = self.block.rows, self.block.columns
        return Box(top, left, bottom - top, right - left)


class Places:
    """Parcels on raster grids, a block at a time.

    Parameters
    ----------
    parcels
        Geometries by ``parcel_id``.
    cache
        Folder of coverage matrices that are kept from run to run; None keeps them for this run.
    """

    def __init__(self, parcels: gpd.GeoSeries, cache: Path | None = None) -> None:
        self.parcels = parcels
        self._passing = None if cache else TemporaryDirectory(prefix="parcelwatch-")
        self._cache = CoverageCache(cache or Path(self._passing.name if self._passing else ""))
        self._laid: dict[Grid, tuple[gpd.GeoSeries, list[Block]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._passing:
            self._passing.cleanup()

    def on(self, whole: Grid, chosen: NDArray[np.bool_], *, most: int | None = None) -> Iterator[Place]:
        """Yield the places of chosen parcels on a grid; those that it does not reach come last, on one pixel of it.

        What is read for a parcel does not depend on which others are chosen. Of more blocks than `most` so many are
        drawn by `SEED`.
        """
        shapes, blocks = self._lay(whole)
        if most is not None and len(blocks) > most:
            drawn = np.random.default_rng(SEED).choice(len(blocks), most, replace=False)
            blocks = [blocks[number] for number in sorted(drawn)]
        for block in blocks:
            wanted = chosen[block.members]
            if wanted.any():
                grid, members = whole.part(block.rows, block.columns), shapes.iloc[block.members]
                pixels = pd.Series(pixel_counts(members, grid), index=members.index)
                coverage = self._cache.coverage(members, grid)
                if not wanted.all():
                    coverage, pixels, members = coverage[wanted], pixels[wanted], members[wanted]
                yield Place(grid, coverage, pixels, members, block)

    def _lay(self, whole: Grid) -> tuple[gpd.GeoSeries, list[Block]]:
        if whole not in self._laid:
            shapes = self.parcels.to_crs(CRS.from_wkt(whole.crs_wkt))
            blocks = plan_blocks(whole, shapes)
            reached = np.concatenate([np.empty(0, np.intp), *(block.members for block in blocks)])
            rest = np.setdiff1d(np.arange(len(shapes)), reached)
            while len(self._laid) >= KEPT_GRIDS:
                self._laid.pop(next(iter(self._laid)))
            self._laid[whole] = shapes, [*blocks, *([Block((0, 1), (0, 1), rest)] if len(rest) else [])]
        return self._laid[whole]


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Which parcels are to be observed in a scene, and of which pixels are to be kept, in the order of all parcels."""

    observe: NDArray[np.bool_]
    keep: NDArray[np.bool_]

    @property
    def any(self) -> NDArray[np.bool_]:
        """Which parcels the scene is read for."""
        return self.observe | self.keep


def observe_one(reader: Reader, scene: Scene, places: Places, wanted: Wanted, kept: Kept | None = None) -> pd.DataFrame:
    """Observe chosen parcels in one scene, in their order, and keep pixels of some.

    See ``geo.change_detection.observation.observe_scene``. Pixels are kept only if the whole scene can be read.
    """
    whole = scene_grid(reader, scene)
    is_observed, is_kept = (pd.Series(mask, index=places.parcels.index) for mask in (wanted.observe, wanted.keep))
    with kept.writing(scene, whole) if kept and wanted.keep.any() else nullcontext() as draft:
        seen = []
        read = ((place, read_scene(reader, scene, place.grid)) for place in places.on(whole, wanted.any))
        for place, stored in _ahead(read):
            clear = clear_mask(stored, place.grid)
            chosen = is_observed[place.pixels.index].to_numpy()
            if chosen.any():
                part = {"coverage": place.coverage[chosen], "pixels": place.pixels[chosen]}
                seen.append(observe_clear(scene, stored, clear, **part))
            if draft and kept:
                members = place.shapes[is_kept[place.shapes.index].to_numpy()]
                draft.add(kept.boxes(scene, members, whole, place.block), stored, clear, place.corner)
    return _in_order(seen, places.parcels.index[wanted.observe])


def compare(reader: Reader, before: Scene, after: Scene, places: Places, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """Rank chosen parcels by how likely they were newly developed between two scenes, on the grid of the first.

    What the two scenes have in common is learnt from a fixed sample of `REFERENCE_BLOCKS` of the blocks that hold
    parcels: neither memory nor the time that it takes grows with the county.
    """
    whole = scene_grid(reader, before)

    def pairs(*, most: int | None = None) -> Iterator[tuple[Place, Together]]:
        read = (
            (place, read_scene(reader, before, place.grid), read_scene(reader, after, place.grid))
            for place in places.on(whole, chosen, most=most)
        )
        for place, old, new in _ahead(read):
            yield place, lay_together(old, new, place.grid)

    compared = []
    with threadpool_limits(limits=1, user_api="blas"):  # products are small: two threads only wait for each other
        samples = [sampled(pair) for _, pair in pairs(most=REFERENCE_BLOCKS)]
        samples = [one for one in samples if len(one.old)]
        yardstick = learn_yardstick(samples, seed=SEED) if samples else None
        for place, pair in pairs():
            nothing = np.full(len(place.pixels), np.nan)
            scores = scores_beside(yardstick, pair, place.coverage) if yardstick else nothing
            compared.append(change_rows(before, after, place.pixels.index.to_list(), scores))
    return _in_order(compared, places.parcels.index[chosen])


def _ahead(made: Iterator[T]) -> Iterator[T]:
    """Yield things in their order; while one is used, a thread makes the next: files are read beside the arithmetic."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(next, made, None)
        while (one := coming.result()) is not None:
            coming = pool.submit(next, made, None)
            yield one


def _in_order(frames: list[pd.DataFrame], parcel_ids: pd.Index) -> pd.DataFrame:
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(OBSERVATION_COLUMNS))
    ordered: pd.DataFrame = rows.iloc[pd.Index(rows["parcel_id"]).get_indexer(parcel_ids)].reset_index(drop=True)
    return ordered
