"""The table of indicators: one row a parcel, and what has to be said of the footprints it rests on."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import GeometryError, SchemaError
from geo.indicators.counting import CountingRule
from geo.indicators.coverage import building_coverage, footprint_area
from geo.indicators.floor_area import BOUNDS, counted_floor_area, floor_area_ratio
from geo.indicators.notes import footprint_notes
from geo.indicators.overlay import check_same_plane, overlay
from geo.indicators.parts import buildings, carrying, used_instead
from geo.indicators.sharing import floor_shares
from geo.indicators.storeys import counted_storeys
from geo.indicators.structures import BUILDINGS, approved_floor_area, kinds
from geo.model import INDICATOR_COLUMNS

SLIVER_M2 = 0.01
"""A shared piece up to this size is where two drawn edges cross, not a building [m2]: 20 m of edge by half a
millimetre. Between the 186 parcels and 428 outlines of the Tenerife cadastre the largest is 0.0015 m2."""


def indicator_table(
    parcels: gpd.GeoDataFrame,
    footprints: gpd.GeoDataFrame,
    rule: CountingRule,
    *,
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
        ``storey_height_m`` [m], ``height_m`` [m] with its bounds, ``part_of`` (the ``footprint_id`` of the outline it
        is part of), and ``kind`` and ``approval`` (:mod:`geo.indicators.structures`). Without a kind it is a building;
        only buildings have coverage and notes.
    rule
        How floor area is counted.
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
    >>> rule = CountingRule(double_above_m=8, minimum_storey_m=2.2)
    >>> table, notes = indicator_table(parcels, footprints, rule)
    >>> table[["building_coverage", "floor_area_ratio"]].values.tolist(), len(notes)
    ([[0.45, 0.9]], 0)
    """
    laid = lay(parcels, footprints, rule, sliver_m2=sliver_m2)
    structures = approved_floor_area(laid.land, footprints, rule)
    table = pd.concat([_coverage(laid), _floor_area(laid, structures)], axis="columns")
    table.insert(0, "parcel_id", parcels["parcel_id"].to_numpy())
    notes = footprint_notes(laid.used, laid.pieces, laid.shares, instead=laid.instead, sliver_m2=sliver_m2)
    said = pd.DataFrame(
        {
            "footprint_id": laid.buildings["footprint_id"].to_numpy()[notes["at"]],
            "parcel_id": np.array([*parcels["parcel_id"], None], dtype=object)[notes["parcel"]],
            "code": notes["code"].to_numpy(),
        },
        index=laid.buildings.index[notes["at"]],
    )
    return table[list(INDICATOR_COLUMNS)].set_axis(parcels.index), said


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Buildings laid over parcels.

    Attributes
    ----------
    land
        The parcels, by position.
    buildings
        The footprints that are buildings, as the caller gave them.
    used
        Those of them that repeat no other, by position: ``at``, position among all buildings; ``kind``, storeys,
        ``building``, ``area_m2`` and what carries floor area.
    overlaid, pieces
        Overlay of the used ones; and without slivers.
    shares
        From :func:`geo.indicators.sharing.floor_shares`.
    instead
        From :func:`geo.indicators.parts.used_instead`.
    """

    land: gpd.GeoSeries
    buildings: gpd.GeoDataFrame
    used: gpd.GeoDataFrame
    overlaid: pd.DataFrame
    pieces: pd.DataFrame
    shares: pd.DataFrame
    instead: npt.NDArray[np.intp]

    @property
    def standing(self) -> gpd.GeoSeries:
        """Outlines of the used ones that are not recorded as having no storey above ground."""
        return self.used.geometry[self.used["counted_storeys_high"] > 0]


def lay(parcels: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame, rule: CountingRule, *, sliver_m2: float) -> Laid:
    """Lay the buildings among the footprints over the parcels; arguments and errors as of :func:`indicator_table`."""
    check_same_plane(parcels.geometry, footprints.geometry)
    _check_rows(parcels, "parcel_id", "parcels")
    _check_rows(footprints, "footprint_id", "footprints")
    land = parcels.geometry.reset_index(drop=True)
    buildings = footprints.loc[kinds(footprints).isin(BUILDINGS).to_numpy()]
    instead = used_instead(buildings)
    used = _used(buildings, instead, rule)
    overlaid = overlay(land, used.geometry)
    pieces = overlaid.loc[overlaid["area_m2"] > sliver_m2]
    shares = floor_shares(overlaid, _carried(land, used, overlaid), used, sliver_m2=sliver_m2)
    return Laid(land, buildings, used, overlaid, pieces, shares, instead)


def _check_rows(frame: gpd.GeoDataFrame, column: str, layer: str) -> None:
    """Refuse a frame without its identifier or with a polygon that is not valid."""
    if column not in frame:
        raise SchemaError("indicators.no_column", layer=layer, column=column)
    broken = ~shapely.is_valid(frame.geometry.to_numpy())
    if broken.any():
        raise GeometryError("indicators.invalid_geometry", layer=layer, row=frame.index[int(np.argmax(broken))])


def _used(footprints: gpd.GeoDataFrame, instead: npt.NDArray[np.intp], rule: CountingRule) -> gpd.GeoDataFrame:
    """Footprints that are not repetitions, with all that is known of each before parcels come in."""
    at = np.flatnonzero(instead == np.arange(len(instead)))
    used = footprints.iloc[at]
    storeys = counted_storeys(used, rule)
    known = pd.concat([storeys, buildings(used)], axis="columns").reset_index(drop=True)
    used = gpd.GeoDataFrame(known, geometry=used.geometry.reset_index(drop=True))
    has_storeys = used["code"] != "indicators.outline_without_storeys"
    carried = carrying(used.geometry, has_parts=used["has_parts"], has_storeys=has_storeys)
    used["kind"] = kinds(footprints).to_numpy()[at]
    used["storey_count"] = footprints["storey_count"].to_numpy()[at] if "storey_count" in footprints else np.nan
    used["at"], used["area_m2"] = at, used.area
    used["carried"], used["carried_area_m2"] = carried, carried.area
    return used


def _carried(land: gpd.GeoSeries, used: gpd.GeoDataFrame, overlaid: pd.DataFrame) -> pd.DataFrame:
    """Overlay of what carries floor area: that of the whole footprints where all of it does."""
    is_cut = used["carried_area_m2"] != used["area_m2"]
    whole: pd.DataFrame = overlaid.loc[~is_cut.to_numpy()[overlaid["footprint_id"]]]
    return pd.concat([whole, overlay(land, used.loc[is_cut, "carried"])], ignore_index=True)


def _coverage(laid: Laid) -> pd.DataFrame:
    """Coverage by all footprints but those that say to have no storey above ground."""
    pairs = laid.overlaid.loc[laid.overlaid["footprint_id"].isin(laid.standing.index)]
    under = footprint_area(laid.land, laid.standing, overlaid=pairs)
    coverage = building_coverage(under, laid.land.area)
    bounds = {f"building_coverage{bound}": coverage for bound in BOUNDS}
    return pd.DataFrame({"area_m2": laid.land.area, "footprint_area_m2": under, **bounds})


def _floor_area(laid: Laid, structures: pd.DataFrame) -> pd.DataFrame:
    """Add up floor area; what of a building lies on no parcel is in the value and the upper bound alone."""
    storeys = laid.used.loc[laid.shares["footprint_id"]].reset_index(drop=True)
    floors = counted_floor_area(laid.shares["area_m2"], storeys)
    floors["counted_floor_area_m2_low"] *= laid.shares["is_certain"]
    columns = {}
    for bound in BOUNDS:
        name = f"counted_floor_area_m2{bound}"
        total = np.bincount(laid.shares["parcel_id"], floors[name], minlength=len(laid.land)) + structures[name]
        columns[name] = total
        columns[f"floor_area_ratio{bound}"] = floor_area_ratio(total, laid.land.area)
    return pd.DataFrame(columns)
