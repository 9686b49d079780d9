"""Find scenes: folders of single-band images whose names tell band and time."""

import hashlib
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from geo.change_detection.grid import Grid
from geo.errors import GeoError, InputError, SceneError, SchemaError
from geo.ingest.report import REFUSED_COLUMNS
from geo.ingest.scene_names import NO_BAND, Named, read_level, read_name, read_time, scene_name
from geo.model import Asset, Scene

DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".jp2": "JP2OpenJPEG"}
"""The only readers let near an image, by the end of its name: others could follow links out of it."""
SURROUNDINGS = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "GDAL_CACHEMAX": 64}
"""Nothing beside an image is read: what is hashed is all that counts. What is
unpacked is kept by `geo.ingest.tiles`, so that the readers keep little [MB]."""
LIFTED_FROM = date(2022, 1, 25)
"""From this day (processing baseline 04.00) stored numbers are lifted by 1000, unless a copy has taken that off."""
QUANTUM = 1e-4


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
    """Find the scenes in folders of single-band images, or in folders of such folders.

    A name ends in the band (``B01`` .. ``B12``, ``B8A``, ``SCL``), with ``_10m``, ``_20m`` or ``_60m`` behind it or
    not; of a band in several sizes the finest is taken. Images of one folder whose names begin alike are one scene.
    The name, or else the folder's, tells the time (``20241103T025941`` or ``20241103``). A file ``dates.txt`` beside
    a folder ``imgs_1`` that says another day for ``date_1`` is right: names before December 2016 carry the time of
    processing. Where only the day is known the time is 00:00 UTC.

    Level: ``L2A`` or ``L1C`` in the name; else L2A if there is an SCL layer, L1C if there is a band 10, else unknown.
    Scale and offset: what the images declare; else 0.0001 and 0, but from 25 January 2022 the offset is not known.

    Parameters
    ----------
    folders
        Local folders.
    offset
        What to add after scaling where the images do not say [1]: 0 or -0.1.

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
    for folder in folders:
        for images in scene_images(folder, refusals):
            path = images[0].path
            try:
                scene = check_scene(images, offset=offset)
                if scene.scene_id in scenes:
                    raise SceneError("observe.scene_twice", file=str(path.parent), scene=scene.scene_id)
            except GeoError as error:
                refusals.add(error, path, images[0].scene or path.parent.name)
                continue
            scenes[scene.scene_id] = scene
            sha256[scene.scene_id] = hash_named(image.path for image in images)
    ordered = sorted(scenes.values(), key=lambda scene: (scene.acquired_at, scene.scene_id))
    return SceneIntake(ordered, refusals.frame(), {scene.scene_id: sha256[scene.scene_id] for scene in ordered})


def scene_images(folder: Path, refusals: Refusals) -> Iterator[list[Named]]:
    """Yield the images of one scene after the other, each band once, in the order of the bands."""
    if not folder.is_dir():
        raise SchemaError("observe.no_folder", file=str(folder))
    found = False
    for place in (folder, *sorted(child for child in folder.iterdir() if child.is_dir())):
        by_scene: dict[str, dict[str, Named]] = {}
        nameless = []
        for path in sorted(place.iterdir()):
            if path.suffix.lower() not in DRIVERS or NO_BAND.search(path.stem):
                continue
            image = read_name(path)
            if image is None:
                nameless.append(path)
                continue
            bands = by_scene.setdefault(image.scene, {})
            if image.band not in bands or image.metres < bands[image.band].metres:
                bands[image.band] = image
        for bands in by_scene.values():
            found = True
            yield [bands[band] for band in sorted(bands)]
        for path in nameless if by_scene else ():
            refusals.add(SceneError("observe.name_without_band"), path)
    if not found:
        raise SchemaError("observe.no_images", file=str(folder))


def check_scene(images: Sequence[Named], *, offset: float | None) -> Scene:
    """Return the scene that images make, or raise the first thing wrong with them."""
    folder, name = images[0].path.parent, images[0].scene
    bands = {image.band for image in images}
    if bands == {"SCL"}:
        raise SceneError("observe.no_light", file=str(images[0].path))
    acquired_at = read_time(folder, name)
    level = read_level(f"{folder.name} {name}", bands)
    declared = {image.band: look_into(image.path) for image in images}
    scales = {numbers for band, numbers in declared.items() if band != "SCL"}
    if len(scales) > 1:
        raise SceneError("observe.mixed_scale", file=str(folder))
    scale, declared_offset = scales.pop()
    if math.isnan(declared_offset) and offset is None and acquired_at.date() < LIFTED_FROM and scale == QUANTUM:
        declared_offset = 0.0
    if math.isnan(declared_offset) and offset is not None:
        declared_offset = offset
    assets = tuple(Asset(image.band, str(image.path)) for image in images)
    return Scene(
        scene_name(name or folder.name, acquired_at, level), acquired_at, level, assets, scale, declared_offset
    )


def look_into(path: Path) -> tuple[float, float]:
    """Return scale and offset of an image that can be used; the offset is NaN where it does not say.

    The corners and the middle are decoded: in a file cut short some of them are missing.

    Raises
    ------
    SceneError
        What is wrong with it.
    """
    if path.stat().st_size == 0:
        raise SceneError("observe.image_empty", file=str(path))
    with warnings.catch_warnings(), rasterio.Env(**SURROUNDINGS):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            image = rasterio.open(path, driver=DRIVERS[path.suffix.lower()])
        except RasterioError as error:
            raise SceneError("observe.image_unreadable", file=str(path)) from error
        with image:
            if image.count != 1:
                raise SceneError("observe.image_many_layers", file=str(path), count=image.count)
            if image.crs is None:
                raise SceneError("observe.image_without_crs", file=str(path))
            try:
                Grid(image.crs.to_wkt(), tuple(image.transform)[:6], image.shape)
            except InputError as error:
                raise SceneError(error.code, file=str(path), **error.params) from error
            try:
                for row in (0, image.height // 2, image.height - 1):
                    for column in (0, image.width // 2, image.width - 1):
                        image.read(1, window=Window(column, row, 1, 1))
            except RasterioError as error:
                raise SceneError("observe.image_truncated", file=str(path)) from error
            scale, offset = float(image.scales[0]), float(image.offsets[0])
            if (scale, offset) != (1.0, 0.0):
                return scale, offset
            return (1.0 if image.dtypes[0].startswith("float") else QUANTUM), math.nan


def hash_named(paths: Iterable[Path]) -> str:
    """Return the sha256 of the names and bytes of files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.stat().st_size.to_bytes(8, "big"))
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
