"""What cannot both be is kept and said."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.ingest.ledger import read_registers
from geo.ingest.report import Intake, count_rows

HEADERS = ["合同编号", "合同签订日期", "约定开工时间", "约定竣工时间", "约定容积率(下限)", "约定容积率(上限)"]


@pytest.fixture
def one(write_sheet, said):
    """Read a contract given cell by cell; return the intake and the codes of its notes."""

    def read(*cells: object) -> tuple[Intake, list[str]]:
        [intake] = read_registers(write_sheet([HEADERS, ["K", *cells]], "合同.xlsx", "合同"))
        return intake, [str(code) for _, code in said(intake)[0]]

    return read


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (("2017年01月03日", "2017/1/13", "2018.9.12", 0.5, 0.5), []),
        (("2017/1/3", "2018年04月02日", "2010年04月02日", None, None), ["ingest.completion_before_start"]),
        (("2017-02-01", "2017-01-31", "2018-01-01", None, None), ["ingest.deal_after_start"]),
        ((None, None, None, 1.2, 0.8), ["ingest.limits_swapped"]),
        ((None, None, None, 1.2, 0), ["ingest.zero_as_blank"]),
        (("1900年01月01日", "1900-01-01", "无", None, None), ["ingest.sentinel_date", "ingest.sentinel_date"]),
    ],
)
def test_disorder_is_flagged_and_left_as_it_stands(one, cells, codes) -> None:
    intake, found = one(*cells)
    assert found == codes
    assert intake.refused.empty


def test_swapped_values_are_kept_as_they_stand(one) -> None:
    taken = one(None, "2018-04-02", "2010-04-02", 1.2, 0.8)[0].taken.iloc[0]
    assert (taken["contract_floor_area_ratio_min"], taken["contract_floor_area_ratio_max"]) == (1.2, 0.8)
    assert (taken["agreed_start_on"], taken["agreed_completion_on"]) == (
        pd.Timestamp(2018, 4, 2),
        pd.Timestamp(2010, 4, 2),
    )


def test_a_count_of_days_in_a_workbook_is_read_by_the_workbooks_own_epoch(one) -> None:
    """Days are counted from 1899-12-30, so that 1 March 1900 is 61 in spite of the leap day that 1900 did not have."""
    intake, codes = one(42750, None, None, None, None)
    assert codes == ["ingest.serial_day"]
    assert intake.taken["signed_on"][0].date() == date.fromordinal(date(1899, 12, 30).toordinal() + 42750)


@pytest.mark.parametrize("price", ["成交价格", "成交价格（万元）"])
def test_prices_whose_unit_nobody_can_tell_are_left_out(write_sheet, said, price: str) -> None:
    rows = [["合同编号", "面积(公顷)", price], ["K", 10, 250.5], ["L", 1, 0], ["M", 2, None], ["N", None, 3]]
    [intake] = read_registers(write_sheet(rows, "合同.xlsx", "合同"))
    codes = [code for _, code in said(intake)[0]]
    if "万元" in price:
        assert codes == []
        assert intake.taken["price_yuan"].fillna(-1).tolist() == [2_505_000, 0, -1, 30_000]
    else:
        assert codes == ["ingest.price_unit_open"]
        assert intake.taken["price_yuan"].isna().all()


def _number(text: str) -> float:
    return float(text) if text else np.nan


def _day(text: str) -> date | None:
    parts = [int(part) for part in re.findall(r"\d+", text)]
    return date(*parts) if parts else None


@pytest.mark.shared_data
def test_all_885_real_land_deals_are_read_and_their_disorder_is_counted(shared_data: Path, said) -> None:
    """The manifest: 885 rows; limits swapped; where upper > lower the lower is 0; 0 means none; dates in two forms;
    completions before their start; deals after it. Its other counts are of the whole year, of which this is a month.
    """
    path = shared_data / "parcels" / "landchina_industrial_deidentified" / "industrial_warehouse_2017-01.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    limits = [(_number(row["约定容积率(下限)"]), _number(row["约定容积率(上限)"])) for row in rows]
    days = [tuple(_day(row[f"约定{what}时间"]) for what in ("开工", "竣工")) for row in rows]
    signed = [_day(row["合同签订日期"]) for row in rows]
    areas = [_number(row["面积(公顷)"]) for row in rows]
    counted = {
        "limits_swapped": sum(low > high > 0 for low, high in limits),
        "completion_before_start": sum(bool(start and end and end < start) for start, end in days),
        "deal_after_start": sum(bool(on and start and on > start) for on, (start, _) in zip(signed, days, strict=True)),
        "zero_as_blank": sum((low == 0) + (high == 0) for low, high in limits) + areas.count(0.0),
    }
    assert counted == {
        "limits_swapped": 297,
        "completion_before_start": 1,
        "deal_after_start": 4,
        "zero_as_blank": 214,
    }
    assert sum(low > high for low, high in limits) == 323
    assert sum(low > high == 0 for low, high in limits) == 26
    assert [low for low, high in limits if low < high] == [0.0] * 175
    [intake] = read_registers(path)
    assert intake.register == "contract"
    assert count_rows(intake) == {"read": 885, "taken": 885, "mended": 0, "refused": 0, "values_refused": 0}
    found = Counter(code.removeprefix("ingest.") for _, code in said(intake)[0])
    assert {code: found.pop(code) for code in counted} == counted
    assert found == {"stands_in": 1, "unmapped_column": 1, "price_unit_open": 1, "unknown_word": 1}
    taken = intake.taken
    assert taken["contract_number"].tolist() == [row["记录号"] for row in rows]
    starts = [None if pd.isna(on) else on.date() for on in taken["agreed_start_on"]]
    assert starts == [start for start, _ in days]
    assert starts.count(None) == 68
    assert taken["listed_on"].dt.date.tolist() == [_day(row["签订日期"]) for row in rows]
    assert taken["contract_area_m2"].sum() == pytest.approx(10_000 * np.nansum(areas))
    [priced] = read_registers(path, columns={"成交价格": "price_yuan(万元)"})
    assert priced.taken["price_yuan"].sum() == pytest.approx(10_000 * np.nansum([_number(r["成交价格"]) for r in rows]))
