"""Tables without outlines."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from openpyxl import Workbook, load_workbook

from geo.errors import SchemaError
from geo.ingest.tables import TITLE_ROWS, Table, read_table

ROWS = [["宗地号", "合同面积"], ["A1", 400], ["A2", 500.5]]


def read(path: Path, layer: str | None = None) -> Table:
    return read_table(path, layer=layer, is_header=lambda cells: "宗地号" in cells)


def refusal(path: Path, layer: str | None = None) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        read(path, layer)
    return caught.value


def test_rows_of_a_workbook_are_numbered_as_the_user_sees_them(write_sheet) -> None:
    table = read(write_sheet(ROWS))
    assert (table.layer, table.headers) == ("台账", ["宗地号", "合同面积"])
    assert table.rows == [(2, ["A1", 400]), (3, ["A2", 500.5])]


def test_a_title_above_the_header_and_blank_rows_are_no_rows(write_sheet) -> None:
    table = read(write_sheet([["云麓县供地台账", None], [], *ROWS[:2], [None, " "], ROWS[2]]))
    assert [number for number, _ in table.rows] == [4, 6]


def test_a_header_too_far_down_is_not_looked_for(write_sheet) -> None:
    error = refusal(write_sheet([["标题"]] * TITLE_ROWS + ROWS))
    assert error.code == "ingest.no_identifier"
    assert error.params["columns"] == "标题"


def test_the_only_sheet_with_a_known_header_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["说明"])
    for row in ROWS:
        book.create_sheet("数据").append(row) if "数据" not in book.sheetnames else book["数据"].append(row)
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").layer == "数据"


def test_two_sheets_with_a_known_header_must_be_told_apart_by_the_user(tmp_path: Path, sentence) -> None:
    book = Workbook()
    book.active.title = "2025"
    book.create_sheet("2026")
    for sheet in book.worksheets:
        for row in ROWS:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    error = refusal(tmp_path / "a.xlsx")
    assert error.code == "ingest.which_layer"
    assert "2025, 2026" in sentence(error)
    assert read(tmp_path / "a.xlsx", "2026").layer == "2026"


def test_an_unknown_sheet_lists_those_there_are(write_sheet, sentence) -> None:
    error = refusal(write_sheet(ROWS), "2027")
    assert error.code == "ingest.unknown_layer"
    assert "There are: 台账" in sentence(error)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_header_with_nothing_below_it_is_an_empty_table(write_sheet, name: str, sentence) -> None:
    error = refusal(write_sheet(ROWS[:1], name))
    assert error.code == "ingest.empty_layer"
    assert "holds no rows" in sentence(error)


def test_a_table_without_identifier_lists_its_columns(write_sheet, sentence) -> None:
    for name in ("a.xlsx", "a.csv"):
        error = refusal(write_sheet([["地号", "面积"], ["A1", 1]], name))
        assert error.code == "ingest.no_identifier"
        assert "地号, 面积" in sentence(error)


def test_a_formula_whose_result_was_not_saved_is_not_read_as_blank(tmp_path: Path) -> None:
    book = Workbook()
    for row in [["宗地号", "合同面积", "乡镇"], ["A1", "=20*20", None], ["A2", 5, "=notext"]]:
        book.active.append(row)
    book.active["C3"].data_type = "s"  # a text that only looks like a formula
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").rows == [(2, ["A1", "#FORMULA!", None]), (3, ["A2", 5, "=notext"])]


def test_the_size_a_sheet_claims_is_not_believed(write_sheet, tmp_path: Path) -> None:
    honest, lying = write_sheet(ROWS), tmp_path / "lying.xlsx"
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(lying, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'<dimension ref="A1:B3"' in content
                content = content.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A2"')
            target.writestr(name, content)
    assert read(lying).rows == read(honest).rows


def test_date_cells_come_as_days(write_sheet) -> None:
    path = write_sheet([["宗地号", "交地"], ["A1", dt.date(2024, 3, 1)]])
    [(_, cells)] = read(path).rows
    assert cells[1].date() == dt.date(2024, 3, 1)


@pytest.mark.parametrize("cut", [100, 2000, 4000])
def test_a_workbook_cut_short_is_refused_in_one_sentence(write_sheet, tmp_path: Path, cut: int, sentence) -> None:
    whole = write_sheet(ROWS).read_bytes()
    assert len(whole) > cut
    (tmp_path / "cut.xlsx").write_bytes(whole[:cut])
    error = refusal(tmp_path / "cut.xlsx")
    assert error.code == "ingest.unreadable"
    assert "\n" not in sentence(error)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refusal(tmp_path / "a.xlsx").code == "ingest.unreadable"


def test_a_workbook_with_an_entity_bomb_is_refused(write_sheet, tmp_path: Path) -> None:
    honest, bomb = write_sheet(ROWS), tmp_path / "bomb.xlsx"
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    document = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "xxxxxxxxxx">{entities}]><worksheet>&a11;</worksheet>'
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(bomb, "w") as target:
        for name in source.namelist():
            target.writestr(name, document if name == "xl/worksheets/sheet1.xml" else source.read(name))
    assert refusal(bomb).code in ("ingest.unreadable", "ingest.no_identifier")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_csv_is_read_in_the_encodings_of_bureaus(write_sheet, encoding: str) -> None:
    table = read(write_sheet([["宗地号", "乡镇"], ["A1", "鄞州高桥"]], "a.csv", encoding=encoding))
    assert table.rows == [(2, ["A1", "鄞州高桥"])]
    assert [note["code"] for note in table.journal.notes] == (["ingest.encoding_guessed"] if "gb" in encoding else [])


def test_a_csv_in_utf_16_says_what_to_do(write_sheet, sentence) -> None:
    error = refusal(write_sheet(ROWS, "a.csv", encoding="utf-16"))
    assert error.code == "ingest.unknown_encoding"
    assert "Save it as CSV in UTF-8" in sentence(error)


def test_a_csv_row_of_another_width_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("宗地号,乡镇\nA1,甲,1,2\nA2\nA3,乙\n", "utf-8")
    table = read(tmp_path / "a.csv")
    assert table.rows == [(4, ["A3", "乙"])]
    assert [(entry["row"], entry["code"], entry["raw"]) for entry in table.journal.refused] == [
        (2, "ingest.ragged_row", '["A1", "甲", "1", "2"]'),
        (3, "ingest.ragged_row", '["A2"]'),
    ]


def test_quoted_cells_may_hold_commas_and_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('宗地号,乡镇\nA1,"甲,\n乙"\n', "utf-8")
    assert read(tmp_path / "a.csv").rows == [(2, ["A1", "甲,\n乙"])]


def test_a_csv_that_breaks_its_own_rules_names_the_row(tmp_path: Path, sentence) -> None:
    (tmp_path / "a.csv").write_text('宗地号,乡镇\nA1,甲\nA2,"乙"丙\n', "utf-8")
    error = refusal(tmp_path / "a.csv")
    assert error.code == "ingest.unreadable"
    assert "row 3" in sentence(error)


def test_a_csv_has_no_layers(write_sheet) -> None:
    assert refusal(write_sheet(ROWS, "a.csv"), "台账").code == "ingest.unknown_layer"


def test_a_table_of_a_geopackage_is_read_beside_its_layers(write_layer: Callable[..., Path], square) -> None:
    path = write_layer([square()], 宗地号=["A1"])
    pyogrio.write_dataframe(pd.DataFrame(ROWS[1:], columns=ROWS[0]), path, layer="ledger")
    table = read(path)
    assert (table.layer, table.headers) == ("ledger", ["宗地号", "合同面积"])
    assert table.rows == [(1, ("A1", 400.0)), (2, ("A2", 500.5))]
    assert refusal(path, "账本").params["layers"] == "parcels, ledger"


def test_a_geopackage_table_without_identifier_lists_its_columns(tmp_path: Path) -> None:
    pyogrio.write_dataframe(pd.DataFrame({"地号": ["A1"]}), tmp_path / "a.gpkg", layer="ledger")
    assert refusal(tmp_path / "a.gpkg").params["columns"] == "地号"


def test_the_file_is_left_as_it_was(write_sheet) -> None:
    path = write_sheet(ROWS)
    before = path.read_bytes()
    read(path)
    assert path.read_bytes() == before
    assert load_workbook(path).sheetnames == ["台账"]
