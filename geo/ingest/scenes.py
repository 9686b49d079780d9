"""Find scenes in what bureaus have: folders of bands, SAFE products, files of many layers, STAC catalogues."""

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from geo.change_detection.grid import Grid
from geo.errors import GeoError, SceneError, SchemaError
from geo.ingest.candidates import Candidate, Left, check_folder, images_in
from geo.ingest.images import QUANTUM, look_into
from geo.ingest.report import REFUSED_COLUMNS
from geo.ingest.safe import description_in, product_in
from geo.ingest.scene_names import MASKS, read_level, read_time, scene_name
from geo.ingest.stac import catalogue_at, items_in
from geo.model import Asset, Scene

LIFTED_FROM = date(2022, 1, 25)
"""From this day (processing baseline 04.00) stored numbers are lifted by 1000, unless a copy has taken that off."""


@dataclass(frozen=True, slots=True)
class SceneIntake:
    """What folders of images gave.

    Attributes
    ----------
    scenes
        Ordered by time of acquisition.
    refused
        One row an image or scene left out: ``file`` and the columns of other intakes' ``refused``. A scene with one
        bad image is left out whole.
    sha256
        By ``scene_id``, over the names and bytes of its files.
    """

    scenes: list[Scene]
    refused: pd.DataFrame
    sha256: dict[str, str]


@dataclass(slots=True)
class Refusals:
    """Images and scenes left out, with the reason."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, error: GeoError, path: Path, identifier: str | None = None) -> None:
        """Keep why an image, or the scene it belongs to, was left out."""
        params = {"file": str(path)} | error.params
        self.rows.append({"file": str(path), "identifier": identifier, "code": error.code, "params": params, "raw": ""})

    def frame(self) -> pd.DataFrame:
        """Return all as a frame."""
        return pd.DataFrame(self.rows, columns=["file", *REFUSED_COLUMNS], dtype=object)


def find_scenes(folders: Sequence[Path], *, offset: float | None = None) -> SceneIntake:
    """Find the scenes in folders, in the folders inside them, and in catalogues.

    - A folder of single-band GeoTIFF, JPEG 2000 or ENVI images: a name ends in the band (``B01`` .. ``B12``, ``B8A``,
      ``SCL``, ``FMASK``), with ``_10m``, ``_20m`` or ``_60m`` behind it or not; of a band in several sizes the finest
      is taken. Images of one folder whose names begin alike are one scene. The name, or else the folder's, tells the
      time (``20241103T025941`` or ``20241103``). A file ``dates.txt`` beside a folder ``imgs_1`` that says another day
      for ``date_1`` is right: names before December 2016 carry the time of processing. Where only the day is known
      the time is 00:00 UTC.
    - A file of several layers whose descriptions name bands, or whose ENVI header tells their wavelengths.
    - A SAFE product: ``MTD_MSIL2A.xml`` or ``MTD_MSIL1C.xml`` tells time, level, scale and offset.
    - A static STAC catalogue (``catalog.json``, ``collection.json`` or an item): see `geo.ingest.stac`.

    Level: ``L2A`` or ``L1C`` in the name; else L2A if there is an SCL layer, L1C if there is a band 10, else unknown.
    Scale and offset: what the product or the images declare; else 0.0001 and 0, but from 25 January 2022 the offset is
    not known.

    Parameters
    ----------
    folders
        Local folders, or files of catalogues.
    offset
        What to add after scaling where nothing says it [1]: 0 or -0.1.

    Returns
    -------
    SceneIntake
        A bad image does not stop the run; its scene is left out and named.

    Raises
    ------
    SchemaError
        ``observe.no_folder`` or ``observe.no_images``.
    """
    refusals = Refusals()
    scenes: dict[str, Scene] = {}
    sha256: dict[str, str] = {}
    for one in (one for folder in folders for one in candidates_in(folder)):
        if isinstance(one, Left):
            refusals.add(one.error, one.path, one.identifier)
            continue
        try:
            scene = check_scene(one, offset=offset)
            if scene.scene_id in scenes:
                raise SceneError("observe.scene_twice", file=str(one.place), scene=scene.scene_id)
            sha256[scene.scene_id] = hash_named(one.files)
        except GeoError as error:
            refusals.add(error, one.images[0].path, one.name)
            continue
        scenes[scene.scene_id] = scene
    ordered = sorted(scenes.values(), key=lambda scene: (scene.acquired_at, scene.scene_id))
    return SceneIntake(ordered, refusals.frame(), {scene.scene_id: sha256[scene.scene_id] for scene in ordered})


def candidates_in(folder: Path) -> Iterator[Candidate | Left]:
    """Yield what may be scenes in a folder and in the folders inside it, or in a catalogue."""
    catalogue = catalogue_at(folder)
    if catalogue is not None:
        yield from items_in(catalogue)
        return
    check_folder(folder)
    found = False
    for place in (folder, *sorted(child for child in folder.iterdir() if child.is_dir())):
        description = description_in(place)
        for one in product_in(place, description) if description else images_in(place):
            found = True
            yield one
        if description and place == folder:
            return
    if not found:
        raise SchemaError("observe.no_images", file=str(folder))


def check_scene(candidate: Candidate, *, offset: float | None) -> Scene:
    """Return the scene that images make, or raise the first thing wrong with them."""
    images = candidate.images
    folder, name = images[0].path.parent, images[0].scene
    bands = {image.band for image in images}
    if bands <= set(MASKS):
        raise SceneError("observe.no_light", file=str(images[0].path))
    acquired_at = candidate.acquired_at or read_time(folder, name)
    level = candidate.level or read_level(f"{folder.name} {name}", bands)
    looked = {image.band: look_into(image.path, image.layer) for image in images}
    check_together({band: grid for band, (_, _, grid) in looked.items()}, folder)
    scale, declared = candidate.scale, candidate.offset
    if math.isnan(scale):
        scales = {(scale, offset) for band, (scale, offset, _) in looked.items() if band not in MASKS}
        if len(scales) > 1:
            raise SceneError("observe.mixed_scale", file=str(folder))
        scale, in_files = scales.pop()
        declared = in_files if math.isnan(declared) else declared
    if math.isnan(declared) and offset is None and acquired_at.date() < LIFTED_FROM and scale == QUANTUM:
        declared = 0.0
    if math.isnan(declared) and offset is not None:
        declared = offset
    assets = tuple(Asset(image.band, str(image.path.absolute()), image.layer or 1) for image in images)
    scene_id = candidate.scene_id or scene_name(name or folder.name, acquired_at, level)
    return Scene(scene_id, acquired_at, level, assets, scale, declared)


def check_together(grids: dict[str, Grid], folder: Path) -> None:
    """Raise SceneError if two bands of a scene in one system lie apart: they are not of one picture."""
    first, other = min(grids), grids[min(grids)]
    west, south, east, north = other.bounds
    for band, grid in grids.items():
        left, bottom, right, top = grid.bounds
        is_apart = left >= east or right <= west or bottom >= north or top <= south
        if grid.crs_wkt == other.crs_wkt and is_apart:
            raise SceneError("observe.bands_apart", file=str(folder), one=first, other=band)


def hash_named(paths: Iterable[Path]) -> str:
    """Return the sha256 of the names and bytes of files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.stat().st_size.to_bytes(8, "big"))
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
