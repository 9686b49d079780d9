"""The ledger."""

import csv
import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.ingest.ledger import read_ledger
from geo.ingest.report import Intake, count_rows
from geo.model import LEDGER_FIELDS


@pytest.fixture
def one(write_sheet, said) -> Callable[..., Intake]:
    """Read a ledger of one parcel, given by header and cell; everything said must be sayable."""

    def read(**cells: object) -> Intake:
        headers = {"宗地号": "A1"} | cells
        intake = read_ledger(write_sheet([list(headers), list(headers.values())]))
        said(intake)
        return intake

    return read


def test_kinds_and_order_of_the_columns(write_sheet) -> None:
    headers = ["约定动工日期", "宗地号", "合同面积", "企业名称"]
    intake = read_ledger(write_sheet([headers, ["2024-03-01", "A1", "12,000.5", "甲厂"], ["无约定", "A2", None, None]]))
    taken = intake.taken
    assert list(taken.columns) == [
        "parcel_id",
        "enterprise",
        "contract_area_m2",
        "agreed_start_on",
        "agreed_start_on_is_none",
        "row",
    ]
    assert taken["agreed_start_on"].dtype == np.dtype("datetime64[s]")
    assert taken["agreed_start_on"].tolist() == [pd.Timestamp(2024, 3, 1), pd.NaT]
    assert taken["agreed_start_on_is_none"].tolist() == [False, True]
    assert taken["contract_area_m2"].tolist()[0] == 12000.5
    assert np.isnan(taken["contract_area_m2"].tolist()[1])
    assert taken["enterprise"].tolist() == ["甲厂", None]
    assert taken["row"].tolist() == [2, 3]
    assert (intake.kind, intake.file, intake.layer) == ("ledger", "台账.xlsx", "台账")


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.csv", "台账.gpkg"])
def test_a_workbook_a_csv_and_a_geopackage_give_the_same(name: str, write_sheet, tmp_path: Path) -> None:
    rows = [["宗地号", "合同面积", "约定动工日期"], ["001", 400.5, "2024-03-01"], ["002", 30.0, "无约定"]]
    if name.endswith("gpkg"):
        path = tmp_path / name
        pyogrio.write_dataframe(pd.DataFrame(rows[1:], columns=rows[0]), path, layer="台账")
    else:
        path = write_sheet(rows, name)
    taken = read_ledger(path).taken.drop(columns="row")
    assert taken.to_dict("list") == {
        "parcel_id": ["001", "002"],
        "contract_area_m2": [400.5, 30.0],
        "agreed_start_on": [pd.Timestamp(2024, 3, 1), pd.NaT],
        "agreed_start_on_is_none": [False, True],
    }


def test_date_columns_of_a_geopackage_are_days(tmp_path: Path) -> None:
    days = pd.Series([dt.date(2024, 3, 1), None])
    pyogrio.write_dataframe(
        pd.DataFrame({"parcel_id": ["A", "B"], "delivered_on": days}), tmp_path / "a.gpkg", layer="ledger"
    )
    assert read_ledger(tmp_path / "a.gpkg").taken["delivered_on"].tolist() == [pd.Timestamp(2024, 3, 1), pd.NaT]


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("实际交地日期", "2024-02-30", "ingest.not_a_date"),
        ("实际交地日期", "去年", "ingest.not_a_date"),
        ("实际交地日期", "43000", "ingest.not_a_date"),
        ("实际交地日期", 99_000, "ingest.not_a_date"),
        ("合同面积", -400, "ingest.negative_value"),
        ("出让价款", "-1,000", "ingest.negative_value"),
        ("合同面积", "约400", "ingest.value_not_number"),
        ("约定建筑密度下限", 30, "ingest.share_over_one"),
        ("企业名称", "#REF!", "ingest.cell_error"),
        ("合同面积", "=20*20", "ingest.cell_error"),
        ("宗地号", None, "ingest.no_identifier_value"),
        ("宗地号", 1.2e19, "ingest.value_rounded"),
        ("宗地号", "3.30212E+17", "ingest.value_rounded"),
    ],
)
def test_a_cell_that_cannot_be_costs_its_row_and_the_reason_names_row_and_column(
    one: Callable[..., Intake], header: str, cell: object, code: str, said
) -> None:
    intake = one(**{"乡镇": "高桥", header: cell})
    assert intake.taken.empty
    [refused] = intake.refused.to_dict("records")
    assert (refused["row"], refused["column"], refused["code"]) == (2, header, code)
    assert refused["params"]["row"] == 2
    assert json.loads(refused["raw"])["乡镇"] == "高桥"
    assert count_rows(intake) == {"read": 1, "taken": 0, "mended": 0, "refused": 1, "values_refused": 0}


def test_the_other_rows_are_taken(write_sheet, said) -> None:
    rows = [["宗地号", "实际交地日期"], ["A1", "2024-02-30"], ["A2", "2024-02-29"], ["A3", None]]
    intake = read_ledger(write_sheet(rows))
    assert intake.taken["parcel_id"].tolist() == ["A2", "A3"]
    assert said(intake)[1] == [(2, "ingest.not_a_date")]
    assert intake.refused["identifier"].tolist() == ["A1"]


@pytest.mark.parametrize(
    ("header", "cell", "field", "code"),
    [
        ("实际交地日期", "1900-01-01", "delivered_on", "ingest.sentinel_date"),
        ("实际交地日期", dt.date(1900, 1, 1), "delivered_on", "ingest.sentinel_date"),
        ("实际交地日期", 0, "delivered_on", "ingest.sentinel_date"),
        ("合同面积", 0, "contract_area_m2", "ingest.zero_as_blank"),
        ("总投资额", "0", "total_investment_yuan", "ingest.zero_as_blank"),
        ("约定容积率下限", "无", "contract_floor_area_ratio_min", "ingest.none_in_number"),
        ("合同编号", 3.3e17, "contract_number", "ingest.value_rounded"),
    ],
)
def test_what_stands_for_nothing_is_blank_and_that_is_said(
    one, said, *, header: str, cell: object, field: str, code: str
) -> None:
    intake = one(**{header: cell})
    assert pd.isna(intake.taken[field][0])
    assert said(intake) == ([(2, code)], [])
    assert intake.notes["params"][0]["column"] == header


def test_zero_is_an_answer_where_it_can_be_one(one) -> None:
    taken = one(已动工开发面积=0, 已投资额="0.00", 出让价款=0).taken
    assert taken[["developed_area_m2", "invested_yuan", "price_yuan"]].to_numpy().tolist() == [[0, 0, 0]]


@pytest.mark.parametrize(
    ("header", "cell", "field", "expected"),
    [
        ("延误原因", "政府原因", "cause", "government"),
        ("延误原因", "企业", "cause", "enterprise"),
        ("延误原因", " 不可抗力 ", "cause", "force_majeure"),
        ("延误原因", "Force_Majeure", "cause", "force_majeure"),
        ("延误原因", "无", "cause", None),
        ("延期依据", "合同", "extension_basis", "contract"),
        ("延期依据", "第八条", "extension_basis", "article_8"),
        ("延期依据", "政府原因", "extension_basis", "article_8"),
        ("延期依据", "企业申请", "extension_basis", "enterprise"),
    ],
)
def test_known_words_become_codes(one, header: str, cell: str, field: str, expected: str | None) -> None:
    intake = one(**{header: cell})
    assert intake.taken[field].tolist() == [expected]
    assert intake.notes.empty


def test_an_unknown_word_is_kept_and_noted(one, said) -> None:
    intake = one(延误原因="资金问题")
    assert intake.taken["cause"].tolist() == ["资金问题"]
    assert said(intake) == ([(2, "ingest.unknown_word")], [])


@pytest.mark.parametrize(
    ("header", "cell", "field", "expected"),
    [
        ("合同面积（亩）", 30, "contract_area_m2", 20_000),
        ("出让价款（万元）", "1,200", "price_yuan", 12_000_000),
        ("约定建筑密度下限（%）", 30, "contract_building_coverage_min", 0.3),
        ("约定建筑密度下限（%）", "30%", "contract_building_coverage_min", 0.3),
        ("约定建筑密度下限", "30%", "contract_building_coverage_min", 0.3),
    ],
)
def test_units_in_the_header_are_applied_once(one, header: str, cell: object, field: str, expected: float) -> None:
    assert one(**{header: cell}).taken[field][0] == pytest.approx(expected)


def test_hostile_text_passes_as_text(one) -> None:
    text = "<img src=x onerror=alert(1)>'; DROP TABLE parcels; --{file}"
    assert one(企业名称=text).taken["enterprise"].tolist() == [text]
    intake = one(实际交地日期=text)
    assert intake.refused["params"][0]["value"] == text


def test_the_callers_headers_are_used(write_sheet, said) -> None:
    path = write_sheet([["地块代码", "交地"], ["A1", "2024-03-01"]])
    intake = read_ledger(path, columns={"地块代码": "parcel_id", "交地": "delivered_on"})
    assert intake.taken["delivered_on"].tolist() == [pd.Timestamp(2024, 3, 1)]
    assert said(intake) == ([], [])
    with pytest.raises(SchemaError) as caught:
        read_ledger(path)
    assert caught.value.code == "ingest.no_identifier"


def test_columns_without_meaning_are_noted(one, said) -> None:
    assert said(one(备注="x"))[0] == [(None, "ingest.unmapped_column")]


def test_a_repeated_row_is_used_once(write_sheet, said) -> None:
    rows = [["宗地号", "合同面积"], ["A1", 400], ["A1", "400.0"], ["A2", 1]]
    intake = read_ledger(write_sheet(rows))
    assert intake.taken["row"].tolist() == [2, 4]
    assert said(intake)[1] == [(3, "ingest.repeated_row")]
    assert intake.refused["params"][0]["others"] == "2"


def test_rows_that_contradict_each_other_are_kept_and_both_are_named(write_sheet, said) -> None:
    rows = [["宗地号", "约定动工日期"], ["A1", "2024-03-01"], ["A2", "2024-03-01"], ["A1", "2025-03-01"], ["A1", None]]
    intake = read_ledger(write_sheet(rows))
    assert intake.taken["parcel_id"].tolist() == ["A1", "A2", "A1", "A1"]
    assert said(intake) == ([(2, "ingest.conflicting_rows"), (4, "ingest.conflicting_rows")], [])
    assert intake.notes["params"].map(lambda params: params["others"]).tolist() == ["4", "2"]
    assert intake.notes["params"][0]["column"] == "约定动工日期"


def test_a_ledger_of_refused_rows_only_keeps_its_columns(one) -> None:
    taken = one(实际交地日期="x").taken
    assert list(taken.columns) == ["parcel_id", "delivered_on", "delivered_on_is_none", "row"]
    assert taken["delivered_on"].dtype == np.dtype("datetime64[s]")


def test_all_fields_at_once(write_sheet) -> None:
    values = {"text": "x", "measure": 0.5, "date": "2024-03-01"}
    rows = [list(LEDGER_FIELDS), [values[kind] for kind in LEDGER_FIELDS.values()]]
    taken = read_ledger(write_sheet(rows)).taken
    assert [name for name in taken.columns if not name.endswith("_is_none")] == [*LEDGER_FIELDS, "row"]
    assert not taken.drop(columns="row").isna().any(axis=None)


CELLS = st.one_of(
    st.none(),
    st.text("0123456789-/年月日.%,，无 Ee+#", max_size=12),
    st.integers(-(10**6), 10**19),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(dt.date(1900, 1, 1)),
    st.sampled_from(["无约定", "2024-03-01", "政府", "#N/A", "1.2E+19"]),
)
ROWS = st.lists(st.tuples(st.sampled_from(["A", "B", "C", None]), CELLS, CELLS, CELLS), min_size=1, max_size=8)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_whatever_cells_hold_every_row_is_taken_or_refused_with_a_reason(write_sheet, said, rows: list[tuple]) -> None:
    path = write_sheet([["宗地号", "合同面积", "实际交地日期", "延误原因"], *rows, ["D", None, None, None]])
    intake = read_ledger(path)
    said(intake)
    counts = count_rows(intake)
    assert counts["read"] == counts["taken"] + counts["refused"] <= len(rows) + 1
    assert not (intake.taken["contract_area_m2"] <= 0).any()


@pytest.mark.shared_data
def test_real_land_deals_as_they_are_exported(shared_data: Path, said) -> None:
    path = shared_data / "parcels" / "landchina_industrial_deidentified" / "industrial_warehouse_2017-01.csv"
    intake = read_ledger(path, columns={"记录号": "parcel_id", "面积(公顷)": "contract_area_m2"})
    said(intake)
    assert count_rows(intake) == {"read": 885, "taken": 885, "mended": 0, "refused": 0, "values_refused": 0}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    hectares = sum(float(row["面积(公顷)"] or 0) for row in rows)
    assert intake.taken["contract_area_m2"].sum() == pytest.approx(10_000 * hectares)
    starts = [re.findall(r"\d+", row["约定开工时间"]) for row in rows]
    assert intake.taken["agreed_start_on"].dt.month.dropna().tolist() == [int(start[1]) for start in starts if start]
