from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.indicators.account import MEASURES, STEPS, account, starts_by_quarter

BY = ["label", "town", "cause"]


def open_rows(*rows):
    columns = ["label", "parcel_id", "town", "cause", "area_m2", "price_yuan"]
    return pd.DataFrame(rows, columns=columns)


things = st.lists(
    st.tuples(
        st.sampled_from(["idle", "late"]),
        st.sampled_from(list("abcdef")),
        st.sampled_from(["甲镇", "乙镇"]),
        st.sampled_from(["", "government"]),
        st.floats(1, 1e6),
        st.one_of(st.none(), st.floats(0, 1e9)),
    ),
    max_size=12,
    unique_by=lambda row: row[:2],
).map(lambda rows: open_rows(*rows).astype({"area_m2": float, "price_yuan": float}))


@settings(max_examples=60)
@given(things, things)
def test_opening_and_new_less_cleared_is_closing_in_every_group_and_measure(before, now):
    table = account(before, now, by=BY)
    for measure in MEASURES:
        opening, new, cleared, closing = (table[f"{step}_{measure}"] for step in STEPS)
        assert (opening + new - cleared).tolist() == pytest.approx(closing.tolist(), abs=1e-6)
    sums = table[["opening_parcels", "closing_parcels"]].sum().tolist()
    assert sums == [len(before), len(now)]


def test_an_account_by_hand():
    before = open_rows(("idle", "stays", "甲镇", "", 2_000.0, 3e4), ("idle", "goes", "甲镇", "", 4_000.0, None))
    now = open_rows(("idle", "stays", "甲镇", "", 4_000.0, 5e4), ("idle", "comes", "甲镇", "", 1_000.0, 2e4))
    row = account(before, now, by=["label"]).iloc[0]
    assert [row[f"{step}_parcels"] for step in STEPS] == [2, 1, 1, 2]
    assert [row[f"{step}_mu"] for step in STEPS] == pytest.approx([12, 1.5, 6, 7.5])  # "stays" is measured anew: 6 mu
    assert [row[f"{step}_wan_yuan"] for step in STEPS] == [5, 2, 0, 7]
    assert row["unpriced"] == 1


def test_where_nobody_knows_what_was_open_only_closing_is_known():
    row = account(None, open_rows(("idle", "a", "甲镇", "", 2_000.0, 3e4)), by=["label"]).iloc[0]
    assert row["closing_mu"] == pytest.approx(3)
    assert row[[f"{step}_{measure}" for step in STEPS[:3] for measure in MEASURES]].isna().all()


def test_nothing_open_is_an_empty_account():
    assert account(open_rows(), open_rows(), by=BY).empty


def facts(*rows):
    frame = pd.DataFrame(rows, columns=["agreed", "is_started", "low", "high"])
    days = {name: pd.to_datetime(frame[name]) for name in ("agreed", "low", "high")}
    agreed = dict.fromkeys(("agreed_start_on", "agreed_start_on_low", "agreed_start_on_high"), days["agreed"])
    started = {"started_on_low": days["low"], "started_on_high": days["high"]}
    return pd.DataFrame({**agreed, "is_started": frame["is_started"].astype(object), **started})


def test_starts_are_counted_by_the_quarter_in_which_they_were_agreed():
    known = facts(
        ("2026-01-10", True, "2026-01-10", "2026-01-10"),  # in time, on the day itself
        ("2026-02-10", True, "2026-02-11", "2026-02-11"),  # late by a day
        ("2026-03-10", None, None, None),  # nobody can tell
        ("2026-03-11", True, "2026-03-01", "2026-03-20"),  # before or after
        ("2026-05-10", False, None, None),  # not started by the day of the act
        ("2026-05-31", False, None, None),  # due that very day
        ("2026-06-10", False, None, None),  # not yet due
        ("2025-05-10", False, None, None),  # of another year
    )
    table = starts_by_quarter(known, as_of=date(2026, 5, 31)).set_index("quarter")
    assert list(table.index) == ["2026Q1", "2026Q2"]
    assert table.loc["2026Q1", ["due", "on_time", "late", "unknown"]].tolist() == [4, 1, 1, 2]
    assert table.loc["2026Q1", ["rate_low", "rate", "rate_high"]].tolist() == [0.25, 0.5, 0.75]
    assert table.loc["2026Q2", ["due", "on_time", "late", "unknown"]].tolist() == [2, 0, 1, 1]
    assert table.loc["2026Q2", ["rate_low", "rate", "rate_high"]].tolist() == [0, 0, 0.5]


def test_a_quarter_in_which_nobody_was_due_has_no_rate():
    table = starts_by_quarter(facts(("2026-06-10", True, "2026-06-01", "2026-06-01")), as_of=date(2026, 3, 31))
    assert table[["rate_low", "rate", "rate_high"]].isna().all(axis=None)
