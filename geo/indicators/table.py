"""The table of indicators: one row a parcel, and what has to be said of the footprints it rests on."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import GeometryError, SchemaError
from geo.indicators.coverage import building_coverage, footprint_area
from geo.indicators.floor_area import BOUNDS, counted_floor_area, floor_area_ratio
from geo.indicators.notes import footprint_notes
from geo.indicators.overlay import check_same_plane, overlay
from geo.indicators.parts import buildings, carrying, used_instead
from geo.indicators.sharing import floor_shares
from geo.indicators.storeys import counted_storeys
from geo.model import INDICATOR_COLUMNS

SLIVER_M2 = 0.01
"""A shared piece up to this size is where two drawn edges cross, not a building [m2]: 20 m of edge by half a
millimetre. Between the 186 parcels and 428 outlines of the Tenerife cadastre the largest is 0.0015 m2."""


def indicator_table(
    parcels: gpd.GeoDataFrame,
    footprints: gpd.GeoDataFrame,
    *,
    double_above_m: float,
    minimum_storey_m: float,
    sliver_m2: float = SLIVER_M2,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute building coverage and floor area ratio of every parcel, and notes on the footprints.

    The land area is the planar area of the parcel's geometry; for another denominator divide ``footprint_area_m2``
    or ``counted_floor_area_m2`` by it. A parcel without footprints has 0 of both: whether an empty register means
    that nothing stands there is for the caller to decide.

    Parameters
    ----------
    parcels
        ``parcel_id`` and valid polygons in a projected system in metres.
    footprints
        ``footprint_id``, which may repeat, valid polygons in the same system, and as far as known ``storey_count``,
        ``storey_height_m`` [m], ``height_m`` [m] and ``part_of`` (the ``footprint_id`` of the outline it is part of).
    double_above_m, minimum_storey_m
        See :func:`geo.indicators.storeys.counted_storeys` [m].
    sliver_m2
        See :func:`geo.indicators.sharing.floor_shares` [m2]. Slivers do count in coverage, which is exact.

    Returns
    -------
    table
        The columns of ``INDICATOR_COLUMNS`` on the index of ``parcels``, in their order. A floor area has no value,
        only bounds, where one footprint of the parcel has none; ratios are NaN where the parcel has no area.
    notes
        ``footprint_id``, ``parcel_id`` (where most of it lies; None on no parcel) and ``code`` of a sentence, indexed
        by the footprint's label in the index of ``footprints``: exact duplicates, outlines without storeys or with
        parts, what was assumed of storeys, footprints on several parcels, beyond them, or on none.

    Raises
    ------
    CRSMismatchError
        The two are not in one projected system in metres.
    GeometryError
        A polygon is not valid.
    SchemaError
        A column is missing, or a number is one that no building has.

    Examples
    --------
    >>> parcels = gpd.GeoDataFrame({"parcel_id": ["P1"]}, geometry=[shapely.box(0, 0, 200, 100)], crs="EPSG:4549")
    >>> shed = {"footprint_id": ["F1"], "storey_count": [1], "storey_height_m": [12]}
    >>> footprints = gpd.GeoDataFrame(shed, geometry=[shapely.box(0, 0, 90, 100)], crs="EPSG:4549")
    >>> table, notes = indicator_table(parcels, footprints, double_above_m=8, minimum_storey_m=2.2)
    >>> table[["building_coverage", "floor_area_ratio"]].values.tolist(), len(notes)
    ([[0.45, 0.9]], 0)
    """
    check_same_plane(parcels.geometry, footprints.geometry)
    _check_rows(parcels, "parcel_id", "parcels")
    _check_rows(footprints, "footprint_id", "footprints")
    land = parcels.geometry.reset_index(drop=True)
    instead = used_instead(footprints)
    used = _used(footprints, instead, double_above_m=double_above_m, minimum_storey_m=minimum_storey_m)
    overlaid = overlay(land, used.geometry)
    pieces = overlaid.loc[overlaid["area_m2"] > sliver_m2]
    shares = floor_shares(overlaid, _carried(land, used, overlaid), used, sliver_m2=sliver_m2)
    table = pd.concat([_coverage(land, used, overlaid), _floor_area(land, used, shares)], axis="columns")
    table.insert(0, "parcel_id", parcels["parcel_id"].to_numpy())
    notes = footprint_notes(used, pieces, shares, instead=instead, sliver_m2=sliver_m2)
    said = pd.DataFrame(
        {
            "footprint_id": footprints["footprint_id"].to_numpy()[notes["at"]],
            "parcel_id": np.array([*parcels["parcel_id"], None], dtype=object)[notes["parcel"]],
            "code": notes["code"].to_numpy(),
        },
        index=footprints.index[notes["at"]],
    )
    return table[list(INDICATOR_COLUMNS)].set_axis(parcels.index), said


def _check_rows(frame: gpd.GeoDataFrame, column: str, layer: str) -> None:
    """Refuse a frame without its identifier or with a polygon that is not valid."""
    if column not in frame:
        raise SchemaError("indicators.no_column", layer=layer, column=column)
    broken = ~shapely.is_valid(frame.geometry.to_numpy())
    if broken.any():
        raise GeometryError("indicators.invalid_geometry", layer=layer, row=frame.index[int(np.argmax(broken))])


def _used(
    footprints: gpd.GeoDataFrame, instead: npt.NDArray[np.intp], *, double_above_m: float, minimum_storey_m: float
) -> gpd.GeoDataFrame:
    """Footprints that are not repetitions, with all that is known of each before parcels come in."""
    at = np.flatnonzero(instead == np.arange(len(instead)))
    used = footprints.iloc[at]
    storeys = counted_storeys(used, double_above_m=double_above_m, minimum_storey_m=minimum_storey_m)
    known = pd.concat([storeys, buildings(used)], axis="columns").reset_index(drop=True)
    used = gpd.GeoDataFrame(known, geometry=used.geometry.reset_index(drop=True))
    has_storeys = used["code"] != "indicators.outline_without_storeys"
    carried = carrying(used.geometry, has_parts=used["has_parts"], has_storeys=has_storeys)
    used["at"], used["area_m2"] = at, used.area
    used["carried"], used["carried_area_m2"] = carried, carried.area
    return used


def _carried(land: gpd.GeoSeries, used: gpd.GeoDataFrame, overlaid: pd.DataFrame) -> pd.DataFrame:
    """Overlay of what carries floor area: that of the whole footprints where all of it does."""
    is_cut = used["carried_area_m2"] != used["area_m2"]
    whole: pd.DataFrame = overlaid.loc[~is_cut.to_numpy()[overlaid["footprint_id"]]]
    return pd.concat([whole, overlay(land, used.loc[is_cut, "carried"])], ignore_index=True)


def _coverage(land: gpd.GeoSeries, used: gpd.GeoDataFrame, overlaid: pd.DataFrame) -> pd.DataFrame:
    """Coverage by all footprints but those that say to have no storey above ground."""
    standing = used.geometry[used["counted_storeys_high"] > 0]
    pairs = overlaid.loc[overlaid["footprint_id"].isin(standing.index)]
    under = footprint_area(land, standing, overlaid=pairs)
    coverage = building_coverage(under, land.area)
    bounds = {f"building_coverage{bound}": coverage for bound in BOUNDS}
    return pd.DataFrame({"area_m2": land.area, "footprint_area_m2": under, **bounds})


def _floor_area(land: gpd.GeoSeries, used: gpd.GeoDataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Add up floor area; what of a building lies on no parcel is in the value and the upper bound alone."""
    storeys = used.loc[shares["footprint_id"]].reset_index(drop=True)
    floors = counted_floor_area(shares["area_m2"], storeys)
    floors["counted_floor_area_m2_low"] *= shares["is_certain"]
    columns = {}
    for bound in BOUNDS:
        total = np.bincount(shares["parcel_id"], floors[f"counted_floor_area_m2{bound}"], minlength=len(land))
        columns[f"counted_floor_area_m2{bound}"] = pd.Series(total)
        columns[f"floor_area_ratio{bound}"] = floor_area_ratio(pd.Series(total), land.area)
    return pd.DataFrame(columns)
