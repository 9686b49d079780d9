"""Frozen settings, read from ``parcelwatch.toml``; secrets come from the environment only."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import cast

from geo.errors import SchemaError
from geo.locale import Language


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
    return Settings(**values)  # type: ignore[arg-type]  # each value's kind was checked above


def _adopted(entry: dict[str, object], file: str) -> Adopted:
    try:
        return Adopted(**entry)  # type: ignore[arg-type]  # Adopted checks its day; texts are shown as they are
    except TypeError as error:
        raise SchemaError("settings.wrong_kind", file=file, key="adopt", value=entry) from error
