"""The workbook that a bureau fills in: one sheet a register, and one that explains. What it writes is what is read."""

import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from geo.registers import REGISTERS, Field, Register

ROWS = 1000
"""So many rows are prepared; more can be filled in."""

UNIT_SHOWN = {"yuan": "元", "m2": "平方米", "yuan/mu": "元/亩"}
"""Units that a header names in brackets."""

EXPLAINS = (
    "一张工作表是一种登记表，名称和表头不要改；用不着的表可以空着或删去，也可以只用“台账”一张表。",
    "One sheet a register. Keep names and headers; leave unused sheets blank or delete them; 台账 alone will do.",
    "日期写成 2026-03-01；合同没有约定的写“无”，不知道的留空：空白不等于没有。",
    "Write days as 2026-03-01. Write 无 where nothing is agreed, and leave blank what is not known: they differ.",
    "金额以元、面积以平方米计；要用别的单位，就改表头括号里的单位（万元、公顷、亩）。",
    "Money in yuan, areas in square metres; for other units change the unit in the header's brackets.",
    "同一条记录在本表中有多次的，用“序号”区分；更正时序号不变，重新导入即可，以前的记录仍会保留。",
    "Where something comes several times, number it; correct under the same number and import again.",
)
MADE = (2000, 1, 1, 0, 0, 0)
"""The time that every part of a workbook bears: the same content makes the same bytes."""
SAVED_AT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_template(path: Path, rows: Mapping[str, pd.DataFrame] | None = None) -> None:
    """Write the workbook.

    Parameters
    ----------
    path
        Where to; what is there is replaced.
    rows
        By register, entries to write into it, as the store gives them; left out, it is blank.
    """
    book = Workbook()
    _explain(book.active, REGISTERS.values())  # type: ignore[arg-type]  # a fresh workbook has a sheet
    for name, register in REGISTERS.items():
        sheet = book.create_sheet(register.zh)
        _write_headers(sheet, register)
        if rows is not None and name in rows:
            _write_rows(sheet, register, rows[name])
    stream = BytesIO()
    book.save(stream)
    path.write_bytes(_timeless(stream.getvalue()))


def header_of(field: Field) -> str:
    """Return the header of a field, with its unit.

    Examples
    --------
    >>> header_of(REGISTERS["contract"].fields["price_yuan"])
    '出让价款（元）'
    """
    return f"{field.zh[0]}（{UNIT_SHOWN[field.unit]}）" if field.unit in UNIT_SHOWN else field.zh[0]


def _explain(sheet: Worksheet, registers: Iterable[Register]) -> None:
    sheet.title = "说明"
    for line in EXPLAINS:
        sheet.append([line])
    sheet.append([])
    sheet.append(["工作表 Sheet", "填什么", "What it holds", "必填 Needed"])
    for register in registers:
        needed = "、".join(register.fields[name].zh[0] for name in register.needs)
        sheet.append([f"{register.zh} {register.en}", register.about_zh, register.about_en, needed])
    for column, width in zip("ABCD", (28, 60, 60, 24), strict=True):
        sheet.column_dimensions[column].width = width
    for row in sheet.iter_rows(min_row=len(EXPLAINS) + 2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _write_headers(sheet: Worksheet, register: Register) -> None:
    for at, field in enumerate(register.fields.values(), start=1):
        cell, letter = sheet.cell(1, at, header_of(field)), get_column_letter(at)
        cell.font = Font(bold=True)
        cell.comment = Comment(_comment(register, field), "parcelwatch")
        sheet.column_dimensions[letter].width = 2 * len(header_of(field)) + 4
        sheet.column_dimensions[letter].number_format = {"text": "@", "date": "yyyy-mm-dd"}.get(field.kind, "General")
        if field.words:
            words = ",".join(said[0] for said in field.words.values())
            choice = DataValidation("list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
            choice.add(f"{letter}2:{letter}{ROWS}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"


def _comment(register: Register, field: Field) -> str:
    words = "; ".join(f"{said[0]} = {code}" for code, said in field.words.items())
    needed = "必填 needed" if field.name in register.needs else ""
    return "\n".join(part for part in (f"{field.name}: {field.en}", needed, words) if part)


def _write_rows(sheet: Worksheet, register: Register, rows: pd.DataFrame) -> None:
    for number, row in enumerate(rows.to_dict("records"), start=2):
        for at, field in enumerate(register.fields.values(), start=1):
            value = shown_value(field, row)
            if value is not None:
                cell = sheet.cell(number, at, value)
                cell.data_type = "s" if isinstance(value, str) else cell.data_type  # a text is never a formula


def shown_value(field: Field, row: Mapping[object, object]) -> str | float | datetime | None:
    """Return what a cell shows: the word for a code, 无 for none."""
    value = row.get(field.name)
    if row.get(f"{field.name}_is_none") is True:
        return "无"
    if value is None or pd.isna(value):  # type: ignore[call-overload]  # one value
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, float):
        return value
    return field.words[str(value)][0] if str(value) in field.words else str(value)


def _timeless(content: bytes) -> bytes:
    """Return a workbook with the same time on every part."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            said = SAVED_AT.sub(rb"\g<1>2000-01-01T00:00:00Z", old.read(part))
            new.writestr(zipfile.ZipInfo(part.filename, MADE), said, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
