"""Rows that come back: papers that we sent, filled in by people, read cell by cell and told from attacks."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from geo.errors import SchemaError
from geo.ingest.cells import Cell, read_cell
from geo.ingest.columns import fold
from geo.ingest.headers import Column
from geo.ingest.ledger import raw_of
from geo.ingest.report import Journal
from geo.ingest.tables import Cells, Table, formula_cells, read_tables
from geo.ingest.values import is_blank
from geo.registers import Field

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # full-width ones become half-width somewhere


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row that came back.

    Attributes
    ----------
    row
        Number as the user sees it.
    cells
        What stands there, by code of the column; blanks are not there.
    raw
        The whole row as JSON.
    """

    row: int
    cells: Mapping[str, object]
    raw: str


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """A table that came back: its rows, and a journal that has refused those with formulas."""

    file: Path
    layer: str | None
    headers: Mapping[str, str]
    rows: Sequence[Row]
    journal: Journal


def read_returned(path: Path, *, headers: Mapping[str, str], key: str) -> list[Returned]:
    """Read the tables of a workbook, CSV or GeoPackage that have a column for the key.

    A row with a formula is refused: nobody can say what it showed to whom. A text that begins like one is taken as a
    text and noted; whatever we write it into writes it as a text.

    Parameters
    ----------
    headers
        Code of a column by its header, in any language, or by its name in a questionnaire. Groups of a questionnaire
        (``group/name``) do not matter.
    key
        Code of the column that names a row.

    Raises
    ------
    SchemaError
        The file cannot be read, or no table of it has the key.
    """
    known = {fold(header): code for header, code in headers.items()}

    def find(header: object) -> str | None:
        text = fold(header) if isinstance(header, str) else ""
        return known.get(text) or known.get(text.rpartition("/")[2])

    def has_key(name: str | None, cells: Cells) -> str | None:
        return (name or "-") if any(find(cell) == key for cell in cells) else None

    found = read_tables(path, layer=None, recognise=has_key)
    return [
        _returned(table, {header: code for header in table.headers if (code := find(header))})
        for _, table in found.tables
    ]


def _returned(table: Table, codes: Mapping[str, str]) -> Returned:
    is_workbook = table.file.suffix.lower() == ".xlsx" and table.layer is not None
    formulas = formula_cells(table.file, str(table.layer)) if is_workbook else {}
    rows = []
    for number, cells in table.rows:
        attacks = {table.headers[at]: formulas[number, at] for at in range(len(cells)) if (number, at) in formulas}
        if attacks:
            shown = [attacks.get(header, cell) for header, cell in zip(table.headers, cells, strict=True)]
            header, formula = next(iter(attacks.items()))
            raw = raw_of(table.headers, shown)
            table.journal.refuse("ingest.formula", row=number, identifier=None, raw=raw, column=header, value=formula)
            continue
        rows.append(_row(number, cells, table, codes))
    return Returned(table.file, table.layer, {code: header for header, code in codes.items()}, rows, table.journal)


def _row(number: int, cells: Cells, table: Table, codes: Mapping[str, str]) -> Row:
    said: dict[str, object] = {}
    for header, cell in zip(table.headers, cells, strict=True):
        if header not in codes or is_blank(cell):
            continue
        value = _unquoted(cell)
        if isinstance(value, str) and looks_like_formula(value):
            table.journal.note("ingest.like_formula", row=number, column=header, value=value)
        said[codes[header]] = value
    return Row(number, said, raw_of(table.headers, cells))


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might run a text; a number with a sign is none.

    Examples
    --------
    >>> [looks_like_formula(text) for text in ("=1+1", "＝1", "@SUM(A1)", "-5.5", "甲厂")]
    [True, True, True, False, False]
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    is_number = plain[:1] in "+-" and plain[1:].replace(".", "", 1).isdigit()
    return plain.startswith(FORMULA_STARTS) and not is_number


def _unquoted(cell: object) -> object:
    """Return a cell without the apostrophe that we put before what looks like a formula."""
    is_quoted = isinstance(cell, str) and cell.startswith("'") and looks_like_formula(cell[1:])
    return cell[1:] if is_quoted and isinstance(cell, str) else cell


def read_answers(returned: Returned, row: Row, fields: Sequence[Field]) -> dict[str, object]:
    """Return what a row says of fields of a register, typed; of days also whether it says that there is none.

    Raises
    ------
    SchemaError
        A cell says something that it cannot mean.
    """
    record: dict[str, object] = {}
    for field in fields:
        if field.name not in row.cells:
            continue
        header, value = returned.headers[field.name], row.cells[field.name]
        note = partial(returned.journal.note, row=row.row, column=header, value=str(value))
        try:
            record |= read_cell(Cell(field, Column(field.name, 0, header, 1.0), value, False, None, note))  # noqa: FBT003  # no key
        except SchemaError as error:
            raise SchemaError(error.code, **{"column": header, **error.params}) from error
    return record
