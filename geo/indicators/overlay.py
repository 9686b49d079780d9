"""Which footprint lies on which parcel, and with how much of its area."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import CRSMismatchError

PAIRS_AT_ONCE = 8192
"""Pairs that one thread holds at a time: few enough that memory stays flat, enough that threads seldom meet."""

Positions = npt.NDArray[np.intp]
Areas = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
T = TypeVar("T")


def overlay(parcels: gpd.GeoSeries, footprints: gpd.GeoSeries) -> pd.DataFrame:
    """Area that every parcel shares with every footprint, exactly.

    One row a pair that shares any area, in the order of the parcels and then of the footprints. A footprint wholly
    inside a parcel gives its own area and is not clipped. All processors work at it (GEOS lets other threads run);
    beyond the two layers and the table itself, memory does not grow with their size.

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
    at_footprint, at_parcel = shapely.STRtree(land).query(outlines)
    order = np.lexsort((at_footprint, at_parcel))
    at_parcel, at_footprint = at_parcel[order], at_footprint[order]
    whole = shapely.area(outlines)

    def measure(span: slice) -> Areas:
        return _shared_area(land, outlines, at_parcel[span], at_footprint[span], whole[at_footprint[span]])

    area = np.concatenate([np.empty(0), *in_threads(measure, spans(at_parcel, size=PAIRS_AT_ONCE))])
    shared = area > 0
    return pd.DataFrame(
        {
            "parcel_id": parcels.index[at_parcel[shared]],
            "footprint_id": footprints.index[at_footprint[shared]],
            "area_m2": area[shared],
        }
    )


def _shared_area(land: Shapes, outlines: Shapes, at_parcel: Positions, at_footprint: Positions, whole: Areas) -> Areas:
    """Areas that some pairs share; parcels are prepared as copies, so that none stays prepared and no thread meets."""
    used, which = np.unique(at_parcel, return_inverse=True)
    parcels, footprints = shapely.force_2d(land[used])[which], outlines[at_footprint]
    shapely.prepare(parcels)
    area = whole.copy()
    open_pairs = np.flatnonzero(~shapely.covers(parcels, footprints))
    meeting = shapely.intersects(parcels[open_pairs], footprints[open_pairs])
    area[open_pairs[~meeting]] = 0.0
    crossing = open_pairs[meeting]
    area[crossing] = shapely.area(shapely.intersection(parcels[crossing], footprints[crossing]))
    return area


def spans(ordered: Positions, *, size: int) -> list[slice]:
    """Cut an ordered array into slices of about ``size``, never between two equal values.

    Examples
    --------
    >>> spans(np.array([0, 0, 1, 1, 1, 2]), size=3)
    [slice(0, 5, None), slice(5, 6, None)]
    """
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    wanted = np.searchsorted(begins, np.arange(0, len(ordered), size))
    cuts = np.unique([*begins[wanted[wanted < len(begins)]], len(ordered)])
    return [slice(int(first), int(last)) for first, last in pairwise(cuts)]


def in_threads(work: Callable[[slice], T], parts: list[slice]) -> list[T]:
    """Do the parts of a piece of work on all processors; what they give, in the order of the parts."""
    if len(parts) <= 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, parts))


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
