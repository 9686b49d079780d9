"""Which column of a ledger holds which field."""

from pathlib import Path

import pytest

from geo.errors import SchemaError
from geo.ingest.headers import is_header, plan_columns, read_named_columns
from geo.ingest.report import Journal
from geo.ingest.tables import Table
from geo.model import LEDGER_FIELDS
from geo.registers import FLAT, REGISTERS

SAMPLE = [
    "宗地号",
    "合同编号",
    "电子监管号",
    "企业名称",
    "乡镇",
    "合同面积",
    "实供面积",
    "应动工开发面积",
    "已动工开发面积",
    "出让价款",
    "实际交地日期",
    "约定动工日期",
    "约定竣工日期",
    "延期批准日期",
    "延期依据",
    "延期后动工日期",
    "延期后竣工日期",
    "施工许可证日期",
    "实际动工日期",
    "现场见施工日期",
    "最后施工日期",
    "最后见施工日期",
    "首次见停工日期",
    "复工日期",
    "竣工验收日期",
    "总投资额",
    "已投资额",
    "约定容积率下限",
    "约定建筑密度下限",
    "延误原因",
    "原因起始日期",
    "原因终止日期",
    "原因证明文件",
]


def table(*headers: str) -> Table:
    return Table(Path("台账.xlsx"), "台账", list(headers), [], Journal(Path("台账.xlsx"), "台账"))


def planned(*headers: str, **named: str) -> dict[str, tuple[str, float]]:
    plan = plan_columns(table(*headers), read_named_columns(named, "台账.xlsx"), REGISTERS[FLAT])
    return {column.field: (column.header, column.factor) for column in plan}


def test_the_headers_of_the_sample_are_known_in_the_order_of_the_fields() -> None:
    assert list(planned(*SAMPLE)) == list(LEDGER_FIELDS)
    assert [header for header, _ in planned(*SAMPLE).values()] == SAMPLE


def test_our_own_names_are_known_too() -> None:
    assert [header for header, _ in planned(*LEDGER_FIELDS).values()] == list(LEDGER_FIELDS)


@pytest.mark.parametrize(
    ("header", "field", "factor"),
    [
        ("合同面积（亩）", "contract_area_m2", 10_000 / 15),
        ("合同面积(公顷)", "contract_area_m2", 10_000),
        ("合同面积（㎡）", "contract_area_m2", 1),
        ("出让价款（万元）", "price_yuan", 10_000),
        ("总投资额(亿元)", "total_investment_yuan", 100_000_000),
        ("约定建筑密度下限（%）", "contract_building_coverage_min", 0.01),
        (" 合同 面积 ", "contract_area_m2", 1),
    ],
)
def test_a_unit_in_brackets_is_applied(header: str, field: str, factor: float) -> None:
    assert planned("宗地号", header)[field] == (header, pytest.approx(factor))


@pytest.mark.parametrize("header", ["合同面积（万元）", "出让价款（亩）", "企业名称（全称）", "容积率"])
def test_a_header_with_a_unit_that_does_not_fit_is_not_guessed_but_noted(header: str) -> None:
    given = table("宗地号", header)
    assert [column.field for column in plan_columns(given, {}, REGISTERS[FLAT])] == ["parcel_id"]
    [note] = given.journal.notes
    assert (note["code"], note["params"]["column"]) == ("ingest.unmapped_column", header)


def test_the_callers_header_goes_before_the_known_one_which_is_then_noted() -> None:
    given = table("宗地号", "地块代码(新)", "供地（亩）")
    named = read_named_columns({"地块代码（新）": "parcel_id", "供地（亩）": "supplied_area_m2"}, "台账.xlsx")
    plan = {column.field: (column.header, column.factor) for column in plan_columns(given, named, REGISTERS[FLAT])}
    assert plan == {"parcel_id": ("地块代码(新)", 1.0), "supplied_area_m2": ("供地（亩）", pytest.approx(10_000 / 15))}
    assert [note["params"]["column"] for note in given.journal.notes] == ["宗地号"]


def test_a_header_of_the_caller_that_is_not_there_is_noted() -> None:
    given = table("宗地号")
    plan_columns(given, read_named_columns({"交地": "delivered_on"}, "台账.xlsx"), REGISTERS[FLAT])
    assert [note["code"] for note in given.journal.notes] == ["ingest.named_column_absent"]


@pytest.mark.parametrize(
    "headers", [("宗地号", "地块编号"), ("宗地号", "宗地号"), ("宗地号", "合同面积", "合同面积（亩）")]
)
def test_two_columns_for_one_field_are_not_chosen_between(headers: tuple[str, ...], sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        plan_columns(table(*headers), {}, REGISTERS[FLAT])
    assert caught.value.code == "ingest.ambiguous_columns"
    assert all(header in sentence(caught.value) for header in headers[-2:])


def test_a_field_that_does_not_exist_is_named(sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        read_named_columns({"交地": "delivered"}, "台账.xlsx")
    assert sentence(caught.value).startswith("file 台账.xlsx, column 交地: the settings map it to delivered, ")


def test_a_header_row_is_one_that_names_the_identifier() -> None:
    flat = REGISTERS[FLAT]
    assert is_header(["序号", "宗地号"], named={}, register=flat)
    assert not is_header(["2026年供地台账", None, 3], named={}, register=flat)
    assert is_header(["地块代码"], named=read_named_columns({"地块代码": "parcel_id"}, "台账.xlsx"), register=flat)


def test_the_caller_may_say_the_unit_of_a_column() -> None:
    named = read_named_columns({"成交价格": "price_yuan(万元)"}, "台账.xlsx")
    plan = plan_columns(table("宗地号", "成交价格"), named, REGISTERS[FLAT])
    assert [(column.field, column.factor) for column in plan] == [("parcel_id", 1), ("price_yuan", 10_000)]
    with pytest.raises(SchemaError, match=r"ingest\.unknown_field"):
        read_named_columns({"成交价格": "price_yuan(亩)"}, "台账.xlsx")
