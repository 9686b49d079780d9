"""How far and how long it is between places: by straight lines, along a road layer, or as a table says."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.errors import SchemaError

Numbers = NDArray[np.float64]

EARTH_M = 6_371_008.8
"""Mean radius [m]."""

DETOUR = 1.35
"""Way by road over straight line; 1.32 was found over 25 Chinese cities (doi 10.1080/19475683.2021.1966503)."""

METRES_PER_SECOND = 40 / 3.6
"""40 km/h on county roads."""

STOP_S = 120
"""Added to every way: parking, gates [s]."""

SNAP_DEGREES = 1e-6
"""Ends of road lines that lie closer than this are one junction, about a decimetre."""


def straight_metres(places: Numbers, detour: float = DETOUR) -> Numbers:
    """Return great-circle distances times a detour factor.

    Parameters
    ----------
    places
        (n, 2), longitude and latitude [degrees].

    Returns
    -------
    Numbers
        (n, n) [m].

    Examples
    --------
    >>> one_degree_north = straight_metres(np.array([[120.0, 30.0], [120.0, 31.0]]), detour=1.0)[0, 1]
    >>> round(float(one_degree_north) / 1000, 1)
    111.2
    """
    return detour * _great_circle(places[:, None, :], places[None, :, :])


def _great_circle(one: Numbers, other: Numbers) -> Numbers:
    a, b = np.radians(one), np.radians(other)
    half = (b - a) / 2
    chord = np.sin(half[..., 1]) ** 2 + np.cos(a[..., 1]) * np.cos(b[..., 1]) * np.sin(half[..., 0]) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def road_metres(places: Numbers, roads: gpd.GeoSeries) -> Numbers:
    """Return shortest ways along a road layer; from each place to its nearest junction in a straight line with detour.

    Lines join where they share a vertex: a crossing without one is a bridge. Every line may be driven both ways.

    Parameters
    ----------
    places
        (n, 2), longitude and latitude [degrees].
    roads
        Lines; longitude and latitude [degrees].

    Returns
    -------
    Numbers
        (n, n) [m]; infinite where no way leads, zero on the diagonal.

    Raises
    ------
    SchemaError
        The layer holds no line.
    """
    lines = shapely.get_parts(roads.dropna().to_numpy())
    lines = lines[shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING]
    if not len(lines):
        raise SchemaError("patrol.no_roads")
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    cells = np.rint(points / SNAP_DEGREES).astype(np.int64)
    junctions, node = np.unique(cells, axis=0, return_inverse=True)
    follows = line_of[1:] == line_of[:-1]
    start, end = node[:-1][follows], node[1:][follows]
    length = _great_circle(points[:-1][follows], points[1:][follows])
    order = np.lexsort((length, end, start))  # of parallel pieces the shortest counts
    pair = np.stack([start[order], end[order]])
    first = np.append(True, np.any(np.diff(pair, axis=1) != 0, axis=0)) if len(order) else np.array([], bool)
    weights = np.maximum(length[order][first], 1e-6)  # a stored zero would be no edge
    graph = coo_matrix((weights, pair[:, first]), shape=(len(junctions), len(junctions))).tocsr()
    return _through(places, np.asarray(junctions * SNAP_DEGREES, dtype=float), graph)


def _through(places: Numbers, junctions: Numbers, graph: object) -> Numbers:
    squeeze = np.array([np.cos(np.radians(places[:, 1].mean())), 1.0])
    _, nearest = cKDTree(junctions * squeeze).query(places * squeeze)
    access = DETOUR * _great_circle(places, junctions[nearest])
    along = dijkstra(graph, directed=False, indices=nearest)[:, nearest]
    ways = access[:, None] + along + access[None, :]
    metres: Numbers = np.minimum(ways, ways.T)
    np.fill_diagonal(metres, 0.0)
    return metres


def table_metres(table: pd.DataFrame, names: Sequence[str]) -> Numbers:
    """Return the ways that a table names; a pair that it does not name has no way.

    Parameters
    ----------
    table
        Columns ``from``, ``to``, ``metres`` [m].
    names
        Places in the order of the result.

    Raises
    ------
    SchemaError
        A column is missing, or a way is negative or no number.
    """
    for column in ("from", "to", "metres"):
        if column not in table.columns:
            raise SchemaError("patrol.no_column", column=column, columns=", ".join(map(str, table.columns)))
    metres = pd.to_numeric(table["metres"], errors="coerce")
    if not (metres >= 0).all():
        raise SchemaError("patrol.not_metres", row=int(np.flatnonzero(~(metres >= 0))[0]) + 2)
    place = {name: number for number, name in enumerate(names)}
    rows, columns = (table[end].astype(str).map(place) for end in ("from", "to"))
    known = rows.notna() & columns.notna()
    matrix = np.full((len(names), len(names)), np.inf)
    matrix[rows[known].astype(int), columns[known].astype(int)] = metres[known]
    np.fill_diagonal(matrix, 0.0)
    return matrix


def seconds_of(metres: Numbers, metres_per_second: float = METRES_PER_SECOND, stop_s: float = STOP_S) -> Numbers:
    """Return travel times [s]: way over speed and a supplement for every stop; nothing on the diagonal."""
    seconds = metres / metres_per_second + stop_s
    np.fill_diagonal(seconds, 0.0)
    return seconds
