"""Layers written: outlines as the store holds them (EPSG:4490, and the source's own coordinates), many at once."""

import hashlib

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.errors import CRSMismatchError
from geo.store.blob import encode_all
from geo.store.tables import STORED_SRID

PLAIN_POLYGON = (1).to_bytes(1, "little") + (3).to_bytes(4, "little")
"""How a polygon's WKB begins: little-endian, type 3."""
MULTI = (1).to_bytes(1, "little") + (6).to_bytes(4, "little")
MULTI_EWKB = MULTI[:4] + b"\x20" + STORED_SRID.to_bytes(4, "little")
"""The same for a multipolygon, and for one that says its coordinate system (PostGIS's EWKB)."""
ONE = (1).to_bytes(4, "little")


def geometry_hashes(geometries: gpd.GeoSeries) -> list[str]:
    """Return SHA-256 of each geometry's WKB in normal form: order of rings and starting points do not matter."""
    normal = shapely.normalize(geometries.to_numpy())
    return [hashlib.sha256(wkb).hexdigest() for wkb in shapely.to_wkb(normal, byte_order=1)]


def crs_text(crs: CRS) -> str:
    """Return a coordinate system as authority and code where that says the same, else as WKT.

    Examples
    --------
    >>> crs_text(CRS(4528))
    'EPSG:4528'
    """
    authority = crs.to_authority(min_confidence=100)
    if authority is not None and CRS.from_authority(*authority) == crs:
        return ":".join(authority)
    return str(crs.to_wkt())


def required_crs(geometry: gpd.GeoSeries, *, file: str) -> CRS:
    """Return the coordinate system of outlines.

    Raises
    ------
    CRSMismatchError
        If they have none.
    """
    crs: CRS | None = geometry.crs
    if crs is None:
        raise CRSMismatchError("store.no_crs", file=file)
    return crs


def to_stored(crs: CRS) -> Transformer | None:
    """Return what turns coordinates into those that are stored (longitude, latitude); None if they are the same."""
    stored = CRS(STORED_SRID)
    return None if crs == stored else Transformer.from_crs(crs, stored, always_xy=True)


def encode_outlines(
    geometry: gpd.GeoSeries, transform: Transformer | None, *, dialect: str
) -> tuple[dict[str, list[bytes] | list[None]], NDArray[np.float64]]:
    """Return what a layer's table holds of outlines, as its driver takes it.

    Parameters
    ----------
    geometry
        Polygons and multipolygons in the coordinate system of their source.
    transform
        Of ``to_stored``.
    dialect
        ``postgresql`` gets EWKB, ``sqlite`` GeoPackage blobs.

    Returns
    -------
    columns
        ``geom`` (multipolygons, EPSG:4490, longitude first) and ``source_wkb`` (only where the source is projected;
        exact; else None).
    boxes
        min x, max x, min y, max y of each ``geom`` [degrees], NaN where it is empty.
    """
    source = geometry.to_numpy()
    stored = source
    if transform is not None:
        by_axis = transform.transform
        stored = shapely.transform(source, by_axis, interleaved=False)  # type: ignore[arg-type]  # x and y come apart
    boxes = shapely.bounds(stored)[:, [0, 2, 1, 3]]
    wkbs = shapely.to_wkb(stored, byte_order=1, flavor="iso")
    if dialect == "postgresql":
        geom = [as_multi(wkb, MULTI_EWKB) for wkb in wkbs]
    else:
        geom = encode_all([as_multi(wkb, MULTI) for wkb in wkbs], boxes, STORED_SRID)
    is_projected = geometry.crs is not None and geometry.crs.is_projected
    exact: list[bytes] | list[None] = [None] * len(source)
    if is_projected:
        exact = shapely.to_wkb(source, byte_order=1).tolist()
    return {"geom": geom, "source_wkb": exact}, boxes


def as_multi(wkb: bytes, head: bytes) -> bytes:
    """Return the WKB of a polygon or multipolygon as a multipolygon that begins with ``head``."""
    is_single = wkb.startswith(PLAIN_POLYGON)
    return head + (ONE + wkb if is_single else wkb[len(MULTI) :])
