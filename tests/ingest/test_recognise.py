"""Which register a table is."""

import pandas as pd
import pyogrio
import pytest
from openpyxl import Workbook

from geo.errors import SchemaError
from geo.ingest.ledger import read_registers
from geo.ingest.recognise import recognise


@pytest.mark.parametrize(
    ("name", "cells", "register"),
    [
        ("台账", ["宗地号"], "ledger"),
        ("Sheet1", ["宗地号", "合同编号", "备注", "延期批准日期", "延误原因"], "ledger"),
        ("延期", ["宗地号", "合同编号", "延期批准日期"], "extension"),
        ("延期", ["宗地号", "合同编号"], "ledger"),  # it lacks what makes an extension
        ("Sheet1", ["合同编号", "出让价款"], "contract"),
        ("Sheet1", ["记录号", "约定开工时间"], "contract"),
        ("payment_made", ["合同编号", "款项", "已缴金额"], "payment_made"),
        ("Sheet1", ["合同编号", "款项", "已缴金额"], "payment_made"),
        ("Sheet1", ["宗地号", "事件", "发生日期"], "happening"),
        ("Sheet1", ["序号", "金额"], None),
        (None, ["2026年台账", None, 3], None),
    ],
)
def test_a_table_is_what_it_is_called_or_what_its_headers_are(name, cells, register) -> None:
    found = recognise(name, cells, named={})
    assert (found and found.name) == register


def test_every_known_sheet_is_read_and_the_others_are_named(tmp_path, said) -> None:
    book = Workbook()
    sheets = {
        "说明": [["随便写写"]],
        "台账": [["宗地号", "乡镇"], ["A1", "东镇"]],
        "延期": [["合同编号", "延期批准日期"], ["K", "2026-03-01"]],
        "通讯录": [["张三", "x"]],
        "合同": [["合同编号", "出让价款（万元）"]],  # nothing below
        "空": [],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    ledger, extension = read_registers(tmp_path / "a.xlsx")
    assert (ledger.register, extension.register) == ("ledger", "extension")
    assert said(ledger) == ([(None, "ingest.unknown_sheet")], [])
    assert ledger.notes["params"][0]["sheet"] == "通讯录"
    assert said(extension) == ([], [])
    [only] = read_registers(tmp_path / "a.xlsx", layer="延期")
    assert only.register == "extension"


def test_tables_of_a_geopackage_and_a_csv_are_registers_too(tmp_path, write_layer, square) -> None:
    path = write_layer([square()], 宗地号=["A1"])
    tables = {"extension": {"parcel_id": ["A"], "extension_granted_on": ["2026-03-01"]}, "合同": {"合同编号": ["K"]}}
    for name, columns in tables.items():
        pyogrio.write_dataframe(pd.DataFrame(columns), path, layer=name)
    assert [intake.register for intake in read_registers(path)] == ["extension", "contract"]
    (tmp_path / "合同.csv").write_text("合同编号\nK\n", "utf-8")
    assert [intake.register for intake in read_registers(tmp_path / "合同.csv")] == ["contract"]


def test_what_names_an_entry_must_be_there(write_sheet, said) -> None:
    rows = [["宗地号", "合同编号", "事件", "发生日期"], ["A", "K", None, None], [None, None, "动工", "2026-01-01"]]
    rows += [["A", None, "动工", "2026-01-01"]]
    [intake] = read_registers(write_sheet(rows, "事件.xlsx", "事件"))
    assert intake.taken["event"].tolist() == ["started"]
    codes = [(2, "ingest.no_identifier_value"), (3, "ingest.no_identifier_value")]
    assert said(intake)[1] == codes


def test_no_known_table_is_an_error_that_lists_the_columns(write_sheet) -> None:
    with pytest.raises(SchemaError, match=r"ingest\.no_identifier"):
        read_registers(write_sheet([["x"], [1]]))
