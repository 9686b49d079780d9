"""A workbook of pages to read and pages to correct: every text is a text, words are chosen from lists."""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

from geo.documents.plain import plain

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Value = str | float | date | None
MORE_ROWS = 200
"""So many rows below the last are prepared for new entries."""
LONGEST_LIST = 255
"""Characters that Excel takes in a list of words."""
WIDE = 200
"""Columns of so many characters fit on the breadth of one landscape page and stay legible."""
A4 = 9
COLOURS = {"bad": "#F8CBAD", "open": "#FFF2CC", "good": "#E2EFDA", "still": "#E7E6E6"}
FORMATS = {"text": "@", "date": "yyyy-mm-dd", "measure": "#,##0.00", "count": "#,##0"}
LINE, TALLEST = 15, 400
"""Height of a line, and of the tallest row [points]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a page.

    Attributes
    ----------
    kind
        Key of ``FORMATS``.
    words
        What may be chosen; other words are warned of.
    hint
        What is told of the column.
    is_open
        Whether it is there to be corrected.
    """

    header: str
    kind: str = "text"
    width: int = 14
    words: tuple[str, ...] = ()
    hint: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet of a workbook.

    Attributes
    ----------
    rows
        Values by column.
    colours
        Key of ``COLOURS`` by word that a cell may show.
    frozen
        How many columns stay in sight.
    has_filter
        Whether rows can be chosen by what stands in them.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    colours: Mapping[str, str] = field(default_factory=dict)
    frozen: int = 1
    has_filter: bool = True


def write_book(pages: Sequence[Page], *, title: str, made_on: date) -> bytes:
    """Write a workbook; the same pages make the same bytes.

    Nothing in it runs, whatever a text begins with, and a number of a parcel keeps its digits.
    """
    buffer, book = new_book(title, made_on)
    formats = _formats(book)
    for page in pages:
        sheet = book.add_worksheet(page.title)
        _write_cells(sheet, page, formats)
        heads = [column.header for column in page.columns]
        set_heights(sheet, [heads, *page.rows], [column.width for column in page.columns])
        _help_to_fill(sheet, page)
        _colour(sheet, page, formats)
        _lay_out(sheet, page, footer=title)
    book.close()
    return buffer.getvalue()


def new_book(title: str, made_on: date) -> tuple[BytesIO, "Workbook"]:
    """Return a workbook in memory that turns no text into anything else and bears the same time whenever it is made."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # of the extra `patrol`

    buffer = BytesIO()
    plainly = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(buffer, plainly)
    created = datetime.combine(made_on, time(0))  # Excel knows no zones
    book.set_properties({"title": plain(title), "created": created})
    return buffer, book


def footer_text(text: str) -> str:
    """Return a text as it can stand in a footer, where an ampersand begins a code."""
    return plain(text).replace("&", "&&")[:200]


def _formats(book: "Workbook") -> dict[str, "Format"]:
    usual = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
    left: dict[str, object] = {"align": "left"}
    made = {"head": book.add_format({**usual, "bold": True, "bg_color": "#DDE6EE"})}
    for kind, shown in FORMATS.items():
        own = (left if kind in ("text", "date") else {}) | ({"quote_prefix": True} if kind == "text" else {})
        made[kind] = book.add_format({**usual, **own, "num_format": shown})
        made[f"open_{kind}"] = book.add_format({**usual, **own, "num_format": shown, "bg_color": "#FFFDF2"})
    return made | {name: book.add_format({"bg_color": colour}) for name, colour in COLOURS.items()}


def _write_cells(sheet: "Worksheet", page: Page, formats: Mapping[str, "Format"]) -> None:
    for at, column in enumerate(page.columns):
        name = f"open_{column.kind}" if column.is_open else column.kind
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, plain(column.header), formats["head"])
        for number, row in enumerate(page.rows, 1):
            _write_cell(sheet, (number, at), row[at], formats[name])


def set_heights(sheet: "Worksheet", rows: Iterable[Sequence[Value]], widths: Sequence[int]) -> None:
    """Make every row as tall as its texts need: programs that print do not always do so themselves.

    Parameters
    ----------
    rows
        From the first row of the sheet on.
    widths
        Of the columns [letters].
    """
    for number, row in enumerate(rows):
        lines = max(_lines(value, width) for value, width in zip(row, widths, strict=True))
        sheet.set_row(number, min(LINE * lines + 2, TALLEST))


def _lines(value: Value, width: int) -> int:
    r"""Count the lines that a text takes in a column.

    Examples
    --------
    >>> _lines("甲" * 10 + "\n乙", 14)
    3
    """
    if not isinstance(value, str):
        return 1
    return sum(max(1, math.ceil(display_width(part) / (width - 1.5))) for part in value.split("\n"))


def display_width(text: str) -> int:
    """Return how wide a text is, in letters: a Chinese sign is as wide as two.

    Examples
    --------
    >>> display_width("P1甲")
    4
    """
    return sum(1 + (unicodedata.east_asian_width(sign) in "WFA") for sign in text)


def _write_cell(sheet: "Worksheet", place: tuple[int, int], value: Value, style: "Format") -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        sheet.write_blank(*place, None, style)
    elif isinstance(value, str):
        sheet.write_string(*place, plain(value), style)
    elif isinstance(value, date):
        sheet.write_datetime(*place, datetime.combine(value, time(0)), style)
    else:
        sheet.write_number(*place, value, style)


def _help_to_fill(sheet: "Worksheet", page: Page) -> None:
    """Offer the words of a column, and tell how it is filled in."""
    for at, column in enumerate(page.columns):
        if not column.is_open:
            continue
        words = [plain(word) for word in column.words]
        allowed: dict[str, object] = {"validate": "any"}
        if words and len(",".join(words)) <= LONGEST_LIST:
            allowed = {"validate": "list", "source": words, "error_type": "warning"}
        if column.hint:
            allowed |= {"input_title": plain(column.header)[:32], "input_message": plain(column.hint)[:LONGEST_LIST]}
        if len(allowed) > 1:
            sheet.data_validation(1, at, len(page.rows) + MORE_ROWS, at, allowed)


def _colour(sheet: "Worksheet", page: Page, formats: Mapping[str, "Format"]) -> None:
    if not page.rows:
        return
    for word, colour in page.colours.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": formats[colour]}
        sheet.conditional_format(1, 0, len(page.rows), len(page.columns) - 1, rule)


def _lay_out(sheet: "Worksheet", page: Page, *, footer: str) -> None:
    if page.has_filter:
        sheet.autofilter(0, 0, max(len(page.rows), 1), len(page.columns) - 1)
    pages_wide = math.ceil(sum(column.width for column in page.columns) / WIDE)
    set_pages(sheet, frozen=page.frozen, pages_wide=pages_wide, footer=f"&L{footer_text(footer)}&C&A&R&P/&N")


def set_pages(sheet: "Worksheet", *, frozen: int, pages_wide: int, footer: str) -> None:
    """Keep the head and the first columns in sight, on the screen and on every page of paper, which lies across."""
    sheet.freeze_panes(1, frozen)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(pages_wide, 0)
    sheet.repeat_rows(0)
    if frozen:
        sheet.repeat_columns(0, frozen - 1)
    sheet.set_footer(footer)
