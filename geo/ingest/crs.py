"""Coordinate systems: which one a layer is in, whether its numbers can be, where to measure and how to store."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.errors import CRSMismatchError

STORED = CRS.from_epsg(4490)
"""CGCS2000, in which everything is stored, longitude first."""

FIRST_ZONE_EPSG, FIRST_MERIDIAN, LAST_MERIDIAN = 4534, 75, 135
"""CGCS2000 / 3-degree Gauss-Kruger, central meridians 75E to 135E, easting without zone prefix."""

MAX_LON, MAX_LAT = 180.0, 90.0

PLANE_AXES = 2

MARGIN = 3.0
"""How far outside a system's area of use coordinates may lie before they are held impossible [degree]."""

OLD_ELLIPSOIDS_M = frozenset({6_378_245.0, 6_378_140.0})
"""Semi-major axes of Krassowsky 1940 (Beijing 54) and IAG 1975 (Xian 80) [m]. No published transformation leads from
what is surveyed on them to CGCS2000."""


def read_crs(text: str | None) -> CRS | None:
    """Return the horizontal system a file declares, or None where it declares none that places it on the Earth.

    Examples
    --------
    >>> read_crs("EPSG:4979").to_epsg()  # heights are dropped
    4326
    >>> read_crs('LOCAL_CS["site grid"]') is None
    True
    """
    if not text:
        return None
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return None
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not (crs.is_projected or crs.is_geographic):
        return None
    return crs if len(crs.axis_info) == PLANE_AXES else crs.to_2d()


def choose_crs(declared: CRS | None, option: str | None, **place: object) -> CRS:
    """Return the system of a layer: the declared one, or the one the caller names where none is declared.

    ``place`` says in an error where the layer is.

    Raises
    ------
    CRSMismatchError
        There is none, or none that can be computed with, or the option contradicts the file.
    """
    named = read_crs(option)
    if option and named is None:
        raise CRSMismatchError("ingest.unknown_crs", **place, crs=option)
    if declared is None and named is None:
        raise CRSMismatchError("ingest.no_crs", **place)
    if declared is not None and named is not None and not is_same_crs(declared, named):
        both = {"declared": describe_crs(declared), "option": describe_crs(named)}
        raise CRSMismatchError("ingest.crs_contradicts", **place, **both)
    chosen = declared or named
    assert chosen is not None  # both missing was refused above
    try:
        Transformer.from_crs(chosen, chosen.geodetic_crs, always_xy=True)
    except ProjError as error:
        raise CRSMismatchError("ingest.unknown_crs", **place, crs=describe_crs(chosen)) from error
    return chosen


def is_same_crs(one: CRS, other: CRS) -> bool:
    """Whether two descriptions mean one system, whatever the order of their axes.

    Examples
    --------
    >>> is_same_crs(CRS("OGC:CRS84"), CRS("EPSG:4326"))
    True
    """
    code = one.to_epsg()
    return one.equals(other, ignore_axis_order=True) or (code is not None and code == other.to_epsg())


def describe_crs(crs: CRS) -> str:
    """Name a system: its authority's code where it has one, otherwise its name.

    Examples
    --------
    >>> describe_crs(CRS(4549))
    'EPSG:4549'
    """
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)


def find_impossible(geometry: np.ndarray, crs: CRS) -> np.ndarray:
    """Find geometries whose coordinates cannot be in the system they are said to be in.

    Degrees must be degrees. Projected coordinates must lead back to a place, no more than 3 degrees outside the
    area the system is made for, and must not all look like degrees.

    Parameters
    ----------
    geometry
        Array of n geometries with finite coordinates.
    crs
        Their declared system.

    Returns
    -------
    numpy.ndarray
        Array of n bools.
    """
    west, south, east, north = shapely.bounds(geometry).T
    looks_like_degrees = (west >= -MAX_LON) & (east <= MAX_LON) & (south >= -MAX_LAT) & (north <= MAX_LAT)
    if crs.is_geographic:
        return np.asarray(~looks_like_degrees)
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    x, y = to_degrees.transform(np.concatenate([west, east]), np.concatenate([south, north]))
    impossible = ~(np.isfinite(x) & np.isfinite(y))
    area = crs.area_of_use
    if area is not None:
        impossible |= (y < area.south - MARGIN) | (y > area.north + MARGIN)
        if area.west < area.east:
            impossible |= (x < area.west - MARGIN) | (x > area.east + MARGIN)
    return np.asarray(impossible.reshape(2, -1).any(axis=0) | looks_like_degrees)


def measuring_crs(longitude: float) -> CRS:
    """Return the system in which land at a longitude is measured: 3-degree Gauss-Kruger on the CGCS2000 ellipsoid.

    Within China these are EPSG:4534 to 4554; elsewhere the same projection is continued around the Earth.

    Examples
    --------
    >>> measuring_crs(121.5).to_epsg(), measuring_crs(121.49).to_epsg()
    (4550, 4549)
    >>> measuring_crs(-16.4).to_epsg() is None
    True
    """
    meridian = 3 * int(np.floor((longitude + 1.5) / 3))
    if FIRST_MERIDIAN <= meridian <= LAST_MERIDIAN:
        return CRS.from_epsg(FIRST_ZONE_EPSG + (meridian - FIRST_MERIDIAN) // 3)
    return CRS.from_proj4(f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +type=crs")


def measuring_groups(parcels: gpd.GeoDataFrame) -> Iterator[tuple[CRS, gpd.GeoDataFrame]]:
    """Split parcels by the projected system in which they are measured, west to east.

    Parameters
    ----------
    parcels
        Parcels in one system. Projected ones are measured as they are; geographic ones in the 3-degree zone of each
        centroid.

    Yields
    ------
    tuple[pyproj.CRS, geopandas.GeoDataFrame]
        A projected system, and the parcels measured in it with their geometry in it. Their index is kept.

    Raises
    ------
    CRSMismatchError
        The frame has no coordinate system.
    """
    if parcels.crs is None:
        raise CRSMismatchError("ingest.no_crs")
    if parcels.crs.is_projected:
        yield parcels.crs, parcels
        return
    longitude = shapely.get_x(shapely.centroid(parcels.geometry.to_numpy()))
    zone = np.floor((longitude + 1.5) / 3)
    for number in np.unique(zone):
        crs = measuring_crs(3 * float(number))
        yield crs, parcels[zone == number].to_crs(crs)


def to_store(gdf: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return geometries in EPSG:4490, longitude first, as they are stored.

    Systems on WGS 84 and its realisations are taken as CGCS2000, from which they differ by less than a metre.

    Raises
    ------
    CRSMismatchError
        There is no system, or one on a datum (Beijing 54, Xian 80) from which no published transformation leads to
        CGCS2000: coordinates would come out some hundred metres wrong without a word.
    """
    if gdf.crs is None:
        raise CRSMismatchError("ingest.no_crs")
    if is_old_datum(gdf.crs):
        raise CRSMismatchError("ingest.old_datum", crs=describe_crs(gdf.crs))
    return gdf.to_crs(STORED)


def is_old_datum(crs: CRS) -> bool:
    """Whether a system is on an ellipsoid of an older Chinese datum.

    Examples
    --------
    >>> [is_old_datum(CRS(code)) for code in (4490, 4610, 4214)]
    [False, True, True]
    """
    geod = crs.get_geod()
    return geod is not None and geod.a in OLD_ELLIPSOIDS_M


def metres_per_unit(crs: CRS) -> float:
    """Return the length of one unit of a projected system [m].

    Examples
    --------
    >>> metres_per_unit(CRS("EPSG:2269"))  # international feet
    0.3048
    """
    return float(crs.axis_info[0].unit_conversion_factor)
