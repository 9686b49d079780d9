"""What may be a scene: images that belong together, and what is said of them beside their own words."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from geo.errors import GeoError, SceneError, SchemaError
from geo.ingest.images import DRIVERS, envi_header, files_of, is_envi_header, read_layers
from geo.ingest.scene_names import NO_BAND, Named, band_of_layer, read_name
from geo.model import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Images that belong together.

    Attributes
    ----------
    place
        Folder or file to name when something is wrong.
    images
        One entry a band.
    scene_id, acquired_at, level
        What a product's own description says; None where names must tell.
    scale, offset
        The same [1]; NaN where the images must tell.
    described_by
        Files that said so; they count in the hash.
    """

    place: Path
    images: tuple[Named, ...]
    scene_id: str | None = None
    acquired_at: datetime | None = None
    level: Level | None = None
    scale: float = math.nan
    offset: float = math.nan
    described_by: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """How the candidate is called before it is known to be a scene."""
        return self.scene_id or self.images[0].scene or self.place.name

    @property
    def files(self) -> list[Path]:
        """All files that it is made of, each once."""
        parts = {part for image in self.images for part in files_of(image.path)}
        return sorted(parts | set(self.described_by))


@dataclass(slots=True)
class Left:
    """Something that is no candidate, with the reason."""

    error: GeoError
    path: Path
    identifier: str | None = None


@dataclass(slots=True)
class Bands:
    """Images of one folder by scene and band; of a band in several sizes the finest."""

    by_scene: dict[str, dict[str, Named]] = field(default_factory=dict)

    def add(self, image: Named) -> None:
        """Take an image unless a finer one of its band is there."""
        bands = self.by_scene.setdefault(image.scene, {})
        if image.band not in bands or image.metres < bands[image.band].metres:
            bands[image.band] = image

    def scenes(self) -> Iterator[tuple[Named, ...]]:
        """Yield the images of one scene after the other, in the order of the bands."""
        for bands in self.by_scene.values():
            yield tuple(bands[band] for band in sorted(bands))


def images_in(folder: Path) -> Iterator[Candidate | Left]:
    """Yield what the images of one folder make: single bands by their names, files of many layers by what they say."""
    found, nameless = Bands(), []
    for path in sorted(folder.iterdir()):
        if not is_image(path) or NO_BAND.search(path.stem):
            continue
        image = read_name(path)
        if image is None:
            nameless.append(path)
        else:
            found.add(image)
    many: list[Candidate | Left] = []
    for path in nameless:
        one = layers_of(path, is_expected=bool(found.by_scene))
        if one is not None:
            many.append(one)
    for images in found.scenes():
        yield Candidate(place=folder, images=images)
    yield from many


def is_image(path: Path) -> bool:
    """Whether a file may be an image, by its name or the header beside it."""
    return path.is_file() and (path.suffix.lower() in DRIVERS or envi_header(path) is not None)


def layers_of(path: Path, *, is_expected: bool) -> Candidate | Left | None:
    """Return the scene that a file of several layers is, or why it is none.

    A file of one layer whose band nobody tells is left out without a word, unless it lies among bands of scenes.
    """
    try:
        layers = read_layers(path)
    except SceneError as error:
        return Left(error, path, path.stem)
    bands = Bands()
    for number, layer in enumerate(layers, start=1):
        band = band_of_layer(layer)
        if band:
            bands.add(Named(path, path.stem, band, 0, number))
    if bands.by_scene:
        return Candidate(place=path.parent, images=next(bands.scenes()))
    if len(layers) > 1:
        return Left(SceneError("observe.layers_without_bands", count=len(layers)), path, path.stem)
    return Left(SceneError("observe.name_without_band"), path) if is_expected else None


def check_folder(folder: Path) -> None:
    """Raise SchemaError unless a folder is there."""
    if not folder.is_dir():
        raise SchemaError("observe.no_folder", file=str(folder))


def has_images(folder: Path) -> bool:
    """Whether a folder holds anything that could be an image."""
    return any(is_image(path) or is_envi_header(path) for path in folder.iterdir() if path.is_file())
