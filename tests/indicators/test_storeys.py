import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.indicators.counting import CountingRule
from geo.indicators.storeys import STOREY_COLUMNS, counted_storeys, storeys_by_height
from geo.locale import say, say_error, sentences

NATIONAL = CountingRule(double_above_m=8, minimum_storey_m=2.2)
UNKNOWN = math.nan


def counted(count=UNKNOWN, storey_height=UNKNOWN, height=UNKNOWN, *, limit=8.0):
    """Value, low, high and code of one footprint."""
    one = pd.DataFrame([[count, storey_height, height]], columns=list(STOREY_COLUMNS))
    row = counted_storeys(one, CountingRule(double_above_m=limit, minimum_storey_m=2.2)).iloc[0]
    return tuple(row)


@pytest.mark.parametrize(("storey_height", "times"), [(7.9, 1), (8.0, 1), (8.1, 2), (12.0, 2)])
def test_a_storey_is_counted_twice_only_when_it_is_over_the_limit(storey_height, times):
    assert counted(1, storey_height) == (times, times, times, "")


def test_a_storey_of_exactly_eight_metres_is_counted_once_however_it_was_computed():
    assert counted(1, 0.1 * 80 + 1e-15) == (1, 1, 1, "")
    assert counted(1, 24.3 - 16.3)[0] == 1


def test_the_limit_is_the_callers():
    assert counted(2, 7.0, limit=6.0)[0] == 4


def test_three_storeys_of_eight_metres_are_three():
    assert counted(3, 8.0, 24.0) == (3, 3, 3, "")


def test_a_nine_metre_block_of_two_storeys_is_two_without_their_heights():
    # a high one takes more than 8.0 and leaves less than 1.0, under the lowest storey of 2.2
    assert counted(2, height=9.0) == (2, 2, 2, "")


def test_one_storey_of_known_total_height_is_settled():
    assert counted(1, height=8.0) == (1, 1, 1, "")
    assert counted(1, height=12.0) == (2, 2, 2, "")


def test_three_storeys_in_24_metres_may_hold_two_high_ones():
    # 8.1 + 8.1 + 7.8 is possible, 3 x 8.1 = 24.3 is not
    assert counted(3, height=24.0) == (3, 3, 5, "indicators.storey_heights_bracketed")


def test_two_storeys_in_20_metres_hold_at_least_one_high_one():
    # 10 + 10 counts four; 8 + 12 counts three
    assert counted(2, height=20.0) == (4, 3, 4, "indicators.storey_heights_bracketed")


def test_a_count_without_any_height_may_be_doubled_throughout():
    assert counted(4) == (4, 4, 8, "indicators.storey_height_unknown")


def test_a_height_with_no_room_for_the_storeys_is_left_out():
    assert counted(10, height=12.0) == (10, 10, 20, "indicators.height_too_low_for_storeys")


def test_24_metres_alone_contain_both_readings_of_three_storeys():
    value, low, high, code = counted(height=24.0)
    # one hall counts two; ten storeys of 2.2 m take 22.0 and leave no room for a high one
    assert (low, high, code) == (2, 10, "indicators.storeys_from_height")
    assert math.isnan(value)
    assert low <= 3 < 2 * 3 <= high


def test_a_low_height_alone_is_one_storey():
    assert counted(height=4.0) == (1, 1, 1, "indicators.storeys_from_height")


def test_heights_alone_at_the_limit_and_just_over():
    # 8.0: one storey, or three of 2.67; 8.1: one hall counted twice, or three
    assert counted(height=8.0)[1:3] == (1, 3)
    assert counted(height=8.1)[1:3] == (2, 3)


def test_a_height_that_holds_whole_storeys_gives_their_count():
    assert counted(storey_height=4.5, height=9.0) == (2, 2, 2, "indicators.storeys_from_height")


def test_a_height_with_a_remainder_leaves_one_more_storey_open():
    value, low, high, _ = counted(storey_height=4.5, height=10.0)
    assert (low, high) == (2, 3)
    assert math.isnan(value)


def test_a_storey_height_alone_is_one_storey_or_more():
    value, low, high, code = counted(storey_height=9.0)
    assert (low, high, code) == (2, math.inf, "indicators.storey_count_unknown")
    assert math.isnan(value)


def test_nothing_known_is_one_storey_or_more():
    value, low, high, code = counted()
    assert (low, high, code) == (1, math.inf, "indicators.outline_without_storeys")
    assert math.isnan(value)


def test_no_storey_above_ground_counts_nothing():
    assert counted(0) == (0, 0, 0, "indicators.no_storey_above_ground")


def test_columns_that_are_not_there_are_unknown():
    found = counted_storeys(pd.DataFrame({"storey_count": [2.0]}), NATIONAL)
    assert found["counted_storeys_high"].tolist() == [4]


def test_nullable_columns_are_read():
    frame = pd.DataFrame({"storey_count": pd.array([2, None], dtype="Int64")}, index=["a", "b"])
    found = counted_storeys(frame, NATIONAL)
    assert found.index.tolist() == ["a", "b"]
    assert found["counted_storeys_low"].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("count", "storey_height", "height", "column"),
    [
        (-1, UNKNOWN, UNKNOWN, "storey_count"),
        (math.inf, UNKNOWN, UNKNOWN, "storey_count"),
        (1, 0, UNKNOWN, "storey_height_m"),
        (1, -3, UNKNOWN, "storey_height_m"),
        (1, UNKNOWN, 0, "height_m"),
    ],
)
def test_what_no_building_has_is_refused(count, storey_height, height, column):
    with pytest.raises(SchemaError) as refused:
        counted(count, storey_height, height)
    assert refused.value.params["column"] == column
    assert all(column in say_error(refused.value, language) for language in ("zh", "en"))


@pytest.mark.parametrize(("storey_height", "times"), [(2.1, 0.5), (2.2, 1), (3.0, 1), (8.1, 2)])
def test_a_recorded_low_storey_counts_half_where_the_rule_says_so(storey_height, times):
    halving = CountingRule(double_above_m=8, minimum_storey_m=2.2, half_below_m=2.2)
    found = counted_storeys(pd.DataFrame({"storey_count": [3], "storey_height_m": [storey_height]}), halving)
    assert found["counted_storeys"].tolist() == [3 * times]


def test_storeys_of_different_heights_are_counted_one_by_one():
    # a hall of 9.0 m under two storeys of 4.5 m; three storeys of exactly 8.0 m
    heights = pd.Series([9.0, 4.5, 4.5, 8.0, 8.0, 8.0], index=["b", "b", "b", "a", "a", "a"])
    found = storeys_by_height(heights, NATIONAL)
    assert found["counted_storeys"].to_dict() == {"b": 2 + 1 + 1, "a": 3}
    assert found["code"].tolist() == ["", ""]


def test_one_unknown_among_the_storey_heights_leaves_bounds():
    row = storeys_by_height(pd.Series([9.0, UNKNOWN], index=["a", "a"]), NATIONAL).loc["a"]
    assert row.tolist() == [3, 3, 4, "indicators.storey_height_unknown"]


def with_error(count=UNKNOWN, storey_height=UNKNOWN, *, height, error):
    columns = [*STOREY_COLUMNS, "height_m_low", "height_m_high"]
    row = [count, storey_height, height, height - error, height + error]
    return tuple(counted_storeys(pd.DataFrame([row], columns=columns), NATIONAL).iloc[0])


def test_an_error_of_the_height_widens_what_it_settles():
    assert counted(1, height=9.0) == (2, 2, 2, "")
    assert with_error(1, height=9.0, error=1.5) == (2, 1, 2, "indicators.storey_heights_bracketed")
    assert with_error(1, height=9.0, error=0.5)[:3] == (2, 2, 2)
    assert with_error(storey_height=4.5, height=9.0, error=1.0)[1:3] == (1, 3)
    assert with_error(height=8.0, error=0.1)[1:3] == (1, 3)


@settings(derandomize=True)
@given(tenths=st.integers(22, 400), count=st.one_of(st.none(), st.integers(1, 6)), error=st.integers(0, 20))
def test_bounds_with_an_error_hold_those_of_every_height_within_it(tenths, count, error):
    known = UNKNOWN if count is None else count
    _, low, high, _ = with_error(known, height=tenths / 10, error=min(error, tenths - 1) / 10)
    for true in (max(tenths - error, 1), tenths, tenths + error):
        _, own_low, own_high, code = counted(known, height=true / 10)
        if code != "indicators.height_too_low_for_storeys":
            assert low <= own_low <= own_high <= high


def test_every_code_has_a_sentence_in_both_languages():
    cases = [(0,), (1, 3), (3, UNKNOWN, 24), (9, UNKNOWN, 9), (2,), (UNKNOWN, UNKNOWN, 9), (UNKNOWN, 3), ()]
    codes = [counted(*case)[3] for case in cases]
    assert len(set(codes)) == len(cases)
    for code in filter(None, codes):
        assert code in sentences("zh")
        assert say(code, "en")


heights = st.lists(st.integers(22, 150).map(lambda tenths: tenths / 10), min_size=1, max_size=6)
CALMLY = {"deadline": None, "derandomize": True}


@settings(**CALMLY)
@given(storeys=heights)
def test_the_bounds_hold_every_building_that_fits_what_is_known(storeys):
    truth = sum(2 if h > 8 else 1 for h in storeys)
    total = math.fsum(storeys)
    for known in ({"count": len(storeys), "height": total}, {"height": total}, {"count": len(storeys)}, {}):
        value, low, high, _ = counted(**known)
        assert low <= truth <= high
        assert math.isnan(value) or low <= value <= high


@settings(**CALMLY)
@given(count=st.integers(1, 12), tenths=st.integers(22, 200))
def test_knowing_less_only_widens(count, tenths):
    full = (count, tenths / 10, count * tenths / 10)
    kept = [set(keep) for size in range(4) for keep in itertools.combinations(range(3), size)]
    rows = [[number if at in keep else UNKNOWN for at, number in enumerate(full)] for keep in kept]
    found = counted_storeys(pd.DataFrame(rows, columns=list(STOREY_COLUMNS)), NATIONAL)
    low, high = found["counted_storeys_low"], found["counted_storeys_high"]
    for less, more in itertools.permutations(range(len(kept)), 2):
        if kept[less] < kept[more]:
            assert low[less] <= low[more] <= high[more] <= high[less]


@settings(**CALMLY)
@given(tenths=st.integers(1, 600))
def test_bounds_from_a_height_are_those_of_trying_every_division(tenths):
    def fits(n, high):
        if high:  # each of these takes more than 80 tenths, the others 22 at least
            return 80 * high + 22 * (n - high) < tenths
        return 22 * n <= tenths <= 80 * n or (n == 1 and tenths < 22)

    possible = [n + high for n in range(1, 30) for high in range(n + 1) if fits(n, high)]
    _, low, high, _ = counted(height=tenths / 10)
    assert (low, high) == (min(possible), max(possible))


def test_the_columns_are_computed_row_by_row():
    frame = pd.DataFrame({"storey_count": [1, np.nan, 2], "storey_height_m": [9, np.nan, 3]}, index=[7, 3, 5])
    found = counted_storeys(frame, NATIONAL)
    assert found["counted_storeys_low"].to_dict() == {7: 2, 3: 1, 5: 2}
