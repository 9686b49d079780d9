"""Polygons from rings of corners, where nothing but their position says which is a hole."""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Point, Polygon

Ring = NDArray[np.float64]
"""Array of n corners, east first; the first may stand again at the end or not."""

Labelled = tuple[str, tuple[float, float]]
"""Number of the ring a corner belongs to, and the corner, east first."""

FEWEST_CORNERS = 3


def split_rings(corners: Iterable[Labelled]) -> list[Ring]:
    """Split corners into rings: where the number changes, and where a ring has come back to its start.

    Some programs number every ring of a parcel alike and only close each.

    Examples
    --------
    >>> corners = [("1", (0, 0)), ("1", (9, 0)), ("1", (9, 9)), ("1", (0, 0)), ("1", (20, 0)), ("2", (5, 1))]
    >>> [len(ring) for ring in split_rings(corners)]
    [4, 1, 1]
    """
    rings: list[list[tuple[float, float]]] = []
    current, is_closed = None, True
    for number, corner in corners:
        if number != current or is_closed:
            rings.append([])
            current, is_closed = number, False
        is_closed = len(rings[-1]) >= FEWEST_CORNERS and corner == rings[-1][0]
        rings[-1].append(corner)
    return [np.array(ring, dtype=float) for ring in rings]


def assemble(rings: Sequence[Ring]) -> shapely.Geometry:
    """Make one geometry of the rings of a parcel.

    A ring within an odd number of others is a hole in the smallest of them, every other ring is a part. Which way
    round a ring runs does not matter, nor its number. Rings that cross make a polygon that is not valid, which is for
    the check of outlines to see. One or two corners alone are a point or a line.

    Raises
    ------
    ValueError
        A ring beside others has fewer than three corners.

    Examples
    --------
    >>> yard, pond = np.array([[0, 0], [9, 0], [9, 9], [0, 9]]), np.array([[2, 2], [3, 2], [3, 3]])
    >>> assemble([pond, yard]).area
    80.5
    """
    distinct = [len(np.unique(ring, axis=0)) for ring in rings]
    if min(distinct) < FEWEST_CORNERS:
        if len(rings) > 1:
            raise ValueError(f"a ring has only {min(distinct)} corners")
        return Point(rings[0][0]) if distinct[0] == 1 else LineString(rings[0])
    drawn = [Polygon(ring) for ring in rings]
    order = sorted(range(len(rings)), key=lambda at: -drawn[at].area)
    around: dict[int, list[int]] = {}
    for place, at in enumerate(order):
        around[at] = [larger for larger in order[:place] if _lies_in(rings[at], drawn[larger])]
    holes: dict[int, list[Ring]] = {at: [] for at in order if len(around[at]) % 2 == 0}
    for at in order:
        if at not in holes:
            holes[next(outer for outer in reversed(around[at]) if outer in holes)].append(rings[at])
    parts = [Polygon(rings[at], holes[at]) for at in sorted(holes)]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _lies_in(ring: Ring, outer: Polygon) -> bool:
    """Whether a ring lies in a polygon: a corner that is not on its boundary does."""
    return bool(shapely.contains_xy(outer, ring[:, 0], ring[:, 1]).any())
