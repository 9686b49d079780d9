from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from geo.store.rows import add_missing_rows, add_row, add_rows, day_texts, days_of, read_frame, to_rows, typed
from geo.store.tables import SCHEMA_VERSION, register, schema_version

DAYS = st.lists(st.none() | st.dates())


def test_rows_hold_numbers_of_python_and_none_for_what_is_unknown():
    frame = pd.DataFrame(
        {
            "a": np.array([1, 2], dtype="int64"),
            "b": [np.inf, np.nan],
            "c": pd.array([True, pd.NA], dtype="boolean"),
            "d": ["县", None],
            "e": pd.array([None, 5], dtype="Int64"),
        }
    )
    rows = to_rows(frame)
    assert rows == [
        {"a": 1, "b": np.inf, "c": True, "d": "县", "e": None},
        {"a": 2, "b": None, "c": None, "d": None, "e": 5},
    ]
    assert {type(value) for row in rows for value in row.values()} == {int, float, bool, str, type(None)}


@given(DAYS)
def test_days_come_back_as_they_went(days):
    series = pd.Series(days_of(None if day is None else day.isoformat() for day in days))
    assert day_texts(series).tolist() == [None if day is None else day.isoformat() for day in days]
    assert series.dtype == "datetime64[s]"


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_days_of_any_resolution_are_days(unit):
    assert day_texts(pd.Series(["2026-10-31"], dtype=f"datetime64[{unit}]")).tolist() == ["2026-10-31"]


@pytest.mark.parametrize(
    "times",
    [pd.to_datetime(["2026-10-31 12:00"]), pd.to_datetime(["2026-10-31"], utc=True)],
    ids=["a time in the day", "a zone"],
)
def test_what_is_not_a_day_without_zone_is_refused(times):
    with pytest.raises(ValueError, match="not a day"):
        day_texts(pd.Series(times))


def test_a_query_without_rows_keeps_its_columns(store):
    with store.connect() as conn:
        frame = read_frame(conn, select(register.c.name, register.c.complete_through))
    assert (list(frame.columns), len(frame)) == (["name", "complete_through"], 0)


def test_what_a_query_gives_stays_what_it_is(store, day):
    with store.begin() as conn:
        frame = read_frame(conn, select(schema_version.c.version, func.abs(schema_version.c.version).label("last")))
    assert frame.to_dict("records") == [{"version": SCHEMA_VERSION, "last": SCHEMA_VERSION}]
    assert frame.dtypes.tolist() == [object, object]


def test_no_rows_are_added_where_there_are_none(store):
    with store.begin() as conn:
        add_rows(conn, register, [])
        add_missing_rows(conn, register, [])
        assert read_frame(conn, select(register)).empty


def test_a_row_that_is_there_already_is_left_alone(store):
    with store.begin() as conn:
        assert add_row(conn, schema_version, version=-5) == -5
        add_missing_rows(conn, schema_version, [{"version": -5}, {"version": -6}])
        assert sorted(conn.scalars(select(schema_version.c.version))) == [-6, -5, SCHEMA_VERSION]


def test_unknown_texts_and_numbers_are_missing_values_of_their_type():
    frame = typed(
        pd.DataFrame({"a": ["x", None], "b": [None, 1], "on": [date(2026, 1, 1), None]}, dtype=object),
        texts=("a", "absent"),
        numbers=("b",),
    )
    assert [str(dtype) for dtype in frame.dtypes] == ["str", "float64", "object"]
    assert frame.isna().to_numpy().tolist() == [[False, True, False], [True, False, True]]
