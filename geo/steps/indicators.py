"""Building coverage and floor area ratio, from files or from frames that a store gave."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.indicators import indicator_table
from geo.ingest.crs import measuring_groups
from geo.ingest.footprints import read_footprints
from geo.ingest.parcels import read_parcels
from geo.ingest.report import Intake
from geo.model import INDICATOR_COLUMNS
from geo.steps.rules import read_counting_rule


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorResult:
    """What two files gave.

    Attributes
    ----------
    table
        ``geo.model.INDICATOR_COLUMNS``, one row a parcel: areas [m2], ratios [1], each with its bounds.
    notes
        ``footprint_id``, ``parcel_id`` and ``code``: what has to be said of single footprints.
    shapes
        Geometries by ``parcel_id``.
    intakes
        What was taken, mended and refused of both files.
    """

    table: pd.DataFrame
    notes: pd.DataFrame
    shapes: gpd.GeoSeries
    intakes: tuple[Intake, Intake]


def compute_indicators(
    parcels: str | Path, footprints: str | Path, *, parcel_id: str | None = None, crs: str | None = None
) -> IndicatorResult:
    """Compute building coverage and floor area ratio of the parcels of a file.

    Parameters
    ----------
    parcels, footprints
        GeoPackage, Shapefile or GeoJSON.
    parcel_id
        Column that names the parcels; without it, and where none of the usual ones is there, the row number.
    crs
        Coordinate system of files that declare none, such as ``EPSG:4549``.

    Raises
    ------
    InputError
        A file cannot be used.
    """
    land = read_parcels(parcels, parcel_id=parcel_id, crs=crs)
    built = read_footprints(footprints, crs=crs)
    table, notes = indicators_in_plane(gpd.GeoDataFrame(land.taken), gpd.GeoDataFrame(built.taken))
    return IndicatorResult(table, notes, land.taken.set_index("parcel_id")["geometry"], (land, built))


def indicators_in_plane(parcels: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute indicators and notes in the plane in which each parcel is measured.

    Where there is no footprint at all the register is empty, and what is built is not known: NaN, not zero.
    """
    rule = read_counting_rule()
    tables, notes = [], []
    for crs, group in measuring_groups(parcels):
        table, said = indicator_table(group, footprints.to_crs(crs), rule)
        tables.append(table)
        notes.append(said)
    together = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(INDICATOR_COLUMNS))
    if footprints.empty:
        together[[name for name in INDICATOR_COLUMNS if name not in ("parcel_id", "area_m2")]] = float("nan")
    order = pd.DataFrame({"parcel_id": parcels["parcel_id"].to_numpy()})
    return order.merge(together, on="parcel_id", how="left"), _once(notes)


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
