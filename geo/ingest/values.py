"""What one cell says: a text, a number, a day, or nothing. What it does not say is refused, never guessed.

A parser returns None for an empty cell and raises ``SchemaError`` for one that holds something else; the caller adds
file, row and column.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Final, TypeVar

from geo.errors import SchemaError

T = TypeVar("T")

BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "null", "nan", "nat", "n/a", "<na>"})
"""Texts that say nothing."""

NONE_WORDS = frozenset({"无", "无约定", "没有约定", "none", "none_agreed"})
"""Texts that say: there is none. A value, not a blank."""

NOT_CALCULATED: Final = "#FORMULA!"
"""Stands for a formula whose result was never saved."""

CELL_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", NOT_CALCULATED})
"""What a workbook shows where a formula gave nothing."""

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)
"""Days outside are slips of the pen."""

NO_DAYS = frozenset({date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)})
"""Days that programs write where they mean none."""

NOT_A_DAY: Final = "sentinel"

EXACT_INTEGERS = 1e15
"""Workbooks keep 15 digits of a number; a longer identifier held as a number has lost its end."""

NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|[+-]?\.\d+")
SCIENTIFIC = re.compile(r"\d(\.\d+[eE]\+?|[eE]\+)\d{2,}")
DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?(?:[T ]\d{1,2}:.*)?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


def parse_column(
    cells: Sequence[object], parse: Callable[[object], T | None]
) -> tuple[list[T | None], dict[int, SchemaError]]:
    """Parse cell after cell; return the values, None where refused, and the refusals by position.

    Examples
    --------
    >>> parse_column(["1", "x"], parse_number)
    ([1.0, None], {1: SchemaError('ingest.value_not_number')})
    """
    values: list[T | None] = []
    refused = {}
    for at, cell in enumerate(cells):
        try:
            values.append(parse(cell))
        except SchemaError as error:
            values.append(None)
            refused[at] = error
    return values, refused


def is_blank(value: object) -> bool:
    """Whether a cell says nothing.

    Examples
    --------
    >>> [is_blank(value) for value in (None, float("nan"), "　", "—", 0, "无")]
    [True, True, True, True, False, False]
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return isinstance(value, str) and tidy(value).casefold() in BLANKS


def tidy(text: str) -> str:
    """Return a text in plain width without blanks around it.

    Examples
    --------
    >>> tidy(" ２０２４年３月１日 ")
    '2024年3月1日'
    """
    return unicodedata.normalize("NFKC", text).strip()


def _refuse_cell_error(value: object) -> None:
    """Raise where a cell shows that a formula gave nothing."""
    if isinstance(value, str) and value.strip() in CELL_ERRORS:
        raise SchemaError("ingest.cell_error", value=value.strip())


def is_none_word(value: object) -> bool:
    """Whether a cell says that there is none."""
    return isinstance(value, str) and tidy(value).casefold() in NONE_WORDS


def parse_text(value: object) -> str | None:
    """Return a cell as text, its content untouched but for blanks around it.

    Raises
    ------
    SchemaError
        ``ingest.value_rounded``: a number too long to have kept all its digits, or a text such as 1.2E+19 that was
        one. ``ingest.cell_error``: a formula that failed.

    Examples
    --------
    >>> parse_text(12.0), parse_text(" =A1 "), parse_text("<b>厂</b>"), parse_text("/")
    ('12', '=A1', '<b>厂</b>', None)
    """
    if is_blank(value):
        return None
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if abs(value) >= EXACT_INTEGERS:
            raise SchemaError("ingest.value_rounded", value=f"{value:.15g}")
        return str(int(value)) if value == int(value) else repr(float(value))
    _refuse_cell_error(value)
    text = str(value).strip()
    if SCIENTIFIC.fullmatch(text):
        raise SchemaError("ingest.value_rounded", value=text)
    return text


def parse_number(value: object) -> float | None:
    """Return a cell as a number; a percentage as a share.

    Raises
    ------
    SchemaError
        ``ingest.value_not_number`` or ``ingest.cell_error``.

    Examples
    --------
    >>> parse_number("1,234.5"), parse_number("30%"), parse_number("12，000"), parse_number("")
    (1234.5, 0.3, 12000.0, None)
    """
    if is_blank(value):
        return None
    _refuse_cell_error(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
    else:
        text = tidy(str(value))
        share = text.removesuffix("%").rstrip()
        if not NUMBER.fullmatch(share):
            raise SchemaError("ingest.value_not_number", value=str(value))
        number = float(share.replace(",", "")) / (1 if share == text else 100)
    if math.isinf(number):
        raise SchemaError("ingest.value_not_number", value=str(value))
    return number


def parse_day(value: object) -> date | str | None:
    """Return the day a cell says.

    Days are read as 2024-03-01, 2024/3/1, 2024.3.1, 2024年3月1日, 20240301, with or without a time of day, and from
    date cells. A bare count of days, as a date cell of a workbook turns into when its format is lost, is refused: which
    day it means depends on the workbook.

    Returns
    -------
    date | str | None
        The day; ``NOT_A_DAY`` for 1900-01-01 and its kin, which programs write where they mean none; None where the
        cell is empty.

    Raises
    ------
    SchemaError
        ``ingest.not_a_date``: no such day, or none between 1950 and 2100. ``ingest.cell_error``.

    Examples
    --------
    >>> parse_day("2024年3月1日"), parse_day("1900/1/1"), parse_day(None)
    (datetime.date(2024, 3, 1), 'sentinel', None)
    >>> parse_day("2024-02-30")
    Traceback (most recent call last):
    geo.errors.SchemaError: ingest.not_a_date (value='2024-02-30')
    """
    if is_blank(value):
        return None
    _refuse_cell_error(value)
    if value == 0 or isinstance(value, time):
        return NOT_A_DAY
    try:
        day = _day(value)
    except (ValueError, OverflowError) as error:
        raise SchemaError("ingest.not_a_date", value=str(value)) from error
    if day in NO_DAYS:
        return NOT_A_DAY
    if not FIRST_DAY <= day <= LAST_DAY:
        raise SchemaError("ingest.not_a_date", value=str(value))
    return day


def _day(value: object) -> date:
    """Return the day a cell says, or raise ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(int(value)) if value == int(value) else ""
    text = tidy(str(value))
    found = DAY.fullmatch(text) or COMPACT_DAY.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day = (int(part) for part in found.groups() if part is not None)
    return date(year, month, day)
