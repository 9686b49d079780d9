"""Parcels beside each other: what overlaps, what nearly touches, what is drawn twice, what is only a sliver."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo.ingest.crs import measuring_crs, metres_per_unit
from geo.ingest.outlines import DEGREE_M
from geo.ingest.report import Journal

NEAR_M = 0.5
"""Parcels nearer than this and not touching leave a gap nobody meant [m]."""

TOUCH_M = 0.001
"""Nearer than this they touch: coordinates are written to the millimetre [m]."""

THIN_M2 = 1.0
"""Overlaps up to this are rounding along a common boundary, and are counted [m2]."""

SLIVER_M, SLENDER = 0.5, 0.1
"""A parcel less than half a metre wide on average [m], and with less than a tenth of the area of a circle of its
length of boundary, is the rest of something else; a square metre is neither."""

SAME_SHARE = 0.999
"""Two parcels that share this much of both are one outline under two names."""

LISTED = 50
"""More pairs than this are said as a number with the largest as an example."""

Pairs = NDArray[np.intp]
"""Array of 2 x n positions; the first of a pair stands first in the file."""


def note_neighbours(parcels: gpd.GeoDataFrame, journal: Journal) -> None:
    """Say which parcels of one file overlap, nearly touch, are drawn twice or are slivers. None is changed.

    Parameters
    ----------
    parcels
        parcel_id, row, area_m2 and geometry (valid polygons) in one system.
    journal
        Receives the notes; an overlap is noted at the later row.
    """
    if not len(parcels):
        return
    drawn = parcels.geometry.to_numpy()
    is_thin = 2 * parcels["area_m2"].to_numpy() < SLIVER_M * shapely.length(drawn) * _unit_m(parcels.crs)
    pairs = _near_pairs(drawn, NEAR_M / _unit_m(parcels.crs) / _shrink(drawn, parcels.crs))
    concerned = np.union1d(np.flatnonzero(is_thin), pairs)
    plane, metres = _in_plane(parcels, concerned)
    _note_slivers(parcels, plane, metres, journal)
    shared_m2 = shapely.area(shapely.intersection(plane[pairs[0]], plane[pairs[1]])) * metres**2
    _note_overlaps(parcels, pairs, shared_m2, journal)
    apart_m = shapely.distance(plane[pairs[0]], plane[pairs[1]]) * metres
    gaps = pairs[:, (apart_m > TOUCH_M) & (apart_m < NEAR_M)]
    if gaps.shape[1]:
        one, other = _names(parcels, gaps[:, 0])
        journal.note("ingest.gaps", count=gaps.shape[1], width=f"{NEAR_M:g}", one=one, other=other)


def _unit_m(crs: CRS) -> float:
    """Return the length of a unit of a system, in degrees that along a meridian [m]."""
    return metres_per_unit(crs) if crs.is_projected else DEGREE_M


def _shrink(drawn: np.ndarray, crs: CRS) -> float:
    """Return how much shorter than a meridian's a parallel's degree may be, farthest from the equator."""
    if crs.is_projected:
        return 1.0
    south, north = shapely.total_bounds(drawn)[[1, 3]]
    return max(float(np.cos(np.radians(max(abs(south), abs(north))))), 0.01)


def _in_plane(parcels: gpd.GeoDataFrame, concerned: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the outlines concerned in one plane, None for the others, and the length of its unit [m].

    Degrees go to the zone of the middle parcel.
    """
    plane = np.full(len(parcels), None)
    some, crs = parcels.iloc[concerned], parcels.crs
    if not crs.is_projected:
        crs = measuring_crs(float(np.median(shapely.bounds(parcels.geometry.to_numpy())[:, 0])))
        some = some.to_crs(crs)
    plane[concerned] = some.geometry.to_numpy()
    return plane, metres_per_unit(crs)


def _near_pairs(drawn: np.ndarray, distance: float) -> Pairs:
    """Return pairs that overlap, touch or nearly do."""
    pairs: Pairs = shapely.STRtree(drawn).query(drawn, predicate="dwithin", distance=distance)
    pairs = pairs[:, pairs[0] < pairs[1]]
    return pairs[:, np.lexsort(pairs[::-1])]


def _note_overlaps(parcels: gpd.GeoDataFrame, pairs: Pairs, shared_m2: np.ndarray, journal: Journal) -> None:
    """Say each overlap, or many at once; thin ones are counted."""
    thin = (shared_m2 > 0) & (shared_m2 <= THIN_M2)
    if thin.any():
        one, other = _names(parcels, pairs[:, thin][:, 0])
        total = f"{shared_m2[thin].sum():.3g}"
        journal.note("ingest.thin_overlaps", count=int(thin.sum()), area=total, one=one, other=other)
    found = np.flatnonzero(shared_m2 > THIN_M2)
    areas = parcels["area_m2"].to_numpy()
    if len(found) > LISTED:
        largest = found[np.argmax(shared_m2[found])]
        one, other = _names(parcels, pairs[:, largest])
        said = f"{shared_m2[largest]:.1f}"
        journal.note("ingest.overlaps_many", count=len(found), area=said, one=one, other=other)
        return
    for at in found:
        first, second = pairs[:, at]
        is_same = shared_m2[at] >= SAME_SHARE * max(areas[first], areas[second])
        code = "ingest.same_outline" if is_same else "ingest.overlap"
        row, identifier = int(parcels["row"].iloc[second]), str(parcels["parcel_id"].iloc[second])
        others = {"others": str(parcels["row"].iloc[first]), "area": f"{shared_m2[at]:.1f}"}
        journal.note(code, row=row, identifier=identifier, **others)


def _note_slivers(parcels: gpd.GeoDataFrame, plane: np.ndarray, metres: float, journal: Journal) -> None:
    """Say which parcels have hardly any width."""
    with np.errstate(invalid="ignore"):
        width_m = 2 * shapely.area(plane) / shapely.length(plane) * metres
        roundness = 4 * np.pi * shapely.area(plane) / shapely.length(plane) ** 2
    for at in np.flatnonzero((width_m < SLIVER_M) & (roundness < SLENDER)):
        row, identifier = int(parcels["row"].iloc[at]), str(parcels["parcel_id"].iloc[at])
        journal.note("ingest.sliver", row=row, identifier=identifier, width=f"{width_m[at]:.2g}")


def _names(parcels: gpd.GeoDataFrame, pair: np.ndarray) -> tuple[str, str]:
    """Return the identifiers of a pair, for an example."""
    one, other = parcels["parcel_id"].iloc[list(pair)]
    return str(one), str(other)
