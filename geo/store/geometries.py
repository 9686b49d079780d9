"""Layers read: outlines out of the store, in the source's own coordinates where that can be."""

from collections.abc import Sequence
from datetime import date, datetime

import geopandas as gpd
import shapely
from pyproj import CRS
from sqlalchemy import ColumnElement, Connection, Select, column, func, literal, select, table

from geo.store.geopackage import rtree_name
from geo.store.rows import read_frame
from geo.store.tables import STORED_SRID
from geo.store.versions import History, among_current, is_current

Box = tuple[float, float, float, float]
"""min x, min y, max x, max y."""


def read_layer(
    conn: Connection, history: History, columns: Sequence[str], *, as_of: date | None, known_at: datetime | None
) -> gpd.GeoDataFrame:
    """Return the rows of a layer that are current on a day, as known at a time, sorted by their key.

    Returns
    -------
    GeoDataFrame
        The columns, and geometries in the coordinate system of the source where all have one and it is projected; else
        EPSG:4490, longitude first.
    """
    rows = history.table.c
    is_now = among_current(rows[history.number], history, as_of=as_of, known_at=known_at)
    sources = select(rows.source_crs, rows.source_wkb.is_(None)).where(is_now).distinct()
    found = [tuple(row) for row in conn.execute(sources)]
    is_own = len(found) == 1 and not found[0][1]
    query: Select[tuple[object, ...]] = select(*(rows[name] for name in columns)).where(is_now)
    if not is_own:
        return _frame(conn, query.add_columns(rows.geom.label("geometry")), history)
    frame = read_frame(conn, query.add_columns(rows.source_wkb.label("geometry")))
    geometry = shapely.from_wkb(frame["geometry"].to_numpy())
    return _sorted(gpd.GeoDataFrame(frame.assign(geometry=geometry), crs=CRS.from_user_input(found[0][0])), history)


def read_in_box(
    conn: Connection, history: History, box: Box, *, as_of: date | None, known_at: datetime | None
) -> gpd.GeoDataFrame:
    """Return number, key and EPSG:4490 geometry of the current rows whose bounding box meets ``box`` [degrees]."""
    rows = history.table.c
    query: Select[tuple[object, ...]] = select(
        *(rows[name] for name in history.key), rows[history.number], rows.geom.label("geometry")
    ).where(near_box(conn.dialect.name, history, box), is_current(history, as_of=as_of, known_at=known_at))
    near = _frame(conn, query, history)
    # both indexes keep boxes in single precision, rounded outwards: the last metre is decided here
    min_x, min_y, max_x, max_y = box
    bounds = near.bounds
    meets = (bounds.maxx >= min_x) & (bounds.minx <= max_x) & (bounds.maxy >= min_y) & (bounds.miny <= max_y)
    return near[meets].reset_index(drop=True)


def read_outlines(conn: Connection, history: History, condition: ColumnElement[bool]) -> gpd.GeoDataFrame:
    """Return number, key, hash and EPSG:4490 geometry of the rows of a layer that meet a condition, current or not."""
    rows = history.table.c
    columns = (*(rows[name] for name in history.key), rows[history.number], rows.geometry_hash)
    return _frame(conn, select(*columns, rows.geom.label("geometry")).where(condition), history)


def near_box(dialect: str, history: History, box: Box) -> ColumnElement[bool]:
    """Return the one condition that each kind of store words differently: the index is asked for a bounding box."""
    if dialect == "postgresql":
        envelope = func.ST_MakeEnvelope(*(literal(side) for side in box), STORED_SRID)
        return history.table.c.geom.op("&&", is_comparison=True)(envelope)
    tree = table(rtree_name(history.table), *map(column, ("id", "minx", "maxx", "miny", "maxy")))
    min_x, min_y, max_x, max_y = box
    found = select(tree.c.id).where(
        tree.c.maxx >= min_x, tree.c.minx <= max_x, tree.c.maxy >= min_y, tree.c.miny <= max_y
    )
    return history.table.c[history.number].in_(found)


def _frame(conn: Connection, query: Select[tuple[object, ...]], history: History) -> gpd.GeoDataFrame:
    return _sorted(gpd.GeoDataFrame(read_frame(conn, query), geometry="geometry", crs=STORED_SRID), history)


def _sorted(frame: gpd.GeoDataFrame, history: History) -> gpd.GeoDataFrame:
    # here and not in SQL: databases sort Chinese text each in its own way
    return frame.sort_values(list(history.key), ignore_index=True)
