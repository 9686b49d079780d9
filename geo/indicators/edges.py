"""What an error of position does to the indicators: how much of a parcel lies near its edge, and the wider bounds."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import SchemaError
from geo.indicators.counting import CountingRule
from geo.indicators.table import indicator_table


def edge_share(parcels: gpd.GeoSeries, *, error_m: float) -> pd.Series:
    """Share of each parcel's area that lies within the error of position of its edge.

    Parameters
    ----------
    parcels
        Valid polygons in a projected system [m].
    error_m
        Horizontal error between parcels and footprints [m].

    Returns
    -------
    Series
        On the caller's index [1]; NaN where there is no area.

    Raises
    ------
    SchemaError
        The error is negative or no number.

    Examples
    --------
    >>> from shapely import box
    >>> edge_share(gpd.GeoSeries([box(0, 0, 20, 20)], crs="EPSG:4549"), error_m=1.0).round(9).tolist()
    [0.19]
    """
    _check(error_m)
    area = parcels.area.where(parcels.area > 0)
    share: pd.Series = 1 - parcels.buffer(-error_m).area / area
    return share.rename("edge_share")


def widened(
    table: pd.DataFrame,
    parcels: gpd.GeoDataFrame,
    footprints: gpd.GeoDataFrame,
    rule: CountingRule,
    *,
    error_m: float,
) -> pd.DataFrame:
    r"""Widen the bounds of a table by an error of position: footprints may lie up to ``error_m`` off, in any direction.

    For a parcel :math:`P` and any displacement of at most :math:`e`, the area of a footprint on the parcel lies between
    those on :math:`P \ominus B_e` and on :math:`P \oplus B_e`, :math:`B_e` the disc of radius :math:`e`. The parcel's
    own area is not in doubt. Errors of an outline's own shape and size are not in these bounds.

    Parameters
    ----------
    table
        From :func:`geo.indicators.table.indicator_table` of the same parcels, footprints and rule.
    error_m
        Horizontal error between parcels and footprints [m].

    Returns
    -------
    DataFrame
        The table with ``_low`` and ``_high`` widened, values as they were.

    Raises
    ------
    SchemaError
        The error is negative or no number.
    """
    _check(error_m)
    wide = table.copy()
    for distance, bound, choose in ((-error_m, "_low", np.fmin), (error_m, "_high", np.fmax)):
        grown = parcels.set_geometry(parcels.buffer(distance, quad_segs=16))
        other = indicator_table(grown, footprints, rule)[0]
        area = table["area_m2"].where(table["area_m2"] > 0)
        under = (other["footprint_area_m2"] / area).clip(upper=1.0)
        floors = other[f"counted_floor_area_m2{bound}"]
        for name, bounding in (
            ("building_coverage", under),
            ("counted_floor_area_m2", floors),
            ("floor_area_ratio", floors / area),
        ):
            own = table[f"{name}{bound}"]
            wide[f"{name}{bound}"] = pd.Series(choose(own, bounding), own.index).where(own.notna())
    return wide


def _check(error_m: float) -> None:
    """Refuse an error that is none."""
    if not (np.isfinite(error_m) and error_m >= 0):
        raise SchemaError("indicators.impossible_error", number=error_m)
