"""Which footprint lies on which parcel, and with how much of its area."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import CRSMismatchError


def overlay(parcels: gpd.GeoSeries, footprints: gpd.GeoSeries) -> pd.DataFrame:
    """Area that every parcel shares with every footprint, exactly.

    One row a pair that shares any area, in the order of the parcels and then of the footprints. A footprint wholly
    inside a parcel gives its own area and is not clipped.

    Parameters
    ----------
    parcels
        Valid polygons, indexed by ``parcel_id``, in a projected system [m].
    footprints
        Valid polygons, indexed by ``footprint_id``, in the same system. Where identifiers repeat, index by position.

    Returns
    -------
    DataFrame
        Columns ``parcel_id``, ``footprint_id`` (labels of the two indexes) and ``area_m2`` [m2], which is above 0.

    Raises
    ------
    CRSMismatchError
        The two are not in one projected system in metres.

    Examples
    --------
    >>> parcels = gpd.GeoSeries({"P1": shapely.box(0, 0, 20, 20)}, crs="EPSG:4549")
    >>> footprints = gpd.GeoSeries({"F1": shapely.box(10, 10, 30, 30), "F2": shapely.box(0, 0, 4, 5)}, crs="EPSG:4549")
    >>> overlay(parcels, footprints).values.tolist()
    [['P1', 'F1', 100.0], ['P1', 'F2', 20.0]]
    """
    check_same_plane(parcels, footprints)
    land, outlines = parcels.to_numpy(), footprints.to_numpy()
    shapely.prepare(land)
    at_parcel, at_footprint = shapely.STRtree(outlines).query(land, predicate="intersects")
    order = np.lexsort((at_footprint, at_parcel))
    at_parcel, at_footprint = at_parcel[order], at_footprint[order]
    area = shapely.area(outlines)[at_footprint]
    crossing = np.flatnonzero(~shapely.covers(land[at_parcel], outlines[at_footprint]))
    area[crossing] = shapely.area(shapely.intersection(land[at_parcel[crossing]], outlines[at_footprint[crossing]]))
    shared = area > 0
    return pd.DataFrame(
        {
            "parcel_id": parcels.index[at_parcel[shared]],
            "footprint_id": footprints.index[at_footprint[shared]],
            "area_m2": area[shared],
        }
    )


def check_same_plane(parcels: gpd.GeoSeries, footprints: gpd.GeoSeries) -> None:
    """Refuse geometries whose areas cannot be compared: no system, two systems, degrees, or feet.

    Raises
    ------
    CRSMismatchError
        Always with the names of the systems.
    """
    for layer, crs in (("parcels", parcels.crs), ("footprints", footprints.crs)):
        if crs is None:
            raise CRSMismatchError("indicators.no_crs", layer=layer)
        if not crs.is_projected or any(axis.unit_conversion_factor != 1.0 for axis in crs.axis_info[:2]):
            raise CRSMismatchError("indicators.not_in_metres", layer=layer, crs=crs.name)
    if not parcels.crs.equals(footprints.crs, ignore_axis_order=True):
        raise CRSMismatchError("indicators.two_crs", parcels=parcels.crs.name, footprints=footprints.crs.name)
