"""The forms that come back: an Excel sheet to fill in, and an XLSForm for ODK and Kobo."""

import hashlib
from typing import TYPE_CHECKING

from geo.documents.plain import plain
from geo.documents.sheet import Sheet, Stop
from geo.documents.workbook import footer_text, new_book, set_heights, set_pages
from geo.registers import REGISTERS, Field

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

GIVEN = ("visit", "parcel", "holder", "town", "arrives", "why", "checks", "photos", "position")
UNASKED = ("parcel_id", "number", "visit_reason", "inspectors", "inspector_certificates", "visit_place")
"""Fields of a visit that the plan or the device knows itself."""

ASKED: tuple[Field, ...] = tuple(field for name, field in REGISTERS["visit"].fields.items() if name not in UNASKED)
"""What inspectors are asked, in the words of the register of visits."""

WIDTHS = {
    "visit": 24,
    "parcel": 18,
    "holder": 24,
    "town": 12,
    "arrives": 8,
    "why": 44,
    "checks": 56,
    "photos": 40,
    "position": 26,
    "hash": 20,
}
USUAL_WIDTH = 14
PAGES_WIDE = 3
TITLE = 32
"""Longest title of a hint that Excel takes."""
PHOTO_PIXELS = 2048
"""Longer side of a photo taken with the XLSForm: a sign board stays readable, and a phone can send it."""
SCHEMA = 1
"""Version of the form of the sheet."""


def given_cells(stop: Stop) -> tuple[str, ...]:
    """Return what the form says of a visit before anybody fills it in, in the order of ``GIVEN``."""
    return (
        stop.visit_id,
        stop.parcel_id,
        stop.enterprise,
        stop.town,
        f"{stop.arrives:%H:%M}",
        "\n".join(stop.why),
        "\n".join(stop.checks),
        "\n".join(stop.photos),
        f"{stop.longitude:.7f}, {stop.latitude:.7f}",
    )


def row_hash(cells: tuple[str, ...]) -> str:
    """Hash of what was given, by which a returned row is known to be the one that was sent.

    Examples
    --------
    >>> row_hash(("a", "b")) == row_hash(("ab", ""))
    False
    """
    return hashlib.sha256("\x1f".join(plain(cell) for cell in cells).encode()).hexdigest()[:16]


def excel_form(sheet: Sheet) -> bytes:
    """Write the sheet that inspectors fill in: what is given is locked by its hash, answers are chosen from lists.

    Every text is a text: nothing in it runs, whatever it begins with, and a parcel number keeps its digits.
    """
    buffer, book = new_book(sheet.title, sheet.made_on)
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "quote_prefix": True, "border": 1})
    answer = book.add_format(
        {"text_wrap": True, "valign": "top", "bg_color": "#FFF8DC", "border": 1, "num_format": "@"}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE6EE", "border": 1})
    page = book.add_worksheet("form")
    columns = (*GIVEN, *(field.name for field in ASKED), "hash")
    for column, name in enumerate(columns):
        page.set_column(column, column, WIDTHS.get(name, USUAL_WIDTH))
        page.write_string(0, column, plain(sheet.words[name]), head)
    for row, stop in enumerate(sheet.stops, 1):
        cells = given_cells(stop)
        for column, cell in enumerate(cells):
            page.write_string(row, column, plain(cell), text)
        for column in range(len(GIVEN), len(GIVEN) + len(ASKED)):
            page.write_blank(row, column, None, answer)
        page.write_string(row, len(columns) - 1, row_hash(cells), text)
    empty = [""] * (len(columns) - len(GIVEN))
    filled = [[sheet.words[name] for name in columns], *([*given_cells(stop), *empty] for stop in sheet.stops)]
    set_heights(page, filled, [WIDTHS.get(name, USUAL_WIDTH) for name in columns])
    last = max(len(sheet.stops), 1)
    for column, field in enumerate(ASKED, len(GIVEN)):
        page.data_validation(1, column, last, column, _allowed(sheet, field))
    page.autofilter(0, 0, last, len(columns) - 1)
    set_pages(page, frozen=2, pages_wide=PAGES_WIDE, footer=f"&L{footer_text(sheet.source)}&R&P/&N")
    _about(book, sheet, text)
    book.close()
    return buffer.getvalue()


def _allowed(sheet: Sheet, field: Field) -> dict[str, object]:
    """Return what may stand in the cells of a field: a word of its list; of a day, a hint how to write it."""
    if field.words:
        return {"validate": "list", "source": [plain(sheet.words[f"{field.name}.{code}"]) for code in field.words]}
    hint = sheet.words[f"hint_{field.kind}"]
    return {"validate": "any", "input_title": plain(sheet.words[field.name])[:TITLE], "input_message": plain(hint)}


def _about(book: "Workbook", sheet: Sheet, text: "Format") -> None:
    page = book.add_worksheet("about")
    for row, (name, value) in enumerate(
        [
            ("schema_version", str(SCHEMA)),
            ("patrol_id", sheet.patrol_id),
            ("source", sheet.source),
            ("clue", sheet.clue),
        ]
    ):
        page.write_string(row, 0, name, text)
        page.write_string(row, 1, plain(value), text)
    page.hide()


def xls_form(sheet: Sheet) -> bytes:
    """Write an XLSForm: one questionnaire, the visit chosen from a list, photos and position asked for."""
    buffer, book = new_book(sheet.title, sheet.made_on)
    words = sheet.words
    survey = [
        ("type", "name", "label", "required", "calculation", "relevant", "parameters"),
        ("start", "start", "", "", "", ""),
        ("end", "end", "", "", "", ""),
        ("calculate", "patrol_id", "", "", f"'{literal(sheet.patrol_id)}'", ""),
        ("select_one visits", "visit_id", words["visit"], "yes", "", ""),
        ("geopoint", "position", words["position"], "yes", "", ""),
        *(
            (
                "note",
                f"checks_{stop.number}",
                "\n".join(stop.checks),
                "",
                "",
                f"${{visit_id}} = '{literal(stop.visit_id)}'",
            )
            for stop in sheet.stops
        ),
        *_questions(sheet),
        ("begin repeat", "photos", words["photos"], "", "", ""),
        ("image", "photo", words["photos"], "", "", "", f"max-pixels={PHOTO_PIXELS}"),
        ("end repeat", "photos", "", "", "", ""),
    ]
    choices = [
        ("list_name", "name", "label"),
        *(("visits", literal(stop.visit_id), sheet.label(stop)) for stop in sheet.stops),
        *((field.name, code, words[f"{field.name}.{code}"]) for field in ASKED for code in field.words),
    ]
    settings = [
        ("form_title", "form_id", "version"),
        (sheet.title, f"patrol_{_ascii(sheet.patrol_id)}", f"{sheet.day:%Y%m%d}"),
    ]
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        page = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                page.write_string(row, column, plain(cell))
    book.close()
    return buffer.getvalue()


XLS_KINDS = {"date": "date", "measure": "decimal", "text": "text"}


def _questions(sheet: Sheet) -> list[tuple[str, ...]]:
    """Return a question for every field that is asked; without a day nothing is a visit."""
    kinds = [f"select_one {field.name}" if field.words else XLS_KINDS[field.kind] for field in ASKED]
    needed = ["yes" if field.name in REGISTERS["visit"].needs else "" for field in ASKED]
    return [
        (kind, field.name, sheet.words[field.name], need, "", "")
        for field, kind, need in zip(ASKED, kinds, needed, strict=True)
    ]


def literal(text: str) -> str:
    """Return a text as it fits into an expression or a choice: no quote ends it, no blank splits it.

    Examples
    --------
    >>> literal("2026-11-09-team 'A'-01")
    '2026-11-09-team__A_-01'
    """
    return plain(text).replace("'", "_").replace('"', "_").replace(" ", "_")


def _ascii(text: str) -> str:
    safe = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text)
    return f"{safe}_{hashlib.sha256(text.encode()).hexdigest()[:6]}"
