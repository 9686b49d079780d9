"""Outlines in a CSV: as well-known text in one column, or as corners, a line each, in two."""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geo.errors import SchemaError
from geo.ingest.columns import find_column
from geo.ingest.layers import Layer, Rows
from geo.ingest.report import Journal
from geo.ingest.rings import assemble, split_rings
from geo.ingest.tables import Cells, Table, read_table
from geo.ingest.values import is_blank, parse_number

SUFFIX, DRIVER = ".csv", "CSV"

TEXT_COLUMNS = (
    "WKT",
    "geometry",
    "geom",
    "the_geom",
    "wkt_geom",
    "wkt_geometry",
    "shape",
    "图形",
    "图形WKT",
    "空间坐标",
)
"""Names of a column of well-known text."""

EAST_COLUMNS = ("lon", "lng", "longitude", "经度", "东经", "easting", "东坐标", "横坐标", "X坐标", "x")
NORTH_COLUMNS = ("lat", "latitude", "纬度", "北纬", "northing", "北坐标", "纵坐标", "Y坐标", "y")
"""Names of the columns of a corner. Where X points north, the numbers tell, as in any other file."""

RING_COLUMNS = ("圈号", "环号", "ring")

DECLARED = re.compile(r"\s*SRID\s*=\s*(\d+)\s*;", re.IGNORECASE)
"""What PostGIS puts before well-known text."""

LONGEST_CELL = 1 << 30


def open_csv(path: str | Path) -> Layer:
    """Open a CSV of outlines.

    A row of well-known text is an outline; a row of a corner belongs to the outline its identifier names, and the
    outline's row is that of its first corner. Row numbers are those of the sheet. No system is taken from the names
    of columns: longitudes may be of any datum.

    Raises
    ------
    SchemaError
        The file cannot be read, or has no columns of outlines.
    """
    with _long_cells():
        try:
            table = read_table(path, layer=None, is_header=_is_header)
        except SchemaError as error:
            if error.code == "ingest.no_identifier":
                raise SchemaError("ingest.no_outline_columns", **error.params) from error
            raise
    text = find_column(table.headers, TEXT_COLUMNS)
    corner = [column for names in (EAST_COLUMNS, NORTH_COLUMNS) for column in find_column(table.headers, names)[:1]]
    shown = text[:1] or corner
    fields = tuple(header for header in dict.fromkeys(table.headers) if header and header not in shown)
    read = partial(_read_texts if text else _read_corners, table, shown)
    said_crs = _declared(table, text[0]) if text else None
    return Layer(table.file, str(table.file), DRIVER, table.file.stem, fields, said_crs, read=read)


def _is_header(cells: Cells) -> bool:
    """Whether a row names a column of well-known text, or two of corners."""
    named = [cell for cell in cells if isinstance(cell, str)]
    found = [bool(find_column(named, names)) for names in (TEXT_COLUMNS, EAST_COLUMNS, NORTH_COLUMNS)]
    return found[0] or (found[1] and found[2])


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as an outline of many corners."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _declared(table: Table, column: str) -> str | None:
    """Return the system every outline declares, if it is one."""
    at = table.headers.index(column)
    found = {match[1] if (match := DECLARED.match(str(cells[at]))) else None for _, cells in table.rows}
    code = found.pop() if len(found) == 1 else None
    return f"EPSG:{code}" if code else None


def _read_texts(table: Table, shown: Sequence[str], columns: Sequence[str], _: str | None, journal: Journal) -> Rows:
    """Return the outlines of rows of well-known text; a text that is none is refused with what stood there."""
    _pass_on(table, journal)
    at = table.headers.index(shown[0])
    geometry = np.full(len(table.rows), None)
    for position, (row, cells) in enumerate(table.rows):
        if is_blank(cells[at]):
            continue
        text = DECLARED.sub("", str(cells[at]), count=1)
        try:
            geometry[position] = shapely.from_wkt(text)
        except shapely.errors.ShapelyError as error:
            journal.refuse("ingest.bad_geometry", row=row, identifier=None, raw=str(cells[at]), reason=str(error))
    return _frame(table, columns, table.rows), geometry


def _read_corners(
    table: Table, shown: Sequence[str], columns: Sequence[str], identifier: str | None, journal: Journal
) -> Rows:
    """Return the outlines of rows of corners, in the order of their first corners."""
    _pass_on(table, journal)
    corner_at = [table.headers.index(name) for name in shown]
    ring_at = [table.headers.index(name) for name in find_column(table.headers, RING_COLUMNS)[:1]]
    outlines: dict[object, list[tuple[int, Cells]]] = {}
    for row, cells in table.rows:
        name = "" if identifier is None else str(cells[table.headers.index(identifier)]).strip()
        outlines.setdefault(name or row, []).append((row, cells))
    geometry = np.full(len(outlines), None)
    for position, rows in enumerate(outlines.values()):
        try:
            corners = [(str([cells[at] for at in ring_at]), _corner(cells, corner_at)) for _, cells in rows]
            geometry[position] = assemble(split_rings(corners))
        except ValueError as error:
            raw = "; ".join(" ".join(str(cells[at]) for at in corner_at) for _, cells in rows)
            journal.refuse("ingest.bad_geometry", row=rows[0][0], identifier=None, raw=raw, reason=str(error))
    return _frame(table, columns, [rows[0] for rows in outlines.values()]), geometry


def _corner(cells: Cells, at: Sequence[int]) -> tuple[float, float]:
    """Return a corner, or raise ValueError."""
    numbers = [parse_number(cells[place]) for place in at]
    if None in numbers:
        raise ValueError("a coordinate is blank")
    return numbers[0], numbers[1]  # type: ignore[return-value]  # None was refused above


def _pass_on(table: Table, journal: Journal) -> None:
    """Let the journal know what was said and refused while the table was read."""
    for entry in (*table.journal.notes, *table.journal.refused):
        entry["params"] = {**entry["params"], "file": journal.path.name}  # type: ignore[dict-item]  # a dict
    journal.notes += table.journal.notes
    journal.refused += table.journal.refused


def _frame(table: Table, columns: Sequence[str], rows: Sequence[tuple[int, Cells]]) -> pd.DataFrame:
    """Return the columns wanted of some rows, indexed by row number."""
    at = {name: table.headers.index(name) for name in columns}
    values = {name: [cells[position] for _, cells in rows] for name, position in at.items()}
    return pd.DataFrame(values, index=[row for row, _ in rows], columns=list(columns), dtype=object)
