"""Pixels of parcels kept from scene to scene, so that a month costs what its new scenes cost.

A folder of Parquet files that may be deleted at any moment: what is missing is made again from the scenes, as long as
they are there. A file holds one scene, a row group or some for each block of its grid; in a row group the boxes stand
one after the other, each row by row. Numbers are kept as read, ``LACKING`` where there is none; ``clear`` says where
they can be used. Where each box stands is in the file's metadata.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from geo.change_detection.boxes import Box
from geo.change_detection.grid import Grid
from geo.model import Scene

Image = NDArray[np.float32]

METHOD = "pixels-1"
"""Names how pixels are cut out and kept; another number when the same scene would give other ones."""
ABOUT = b"parcelwatch"
OPEN_MOST = 256
"""So many files are kept open."""
LACKING = np.iinfo(np.int32).min
"""Stands where a scene holds no number."""
GROUP_PIXELS = 20_000
"""A row group is full with so many pixels: to read some parcels of a block, not all of it need be unpacked."""
WHOLE = 0.01
"""Where the number 1 means less reflectance than this, stored numbers are whole and what was interpolated between them
is rounded; otherwise they are kept as they are."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a box stands: file, row group, first row; and which part of which grid it is."""

    path: Path
    group: int
    begin: int
    box: Box
    grid: Grid


@dataclass(slots=True)
class Draft:
    """A scene's file while it is written.

    Attributes
    ----------
    path
        Where it is written.
    bands
        What is kept of each pixel beside ``clear``.
    is_whole
        Whether numbers are whole.
    spots
        By key, row group, first row and box.
    is_lost
        The disk refused a part of it.
    """

    path: Path
    bands: Sequence[str]
    is_whole: bool
    spots: dict[str, list[int]] = field(default_factory=dict)
    writer: pq.ParquetWriter | None = None
    groups: int = 0
    is_lost: bool = False

    def add(self, boxes: Mapping[str, Box], stored: Mapping[str, Image], clear: NDArray[np.bool_], corner: Box) -> None:
        """Keep boxes of a block.

        Parameters
        ----------
        boxes
            On the whole grid, by key; each inside what was read, or empty: what the scene does not show.
        stored, clear
            What was read.
        corner
            The part of the whole grid that it is.
        """
        group = np.cumsum([box.size for box in boxes.values()]) // GROUP_PIXELS
        for number in np.unique(group):
            part = {key: box for (key, box), own in zip(boxes.items(), group, strict=True) if own == number}
            self._add_group(part, stored, clear, corner)

    def _add_group(
        self, boxes: Mapping[str, Box], stored: Mapping[str, Image], clear: NDArray[np.bool_], corner: Box
    ) -> None:
        if self.is_lost:
            return
        flat = np.concatenate([places_in(box, corner) for box in boxes.values()])
        columns = {band: self._numbers(stored[band].ravel()[flat]) for band in self.bands}
        try:
            self._write(pa.table(columns | {"clear": clear.ravel()[flat]}))
        except OSError:
            self.is_lost = True
        begins = np.cumsum([0, *(box.size for box in boxes.values())])
        for (key, box), begin in zip(boxes.items(), begins[:-1], strict=True):
            self.spots[key] = [self.groups, int(begin), *box]
        self.groups += 1

    def _write(self, table: pa.Table) -> None:
        if self.writer is None:
            self.writer = pq.ParquetWriter(
                self.path,
                table.schema,
                compression="zstd",
                use_dictionary=False,
                write_statistics=False,
                column_encoding=dict.fromkeys(self.bands, "DELTA_BINARY_PACKED") if self.is_whole else None,
                write_page_checksum=True,
            )
        self.writer.write_table(table, row_group_size=max(len(table), 1))

    def _numbers(self, values: Image) -> NDArray[np.generic]:
        if not self.is_whole:
            return values
        known = np.isfinite(values)
        return np.where(known, np.rint(np.where(known, values, 0)), LACKING).astype(np.int32)


class PixelStore:
    """Boxes of pixels by scene and key.

    Parameters
    ----------
    folder
        Made when the first scene is kept. A folder that cannot be written only costs the time to read scenes again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[Path, pq.ParquetFile] = {}

    @contextmanager
    def writing(self, stamp: str, scene: Scene, grid: Grid, bands: Sequence[str]) -> Iterator[Draft]:
        """Keep a scene: its file appears whole at the end, or not at all if something goes wrong.

        Parameters
        ----------
        stamp
            From `scene_stamp`.
        grid
            The whole grid of the scene.
        """
        folder = self._of(stamp)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
                draft = Draft(Path(part.name), bands, is_whole=scene.scale < WHOLE)
        except OSError:
            yield Draft(folder, bands, is_whole=True, is_lost=True)
            return
        about = {"scene_id": scene.scene_id, "grid": [grid.crs_wkt, grid.transform, grid.shape]}
        try:
            yield draft
            if draft.spots and not draft.is_lost:
                _finish(draft, about, folder / f"{stamp}-{_name(draft.spots)}.parquet")
        finally:
            with suppress(OSError):
                if draft.writer is not None:
                    draft.writer.close()
                draft.path.unlink(missing_ok=True)

    def spots(self, stamp: str) -> dict[str, Spot]:
        """Return where the boxes of a scene stand, by key; a file that cannot be read is thrown away."""
        found: dict[str, Spot] = {}
        for path in sorted(self._of(stamp).glob(f"{stamp}-*.parquet")):
            try:
                about = json.loads(self._file(path).metadata.metadata[ABOUT])
                wkt, transform, shape = about["grid"]
                grid = Grid(wkt, tuple(transform), tuple(shape))
            except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
                self._throw_away(path)
                continue
            for key, (group, begin, *box) in about["spots"].items():
                found[key] = Spot(path, group, begin, Box(*box), grid)
        return found

    def read(self, spots: Mapping[str, Spot], bands: Sequence[str]) -> dict[str, tuple[Image, NDArray[np.bool_]]]:
        """Return numbers and usable pixels of boxes of one scene, by key.

        Parameters
        ----------
        spots
            Some of those that `spots` gave; those of one row group are read together.
        bands
            Names; every scene that is kept has them all.

        Returns
        -------
        dict
            Numbers, shape (bands, height, width), NaN where there is none, and where they can be used, shape (height,
            width). An empty box is left out, and so is one whose file cannot be read after all: that is thrown away.
        """
        found: dict[str, tuple[Image, NDArray[np.bool_]]] = {}
        by_group: dict[tuple[Path, int], list[str]] = {}
        for key, spot in spots.items():
            if spot.box.size:
                by_group.setdefault((spot.path, spot.group), []).append(key)
        for (path, group), keys in by_group.items():
            try:
                table = self._file(path).read_row_group(group, [*bands, "clear"], use_threads=False)
                columns = [_known(table[band]) for band in bands]
                clear = table["clear"].to_numpy()
            except (OSError, pa.ArrowException, KeyError):
                self._throw_away(path)
                continue
            for key in keys:
                shape, rows = spots[key].box[2:], slice(spots[key].begin, spots[key].begin + spots[key].box.size)
                found[key] = np.stack([c[rows] for c in columns]).reshape(-1, *shape), clear[rows].reshape(shape)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all files."""
        while self._open:
            self._open.popitem()[1].close()

    def _of(self, stamp: str) -> Path:
        return self.folder / stamp[:2]

    def _file(self, path: Path) -> pq.ParquetFile:
        file = self._open.pop(path, None) or pq.ParquetFile(path, page_checksum_verification=True)
        self._open[path] = file
        while len(self._open) > OPEN_MOST:
            self._open.pop(next(iter(self._open))).close()
        return file

    def _throw_away(self, path: Path) -> None:
        file = self._open.pop(path, None)
        if file is not None:
            file.close()
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _name(keys: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:16]


def _finish(draft: Draft, about: Mapping[str, object], path: Path) -> None:
    """Give a file its metadata and its name; what the disk refuses is left."""
    assert draft.writer is not None  # it holds a box
    with suppress(OSError):
        draft.writer.add_key_value_metadata({ABOUT: json.dumps({**about, "spots": draft.spots})})
        draft.writer.close()
        draft.path.replace(path)


def _known(column: pa.ChunkedArray) -> Image:
    numbers: NDArray[np.generic] = column.to_numpy()
    if numbers.dtype.kind == "f":
        return numbers.astype(np.float32, copy=False)
    return np.where(numbers == LACKING, np.float32(np.nan), numbers.astype(np.float32))


def places_in(box: Box, corner: Box) -> NDArray[np.intp]:
    """Return the positions of a box's pixels in the part of the grid that was read, row by row."""
    rows = np.arange(box.top - corner.top, box.top - corner.top + box.height)
    columns = np.arange(box.left - corner.left, box.left - corner.left + box.width)
    return (rows[:, None] * corner.width + columns).ravel()


def scene_stamp(scene: Scene, sha256: str) -> str:
    """Return a hash of all that the pixels of a scene depend on: method, files, day, and how they are read."""
    parts = METHOD, scene.scene_id, scene.acquired_at.isoformat(), scene.level, scene.scale, scene.offset, sha256
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def parcel_keys(geometries: gpd.GeoSeries) -> list[str]:
    """Return a hash of each parcel's outline and its coordinate system."""
    crs = "" if geometries.crs is None else geometries.crs.to_wkt()
    return [
        hashlib.sha256(crs.encode() + b"\0" + (outline or b"-")).hexdigest()[:32]
        for outline in shapely.to_wkb(geometries.to_numpy(), byte_order=1)
    ]
