from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from geo.model import LEDGER_FIELDS
from geo.registers import REGISTERS
from geo.store import Added, add_ledger, complete_through, read_ledger, read_registers
from geo.store.ledger import ledger_cells, ledger_frame
from geo.store.tables import ledger_entry

DATES = [field for field, kind in LEDGER_FIELDS.items() if kind == "date"]
CELLS = {
    "text": st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5),
    "measure": st.none() | st.floats(allow_nan=False),
    "date": st.none() | st.dates(),
}
SERIES = {"text": "str", "measure": "float64", "date": "datetime64[s]"}


@pytest.fixture
def add(store, intake, day):
    def add(rows: pd.DataFrame, known: int = 1, *, file: str = "ledger.xlsx", **when: date) -> Added:
        with store.begin() as conn:
            return add_ledger(conn, intake("ledger", rows, file=file), known_at=day(known), **when)

    return add


@pytest.fixture
def read(store):
    def read(**when) -> pd.DataFrame:
        with store.connect() as conn:
            return read_ledger(conn, **when)

    return read


def rows(*parcel_ids: str, first_row: int = 2, **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame({"parcel_id": list(parcel_ids), "row": range(first_row, first_row + len(parcel_ids))})
    return frame.assign(**{name: pd.Series(values) for name, values in columns.items()})


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts))).astype("datetime64[s]")


def test_every_field_comes_back_with_its_type_filled_or_not(add, read):
    add(rows("b", "a", price_yuan=[1.5e6, np.nan], started_on=days(None, "2024-05-01"), town=["东镇", None]))
    frame = read()
    assert frame["parcel_id"].tolist() == ["a", "b"]
    assert set(frame.columns) == {*LEDGER_FIELDS, *(f"{field}_is_none" for field in DATES), "row", "source"}
    for field, kind in LEDGER_FIELDS.items():
        assert frame[field].dtype == SERIES[kind]
    assert all(frame[f"{field}_is_none"].dtype == "bool" for field in DATES)
    assert frame["price_yuan"].fillna(-1).tolist() == [-1, 1.5e6]
    assert frame["started_on"].tolist() == [pd.Timestamp("2024-05-01"), pd.NaT]
    assert frame["town"].fillna("").tolist() == ["", "东镇"]
    assert frame[["row", "source"]].to_numpy().tolist() == [[3, "ledger.xlsx"], [2, "ledger.xlsx"]]


def test_an_empty_ledger_has_all_its_columns(read):
    frame = read()
    assert frame.empty
    assert frame["started_on"].dtype == "datetime64[s]"
    assert frame["started_on_is_none"].dtype == "bool"


def test_a_file_of_which_every_row_was_refused_is_an_intake_of_nothing(add, read):
    assert add(rows("a", started_on=days(None), town=[None]).iloc[:0]) == Added(1, 0, 0, 0)
    assert read().empty


def test_none_agreed_is_a_value_and_no_blank(add, read):
    none = {"agreed_start_on": days(None, None), "agreed_start_on_is_none": [True, False]}
    add(rows("a", "b", **none))
    frame = read()
    assert frame["agreed_start_on_is_none"].tolist() == [True, False]
    assert frame["agreed_start_on"].isna().all()


def test_a_day_agreed_later_takes_the_place_of_none_agreed(add, read):
    add(rows("a", agreed_start_on=days(None), agreed_start_on_is_none=[True]))
    assert add(rows("a", agreed_start_on=days("2026-05-01"), agreed_start_on_is_none=[False]), 2).changed == 1
    assert read()["agreed_start_on_is_none"].tolist() == [False]
    assert read()["agreed_start_on"].tolist() == [pd.Timestamp("2026-05-01")]


def test_a_blank_in_a_later_file_does_not_erase(add, read):
    add(rows("a", town=["东镇"], price_yuan=[5.0]))
    assert add(rows("a", town=[None], price_yuan=[6.0]), 2) == Added(2, 0, 1, 1)
    assert read()["town"].tolist() == ["东镇"]
    assert read()["price_yuan"].tolist() == [6.0]


def test_the_same_file_again_adds_no_cell(add, store):
    ledger = rows("a", "b", town=["x", "y"], price_yuan=[1.0, np.nan])
    assert add(ledger) == Added(1, 5, 0, 0)  # 2 parcels, 2 towns, 1 price
    assert add(ledger, 2) == Added(2, 0, 0, 5)
    with store.connect() as conn:
        assert conn.scalar(select(func.count()).select_from(ledger_entry)) == 5


def test_the_ledger_is_as_it_was_known_and_as_it_held(add, read, day):
    add(rows("a", town=["east"]))
    add(rows("a", town=["west"], first_row=7), 5, file="later.csv", valid_on=date(2026, 5, 1))
    assert read(known_at=day(4))["town"].tolist() == ["east"]
    assert read(as_of=date(2026, 4, 30))["town"].tolist() == ["east"]
    now = read(as_of=date(2026, 5, 1), known_at=day(5))
    assert now[["town", "row", "source"]].to_numpy().tolist() == [["west", 7, "later.csv"]]
    assert read(known_at=day(1).replace(hour=11)).empty


def test_what_two_rows_of_a_parcel_say_differently_is_disputed_until_a_later_file_says_one(add, read):
    assert add(rows("a", "a", town=["x", "y"], price_yuan=[5.0, np.nan])).added == 3  # parcel, town, price
    assert read()[["price_yuan", "town_disputed"]].to_numpy().tolist() == [[5.0, '["x", "y"]']]
    assert read()["town"].isna().tolist() == [True]
    assert add(rows("a", "a", town=["x", "y"]), 2).unchanged == 2
    assert add(rows("a", town=["y"]), 3).changed == 1
    assert read()["town"].tolist() == ["y"]
    assert "town_disputed" not in read()


def test_the_register_is_complete_as_far_as_last_said(add, store, day):
    add(rows("a"))
    with store.connect() as conn:
        assert complete_through(conn) == {}
    add(rows("a"), 2, complete_through=date(2026, 9, 30))
    add(rows("a"), 3)
    add(rows("a"), 4, complete_through=date(2026, 6, 30))
    with store.connect() as conn:
        assert complete_through(conn)["parcel_id"] == date(2026, 6, 30)
        assert complete_through(conn, known_at=day(3))["parcel_id"] == date(2026, 9, 30)
        assert complete_through(conn, known_at=day(1)) == {}


def test_a_file_is_complete_only_in_the_fields_it_has_a_column_for(add, store):
    add(rows("a", town=["east"]), complete_through=date(2026, 9, 30))
    add(rows("a", enterprise=["x"]), 2, complete_through=date(2026, 10, 31))
    with store.connect() as conn:
        assert complete_through(conn) == {
            "parcel_id": date(2026, 10, 31),
            "enterprise": date(2026, 10, 31),
            "town": date(2026, 9, 30),
        }


def test_every_register_keeps_its_entries_by_their_key(store, intake, day):
    granted = rows("a", "a", number=["1", "2"], extension_granted_on=days("2026-02-01", None))
    granted["extension_granted_on_is_none"] = [False, True]
    contract = pd.DataFrame({"contract_number": ["K1"], "price_yuan": [6e6], "row": [2]})
    with store.begin() as conn:
        for register, taken in (("extension", granted), ("contract", contract)):
            given = replace(intake("ledger", taken), register=register)
            assert add_ledger(conn, given, known_at=day(1), complete_through=date(2026, 1, 31)).changed == 0
        registers = read_registers(conn)
        assert complete_through(conn) == {"contract": date(2026, 1, 31), "extension": date(2026, 1, 31)}
    assert set(registers) == set(REGISTERS)
    assert registers["ledger"].empty
    assert registers["extension"]["number"].tolist() == ["1", "2"]
    assert registers["extension"]["extension_granted_on_is_none"].tolist() == [False, True]
    assert registers["contract"][["contract_number", "price_yuan", "row"]].to_numpy().tolist() == [["K1", 6e6, 2]]


@st.composite
def ledgers(draw) -> pd.DataFrame:
    size = draw(st.integers(1, 4))
    frame = pd.DataFrame({"parcel_id": [f"p{n}" for n in range(size)]})
    for field in draw(st.sets(st.sampled_from(list(LEDGER_FIELDS)[1:]), min_size=1)):
        kind = LEDGER_FIELDS[field]
        cells = draw(st.lists(CELLS[kind], min_size=size, max_size=size))
        frame[field] = pd.Series(cells, dtype=object).astype(SERIES[kind])
        if kind == "date":
            is_none = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
            frame[f"{field}_is_none"] = is_none & frame[field].isna().to_numpy()
    return frame.assign(row=range(size))


@given(ledgers())
def test_wide_to_long_and_back_is_the_same_ledger(ledger):
    cells = ledger_cells(ledger).rename(columns={"source_row": "row"}).assign(file="a.csv")
    assert cells["value"].map(type).eq(str).all()
    back = ledger_frame(cells)
    wanted = [name for name in ledger.columns if name != "row"]
    pd.testing.assert_frame_equal(back[wanted], ledger[wanted])
    others = back.drop(columns=[*wanted, "row", "source"])
    assert not others.select_dtypes("bool").any(axis=None)
    assert others.select_dtypes(exclude="bool").isna().all(axis=None)
