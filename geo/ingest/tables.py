"""Tables without outlines: a sheet of a workbook, a CSV, a table of a GeoPackage, as rows of cells."""

import csv
import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import SchemaError
from geo.ingest.encodings import guess_encoding
from geo.ingest.files import check_file
from geo.ingest.layers import open_layer
from geo.ingest.report import Journal
from geo.ingest.values import NOT_CALCULATED, is_blank
from geo.ingest.vectors import read_rows

SUFFIXES = (".xlsx", ".csv", ".gpkg")
TITLE_ROWS = 20
"""The header stands among the first rows; above it there may be a title."""

USUAL_LAYERS = frozenset({"ledger", "台账", "供地台账"})

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
IsHeader = Callable[[Cells], bool]


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
    """

    file: Path
    layer: str | None
    headers: list[str]
    rows: list[tuple[int, Cells]]
    journal: Journal


def read_table(path: str | Path, *, layer: str | None, is_header: IsHeader) -> Table:
    """Read a table.

    Parameters
    ----------
    path
        A workbook (.xlsx), CSV or GeoPackage.
    layer
        The sheet or table; left out, the only one whose header is known.
    is_header
        Tells a header row by its cells.

    Raises
    ------
    SchemaError
        The file cannot be read, no header is found, or nothing stands below it.
    """
    file = check_file(path, SUFFIXES)
    read = {".xlsx": _read_workbook, ".csv": _read_csv, ".gpkg": _read_geopackage}[file.suffix.lower()]
    table = read(file, layer, is_header)
    if not (table.rows or table.journal.refused):
        raise SchemaError("ingest.empty_layer", file=str(file), layer=table.layer)
    return table


def _read_geopackage(file: Path, layer: str | None, is_header: IsHeader) -> Table:
    """Attribute table of a GeoPackage; its first row is row 1."""
    opened = open_layer(file, layer=layer, usual=USUAL_LAYERS, is_table=True)
    if not is_header(opened.fields):
        raise _no_identifier(file, opened.name, opened.fields)
    journal = Journal(file, opened.name)
    frame, _ = read_rows(opened, opened.fields, journal)
    columns = [frame[name].tolist() for name in opened.fields]
    return Table(file, opened.name, list(opened.fields), list(enumerate(zip(*columns, strict=True), start=1)), journal)


def _read_csv(file: Path, layer: str | None, is_header: IsHeader) -> Table:
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
    return _under_header(file, records, is_header, journal)


def _read_workbook(file: Path, layer: str | None, is_header: IsHeader) -> Table:
    """Read a sheet of a workbook: the values last shown, never the formulas."""
    with _opened(file, data_only=True) as book:
        sheets = [sheet.title for sheet in book.worksheets]
        if layer is not None and layer not in sheets:
            raise SchemaError("ingest.unknown_layer", file=str(file), layer=layer, layers=", ".join(sheets))
        heads = {name: _cells(book, name, last=TITLE_ROWS) for name in ([layer] if layer else sheets)}
        fitting = [name for name, head in heads.items() if any(is_header(cells) for cells in head)]
        if len(fitting) > 1:
            raise SchemaError("ingest.which_layer", file=str(file), layers=", ".join(sheets))
        if not fitting:
            raise _no_identifier(file, layer, next((cells for head in heads.values() for cells in head), ()))
        records = _cells(book, fitting[0])
    _mark_formulas(file, fitting[0], records)
    return _under_header(file, records, is_header, Journal(file, fitting[0]))


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


def _under_header(file: Path, records: list[Cells], is_header: IsHeader, journal: Journal) -> Table:
    """Take the rows below the header; blank ones are no rows, and one of another width is refused."""
    top = next((at for at, cells in enumerate(records[:TITLE_ROWS]) if is_header(cells)), None)
    if top is None:
        raise _no_identifier(file, journal.layer, records[0] if records else ())
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
