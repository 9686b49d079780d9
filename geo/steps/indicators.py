"""Indicators of parcels, from files, from a store, or from frames that a step has at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
from sqlalchemy import Engine

from geo.errors import SchemaError
from geo.indicators import (
    CONTROL_COLUMNS,
    CountingRule,
    control_table,
    disagrees,
    edge_share,
    height_from_surface,
    indicator_table,
    invested_fraction,
    investment_intensity,
    widened,
)
from geo.indicators.floor_area import BOUNDS
from geo.indicators.structures import BUILDING, BUILDINGS, kinds
from geo.ingest.crs import measuring_groups
from geo.ingest.footprints import read_footprints
from geo.ingest.ledger import read_ledger
from geo.ingest.parcels import read_parcels
from geo.ingest.reader import RasterioReader
from geo.ingest.report import Intake
from geo.ingest.surface import read_above_ground
from geo.model import INDICATOR_COLUMNS
from geo.steps.choices import NATIONAL, SURFACE_ERROR_M, Land
from geo.steps.rules import read_counting_rule
from geo.store import read_footprints as stored_footprints
from geo.store import read_ledger as stored_ledger
from geo.store import read_parcels as stored_parcels

Tables = tuple[pd.DataFrame, pd.DataFrame]

ABOUT_LAND = ("parcel_id", "area_m2", "land_area_m2", "edge_share")
"""Columns that are known whatever is known of footprints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How indicators are computed.

    Attributes
    ----------
    rule
        Name of the counting rule of floor area.
    land
        What ratios are divided by: the planar area of the parcel, the area of the contract, or that actually supplied.
    error_m
        Horizontal error between parcels and footprints, by which bounds are widened [m]; None where nobody says it.
    surface
        Surface model and terrain model, from which unknown heights are measured and known ones checked.
    surface_error_m
        Vertical error of their difference [m].
    """

    rule: str = NATIONAL
    land: Land = "parcel"
    error_m: float | None = None
    surface: tuple[Path, Path] | None = None
    surface_error_m: float = SURFACE_ERROR_M


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorResult:
    """What files or a store gave.

    Attributes
    ----------
    table
        One row a parcel: ``geo.model.INDICATOR_COLUMNS``, ``land_area_m2`` that ratios are divided by, the columns of
        ``geo.indicators.CONTROL_COLUMNS``, ``edge_share`` where an error of position was said, and with a ledger
        ``investment_intensity_yuan_per_m2`` and ``invested_fraction``.
    notes
        ``footprint_id``, ``parcel_id`` and ``code``: what has to be said of single footprints.
    shapes
        Geometries by ``parcel_id``.
    intakes
        What was taken, mended and refused of each file.
    """

    table: pd.DataFrame
    notes: pd.DataFrame
    shapes: gpd.GeoSeries
    intakes: tuple[Intake, ...]


def compute_indicators(  # noqa: PLR0913  # the files and how to read them
    parcels: str | Path,
    footprints: str | Path,
    *,
    ledger: str | Path | None = None,
    parcel_id: str | None = None,
    crs: str | None = None,
    how: Counting | None = None,
) -> IndicatorResult:
    """Compute the indicators of the parcels of a file.

    Parameters
    ----------
    parcels, footprints
        Files in one of the formats of ``docs/intake.md``.
    ledger
        Table with areas, price and investment of the parcels.
    parcel_id
        Column that names the parcels; without it, and where none of the usual ones is there, the row number.
    crs
        Coordinate system of files that declare none, such as ``EPSG:4549``.
    how
        How they are computed; left out, by the national rule, over the area of the parcels.

    Raises
    ------
    InputError
        A file cannot be used.
    """
    land = read_parcels(parcels, parcel_id=parcel_id, crs=crs)
    built = read_footprints(footprints, crs=crs)
    books = None if ledger is None else read_ledger(ledger)
    frames = gpd.GeoDataFrame(land.taken), gpd.GeoDataFrame(built.taken)
    table, notes = _everything(*frames, None if books is None else books.taken, how or Counting())
    intakes = (land, built) if books is None else (land, built, books)
    return IndicatorResult(table, notes, land.taken.set_index("parcel_id")["geometry"], intakes)


def store_indicators(
    engine: Engine, *, as_of: date, known_at: datetime, how: Counting | None = None
) -> IndicatorResult:
    """Compute the indicators of what a store holds on a day, as known at a time; nothing is written.

    Raises
    ------
    SchemaError
        The store holds no parcel.
    """
    with engine.connect() as conn:
        parcels = stored_parcels(conn, as_of=as_of, known_at=known_at)
        if parcels.empty:
            raise SchemaError("scan.no_parcels")
        footprints = stored_footprints(conn, as_of=as_of, known_at=known_at)
        ledger = stored_ledger(conn, as_of=as_of, known_at=known_at)
    table, notes = _everything(parcels, footprints, ledger, how or Counting())
    return IndicatorResult(table, notes, parcels.set_index("parcel_id")["geometry"], ())


def indicators_in_plane(parcels: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame) -> Tables:
    """Compute indicators and notes by the national rule, in the plane in which each parcel is measured.

    Where there is no footprint at all the register is empty, and what is built is not known: NaN, not zero. Where some
    footprint is said to be anything but a building, the table has ``geo.indicators.CONTROL_COLUMNS`` too.
    """
    rule = read_counting_rule()
    if kinds(footprints).eq(BUILDING).all():
        columns = list(INDICATOR_COLUMNS)
        return _in_planes(parcels, footprints, lambda land, built: indicator_table(land, built, rule), columns)
    columns = [*INDICATOR_COLUMNS, *CONTROL_COLUMNS]
    return _in_planes(parcels, footprints, partial(_with_control, rule=rule), columns)


def _with_control(land: gpd.GeoDataFrame, built: gpd.GeoDataFrame, *, rule: CountingRule) -> Tables:
    table, notes = indicator_table(land, built, rule)
    return pd.concat([table, control_table(land, built, rule)], axis="columns"), notes


def _everything(
    parcels: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame, ledger: pd.DataFrame | None, how: Counting
) -> Tables:
    """Compute all indicators that the frames allow."""
    rule = read_counting_rule(how.rule)
    books = _books(parcels, ledger)
    known, measured = footprints, pd.DataFrame(columns=["footprint_id", "parcel_id", "code"])
    if how.surface:
        known, measured = _with_heights(footprints, how)
    land = parcels.assign(land_area_m2=_land_area(parcels, books, how.land))
    edges = [] if how.error_m is None else ["edge_share"]
    columns = [*INDICATOR_COLUMNS, "land_area_m2", *CONTROL_COLUMNS, *edges]
    table, notes = _in_planes(land, known, partial(_one_plane, rule=rule, how=how), columns)
    if ledger is not None:
        by_parcel = books.reindex(table["parcel_id"]).reset_index(drop=True)
        table["investment_intensity_yuan_per_m2"] = investment_intensity(
            by_parcel["invested_yuan"], by_parcel["price_yuan"], table["land_area_m2"]
        )
        table["invested_fraction"] = invested_fraction(by_parcel["invested_yuan"], by_parcel["total_investment_yuan"])
    return table, pd.concat([notes, measured], ignore_index=True) if len(measured) else notes


def _one_plane(land: gpd.GeoDataFrame, built: gpd.GeoDataFrame, *, rule: CountingRule, how: Counting) -> Tables:
    """Compute all indicators of the parcels that are measured in one plane."""
    table, notes = indicator_table(land, built, rule)
    if how.error_m is not None:
        table = widened(table, land, built, rule, error_m=how.error_m)
        table["edge_share"] = edge_share(land.geometry, error_m=how.error_m)
    divisor = table["area_m2"] if how.land == "parcel" else land["land_area_m2"].where(land["land_area_m2"] > 0)
    ratios = [f"{name}{bound}" for name in ("building_coverage", "floor_area_ratio") for bound in BOUNDS]
    table[ratios] = table[ratios].mul(table["area_m2"] / divisor, axis="index")
    control = control_table(land, built, rule, land_area_m2=divisor)
    return pd.concat([table.assign(land_area_m2=divisor), control], axis="columns"), notes


def _in_planes(
    parcels: gpd.GeoDataFrame,
    footprints: gpd.GeoDataFrame,
    compute: Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame], Tables],
    columns: list[str],
) -> Tables:
    """Compute in the plane in which each parcel is measured, and put the tables together again."""
    tables, notes = [], []
    for crs, group in measuring_groups(parcels):
        table, said = compute(group, footprints.to_crs(crs))
        tables.append(table[columns])
        notes.append(said)
    together = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    if footprints.empty:
        together[[name for name in columns if name not in ABOUT_LAND]] = float("nan")
    order = pd.DataFrame({"parcel_id": parcels["parcel_id"].to_numpy()})
    return order.merge(together, on="parcel_id", how="left"), _once(notes)


def _books(parcels: gpd.GeoDataFrame, ledger: pd.DataFrame | None) -> pd.DataFrame:
    """Return what is on record of each parcel's areas and money: the ledger first, then what the parcel layer says."""
    fields = ["contract_area_m2", "supplied_area_m2", "price_yuan", "invested_yuan", "total_investment_yuan"]
    own = pd.DataFrame(parcels).set_index("parcel_id").reindex(columns=fields)
    if ledger is None:
        return own.astype(float)
    rows = ledger.reindex(columns=["parcel_id", *fields]).groupby("parcel_id")[fields]
    said = rows.first().where(rows.nunique().le(1)).reindex(own.index)  # of rows that disagree, none counts
    numbers = said.apply(pd.to_numeric, errors="coerce")  # "none agreed" is no number to divide by
    books: pd.DataFrame = numbers.where(numbers.notna(), own).astype(float)
    return books


def _land_area(parcels: gpd.GeoDataFrame, books: pd.DataFrame, land: Land) -> pd.Series:
    """Return the area that ratios are divided by, on the index of the parcels [m2]; NaN: the planar area."""
    if land == "parcel":
        return pd.Series(float("nan"), parcels.index)
    area = books[f"{land}_area_m2"].set_axis(parcels.index)
    if area.isna().all():
        raise SchemaError("indicators.no_land_area", column=area.name)
    return area


def _with_heights(footprints: gpd.GeoDataFrame, how: Counting) -> Tables:
    """Give buildings without a height that of the surface model, and say so; say where a known one is contradicted."""
    assert how.surface is not None
    outline, above = read_above_ground(RasterioReader(), *how.surface, footprints.geometry)
    measured = height_from_surface(outline, above, count=len(footprints), error_m=how.surface_error_m)
    measured = measured.set_axis(footprints.index)
    is_building = kinds(footprints).isin(BUILDINGS)
    filled = footprints["height_m"].isna() & measured["height_m"].notna() & is_building
    contradicted = disagrees(footprints["height_m"], measured) & is_building
    known = footprints.assign(
        height_m=footprints["height_m"].where(~filled, measured["height_m"]),
        height_m_low=measured["height_m_low"].where(filled),
        height_m_high=measured["height_m_high"].where(filled),
    )
    codes = [(filled, "indicators.height_measured"), (contradicted, "indicators.height_contradicts")]
    said = [pd.DataFrame({"footprint_id": footprints["footprint_id"][where], "code": code}) for where, code in codes]
    return known, pd.concat(said, ignore_index=True).assign(parcel_id=None)[["footprint_id", "parcel_id", "code"]]


def count_notes(notes: pd.DataFrame) -> dict[str, int]:
    """Count footprints by what is said of them."""
    return {str(code): int(count) for code, count in notes.groupby("code").size().items()}


def _once(notes: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the notes of several planes together; a footprint that lies on no parcel of one plane may on another's."""
    if len(notes) == 1:
        return notes[0].reset_index(drop=True)
    together = pd.concat(notes).reset_index(names="footprint")
    on_some = set(together.loc[together["parcel_id"].notna(), "footprint"])
    kept = together[together["parcel_id"].notna() | ~together["footprint"].isin(on_some)]
    return kept.drop_duplicates(["footprint", "parcel_id", "code"]).drop(columns="footprint").reset_index(drop=True)
