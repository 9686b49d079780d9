"""The GeoPackage blob: a short header with the bounding box, then WKB (OGC 12-128r19, clause 2.1.3)."""

import math
import sqlite3
import struct
from collections.abc import Sequence
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

MAGIC = b"GP\x00"
LITTLE_ENDIAN, BOX, EMPTY = 0x01, 0x02, 0x10
HEAD = np.dtype([("magic", "S3"), ("flags", "u1"), ("srid", "<i4"), ("box", "<f8", 4)])
ENVELOPE_BYTES = (0, 32, 48, 48, 64)
"""Length of the envelope by its indicator: none, xy, xyz, xym, xyzm [bytes]."""


def encode(geometry: BaseGeometry, srid: int) -> bytes:
    """Return a geometry as GeoPackage blob, with its envelope.

    Examples
    --------
    >>> encode(shapely.Point(116, 39), 4490)[:8].hex(" ", 4)
    '47500003 8a110000'
    """
    wkb: bytes = shapely.to_wkb(geometry, byte_order=1, flavor="iso")
    if geometry.is_empty:
        return MAGIC + struct.pack("<Bi", LITTLE_ENDIAN | EMPTY, srid) + wkb
    min_x, min_y, max_x, max_y = geometry.bounds
    return MAGIC + struct.pack("<Bi4d", LITTLE_ENDIAN | BOX, srid, min_x, max_x, min_y, max_y) + wkb


def encode_all(wkbs: Sequence[bytes], boxes: NDArray[np.float64], srid: int) -> list[bytes]:
    """Return geometries as GeoPackage blobs, with their envelopes.

    Parameters
    ----------
    wkbs
        Each geometry as little-endian WKB.
    boxes
        min x, max x, min y, max y of each, NaN where it is empty.
    srid
        EPSG number of the coordinates.
    """
    heads = np.zeros(len(wkbs), dtype=HEAD)
    heads["magic"], heads["srid"], heads["box"] = MAGIC, srid, boxes
    is_blank = np.isnan(boxes).any(axis=1)
    heads["flags"] = np.where(is_blank, LITTLE_ENDIAN | EMPTY, LITTLE_ENDIAN | BOX)
    packed, length = heads.tobytes(), HEAD.itemsize
    ends = np.where(is_blank, length - ENVELOPE_BYTES[1], length).tolist()
    return [packed[n * length : n * length + end] + wkb for n, (end, wkb) in enumerate(zip(ends, wkbs, strict=True))]


def decode(blob: bytes) -> BaseGeometry:
    """Return the geometry of a GeoPackage blob.

    Examples
    --------
    >>> decode(encode(shapely.Point(116, 39), 4490))
    <POINT (116 39)>
    """
    geometry: BaseGeometry = shapely.from_wkb(blob[8 + ENVELOPE_BYTES[blob[3] >> 1 & 7] :])
    return geometry


def box_side(blob: bytes, *, side: int) -> float | None:
    """Return one side of the bounding box: 0 is min x, 1 max x, 2 min y, 3 max y."""
    if blob[3] >> 1 & 7:
        order = "<" if blob[3] & LITTLE_ENDIAN else ">"
        sides = struct.unpack_from(f"{order}4d", blob, 8)
    else:
        min_x, min_y, max_x, max_y = decode(blob).bounds
        sides = (min_x, max_x, min_y, max_y)
    return None if math.isnan(sides[side]) else float(sides[side])


def is_empty(blob: bytes) -> int:
    """Return 1 where the blob says that its geometry is empty."""
    return int(blob[3] & EMPTY != 0)


def register_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that the triggers of a GeoPackage's R-tree call."""
    for side, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        connection.create_function(name, 1, partial(box_side, side=side), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, is_empty, deterministic=True)
