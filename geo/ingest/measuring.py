"""Areas of parcels, on the plane and on the ellipsoid, and what tells one outline from another."""

import hashlib
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo.ingest.crs import measuring_groups, metres_per_unit

AT_ONCE = 50_000
"""Parcels measured at once: measuring takes several copies of what is measured."""


def measure(geometry: np.ndarray, identifiers: np.ndarray, crs: CRS) -> gpd.GeoDataFrame:
    """Return parcels with their areas and hashes.

    Parameters
    ----------
    geometry
        Array of n polygons or multipolygons, valid and flat.
    identifiers
        Array of n texts.
    crs
        Their system.

    Returns
    -------
    geopandas.GeoDataFrame
        parcel_id, geometry, area_m2 (planar, in the projected system declared, otherwise in the 3-degree zone of the
        centroid), ellipsoidal_area_m2 (on the ellipsoid of the declared system), geometry_hash.
    """
    taken = gpd.GeoDataFrame({"parcel_id": pd.Series(identifiers, dtype=object)}, geometry=geometry, crs=crs)
    blocks = list(_blocks(taken))
    taken["area_m2"] = np.concatenate([_planar_areas(block) for block in blocks])
    taken["ellipsoidal_area_m2"] = np.concatenate([ellipsoidal_areas(block) for block in blocks])
    hashes = [text for block in blocks for text in hash_outlines(block.geometry.to_numpy(), crs)]
    taken["geometry_hash"] = pd.Series(hashes, dtype=object)
    return taken


def _blocks(parcels: gpd.GeoDataFrame) -> Iterator[gpd.GeoDataFrame]:
    """Yield parcels some at a time; one empty block where there are none."""
    for start in range(0, max(len(parcels), 1), AT_ONCE):
        yield parcels.iloc[start : start + AT_ONCE].reset_index(drop=True)


def _planar_areas(parcels: gpd.GeoDataFrame) -> np.ndarray:
    """Return areas on the plane in which each parcel is measured [m2]."""
    area_m2 = np.full(len(parcels), np.nan)
    for measuring, group in measuring_groups(parcels):
        area_m2[group.index] = shapely.area(group.geometry.to_numpy()) * metres_per_unit(measuring) ** 2
    return area_m2


def ellipsoidal_areas(parcels: gpd.GeoDataFrame) -> np.ndarray:
    """Return areas on the ellipsoid of the parcels' own system [m2].

    Corners are joined by geodesics (C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87, 2013,
    doi:10.1007/s00190-012-0578-z).
    """
    geod = parcels.crs.get_geod()
    degrees = shapely.orient_polygons(parcels.to_crs(parcels.crs.geodetic_crs).geometry.to_numpy())
    parts, parcel_of_part = shapely.get_parts(degrees, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    lon, lat = shapely.get_coordinates(rings).T
    sizes = shapely.get_num_coordinates(rings)
    ends = np.cumsum(sizes)
    signed = [  # holes run the other way round and count below zero
        geod.polygon_area_perimeter(lon[start:end], lat[start:end])[0]
        for start, end in zip(ends - sizes, ends, strict=True)
    ]
    return np.bincount(parcel_of_part[part_of_ring], weights=signed, minlength=len(parcels))


def hash_outlines(geometry: np.ndarray, crs: CRS) -> list[str]:
    """Return the sha256 of each outline and its system, whatever vertex it starts from.

    Examples
    --------
    >>> one = shapely.from_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0))")
    >>> other = shapely.from_wkt("MULTIPOLYGON (((1 1, 1 0, 0 0, 1 1)))")
    >>> len(set(hash_outlines(np.array([one, other]), CRS(4549))))
    1
    """
    single = np.where(shapely.get_num_geometries(geometry) == 1, shapely.get_geometry(geometry, 0), geometry)
    authority = crs.to_authority()
    system = (":".join(authority) if authority else crs.to_wkt()).encode()
    encoded = shapely.to_wkb(shapely.normalize(single), byte_order=1, include_srid=False)
    return [hashlib.sha256(outline + system).hexdigest() for outline in encoded]
