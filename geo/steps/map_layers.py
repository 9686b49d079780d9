"""What other commands wrote, put on the one map: clocks, months, what two packs say differently, patrol routes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError

from geo.errors import SchemaError
from geo.ingest.crs import to_store
from geo.locale import sentences
from geo.maps.content import CLOCK_COLUMNS, LANGUAGES, MONTH_COLUMNS, MapContent, Overlay
from geo.maps.routes import COLOURS

FLIP_COLUMNS = ("parcel_id", "label", "outcome_a", "outcome_b")
FLIP_SHADES = ("#6d28d9", "#0f766e", "#be185d", "#4d7c0f", "#9a3412", "#1e40af")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFiles:
    """Files that a map may be given.

    Attributes
    ----------
    clocks
        CSV of ``parcelwatch clocks --out``.
    months
        CSV of ``MONTH_COLUMNS``.
    flips
        CSV of ``parcelwatch compare-packs --out``.
    patrols
        Folder that ``parcelwatch patrol plan`` wrote.
    """

    clocks: Path | None = None
    months: Path | None = None
    flips: Path | None = None
    patrols: Path | None = None


def with_layers(content: MapContent, files: LayerFiles) -> MapContent:
    """Add what files hold to a map; months of a file go before those at hand.

    Raises
    ------
    SchemaError
        A file is missing or lacks a column, or the folder holds no patrol.
    """
    clocks = _read(files.clocks, CLOCK_COLUMNS)
    months = _read(files.months, MONTH_COLUMNS)
    if months is not None:
        numbers = {name: pd.to_numeric(months[name], errors="coerce") for name in MONTH_COLUMNS[2:]}
        months = months.assign(**numbers)
    flips = _read(files.flips, FLIP_COLUMNS)
    overlays = [] if flips is None else flip_overlays(flips, content.parcels)
    overlays += [] if files.patrols is None else patrol_overlays(files.patrols)
    return replace(
        content,
        clocks=content.clocks if clocks is None else clocks,
        months=content.months if months is None else months,
        overlays=[*content.overlays, *overlays],
    )


def flip_overlays(flips: pd.DataFrame, parcels: gpd.GeoDataFrame) -> list[Overlay]:
    """Return a layer for each way in which outcomes differ: the parcels whose outcome of some label does.

    Where money differs too, the parcel's name on the layer says it.
    """
    shapes = parcels.set_index("parcel_id").geometry
    drawn = flips[flips["parcel_id"].isin(shapes.index[shapes.notna() & ~shapes.is_empty])]
    made = []
    for number, ((a, b), part) in enumerate(drawn.groupby(["outcome_a", "outcome_b"], sort=True)):
        inside = part["parcel_id"].drop_duplicates()
        money = _money_of(part)
        names = [money.get(parcel, "") for parcel in inside]
        frame = gpd.GeoDataFrame({"name": names}, geometry=shapes.loc[inside].reset_index(drop=True), crs=parcels.crs)
        title = _titles("map.flips", a=f"outcome.{a}", b=f"outcome.{b}", count=str(len(inside)))
        made.append(Overlay(title, frame, FLIP_SHADES[number % len(FLIP_SHADES)], is_on=False))
    return made


def _money_of(flips: pd.DataFrame) -> dict[str, str]:
    """Write the money that either pack names, by parcel, each once; parcels without are left out."""
    sides = flips.reindex(columns=["money_a", "money_b"]).astype(object).fillna("")
    named = pd.concat([flips["parcel_id"], sides], axis="columns")[(sides != "").any(axis="columns")]
    return {
        str(parcel): " → ".join("; ".join(filter(None, dict.fromkeys(rows[side]))) or "-" for side in sides)
        for parcel, rows in named.groupby("parcel_id")
    }


def _titles(code: str, *, count: str, **named: str) -> Mapping[str, str]:
    """Write a title in every language, from codes of its parts."""
    return {
        language: words[code].format(count=count, **{name: words.get(part, part) for name, part in named.items()})
        for language in LANGUAGES
        for words in [sentences(language)]
    }


def patrol_overlays(folder: Path) -> list[Overlay]:
    """Return a layer for each patrol of a plan: its route.

    Raises
    ------
    SchemaError
        The folder holds no patrol.
    """
    papers = sorted(folder.glob("*/visits.gpkg"))
    if not papers:
        raise SchemaError("map.no_patrols", file=str(folder))
    return [_route(path, COLOURS[number % len(COLOURS)]) for number, path in enumerate(papers)]


def _route(path: Path, colour: str) -> Overlay:
    try:
        route = pyogrio.read_dataframe(path, layer="route")
    except DataSourceError as error:
        raise SchemaError("map.no_patrols", file=str(path)) from error
    name = str(route["patrol_id"].iloc[0])
    title = {language: sentences(language)["map.patrol_route"].format(patrol=name) for language in LANGUAGES}
    return Overlay(title, to_store(route[["geometry"]]), colour)


def _read(path: Path | None, columns: tuple[str, ...]) -> pd.DataFrame | None:
    """Read columns of a CSV as texts; numbers of parcels keep their digits."""
    if path is None:
        return None
    if not path.is_file():
        raise SchemaError("ingest.missing_file", file=str(path))
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SchemaError("ingest.unknown_encoding", file=str(path)) from error
    for column in columns:
        if column not in table.columns:
            raise SchemaError("map.no_column", file=str(path), column=column)
    return table
