"""Frozen settings, read from ``parcelwatch.toml``; secrets come from the environment only."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from geo.errors import SchemaError
from geo.locale import Language

SHIFTED = ("amap.com", "autonavi.com", "qq.com", "gtimg.com", "baidu.com", "bdimg.com", "google.cn")
"""Whose maps of China lie some hundred metres beside the ground (GCJ-02, BD-09): parcels would lie on a neighbour."""

_KEY_INSIDE = re.compile(r"(?:^|&)(?:tk|ak|key|apikey|token|access_token)=(?!\{key\}(?:&|$))[^&]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Adopted:
    """An instrument that does not bind by itself and that a bureau has decided to apply."""

    instrument: str
    adopted_by: str
    adopted_on: date

    def __post_init__(self) -> None:
        if not isinstance(self.adopted_on, date):
            raise SchemaError("settings.not_a_day", key="adopt.adopted_on", value=self.adopted_on)


@dataclass(frozen=True, slots=True)
class OnlineMap:
    """An online map below the parcels of pages for the office, in web Mercator on WGS 84 or CGCS2000.

    Attributes
    ----------
    name, attribution
        What it is called, and whose it is.
    url
        Address of its tiles with ``{z}``, ``{x}``, ``{y}``; ``{s}`` where there are several servers; ``{key}`` where
        the key of the environment goes. The key itself is refused here.
    subdomains
        A letter or digit for each server.
    max_zoom
        The closest zoom of which there are tiles.
    """

    name: str
    url: str
    attribution: str
    subdomains: str = "abc"
    max_zoom: int = 18

    def __post_init__(self) -> None:
        wrong = _wrong_with(self)
        if wrong:
            raise SchemaError(f"settings.basemap_{wrong}", url=self.url, name=self.name)


def _wrong_with(online: OnlineMap) -> str:
    """Say what is wrong with an online map; empty where nothing is."""
    texts = (online.name, online.url, online.attribution, online.subdomains)
    are_plain = all(isinstance(text, str) and text for text in texts) and "{" not in online.name + online.attribution
    if not are_plain or not isinstance(online.max_zoom, int):
        return "incomplete"
    parts = urlsplit(online.url)
    placeholders = re.findall(r"\{[^}]*\}", online.url)
    is_tiled = {"{z}", "{x}", "{y}"} <= set(placeholders) <= {"{z}", "{x}", "{y}", "{s}", "{key}"}
    if parts.scheme not in ("http", "https") or not is_tiled or "{key}" in parts.netloc:
        return "address"
    if _KEY_INSIDE.search(parts.query):
        return "key"
    return "shifted" if (parts.hostname or "").endswith(SHIFTED) else ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a bureau sets once.

    Attributes
    ----------
    store
        Path of the embedded store, or a database URL.
    jurisdictions
        Folders of rule packs that apply here, the nation first.
    lang
        Language of messages, maps and summaries.
    out
        Folder for maps and summaries.
    adopt
        Drafts and lapsed instruments that this bureau applies, by whom and since when.
    parcel_columns, footprint_columns, ledger_columns
        What a header of this bureau holds, by header: ``{"图斑" = "parcel_id"}``; goes before the usual names.
    mask_persons
        Whether identity numbers, telephone numbers and names of persons are masked before a file is taken in.
    basemap
        Online maps of pages for the office, the lowest first.
    bureau, government
        Names of the two that sign papers; a paper shows a blank where they are not set.
    paper_templates
        Folder of this bureau's own templates of papers; a kind that is not in it is printed by the built-in one.
    """

    store: str = "parcelwatch.gpkg"
    jurisdictions: tuple[str, ...] = ("cn",)
    lang: Language = "zh"
    out: str = "maps"
    adopt: tuple[Adopted, ...] = ()
    parcel_columns: Mapping[str, str] = field(default_factory=dict)
    footprint_columns: Mapping[str, str] = field(default_factory=dict)
    ledger_columns: Mapping[str, str] = field(default_factory=dict)
    mask_persons: bool = False
    basemap: tuple[OnlineMap, ...] = ()
    bureau: str = ""
    government: str = ""
    paper_templates: str = ""

    def columns(self, kind: str) -> Mapping[str, str]:
        """Return what this bureau's headers hold in files of a kind: ``parcels``, ``footprints``, ``ledger``."""
        named = {"parcels": self.parcel_columns, "footprints": self.footprint_columns, "ledger": self.ledger_columns}
        return named.get(kind, {})


KINDS = {
    "store": str,
    "out": str,
    "jurisdictions": list,
    "adopt": list,
    "parcel_columns": dict,
    "footprint_columns": dict,
    "ledger_columns": dict,
    "mask_persons": bool,
    "basemap": list,
    "bureau": str,
    "government": str,
    "paper_templates": str,
}
"""Kind of value that TOML gives for each key."""


def read_settings(path: Path | None = None) -> Settings:
    """Read settings; the file is optional unless it is named.

    ``PARCELWATCH_STORE`` in the environment goes before the file's ``store``.

    Raises
    ------
    SchemaError
        The named file is missing, is not TOML, or has a key or value of the wrong kind.
    """
    found = path or Path("parcelwatch.toml")
    if path is not None and not path.is_file():
        raise SchemaError("settings.missing", file=str(path))
    table = _parse(found) if found.is_file() else {}
    if store := os.environ.get("PARCELWATCH_STORE"):
        table["store"] = store
    return _settings(table, str(found))


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError("settings.not_toml", file=str(path), why=str(error)) from error


def _settings(table: dict[str, object], file: str) -> Settings:
    known = {entry.name for entry in fields(Settings)}
    for key in table:
        if key not in known:
            raise SchemaError("settings.unknown_key", file=file, key=key, known=", ".join(sorted(known)))
    values = dict(table)
    for key, kind in KINDS.items():
        if key in values and not isinstance(values[key], kind):
            raise SchemaError("settings.wrong_kind", file=file, key=key, value=values[key])
    if values.get("lang", "zh") not in ("zh", "en"):
        raise SchemaError("settings.wrong_kind", file=file, key="lang", value=values["lang"])
    values["jurisdictions"] = tuple(cast("list[str]", values.get("jurisdictions", ["cn"])))
    values["adopt"] = tuple(_adopted(entry, file) for entry in cast("list[dict[str, object]]", values.get("adopt", [])))
    values["basemap"] = tuple(
        _online(entry, file) for entry in cast("list[dict[str, object]]", values.get("basemap", []))
    )
    return Settings(**values)  # type: ignore[arg-type]  # each value's kind was checked above


def basemap_key() -> str:
    """Return the key of online maps: ``PARCELWATCH_BASEMAP_KEY`` in the environment; empty where there is none."""
    return os.environ.get("PARCELWATCH_BASEMAP_KEY", "")


def _online(entry: dict[str, object], file: str) -> OnlineMap:
    try:
        return OnlineMap(**entry)  # type: ignore[arg-type]  # OnlineMap checks what it is given
    except TypeError as error:
        raise SchemaError("settings.wrong_kind", file=file, key="basemap", value=entry) from error


def _adopted(entry: dict[str, object], file: str) -> Adopted:
    try:
        return Adopted(**entry)  # type: ignore[arg-type]  # Adopted checks its day; texts are shown as they are
    except TypeError as error:
        raise SchemaError("settings.wrong_kind", file=file, key="adopt", value=entry) from error
