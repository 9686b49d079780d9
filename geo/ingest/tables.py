"""Tables without outlines: sheets of a workbook, a CSV, tables of a GeoPackage, as rows of cells."""

import csv
import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import SchemaError
from geo.ingest.encodings import guess_encoding
from geo.ingest.files import check_file
from geo.ingest.layers import list_layers, open_layer
from geo.ingest.report import Journal
from geo.ingest.values import NOT_CALCULATED, is_blank
from geo.ingest.vectors import read_rows

SUFFIXES = (".xlsx", ".csv", ".gpkg")
TITLE_ROWS = 20
"""The header stands among the first rows; above it there may be a title."""

EXPLAINING = frozenset({"说明", "readme"})
"""Sheets for people to read."""

BROKEN_WORKBOOK = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
)
"""What openpyxl raises on a workbook that is none, or is cut short."""

Cells = Sequence[object]
T = TypeVar("T")
Recognise = Callable[[str | None, Cells], T | None]
"""Tells what a table is, by its name and by a row of cells that may be its header; None where it is nothing known."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table as it stands in a file.

    Attributes
    ----------
    file
        The file.
    layer
        Sheet or table; None for a CSV.
    headers
        Texts of the header row, empty where a column has none.
    rows
        Row numbers as the user sees them (the first row of a sheet is 1), and cells.
    journal
        What was said while reading.
    epoch
        In a workbook: the day from which it counts days.
    """

    file: Path
    layer: str | None
    headers: list[str]
    rows: list[tuple[int, Cells]]
    journal: Journal
    epoch: datetime | None = None


@dataclass(slots=True)
class Found(Generic[T]):
    """The known tables of a file, each with what it is, and the names of the others."""

    tables: list[tuple[T, Table]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_tables(path: str | Path, *, layer: str | None, recognise: Recognise[T]) -> Found[T]:
    """Read every table of a file that is known.

    Parameters
    ----------
    path
        A workbook (.xlsx), CSV or GeoPackage.
    layer
        The only sheet or table wanted; left out, all of them.
    recognise
        Tells what a table is.

    Raises
    ------
    SchemaError
        The file cannot be read, no table is known, two are the same, or nothing stands below any header.
    """
    file = check_file(path, SUFFIXES)
    read = {".xlsx": _read_workbook, ".csv": _read_csv, ".gpkg": _read_geopackage}[file.suffix.lower()]
    found = read(file, layer, recognise)
    filled = [(what, table) for what, table in found.tables if table.rows or table.journal.refused]
    if not filled:
        raise SchemaError("ingest.empty_layer", file=str(file), layer=found.tables[0][1].layer)
    return Found(filled, found.unknown)


def read_table(path: str | Path, *, layer: str | None, is_header: Callable[[Cells], bool]) -> Table:
    """Read the only table of a file whose header is known; otherwise as ``read_tables``."""
    return read_tables(path, layer=layer, recognise=lambda _, cells: is_header(cells) or None).tables[0][1]


def _first_known(name: str, head: Sequence[Cells], recognise: Recognise[T]) -> T | None:
    return next((what for cells in head if (what := recognise(name, cells)) is not None), None)


Heads = Mapping[str, Sequence[Cells]]


def _choose(file: Path, heads: Heads, layer: str | None, recognise: Recognise[T]) -> dict[str, T]:
    """Return what each known table is, by its name, from the first rows of each; two of a kind cannot be told apart."""
    known = {name: _first_known(name, head, recognise) for name, head in heads.items()}
    chosen = {name: what for name, what in known.items() if what is not None}
    if not chosen:
        raise _no_identifier(file, layer, next((cells for head in heads.values() for cells in head), ()))
    if any(what == other for one, what in chosen.items() for two, other in chosen.items() if one != two):
        raise SchemaError("ingest.which_layer", file=str(file), layers=", ".join(heads))
    return chosen


def _read_geopackage(file: Path, layer: str | None, recognise: Recognise[T]) -> Found[T]:
    """Attribute tables of a GeoPackage; the first row of each is row 1."""
    layers = list_layers(file)
    if layer is not None and layer not in layers:
        raise SchemaError("ingest.unknown_layer", file=str(file), layer=layer, layers=", ".join(layers))
    plain = [name for name, has_outlines in layers.items() if not has_outlines or len(layers) == 1]
    opened = {name: open_layer(file, layer=name, usual=(), is_table=True) for name in ([layer] if layer else plain)}
    chosen = _choose(file, {name: [one.fields] for name, one in opened.items()}, layer, recognise)
    found: Found[T] = Found(unknown=[name for name in opened if name not in chosen])
    for name, what in chosen.items():
        journal = Journal(file, name)
        fields = opened[name].fields
        frame, _ = read_rows(opened[name], fields, journal)
        columns = [frame[column].tolist() for column in fields]
        rows: list[tuple[int, Cells]] = list(enumerate(zip(*columns, strict=True), start=1))
        found.tables.append((what, Table(file, name, list(fields), rows, journal)))
    return found


def _read_csv(file: Path, layer: str | None, recognise: Recognise[T]) -> Found[T]:
    """Read a CSV in UTF-8 or GB18030."""
    if layer is not None:
        raise SchemaError("ingest.unknown_layer", file=str(file), layer=layer, layers="-")
    content = file.read_bytes()
    encoding = guess_encoding([content])
    if encoding is None or b"\x00" in content:
        raise SchemaError("ingest.unknown_encoding", file=str(file))
    journal = Journal(file)
    if encoding != "utf-8-sig":
        journal.note("ingest.encoding_guessed", encoding=encoding)
    records: list[Cells] = []
    try:
        records.extend(csv.reader(io.StringIO(content.decode(encoding), newline=""), strict=True))
    except csv.Error as error:
        raise SchemaError("ingest.unreadable", file=str(file), row=len(records) + 1, reason=str(error)) from error
    [what] = _choose(file, {file.stem: records[:TITLE_ROWS]}, None, recognise).values()
    top = next(at for at, cells in enumerate(records) if recognise(file.stem, cells) is not None)
    return Found([(what, _under_header(file, records, top, journal))])


def _read_workbook(file: Path, layer: str | None, recognise: Recognise[T]) -> Found[T]:
    """Read the known sheets of a workbook: the values last shown, never the formulas."""
    with _opened(file, data_only=True) as book:
        sheets = [sheet.title for sheet in book.worksheets]
        if layer is not None and layer not in sheets:
            raise SchemaError("ingest.unknown_layer", file=str(file), layer=layer, layers=", ".join(sheets))
        wanted = [layer] if layer else [name for name in sheets if name.casefold() not in EXPLAINING]
        heads = {name: _cells(book, name, last=TITLE_ROWS) for name in wanted}
        chosen = _choose(file, heads, layer, recognise)
        records = {name: _cells(book, name) for name in chosen}
        epoch = book.epoch
    unknown = [name for name, head in heads.items() if name not in chosen and _says_something(head)]
    found: Found[T] = Found(unknown=unknown)
    for name, what in chosen.items():
        _mark_formulas(file, name, records[name])
        top = next(at for at, cells in enumerate(heads[name]) if recognise(name, cells) is not None)
        found.tables.append((what, replace(_under_header(file, records[name], top, Journal(file, name)), epoch=epoch)))
    return found


def _says_something(head: Sequence[Cells]) -> bool:
    return any(not is_blank(cell) for cells in head for cell in cells)


@contextmanager
def _opened(file: Path, *, data_only: bool) -> Iterator[Workbook]:
    """Open a workbook; what it warns of concerns looks, not content."""
    try:
        with file.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except SchemaError:
        raise
    except BROKEN_WORKBOOK as error:
        raise SchemaError("ingest.unreadable", file=str(file), reason=f"{type(error).__name__}: {error}") from error


def _cells(book: Workbook, sheet: str, last: int | None = None) -> list[Cells]:
    """Rows of a sheet, all of one width; the size a sheet claims is not believed."""
    book[sheet].reset_dimensions()
    records = [list(cells) for cells in book[sheet].iter_rows(max_row=last, values_only=True)]
    width = max(map(len, records), default=0)
    return [[*cells, *[None] * (width - len(cells))] for cells in records]


def _mark_formulas(file: Path, sheet: str, records: list[Cells]) -> None:
    """Mark cells whose formula has no saved result, which would otherwise read as empty."""
    with zipfile.ZipFile(file) as parts:
        texts = (parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/"))
        if not any(b"<f>" in text or b"<f " in text for text in texts):
            return
    with _opened(file, data_only=False) as book:
        book[sheet].reset_dimensions()
        for record, cells in zip(records, book[sheet].iter_rows(), strict=True):
            for at, cell in enumerate(cells):
                if cell.data_type == "f" and record[at] is None:
                    record[at] = NOT_CALCULATED  # type: ignore[index]  # rows of a workbook are lists


def formula_cells(file: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Return the formulas of a sheet, by number of the row as the user sees it and place of the cell in it from 0."""
    with _opened(file, data_only=False) as book:
        book[sheet].reset_dimensions()
        return {
            (number, at): str(getattr(cell.value, "text", cell.value))
            for number, cells in enumerate(book[sheet].iter_rows(), start=1)
            for at, cell in enumerate(cells)
            if cell.data_type == "f"
        }


def _under_header(file: Path, records: list[Cells], top: int, journal: Journal) -> Table:
    """Take the rows below the header; blank ones are no rows, and one of another width is refused."""
    headers = ["" if is_blank(cell) else str(cell).strip() for cell in records[top]]
    rows = []
    for number, cells in enumerate(records[top + 1 :], start=top + 2):
        if all(is_blank(cell) for cell in cells):
            continue
        if len(cells) == len(headers):
            rows.append((number, cells))
        else:
            raw = json.dumps([str(cell) for cell in cells], ensure_ascii=False)
            sizes = {"cells": len(cells), "headers": len(headers)}
            journal.refuse("ingest.ragged_row", row=number, identifier=None, raw=raw, **sizes)
    return Table(file, journal.layer, headers, rows, journal)


def _no_identifier(file: Path, layer: str | None, cells: Cells) -> SchemaError:
    """Make the error that lists what could be meant."""
    columns = ", ".join(str(cell) for cell in cells if not is_blank(cell))
    return SchemaError("ingest.no_identifier", file=str(file), layer=layer, columns=columns or "-")
