"""What one cell of a register says, by the kind of its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from openpyxl.utils.datetime import from_excel

from geo.errors import SchemaError
from geo.ingest.columns import fold
from geo.ingest.headers import Column
from geo.ingest.values import FIRST_DAY, LAST_DAY, NOT_A_DAY, is_none_word, parse_day, parse_number, parse_text
from geo.model import Kind
from geo.registers import Field

Note = Callable[..., None]
SERIALS = (17_000, 74_000)
"""Between these lie the counts of days that workbooks keep for days from 1950 to 2100."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that counts.

    Attributes
    ----------
    field, column, value
        What it holds, where it stands, and what stands there.
    is_key
        Whether it names the entry and must be whole.
    epoch
        In a workbook: the day from which it counts days.
    note
        Takes what must be said of the cell.
    """

    field: Field
    column: Column
    value: object
    is_key: bool
    epoch: datetime | None
    note: Note


def read_cell(cell: Cell) -> dict[str, object]:
    """Return what a cell says, by field; of a day also whether the cell says that there is none.

    Raises
    ------
    SchemaError
        It says something that it cannot mean.
    """
    return _PARSERS[cell.field.kind](cell)


def _read_text(cell: Cell) -> dict[str, object]:
    """Read a text, as its code where it has one; what names an entry must be whole."""
    name = cell.field.name
    try:
        text = parse_text(cell.value)
    except SchemaError as error:
        if cell.is_key or error.code != "ingest.value_rounded":
            raise
        cell.note(error.code, **error.params)
        text = None
    if cell.field.words and text is not None:
        code = find_code(cell.field, text)
        if code is None and is_none_word(text):
            return {name: None}
        if code is None:
            cell.note("ingest.unknown_word")
        text = code or text
    return {name: text}


def find_code(field: Field, text: str) -> str | None:
    """Return the code of a word of a field; None where it is no known word.

    Examples
    --------
    >>> from geo.registers import REGISTERS
    >>> find_code(REGISTERS["ledger"].fields["cause"], "政府原因")
    'government'
    """
    folded = fold(text)
    found = (code for code, words in field.words.items() if folded in (fold(code), *map(fold, words)))
    return next(found, None)


def _read_measure(cell: Cell) -> dict[str, object]:
    """Read a number that is not below zero, in our unit."""
    name, value = cell.field.name, cell.value
    if is_none_word(value):
        cell.note("ingest.none_in_number")
        return {name: np.nan}
    number = parse_number(value)
    if number is None:
        return {name: np.nan}
    if not (isinstance(value, str) and value.rstrip().endswith(("%", "％"))):
        number *= cell.column.factor
    if number < 0:
        raise SchemaError("ingest.negative_value", value=str(value))
    if cell.field.most is not None and number > cell.field.most:
        raise SchemaError("ingest.share_over_one", value=str(value))
    if number == 0 and cell.field.zero_is_blank:
        cell.note("ingest.zero_as_blank")
        return {name: np.nan}
    return {name: number}


def _read_day(cell: Cell) -> dict[str, object]:
    """Read a day, and whether the cell says that there is none."""
    is_none = is_none_word(cell.value)
    day = None if is_none else parse_day(_dated(cell))
    if day == NOT_A_DAY:
        cell.note("ingest.sentinel_date")
        day = None
    return {cell.field.name: day, f"{cell.field.name}_is_none": is_none}


def _dated(cell: Cell) -> object:
    """Return what stands in a cell, or the day that a workbook's bare count of days is."""
    value = cell.value
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if cell.epoch is None or not (is_number and SERIALS[0] < value < SERIALS[1]):  # type: ignore[operator]  # a number
        return value
    day = from_excel(value, cell.epoch)
    if not isinstance(day, datetime) or not FIRST_DAY <= day.date() <= LAST_DAY:
        return value
    cell.note("ingest.serial_day", day=day.date().isoformat())
    return day


_PARSERS: Mapping[Kind, Callable[[Cell], dict[str, object]]] = {
    "text": _read_text,
    "measure": _read_measure,
    "date": _read_day,
}
