"""Rows that come back, from the three kinds of files that can hold them."""

import json

import openpyxl
import pytest

from geo.errors import SchemaError
from geo.ingest.returned import read_answers, read_returned
from geo.registers import REGISTERS

HEADERS = {"核查编号": "visit", "visit_id": "visit", "施工人数": "workers", "备注": "remark", "核查日期": "visited_on"}
FIELDS = [REGISTERS["visit"].fields[name] for name in ("visited_on", "workers", "remark")]


def book(path, rows):
    made = openpyxl.Workbook()
    made.active.append(["核查编号", "施工人数", "备注"])
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def test_rows_are_read_by_header_and_blanks_are_not_there(tmp_path):
    [table] = read_returned(
        book(tmp_path / "a.xlsx", [["V1", 3, None], ["V2", None, "x"]]), headers=HEADERS, key="visit"
    )
    assert [dict(row.cells) for row in table.rows] == [{"visit": "V1", "workers": 3}, {"visit": "V2", "remark": "x"}]
    assert [row.row for row in table.rows] == [2, 3]


def test_a_row_with_a_formula_is_refused_whole_and_kept_as_it_stood(tmp_path):
    path = book(tmp_path / "a.xlsx", [["V1", 3, "=1+1"], ["V2", 4, "fine"]])
    [table] = read_returned(path, headers=HEADERS, key="visit")
    assert [row.cells["visit"] for row in table.rows] == ["V2"]
    _, refused = table.journal.frames()
    assert refused.loc[0, ["row", "column", "code"]].tolist() == [2, "备注", "ingest.formula"]
    assert json.loads(refused.loc[0, "raw"]) == {"核查编号": "V1", "施工人数": 3, "备注": "=1+1"}


def test_groups_of_a_questionnaire_do_not_matter(tmp_path):
    (tmp_path / "a.csv").write_text("g/visit_id,other\nV1,x\n")
    [table] = read_returned(tmp_path / "a.csv", headers=HEADERS, key="visit")
    assert table.rows[0].cells == {"visit": "V1"}


def test_answers_are_typed_and_a_cell_that_cannot_be_names_its_column(tmp_path):
    (tmp_path / "a.csv").write_text("核查编号,核查日期,施工人数\nV1,无,12\nV2,2026-11-09,viele\n")
    [table] = read_returned(tmp_path / "a.csv", headers=HEADERS, key="visit")
    first = read_answers(table, table.rows[0], FIELDS)
    assert first == {"visited_on": None, "visited_on_is_none": True, "workers": 12.0}
    with pytest.raises(SchemaError) as caught:
        read_answers(table, table.rows[1], FIELDS)
    assert caught.value.params["column"] == "施工人数"


def test_a_file_without_the_key_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SchemaError):
        read_returned(tmp_path / "a.csv", headers=HEADERS, key="visit")
