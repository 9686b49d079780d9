"""Static STAC catalogues on this machine: JSON files that point to each other and to images. Nothing is fetched."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from geo.errors import GeoError, SceneError
from geo.ingest.candidates import Bands, Candidate, Left
from geo.ingest.safe import parse_time
from geo.ingest.scene_names import Named, band_of
from geo.model import Level

Json = Mapping[str, object]

NAMES = ("catalog.json", "collection.json")
"""What a catalogue in a folder is called."""
FOLLOWED = ("child", "item")
MOST_BYTES = 64 << 20
DEEPEST = 16


def catalogue_at(path: Path) -> Path | None:
    """Return the file of a catalogue or item, given itself or its folder; None where there is none."""
    if path.is_file() and path.suffix.lower() in (".json", ".geojson"):
        return path
    return next((path / name for name in NAMES if (path / name).is_file()), None)


def items_in(path: Path, *, depth: int = 0, seen: set[Path] | None = None) -> Iterator[Candidate | Left]:
    """Yield the scenes that a catalogue, collection or item leads to.

    Only links to files of this machine are followed. What is on a server is left out and said.
    """
    seen = set() if seen is None else seen
    if path.resolve() in seen:
        return
    seen.add(path.resolve())
    try:
        found = _read(path)
        if found.get("type") == "Feature":
            yield _item(path, found)
            return
        if depth == DEEPEST:
            raise SceneError("observe.catalogue_too_deep", deepest=DEEPEST)
        links = [link for link in _list(found.get("links")) if link.get("rel") in FOLLOWED]
        if not links and any(link.get("rel") in ("search", "items", "data") for link in _list(found.get("links"))):
            raise SceneError("observe.catalogue_is_a_service")
    except GeoError as error:
        yield Left(error, path, path.stem)
        return
    for link in links:
        try:
            target = _local(path, link.get("href"))
        except SceneError as error:
            yield Left(error, path, str(link.get("title") or link.get("href")))
            continue
        yield from items_in(target, depth=depth + 1, seen=seen)


def _read(path: Path) -> Json:
    """Return the object in a JSON file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SceneError("observe.catalogue_unreadable", reason="> 64 MB")
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SceneError("observe.catalogue_unreadable", reason=str(error)) from error
    if not isinstance(found, dict):
        raise SceneError("observe.catalogue_unreadable", reason="{}")
    return found


def _local(beside: Path, href: object) -> Path:
    """Return the file of this machine that a link means."""
    text = str(href or "")
    if "://" in text or text.startswith(("/vsi", "//")) or not text:
        raise SceneError("observe.not_on_this_machine", address=text)
    return beside.parent / text


def _item(path: Path, item: Json) -> Candidate:
    properties = cast("Json", item.get("properties") or {})
    acquired_at = parse_time(str(properties.get("datetime") or properties.get("start_datetime") or ""))
    if acquired_at is None:
        raise SceneError("observe.no_date", file=str(path))
    found, scales = Bands(), set()
    scene = str(item.get("id") or path.stem)
    for key, asset in cast("dict[str, Json]", item.get("assets") or {}).items():
        for layer, band, entry in _bands(key, asset):
            found.add(Named(_local(path, asset.get("href")), scene, band, _metres(asset), layer))
            scales.add(_scale(asset, entry) if band not in ("SCL", "FMASK") else (math.nan, math.nan))
    told = {pair for pair in scales if not math.isnan(pair[0])}
    if len(told) > 1:
        raise SceneError("observe.mixed_scale", file=str(path))
    images = next(found.scenes(), ())
    if not images:
        raise SceneError("observe.no_light", file=str(path))
    scale, offset = told.pop() if told else (math.nan, math.nan)
    is_taken_off = properties.get("earthsearch:boa_offset_applied") is True
    return Candidate(
        place=path,
        images=images,
        scene_id=scene,
        acquired_at=acquired_at,
        level=_level(item, properties),
        scale=scale,
        offset=0.0 if is_taken_off else offset,
        described_by=(path,),
    )


def _bands(key: str, asset: Json) -> Iterator[tuple[int | None, str, Json]]:
    """Yield number, band and description of each layer of an asset that holds a band; no number for the only one."""
    entries = _list(asset.get("eo:bands")) or _list(asset.get("bands")) or [{}]
    roles = asset.get("roles") or []
    if isinstance(roles, list) and {"overview", "thumbnail", "metadata"} & set(map(str, roles)):
        return
    for number, entry in enumerate(entries, start=1):
        names = [entry.get("name"), key if len(entries) == 1 else None]
        names += [entry.get("common_name"), entry.get("eo:common_name")]
        band = next((found for name in names if name and (found := band_of(str(name)))), None)
        if band:
            yield (number if len(entries) > 1 else None), band, entry


def _scale(asset: Json, entry: Json) -> tuple[float, float]:
    """Return scale and offset that an asset or its band tells; NaN where it does not."""
    raster = (_list(asset.get("raster:bands")) or [{}])[0]
    for told, prefix in ((raster, ""), (entry, "raster:"), (asset, "raster:")):
        if f"{prefix}scale" in told:
            return float(str(told[f"{prefix}scale"])), float(str(told.get(f"{prefix}offset", 0)))
    return math.nan, math.nan


def _metres(asset: Json) -> int:
    try:
        return int(float(str(asset.get("gsd", 0))))
    except ValueError:
        return 0


def _level(item: Json, properties: Json) -> Level | None:
    text = f"{item.get('id')} {item.get('collection')} {properties.get('processing:level')}".upper().replace("-", "")
    if "L2A" in text or "LEVEL2A" in text:
        return "L2A"
    return "L1C" if "L1C" in text or "LEVEL1C" in text else None


def _list(value: object) -> list[Json]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
