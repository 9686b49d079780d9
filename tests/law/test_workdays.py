from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.law.truth import Bounds
from geo.law.workdays import NO_TABLE, next_worked, plus_worked, work_table

# 2026-10-01 is a Thursday: National Day until the 7th, and Saturday the 10th is worked instead.
HOLIDAYS = [date(2026, 10, day) for day in range(1, 8)]
TABLE = work_table(date(2026, 9, 1), date(2026, 10, 31), holidays=HOLIDAYS, workdays=[date(2026, 10, 10)])


def bounds(low: str, high: str | None = None) -> Bounds:
    return Bounds(np.array([low], "datetime64[D]"), np.array([high or low], "datetime64[D]"))


def shown(found: Bounds) -> list[str]:
    return [str(side[0]) for side in found]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-09-30", "2026-09-30"),
        ("2026-10-01", "2026-10-08"),
        ("2026-10-10", "2026-10-10"),
        ("2026-10-11", "2026-10-12"),
    ],
)
def test_a_day_that_is_not_worked_moves_to_the_next_that_is(day, expected):
    assert shown(next_worked(bounds(day), TABLE)) == [expected, expected]


def test_ten_working_days_over_a_holiday():
    assert shown(plus_worked(bounds("2026-09-28"), 10, TABLE))[0] == "2026-10-16"  # 29 30 | 8 9 10 12 13 14 15 16


def test_beyond_the_table_only_the_earliest_day_is_known():
    assert shown(next_worked(bounds("2026-11-01"), TABLE)) == ["2026-11-01", "NaT"]
    assert shown(plus_worked(bounds("2026-10-30"), 10, TABLE)) == ["2026-11-09", "NaT"]
    assert shown(next_worked(bounds("2026-08-31"), TABLE)) == ["2026-08-31", "NaT"]
    assert shown(next_worked(bounds("2026-10-01"), NO_TABLE)) == ["2026-10-01", "NaT"]


def test_a_day_not_known_stays_unknown():
    assert shown(next_worked(bounds("NaT"), TABLE)) == ["NaT", "NaT"]
    assert shown(plus_worked(bounds("NaT", "2026-10-12"), 1, TABLE)) == ["NaT", "2026-10-13"]


@given(st.dates(date(2026, 9, 1), date(2026, 10, 1)), st.integers(1, 10))
def test_counting_on_is_moving_to_the_next_worked_day_again_and_again(day, count):
    step = bounds(day.isoformat())
    for _ in range(count):
        step = next_worked(Bounds(*(side + np.timedelta64(1, "D") for side in step)), TABLE)
    assert shown(plus_worked(bounds(day.isoformat()), count, TABLE)) == shown(step)
