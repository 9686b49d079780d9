"""Polygons as short lists of whole numbers that a page draws from."""

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

STEPS_PER_DEGREE = 10_000_000
"""Coordinates are rounded to 1e-7 degree, about a centimetre: far below what any source knows."""

Ring = list[int]
Shape = list[list[Ring]]


def steps(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round coordinates [degrees] to whole steps. Equal coordinates stay equal: no gap opens between neighbours."""
    return np.rint(np.asarray(degrees) * STEPS_PER_DEGREE).astype(np.int64)


def origin_of(geometries: Iterable[BaseGeometry | None]) -> tuple[int, int] | None:
    """South-west corner of all geometries [steps]; None where there is nothing to draw."""
    drawn = [geometry for geometry in geometries if geometry is not None and not geometry.is_empty]
    if not drawn:
        return None
    west, south = steps(shapely.total_bounds(drawn)[:2]).tolist()
    return west, south


def encode_shape(geometry: BaseGeometry | None, origin: tuple[int, int]) -> Shape | None:
    """Encode the polygons of a geometry.

    Parameters
    ----------
    geometry
        Polygon or multi-polygon, longitude first [degrees]; anything else counts as nothing to draw.
    origin
        Where the first point of each ring is counted from [steps].

    Returns
    -------
    Shape or None
        Polygons of rings (outer first, then holes) of ``[x, y, dx, dy, ...]`` [steps]: each point is counted from
        the one before, and the closing point is left out. None where there is nothing to draw.

    Examples
    --------
    >>> encode_shape(shapely.box(0, 0, 2e-7, 1e-7), (0, 0))
    [[[2, 0, 0, 1, -2, 0, 0, -1]]]
    """
    if geometry is None or geometry.is_empty:
        return None
    polygons = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon) and not part.is_empty]
    return [
        [_encode_ring(shapely.get_coordinates(ring), origin) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in polygons
    ] or None


def encode_anchor(geometry: BaseGeometry | None, origin: tuple[int, int]) -> list[int] | None:
    """Say where a label may stand: a point inside a geometry, in its largest part, and the room around it.

    Returns
    -------
    list of int or None
        East and north of the point from the origin, and the width of the geometry at that height [steps]. None where
        there is nothing to draw.

    Examples
    --------
    >>> encode_anchor(shapely.box(0, 0, 4e-7, 2e-7), (0, 0))
    [2, 1, 4]
    """
    if geometry is None or geometry.is_empty:
        return None
    largest = max(shapely.get_parts(geometry), key=lambda part: part.area)
    inside = largest.representative_point()
    x, y = (steps(shapely.get_coordinates(inside)[0]) - np.array(origin)).tolist()
    return [x, y, int(steps(np.array(_width_at(largest, inside.x, inside.y))))]


def _width_at(polygon: Polygon, x: float, y: float) -> float:
    """Width of a polygon along the parallel through a point inside it [degrees]."""
    crossings = []
    for ring in (polygon.exterior, *polygon.interiors):
        start, end = shapely.get_coordinates(ring)[:-1], shapely.get_coordinates(ring)[1:]
        crosses = (start[:, 1] > y) != (end[:, 1] > y)
        (x0, y0), (x1, y1) = start[crosses].T, end[crosses].T
        crossings.append(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    found = np.concatenate(crossings)
    west, east = found[found <= x], found[found > x]
    return float(east.min() - west.max()) if len(west) and len(east) else 0.0


def _encode_ring(points: NDArray[np.float64], origin: tuple[int, int]) -> Ring:
    """Encode one ring as its first point and the differences after it."""
    rounded = steps(points[:-1])
    differences = np.diff(rounded, axis=0, prepend=np.array([origin], dtype=np.int64))
    return [int(step) for step in differences.ravel()]
