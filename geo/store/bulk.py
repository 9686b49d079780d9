"""Many rows at once, by the fastest way that each kind of store has; in pieces, so that memory stays flat.

PostGIS gets them by COPY in binary form. The embedded store gets plain statements past SQLAlchemy, and a large load
into a layer has its R-tree written whole, see ``geo.store.rtree``. Either way they are part of the caller's
transaction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Double, Integer, LargeBinary, Table

from geo.store.column_types import Geometry
from geo.store.database import translated
from geo.store.outlines import encode_outlines, to_stored
from geo.store.rows import plain_values
from geo.store.rtree import LEAST, add_entries, without_trigger

PIECE = 10_000
"""Rows that are made ready at a time."""
COPIED_AS = {Integer: "int4", Double: "float8", LargeBinary: "bytea", Geometry: "bytea"}
"""Type of PostgreSQL by type of column; any other is text. A geometry goes as the bytes of its EWKB."""
OUTLINE = ("geom", "source_wkb")

Piece = tuple[Mapping[str, Sequence[object]], NDArray[np.float64]]
"""What the driver takes, by column; and the bounding boxes of the outlines, if there are any."""


def add_frame(conn: Connection, table: Table, frame: pd.DataFrame, *, geometry: gpd.GeoSeries | None = None) -> None:
    """Add a frame's rows to a table.

    Parameters
    ----------
    conn
        A connection in a transaction.
    table
        The table; its key is given by the database.
    frame
        Columns of the table; unknown is None, NaN or NA.
    geometry
        For a layer: polygons and multipolygons on the frame's index, in the coordinate system of their source.

    Raises
    ------
    StoreError
        If the database refuses a row; nothing of the transaction may be kept then.
    """
    if frame.empty:
        return
    names = [*frame.columns, *(OUTLINE if geometry is not None else ())]
    pieces = _pieces(conn, table, frame, geometry)
    if conn.dialect.name == "postgresql":
        _copy(conn, table, names, pieces)
    elif geometry is None or len(frame) < LEAST:
        for values, _ in pieces:
            _insert(conn, table, values)
    else:
        _load_layer(conn, table, pieces)


def _pieces(conn: Connection, table: Table, frame: pd.DataFrame, geometry: gpd.GeoSeries | None) -> Iterator[Piece]:
    transform = None if geometry is None else to_stored(geometry.crs)
    processors = {name: table.c[name].type.bind_processor(conn.dialect) for name in frame.columns}
    for start in range(0, len(frame), PIECE):
        piece = frame.iloc[start : start + PIECE]
        values: dict[str, Sequence[object]] = {
            name: _bound(plain_values(piece[name]), process) for name, process in processors.items()
        }
        boxes = np.empty((0, 4))
        if geometry is not None:
            part = geometry.iloc[start : start + PIECE]
            outlines, boxes = encode_outlines(part, transform, dialect=conn.dialect.name)
            values.update(outlines)
        yield values, boxes


def _bound(values: list[object], process: Callable[[object], object] | None) -> list[object]:
    if process is None:
        return values
    if all(value is values[0] for value in values):  # the rows of one file share theirs
        return [process(values[0])] * len(values)
    return [process(value) for value in values]


def _copy(conn: Connection, table: Table, names: Sequence[str], pieces: Iterator[Piece]) -> None:
    quoted = conn.dialect.identifier_preparer.quote
    statement = f"COPY {quoted(table.name)} ({', '.join(map(quoted, names))}) FROM STDIN (FORMAT BINARY)"
    kinds = [COPIED_AS.get(type(table.c[name].type), "text") for name in names]
    cursor: Any = conn.connection.cursor()  # of the driver's own class, which SQLAlchemy's type does not know
    with translated(conn.engine.url), cursor, cursor.copy(statement) as copy:
        copy.set_types(kinds)
        for values, _ in pieces:
            for row in zip(*values.values(), strict=True):
                copy.write_row(row)


def _insert(conn: Connection, table: Table, values: Mapping[str, Sequence[object]]) -> None:
    quoted = conn.dialect.identifier_preparer.quote
    names, marks = ", ".join(map(quoted, values)), ", ".join("?" * len(values))
    statement = f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - the store's own names
    conn.exec_driver_sql(statement, list(zip(*values.values(), strict=True)))


def _load_layer(conn: Connection, table: Table, pieces: Iterator[Piece]) -> None:
    first = following = _last_number(conn, table) + 1
    boxes: list[NDArray[np.float64]] = []
    key = table.primary_key.columns[0].name
    with without_trigger(conn, table):
        for values, part in pieces:
            _insert(conn, table, {key: range(following, following + len(part)), **values})
            boxes.append(part)
            following += len(part)
        add_entries(conn, table, np.arange(first, following), np.concatenate(boxes))


def _last_number(conn: Connection, table: Table) -> int:
    """Return the highest number ever given in a table of the embedded store."""
    statement = "SELECT max(seq) FROM sqlite_sequence WHERE name = ?"
    return conn.exec_driver_sql(statement, (table.name,)).scalar() or 0
