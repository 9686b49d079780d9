"""The workbook of a month, written and taken back through the command line as an officer would."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from geo.ingest.report import Intake
from geo.registers import REGISTERS
from geo.settings import Settings
from geo.steps.scan import ScanResult, scan
from geo.store import add_ledger, open_store, read_registers, read_scan

pytestmark = pytest.mark.xdist_group("sample")

OK, UNUSABLE, PARTLY = 0, 3, 4
NASTY = '=HYPERLINK("x")&<甲"厂>'
MARK, MONTH = "核对码", "2026-10"


@dataclass(frozen=True)
class Field:
    """A folder with a scanned store, and the command line on it."""

    settings: Settings
    folder: Path
    run: Callable[..., Any]


@pytest.fixture
def field(sample_settings: Settings, sample_result: ScanResult, tmp_path: Path, command: Callable[..., Any]) -> Field:
    """Runs ``parcelwatch ...`` on a copy of the scanned sample county."""
    store = tmp_path / "county.gpkg"
    shutil.copyfile(sample_settings.store, store)
    settings = replace(sample_settings, store=str(store), out=str(tmp_path / "maps"))
    return Field(settings, tmp_path, partial(command, "--store", store))


def ledger_of(field: Field) -> pd.DataFrame:
    with open_store(field.settings.store).connect() as conn:
        return read_registers(conn)["ledger"].set_index("parcel_id")


def say_in_store(field: Field, file: str, **cells: list[object]) -> None:
    """Let a file say something of the ledger, as an import would."""
    nothing = pd.DataFrame(columns=["row", "identifier", "column", "code", "params", "raw"])
    taken = pd.DataFrame(cells).assign(row=2)
    digest = hashlib.sha256(file.encode()).hexdigest()
    intake = Intake("ledger", file, None, digest, taken, nothing.drop(columns=["column", "raw"]), nothing, "ledger", {})
    with open_store(field.settings.store).begin() as conn:
        add_ledger(conn, intake, known_at=datetime.now(UTC))


def at(page: Worksheet) -> tuple[dict[str, int], dict[str, int]]:
    """Columns by header, and rows by what stands in the first cell, from 1."""
    headers = {str(cell.value): cell.column for cell in page[1]}
    return headers, {str(page.cell(row, 1).value): row for row in range(2, page.max_row + 1)}


def write(field: Field, name: str = "ledger.xlsx", month: str = MONTH) -> Path:
    path = field.folder / name
    assert field.run("workbook", month, "--out", path, "--page", field.folder / f"{name}.html").code == OK
    return path


def test_a_book_edited_in_libreoffice_comes_back_with_every_edit_and_every_attack_told(
    field: Field, office: Callable[..., None]
) -> None:
    book = write(field)
    page = openpyxl.load_workbook(book)["台账"]
    columns, rows = at(page)
    parcels = list(rows)[:8]

    def typed(parcel: str, header: str, text: str, kind: str = "String") -> list[object]:
        return ["台账", rows[parcel] - 1, columns[header] - 1, kind, text]

    say_in_store(field, "town.csv", parcel_id=[parcels[3]], town=["丙镇"])
    edits = [
        typed(parcels[0], "延误原因", "政府原因"),
        typed(parcels[0], "出让价款（元）", "1234567.5"),
        typed(parcels[1], "约定竣工日期", "无"),
        typed(parcels[2], "企业名称", '甲&<"乙">厂'),
        typed(parcels[3], "乡镇", "丁镇"),  # somebody else said another thing since
        typed(parcels[4], "已投资额（元）", "=1+1", "Formula"),
        typed(parcels[5], MARK, "2026-01-01T00:00:00+00:00 0123456789abcdef"),
        typed(parcels[5], "乡镇", "戊镇"),
        typed(parcels[6], "乡镇", ""),
        ["台账", len(rows) + 1, 0, "String", "新宗地 000123456789012345678"],
        ["台账", len(rows) + 1, columns["乡镇"] - 1, "String", "己镇"],
    ]
    edited = field.folder / "edited.xlsx"
    office("edit", book, edited, edits)
    before = ledger_of(field)
    said = field.run("workbook-return", edited)
    assert said.code == PARTLY, said.err
    assert "新增或更正 4" in said.out
    assert "拒收 3（矛盾 1，编号不明 0，公式 1）" in said.out
    assert "丁镇 ≠ 丙镇（town.csv:2）" in said.out.replace(" (", "（").replace(")", "）")
    assert "0123456789abcdef" in said.out
    after = ledger_of(field)
    assert after.loc[parcels[0], ["cause", "price_yuan"]].tolist() == ["government", 1234567.5]
    assert after.loc[parcels[1], "agreed_completion_on_is_none"]
    assert after.loc[parcels[2], "enterprise"] == '甲&<"乙">厂'
    assert after.loc["新宗地 000123456789012345678", "town"] == "己镇"
    assert after.loc[parcels[3], "town"] == "丙镇"
    assert after.loc[parcels[5:7], "town"].tolist() == before.loc[parcels[5:7], "town"].tolist()
    untouched = [parcel for parcel in before.index if parcel not in parcels]
    pd.testing.assert_frame_equal(before.loc[untouched], after.loc[untouched])
    counts = "select count(*) from ledger_entry"
    with closing(sqlite3.connect(field.settings.store)) as conn:
        known = conn.execute(counts).fetchone()
    assert field.run("workbook-return", edited).code == PARTLY
    with closing(sqlite3.connect(field.settings.store)) as conn:
        assert conn.execute(counts).fetchone() == known


def test_what_the_store_knew_before_a_correction_it_still_knows(field: Field) -> None:
    book = write(field)
    pages = openpyxl.load_workbook(book)
    columns, rows = at(pages["台账"])
    parcel, row = next(iter(rows.items()))
    old = str(pages["台账"].cell(row, columns["乡镇"]).value)
    then = datetime.now(UTC)
    pages["台账"].cell(row, columns["乡镇"]).value = "庚镇"
    pages.save(field.folder / "edited.xlsx")
    assert field.run("workbook-return", field.folder / "edited.xlsx").code == OK
    with open_store(field.settings.store).connect() as conn:
        now, before = (read_registers(conn, known_at=when)["ledger"].set_index("parcel_id") for when in (None, then))
    assert now.loc[parcel, "town"] == "庚镇"
    assert before.loc[parcel, "town"] == old
    assert now.loc[parcel, "source"] == "edited.xlsx"


def test_two_books_that_correct_one_cell_differently_are_both_refused_in_any_order(field: Field) -> None:
    book = write(field)
    paths = []
    for town in ("辛镇", "壬镇"):
        pages = openpyxl.load_workbook(book)
        columns, rows = at(pages["台账"])
        parcel, row = next(iter(rows.items()))
        pages["台账"].cell(row, columns["乡镇"]).value = town
        paths.append(field.folder / f"{town}.xlsx")
        pages.save(paths[-1])
    before = ledger_of(field).loc[parcel, "town"]
    said = field.run("workbook-return", *reversed(paths))
    assert said.code == PARTLY
    assert said.out.count("矛盾 1") == 2
    assert ledger_of(field).loc[parcel, "town"] == before


def test_a_row_whose_number_was_changed_is_refused(field: Field) -> None:
    pages = openpyxl.load_workbook(write(field))
    _, rows = at(pages["台账"])
    first, second = list(rows)[:2]
    pages["台账"].cell(rows[first], 1).value = f"{first}X"
    pages["台账"].cell(rows[second], 1).value = None
    pages.save(field.folder / "edited.xlsx")
    said = field.run("workbook-return", field.folder / "edited.xlsx")
    assert said.code == PARTLY
    assert f"记录 {first} 的编号" in said.out
    assert f"{first}X" not in ledger_of(field).index


def test_a_book_without_marks_is_no_workbook(field: Field) -> None:
    pages = openpyxl.Workbook()
    pages.active.append([MARK, "宗地号"])
    pages.active.append(["x", "P1"])
    pages.save(field.folder / "other.xlsx")
    assert field.run("workbook-return", field.folder / "other.xlsx").code == UNUSABLE
    assert field.run("workbook", MONTH, "--out", field.folder / "ledger.csv").code == UNUSABLE


def test_a_book_is_the_same_each_time_and_nothing_in_it_runs(field: Field) -> None:
    parcel = ledger_of(field).index[0]
    say_in_store(field, "nasty.csv", parcel_id=[parcel], enterprise=[NASTY], contract_number=["000123456789012345678"])
    one, two = write(field, "one.xlsx"), write(field, "two.xlsx")
    assert one.read_bytes() == two.read_bytes()
    assert (field.folder / "one.xlsx.html").read_bytes() == (field.folder / "two.xlsx.html").read_bytes()
    book = openpyxl.load_workbook(one)
    assert {"使用说明", "台账", "线索", "期限", "案件", "月报摘要", "月报明细", "按期动工率"} <= set(book.sheetnames)
    page = book["台账"]
    columns, rows = at(page)
    cells = [page.cell(rows[parcel], columns[header]) for header in ("企业名称", "合同编号")]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [
        (NASTY, "s", True),
        ("000123456789012345678", "s", True),
    ]
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref.startswith("A1:")
    lists = {str(rule.formula1) for rule in page.data_validations.dataValidation if rule.type == "list"}
    causes = [words[0] for words in REGISTERS["ledger"].fields["cause"].words.values()]
    assert f'"{",".join(causes)}"' in lists
    assert book["线索"].conditional_formatting


def test_the_report_says_that_the_opening_is_unknown_or_adds_up_with_the_month_before(field: Field) -> None:
    write(field)
    assert "期初不详" in (field.folder / "ledger.xlsx.html").read_text("utf-8")
    assert "2026Q4" in (field.folder / "ledger.xlsx.html").read_text("utf-8")
    scan(open_store(field.settings.store), field.settings, "2026-11", known_at=datetime(2026, 12, 5, 1, tzinfo=UTC))
    book = openpyxl.load_workbook(write(field, "next.xlsx", "2026-11"), data_only=True)
    rows = list(book["月报明细"].iter_rows(min_row=2, values_only=True))
    assert rows
    for row in rows:
        for first in (3, 7, 11):
            opening, new, cleared, closing_ = (float(cell) for cell in row[first : first + 4])
            assert opening + new - cleared == pytest.approx(closing_, abs=0.02)
    with open_store(field.settings.store).connect() as conn:
        before = read_scan(conn, MONTH)
    said = (field.folder / "next.xlsx.html").read_text("utf-8")
    assert f"期初取自 2026-10 第 {before.revision} 次扫描" in said
    assert "并未排除" in said
    assert "http" not in said
