"""Outlines as one short text of whole numbers that a page draws from, however many there are."""

import base64
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

STEPS_AROUND = 2**32
"""Places are whole steps on the map's own plane (spherical Mercator): so many around the earth, one centimetre or less
each, which are the pixels of zoom 24. Equal coordinates stay equal, so no gap opens between neighbours."""

NORTHMOST = 85.0511287798
"""Where the plane ends [degrees]."""

_BITS = 7
_MORE = 1 << _BITS
_WIDEST = 5
"""Groups of the largest number: twice a way around the earth."""


def steps(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """Project longitudes and latitudes [degrees], shape (n, 2), to east and south of the plane's corner [steps]."""
    longitude, latitude = np.asarray(degrees, dtype=float).reshape(-1, 2).T
    sine = np.sin(np.radians(np.clip(latitude, -NORTHMOST, NORTHMOST)))
    east = longitude / 360 + 0.5
    south = 0.5 - np.arctanh(sine) / (2 * np.pi)
    whole: NDArray[np.int64] = np.rint(np.column_stack([east, south]) * STEPS_AROUND).astype(np.int64)
    return whole


def origin_of(geometries: Sequence[BaseGeometry | None]) -> tuple[int, int] | None:
    """Middle of all geometries [steps], from which a page counts; None where there is nothing to draw."""
    bounds = shapely.bounds(np.asarray(geometries, dtype=object)).reshape(-1, 4)
    bounds = bounds[~np.isnan(bounds).any(axis=1)]
    if not len(bounds):
        return None
    low, high = steps(np.concatenate([bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)])).tolist()
    return (low[0] + high[0]) // 2, (low[1] + high[1]) // 2


def encode_outlines(geometries: Sequence[BaseGeometry | None], origin: tuple[int, int] | None) -> str:
    """Encode the polygons and lines of geometries.

    Outer rings run one way and holes the other, so that a page can fill many outlines at once. The closing point of a
    ring is left out.

    Parameters
    ----------
    geometries
        Longitude first [degrees]; what is neither polygon nor line, and what is missing or empty, has no line.
    origin
        Where the first point is counted from [steps].

    Returns
    -------
    str
        Base64 of numbers in seven-bit groups, the lowest first: how many geometries; how many lines each has (a ring is
        one); how many points each line has; then x and y of every point as its difference from the point before, signs
        folded (0, -1, 1, -2 ...).

    Examples
    --------
    >>> numbers(encode_outlines([None, shapely.LineString([(0, 0), (9e-8, 0)])], (2**31, 2**31))).tolist()
    [2, 0, 1, 2, 0, 0, 2, 0]
    """
    lines, owner = _lines(np.asarray(geometries, dtype=object))
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    is_last = np.append(line_of[1:] != line_of[:-1], True)[: len(points)]
    is_ring = shapely.get_type_id(lines) == shapely.GeometryType.LINEARRING
    keep = ~(is_last & is_ring[line_of])
    placed = steps(points[keep])
    first = np.array([origin or (0, 0)], dtype=np.int64)
    differences = np.diff(placed, axis=0, prepend=first).ravel() if len(placed) else np.empty(0, np.int64)
    parts = [
        [len(geometries)],
        np.bincount(owner, minlength=len(geometries)),
        np.bincount(line_of[keep], minlength=len(lines)),
        np.where(differences < 0, -2 * differences - 1, 2 * differences),
    ]
    return base64.b64encode(pack(np.concatenate([np.asarray(part, dtype=np.uint64) for part in parts]))).decode()


def pack(whole: ArrayLike) -> bytes:
    """Write whole numbers in groups of seven bits, the lowest first; the eighth bit says that another group follows.

    Examples
    --------
    >>> pack([1, 300]).hex()
    '01ac02'
    """
    left = np.asarray(whole, dtype=np.uint64)
    lengths = np.ones(len(left), dtype=np.int64)
    for groups in range(1, _WIDEST):
        lengths += left >= np.uint64(1) << np.uint64(_BITS * groups)
    ends = np.cumsum(lengths)
    written = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for group in range(_WIDEST):
        has = lengths > group
        if not has.any():
            break
        bits = (left[has] >> np.uint64(_BITS * group)) & np.uint64(0x7F)
        more = np.where(lengths[has] > group + 1, _MORE, 0).astype(np.uint64)
        written[(ends - lengths)[has] + group] = (bits | more).astype(np.uint8)
    return written.tobytes()


def numbers(text: str) -> NDArray[np.int64]:
    """Read the numbers of an encoded text again, as ``page/outlines.js`` does."""
    groups = np.frombuffer(base64.b64decode(text), dtype=np.uint8).astype(np.int64)
    is_first = np.append(True, groups[:-1] < _MORE)[: len(groups)]
    number = np.cumsum(is_first) - 1
    place = np.arange(len(groups)) - np.flatnonzero(is_first)[number]
    found = np.zeros(int(is_first.sum()), dtype=np.int64)
    np.add.at(found, number, (groups & 0x7F) << (_BITS * place))
    return found


def _lines(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Rings of all polygons and all lines, and whose each is; in the order of the geometries."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    kind = shapely.get_type_id(parts)
    is_polygon, is_line = kind == shapely.GeometryType.POLYGON, kind == shapely.GeometryType.LINESTRING
    rings, polygon_of = shapely.get_rings(shapely.orient_polygons(parts[is_polygon]), return_index=True)
    lines = np.concatenate([rings, parts[is_line]])
    owners = np.concatenate([owner[is_polygon][polygon_of], owner[is_line]])
    has_points = ~shapely.is_empty(lines)
    order = np.argsort(owners[has_points], kind="stable")
    return lines[has_points][order], owners[has_points][order]
