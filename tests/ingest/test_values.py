"""What one cell says."""

from datetime import date, datetime, time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.ingest.values import (
    CELL_ERRORS,
    NOT_A_DAY,
    is_blank,
    is_none_word,
    parse_column,
    parse_day,
    parse_number,
    parse_text,
)

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_every_form_of_a_day_is_the_same_day(day: date) -> None:
    forms = [
        f"{day.year}-{day.month:02}-{day.day:02}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month:02}月{day.day:02}日",
        f" {day.year}-{day.month}-{day.day} 00:00:00",
        f"{day.isoformat()}T08:30:00+08:00",
        f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"),
        float(f"{day:%Y%m%d}"),
        day,
        datetime.combine(day, time(23, 59)),
    ]
    assert {parse_day(form) for form in forms} == {day}


def test_full_width_digits_are_digits() -> None:
    assert parse_day("２０２４年３月１日") == date(2024, 3, 1)
    assert parse_number("１，２００．５") == 1200.5


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-30",
        "2024-13-01",
        "2024年3月",
        "2024",
        "昨天",
        "01/03/2024",
        "2024-3/1",
        "1823-05-01",
        "2124-05-01",
        43_000,
        43_000.5,
        "43000",
        True,
        float("inf"),
        "2024-03-01至2024-05-01",
        datetime.combine(date(9999, 12, 31), time(0, 0)),
    ],
)
def test_what_is_no_day_is_refused_and_shown(value: object) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_day(value)
    assert caught.value.code == "ingest.not_a_date"
    assert caught.value.params == {"value": str(value)}


@pytest.mark.parametrize("value", ["1900-01-01", "1900年01月01日", date(1900, 1, 1), 0, 0.0, time(0, 0), "1899-12-30"])
def test_the_first_day_of_a_workbook_stands_for_none(value: object) -> None:
    assert parse_day(value) == NOT_A_DAY


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, "", "  ", "　", "-", "——", "/", "NULL", "<NA>"])
def test_what_says_nothing_is_blank_for_every_kind(value: object) -> None:
    assert is_blank(value)
    assert [parse_text(value), parse_number(value), parse_day(value)] == [None, None, None]


def test_none_agreed_is_a_value_and_no_blank() -> None:
    for value in ("无", "无约定", " none ", "None", "NONE_AGREED"):
        assert is_none_word(value)
        assert not is_blank(value)
    assert not is_none_word("")
    assert not is_none_word(0)


@given(st.decimals(-(10**12), 10**12, places=2))
def test_thousands_separators_do_not_change_a_number(number) -> None:
    assert parse_number(f"{number:,}") == parse_number(str(number)) == float(number)


@pytest.mark.parametrize(
    ("value", "number"), [("30%", 0.3), ("30 ％", 0.3), (".5", 0.5), ("12.", 12.0), (7, 7.0), ("+3", 3.0)]
)
def test_numbers_as_they_are_written(value: object, number: float) -> None:
    assert parse_number(value) == pytest.approx(number)


@pytest.mark.parametrize(
    "value", ["1,2", "12,34.5", "1 234", "5亩", "约300", "1e5", "inf", "0x10", True, float("inf"), "无"]
)
def test_what_is_no_number_is_refused_not_guessed(value: object) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_number(value)
    assert caught.value.code == "ingest.value_not_number"


@pytest.mark.parametrize("value", [1.2e19, 330212000000000123, "1.2E+19", "3.30212E+18", "1e+19"])
def test_an_identifier_that_lost_its_digits_is_refused(value: object) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_text(value)
    assert caught.value.code == "ingest.value_rounded"


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_keeps_all_its_digits_as_text(number: int) -> None:
    assert parse_text(number) == parse_text(float(number)) == str(number)


def test_text_is_taken_as_it_stands() -> None:
    for text in (
        "001",
        "330212 001",
        "=HYPERLINK(1)",
        "<script>alert(1)</script>",
        "'; DROP TABLE parcels; --",
        "2E10",
    ):
        assert parse_text(text) == text
    assert parse_text(date(2024, 3, 1)) == "2024-03-01"
    assert parse_text(1.5) == "1.5"


@pytest.mark.parametrize("value", sorted(CELL_ERRORS))
@pytest.mark.parametrize("parse", [parse_text, parse_number, parse_day])
def test_a_failed_formula_is_refused_whatever_was_wanted(parse, value: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse(value)
    assert caught.value.code == "ingest.cell_error"


@given(st.lists(st.one_of(st.none(), st.text(max_size=5), st.floats(), st.integers(), st.booleans(), st.dates())))
def test_a_parser_returns_or_raises_a_schema_error_whatever_a_cell_holds(cells: list[object]) -> None:
    for parse in (parse_text, parse_number, parse_day):
        values, refused = parse_column(cells, parse)
        assert len(values) == len(cells)
        assert all(values[at] is None for at in refused)
