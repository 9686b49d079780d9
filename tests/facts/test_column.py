import numpy as np
import pandas as pd

from geo.facts.column import bracket, estimate, exact, flag, forget, larger, smaller, spread


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts)).as_unit("s"))


SOURCE = pd.Series(["ledger:2"], dtype=object)


def test_a_bracket_has_a_value_only_where_its_ends_meet():
    met = bracket(days("2026-01-01", "2026-01-01"), days("2026-01-01", "2026-02-01"), pd.Series(["a", "b"]))
    assert met.value.tolist() == [pd.Timestamp("2026-01-01"), pd.NaT]


def test_a_bracket_may_be_open_on_one_side():
    fact = bracket(days("2026-01-01"), days(None), SOURCE)
    assert fact.low.notna().all()
    assert fact.high.isna().all()
    assert fact.value.isna().all()


def test_an_estimate_outside_its_bounds_is_moved_to_the_nearer_one():
    fact = estimate(*(pd.Series([number]) for number in (0.1, 0.2, 0.5)), SOURCE)
    assert fact.value.tolist() == [0.2]


def test_forgetting_empties_value_and_bounds_and_says_why():
    gone = forget(exact(pd.Series([0.5]), SOURCE), pd.Series([True]), "contradiction:stop_days")
    assert [side.isna().all() for side in (gone.value, gone.low, gone.high)] == [True, True, True]
    assert gone.source.tolist() == ["contradiction:stop_days"]


def test_a_fact_spreads_into_the_columns_of_its_kind():
    measure = spread("invested_fraction", exact(pd.Series([0.5]), SOURCE))
    assert list(measure) == ["invested_fraction", "invested_fraction_low", "invested_fraction_high"]
    answer = spread("is_started", exact(pd.Series([None], dtype=object), SOURCE))
    assert {name: str(side.dtype) for name, side in answer.items()} == {"is_started": "boolean"}


def test_larger_and_smaller_take_the_number_that_is_known():
    one, other = pd.Series([1.0, np.nan, np.nan]), pd.Series([2.0, 3.0, np.nan])
    assert larger(one, other).fillna(-1).tolist() == [2.0, 3.0, -1.0]
    assert smaller(one, other).fillna(-1).tolist() == [1.0, 3.0, -1.0]


def test_a_flag_is_a_text_where_it_holds_and_empty_elsewhere():
    assert flag(pd.Series([True, False]), "assumed:parcel_area").tolist() == ["assumed:parcel_area", ""]
