"""The table of control indicators beside coverage and floor area ratio: structures, planted and non-production land."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.indicators.counting import CountingRule
from geo.indicators.coverage import footprint_area
from geo.indicators.intensity import (
    building_coefficient,
    green_ratio,
    non_production_floor_share,
    non_production_land_share,
)
from geo.indicators.structures import (
    BUILDING,
    GREEN,
    NON_PRODUCTION_BUILDING,
    NON_PRODUCTION_LAND,
    STRUCTURES,
    kinds,
    underground_floor_area,
)
from geo.indicators.table import SLIVER_M2, Laid, lay

CONTROL_COLUMNS = (
    "building_coefficient",
    "building_coefficient_low",
    "building_coefficient_high",
    "green_ratio",
    "non_production_land_share",
    "non_production_floor_share",
    "underground_floor_area_m2",
)


def control_table(
    parcels: gpd.GeoDataFrame,
    footprints: gpd.GeoDataFrame,
    rule: CountingRule,
    *,
    land_area_m2: pd.Series | None = None,
) -> pd.DataFrame:
    """Compute the indicators that need to know what each footprint is.

    What no footprint of the layer is said to be is not on record, and its indicator is unknown: no value where nothing
    is ever called green, an upper bound of 1 for the building coefficient where no structure and no yard is.

    Parameters
    ----------
    parcels, footprints, rule
        As for :func:`geo.indicators.table.indicator_table`; ``kind`` is one of :data:`geo.indicators.structures.KINDS`.
    land_area_m2
        The land to divide by, on the index of ``parcels``: contract or supplied area [m2]. Left out, the planar area
        of the parcels.

    Returns
    -------
    DataFrame
        :data:`CONTROL_COLUMNS` on the index of ``parcels``: ratios [1] and floor area below ground [m2].

    Examples
    --------
    >>> from shapely import box
    >>> parcels = gpd.GeoDataFrame({"parcel_id": ["P1"]}, geometry=[box(0, 0, 200, 100)], crs="EPSG:4549")
    >>> shapes = [box(0, 0, 60, 100), box(100, 0, 115, 100)]
    >>> what = {"footprint_id": ["hall", "yard"], "kind": ["building", "yard"]}
    >>> footprints = gpd.GeoDataFrame(what, geometry=shapes, crs="EPSG:4549")
    >>> rule = CountingRule(double_above_m=8, minimum_storey_m=2.2)
    >>> control_table(parcels, footprints, rule)["building_coefficient"].tolist()
    [0.375]
    """
    laid = lay(parcels, footprints, rule, sliver_m2=SLIVER_M2)
    area = laid.land.area if land_area_m2 is None else land_area_m2.reset_index(drop=True)
    kind = kinds(footprints).reset_index(drop=True)
    shapes = footprints.geometry.reset_index(drop=True)
    offices = laid.standing[laid.used["kind"].loc[laid.standing.index] == NON_PRODUCTION_BUILDING]
    structures, planted = shapes[kind.isin(STRUCTURES)], shapes[kind == GREEN]
    grounds = shapes[kind == NON_PRODUCTION_LAND]

    def under(*layers: gpd.GeoSeries) -> pd.Series:
        return footprint_area(laid.land, gpd.GeoSeries(pd.concat(layers, ignore_index=True), crs=laid.land.crs))

    coefficient = building_coefficient(under(laid.standing, structures), area)
    land_share = non_production_land_share(under(offices, grounds), area)
    columns = {
        "building_coefficient": _on_record(coefficient, structures),
        "building_coefficient_low": coefficient,
        "building_coefficient_high": coefficient.clip(lower=1.0) if structures.empty else coefficient,
        "green_ratio": _on_record(green_ratio(under(planted), area), planted),
        "non_production_land_share": _on_record(land_share, grounds),
        "non_production_floor_share": _floor_share(laid),
        "underground_floor_area_m2": underground_floor_area(laid.land, footprints),
    }
    return pd.DataFrame(columns)[list(CONTROL_COLUMNS)].set_axis(parcels.index)


def _floor_share(laid: Laid) -> pd.Series:
    """Share of offices and living services in the plain floor area; unknown where a building has no storey count."""
    area = laid.shares["area_m2"] * laid.used["storey_count"].loc[laid.shares["footprint_id"]].to_numpy()
    is_office = (laid.used["kind"] == NON_PRODUCTION_BUILDING).loc[laid.shares["footprint_id"]].to_numpy()
    count = len(laid.land)
    every = pd.Series(np.bincount(laid.shares["parcel_id"], area, minlength=count), dtype=float)
    offices = pd.Series(np.bincount(laid.shares["parcel_id"], area * is_office, minlength=count), dtype=float)
    said = laid.standing[laid.used["kind"].loc[laid.standing.index] != BUILDING]
    return _on_record(non_production_floor_share(offices, every), said)


def _on_record(share: pd.Series, shapes: gpd.GeoSeries) -> pd.Series:
    """Return a share where the layer names any such shape at all, and nothing where it never does."""
    return share * np.nan if shapes.empty else share
