from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import RuleFormatError
from geo.law.calendar import first_day_within, is_period, last_day_before, plus_period, split_period


@pytest.mark.parametrize(
    ("day", "period", "expected"),
    [
        (date(2023, 3, 1), "P1Y", date(2024, 3, 1)),  # the corresponding day
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),  # none: the end of the month
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2023, 2, 28), "P1Y", date(2024, 2, 28)),  # the 28th corresponds to the 28th, leap year or not
        (date(2024, 1, 31), "P1M", date(2024, 2, 29)),
        (date(2023, 11, 30), "P3M", date(2024, 2, 29)),
        (date(2024, 8, 31), "P2Y6M", date(2027, 2, 28)),  # 2 years and 6 months are 30 months
        (date(2024, 2, 1), "P30D", date(2024, 3, 2)),  # 28 more days in February, then 2
        (date(2024, 12, 31), "P1D", date(2025, 1, 1)),
        (date(1969, 12, 31), "P1Y", date(1970, 12, 31)),
    ],
)
def test_a_period_ends_on_the_corresponding_day(day, period, expected):
    assert plus_period(day, period) == expected


def test_a_column_keeps_its_index_and_its_gaps():
    days = pd.Series(pd.to_datetime(["2024-02-29", None]), index=["a", "b"], name="agreed_start_on")
    expected = pd.Series(
        pd.to_datetime(["2025-02-28", None]).astype("datetime64[s]"), index=["a", "b"], name="agreed_start_on"
    )
    pd.testing.assert_series_equal(plus_period(days, "P1Y"), expected)


@pytest.mark.parametrize("text", ["P", "", "1Y", "P1W", "P1Y2", "P-1Y", "PT1H", "P1M1Y", "P1.5Y", "P1Y "])
def test_what_is_no_period_is_refused(text):
    assert not is_period(text)
    with pytest.raises(RuleFormatError) as caught:
        split_period(text)
    assert caught.value.code == "law.not_a_period"
    assert caught.value.params == {"period": text}


DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@given(DAYS, st.integers(0, 99), st.integers(0, 99), st.integers(0, 999))
def test_it_agrees_with_the_date_offset_of_pandas(day, years, months, more):
    expected = pd.Timestamp(day) + pd.DateOffset(years=years, months=months, days=more)
    assert plus_period(day, f"P{years}Y{months}M{more}D") == expected.date()


@given(st.lists(DAYS, min_size=1), st.sampled_from(["P1Y", "P3M", "P30D", "P2Y6M"]))
def test_a_column_gives_the_answers_of_its_days(days, period):
    moved = plus_period(np.array(days, "datetime64[D]"), period)
    assert moved.tolist() == [plus_period(day, period) for day in days]


@given(DAYS, DAYS, st.sampled_from(["P1Y", "P3M", "P30D", "P2Y6M"]))
def test_a_later_day_never_ends_earlier(one, other, period):
    assert plus_period(min(one, other), period) <= plus_period(max(one, other), period)


@pytest.mark.parametrize(
    ("day", "period", "deadline", "reminder"),
    [
        ("2025-05-31", "P3M", "2025-02-28", "2025-03-01"),  # February has no 31st
        ("2025-02-28", "P3M", "2024-11-30", "2024-11-28"),  # 28, 29 and 30 November all lead there
        ("2061-02-28", "P1Y", "2060-02-29", "2060-02-28"),
        ("2026-03-31", "P30D", "2026-03-01", "2026-03-01"),
        ("NaT", "P1Y", "NaT", "NaT"),
    ],
)
def test_before_a_day_a_deadline_leaves_the_full_period_and_a_reminder_no_more_than_it(day, period, deadline, reminder):
    days = np.array([day], "datetime64[D]")
    assert str(last_day_before(days, period)[0]) == deadline
    assert str(first_day_within(days, period)[0]) == reminder


@given(DAYS, st.sampled_from(["P1Y", "P3M", "P30D", "P2Y6M", "P1M"]))
def test_the_day_after_a_deadline_leaves_too_little_and_the_day_before_a_reminder_too_much(day, period):
    days = np.array([day], "datetime64[D]")
    last, first = last_day_before(days, period)[0].item(), first_day_within(days, period)[0].item()
    assert plus_period(last, period) <= day < plus_period(last + timedelta(days=1), period)
    assert plus_period(first - timedelta(days=1), period) < day <= plus_period(first, period)


@pytest.mark.parametrize("compute", [plus_period, first_day_within, last_day_before])
@pytest.mark.parametrize("period", ["P1Y", "P3M", "P30D"])
def test_many_parcels_of_few_days_get_the_answers_of_each_day(compute, period):
    """Looked up in a table of days, or computed one by one: the same, and a blank stays one."""
    every = np.arange("2023-12-25", "2024-03-06", dtype="datetime64[D]")
    days = np.append(np.repeat(every, 3)[::-1], np.datetime64("NaT"))
    one_by_one = [compute(np.array([day]), period)[0] for day in days]
    np.testing.assert_array_equal(compute(days, period), np.array(one_by_one))
