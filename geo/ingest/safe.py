"""Sentinel-2 products as the Copernicus programme hands them out: a SAFE folder with its own description."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

from geo.errors import GeoError, SceneError
from geo.ingest.candidates import Bands, Candidate, Left
from geo.ingest.markup import check_markup
from geo.ingest.scene_names import NO_BAND, parse_moment, read_name
from geo.model import Level

DESCRIPTIONS: dict[str, Level] = {"MTD_MSIL2A.xml": "L2A", "MTD_MSIL1C.xml": "L1C"}
LIFTED_FROM = "04.00"
"""Products from this processing baseline on say by how much their numbers are lifted."""
TILE = re.compile(r"(?:^|_)(T\d{2}[A-Z]{3})(?:_|$)")


@dataclass(frozen=True, slots=True)
class Description:
    """What a product says of itself.

    Attributes
    ----------
    name
        Name of the product, without ``.SAFE``.
    scale, offset
        reflectance = number * scale + offset; the offset is NaN where the product should say it and does not.
    images
        Paths of its images in the product, without their endings; empty where it lists none.
    """

    name: str
    acquired_at: datetime
    level: Level
    scale: float
    offset: float
    images: tuple[str, ...]


def description_in(folder: Path) -> Path | None:
    """Return the file in which a product describes itself, or None where a folder is no product."""
    return next((folder / name for name in DESCRIPTIONS if (folder / name).is_file()), None)


def product_in(folder: Path, path: Path) -> Iterator[Candidate | Left]:
    """Yield the scenes of a product: one, or one a tile in products before December 2016.

    Parameters
    ----------
    folder
        The product.
    path
        Its description.
    """
    try:
        said = read_description(path)
        found = list(_scenes(folder, path, said))
    except GeoError as error:
        yield Left(error, path, folder.stem)
        return
    yield from found


def read_description(path: Path) -> Description:
    """Read what a product says of itself.

    Raises
    ------
    SchemaError
        It is not well-formed XML, or declares a document type: entities may point anywhere.
    SceneError
        ``observe.not_described``: time or scale is missing; ``observe.mixed_scale``: its bands are lifted differently;
        ``observe.misdated``: its name tells another day than its description.
    """
    check_markup(path)
    values: dict[str, list[str]] = {}
    for element in ET.parse(path).iter():  # noqa: S314  # check_markup has refused document types
        values.setdefault(element.tag.rpartition("}")[2], []).append((element.text or "").strip())
    name = _first(values, "PRODUCT_URI", path.parent.name).removesuffix(".SAFE")
    level = DESCRIPTIONS[path.name]
    acquired_at = parse_time(_first(values, "DATATAKE_SENSING_START", _first(values, "PRODUCT_START_TIME", "")))
    quantum = _number(_first(values, "BOA_QUANTIFICATION_VALUE", _first(values, "QUANTIFICATION_VALUE", "")))
    if acquired_at is None or not quantum > 0:
        raise SceneError("observe.not_described", file=str(path))
    named = parse_moment(name)
    if named is not None and named.date() != acquired_at.date():
        raise SceneError("observe.misdated", file=str(path), named=named.date(), told=acquired_at.date())
    return Description(name, acquired_at, level, 1 / quantum, _offset(values, path) / quantum, _images(values))


def _offset(values: dict[str, list[str]], path: Path) -> float:
    """Return by how much numbers are lifted, as stored; NaN where that should be said and is not."""
    told = {_number(text) for name in ("BOA_ADD_OFFSET", "RADIO_ADD_OFFSET") for text in values.get(name, [])}
    if len(told) > 1:
        raise SceneError("observe.mixed_scale", file=str(path))
    if told:
        return told.pop()
    return 0.0 if "" < _first(values, "PROCESSING_BASELINE", "") < LIFTED_FROM else math.nan


def _images(values: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(values.get("IMAGE_FILE", []))


def _scenes(folder: Path, path: Path, said: Description) -> Iterator[Candidate]:
    """Yield one scene for all images whose names begin alike."""
    found = Bands()
    for image in _image_paths(folder, said):
        named = None if NO_BAND.search(image.stem) else read_name(image)
        if named is not None:
            found.add(named)
    scenes = list(found.scenes())
    if not scenes:
        raise SceneError("observe.no_light", file=str(path))
    for images in scenes:
        tile = TILE.search(images[0].scene)
        more = f"_{tile[1] if tile else images[0].scene}" if len(scenes) > 1 else ""
        yield Candidate(
            place=folder,
            images=images,
            scene_id=said.name + more,
            acquired_at=said.acquired_at,
            level=said.level,
            scale=said.scale,
            offset=said.offset,
            described_by=(path,),
        )


def _image_paths(folder: Path, said: Description) -> Iterator[Path]:
    """Yield the images that a product lists and that are there, or where it lists none, those in its folders."""
    for listed in said.images:
        parts = PurePosixPath(listed)
        if parts.is_absolute() or ".." in parts.parts:
            raise SceneError("observe.image_outside", file=str(folder), image=listed)
        if (folder / f"{listed}.jp2").is_file():
            yield folder / f"{listed}.jp2"
    if not said.images:
        yield from sorted(folder.glob("GRANULE/*/IMG_DATA/**/*.jp2"))


def parse_time(text: str) -> datetime | None:
    """Return a time as products and catalogues write it, or None.

    Examples
    --------
    >>> parse_time("2024-11-03T02:59:41.024Z").isoformat()
    '2024-11-03T02:59:41.024000+00:00'
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _first(values: dict[str, list[str]], name: str, otherwise: str) -> str:
    return values.get(name, [otherwise])[0]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
