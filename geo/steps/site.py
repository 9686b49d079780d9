"""Where a parcel lies: what identifies it and its geometry, and the plan of its surroundings."""

from datetime import date

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.documents.dossier import Site
from geo.ingest.crs import describe_crs, measuring_crs, measuring_groups, to_store
from geo.locale import Language, say

AROUND = 1.5
"""How much of the surroundings a plan needs, in sizes of the parcel."""
LEAST_AROUND_M = 100.0
SQUARE_METRES_PER_MU = 2000 / 3


def about(parcel: gpd.GeoDataFrame, as_of: date, language: Language) -> tuple[tuple[str, str], ...]:
    """Return names and values of what identifies a parcel and its geometry."""
    row = parcel.iloc[0]
    shape = to_store(parcel).geometry.iloc[0]
    has_shape = shape is not None and not shape.is_empty
    point = shape.representative_point() if has_shape else None
    place = f"{point.x:.6f}, {point.y:.6f}" if point is not None else say("evidence.no_plan", language)
    said = {
        "parcel": row["parcel_id"],
        "town": text_of(row["town"]),
        "contract": text_of(row["contract_number"]),
        "area": ""
        if pd.isna(row["area_m2"])
        else say("map.area", language, m2=f"{row['area_m2']:,.0f}", mu=f"{row['area_m2'] / SQUARE_METRES_PER_MU:,.2f}"),
        "as_of": as_of.isoformat(),
        "position": place,
        "crs": _crs_text(parcel, language),
        "version": str(row["parcel_version"]),
        "geometry_hash": text_of(row["geometry_hash"]),
    }
    return tuple((say(f"evidence.{name}", language), value) for name, value in said.items() if value)


def _crs_text(parcel: gpd.GeoDataFrame, language: Language) -> str:
    crs = parcel.crs
    return (
        f"{crs.name} ({describe_crs(crs)})"
        if crs.is_projected
        else say("evidence.stored_crs", language, crs=describe_crs(crs))
    )


def site_of(
    parcel: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame, language: Language
) -> Site:
    """Return a parcel and its surroundings in the plane in which it is measured."""
    shape = parcel.geometry.iloc[0]
    if shape is None or shape.is_empty:
        return Site(None, (), (), "", (say("map.no_shape", language),))
    crs, own = next(iter(measuring_groups(parcel)))
    outline = own.geometry.iloc[0]
    west, south, east, north = outline.bounds
    around = max(AROUND * max(east - west, north - south), LEAST_AROUND_M)
    window = shapely.box(west - around, south - around, east + around, north + around)
    others = parcels[parcels["parcel_id"] != parcel["parcel_id"].iloc[0]]
    notes = (say("evidence.crosses_zone", language),) if _crosses_zone(parcel) else ()
    return Site(
        outline, _near(footprints, window, crs), _near(others, window, crs), f"{crs.name} ({describe_crs(crs)})", notes
    )


def _near(frame: gpd.GeoDataFrame, window: shapely.Polygon, crs: object) -> tuple[BaseGeometry, ...]:
    """Shapes that meet a window of a plane, in that plane."""
    if frame.empty:
        return ()
    asked = gpd.GeoSeries([window], crs=crs).to_crs(frame.crs).iloc[0]
    rows = frame.geometry.sindex.query(asked, predicate="intersects", sort=True)
    return tuple(frame.geometry.iloc[rows].to_crs(crs))


def _crosses_zone(parcel: gpd.GeoDataFrame) -> bool:
    """Whether a parcel that is measured in a zone of its own lies in two of them."""
    if parcel.crs.is_projected:
        return False
    west, _, east, _ = parcel.total_bounds
    return measuring_crs(west) != measuring_crs(east)


def text_of(value: object) -> str:
    """Return a cell as text; empty where it is not known."""
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]  # a cell
