import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.law.truth import NO, UNKNOWN, YES, Bounds, all_of, any_of, compare, member

THIRD = 1 / 3
COMPARISONS = ["<=", "<", ">=", ">", "=="]


def exactly(number):
    return Bounds(np.array([number]), np.array([number]))


def between(low, high):
    return Bounds(np.array([low]), np.array([high]))


def days(low, high):
    return Bounds(np.array([low], "datetime64[D]"), np.array([high], "datetime64[D]"))


@pytest.mark.parametrize(
    ("op", "expected"),
    [  # below, on and above the limit
        ("<", [YES, NO, NO]),
        ("<=", [YES, YES, NO]),
        (">", [NO, NO, YES]),
        (">=", [NO, YES, YES]),
        ("==", [NO, YES, NO]),
    ],
)
@pytest.mark.parametrize(
    ("numbers", "limit"),
    [
        ((0.3, THIRD, 0.4), THIRD),  # shares
        ((0.3, THIRD + 9e-10, 0.4), THIRD),  # within 1e-9 equals the limit, from above
        ((0.3, THIRD - 9e-10, 0.4), THIRD),  # and from below
        ((THIRD - 2e-9, THIRD, THIRD + 2e-9), THIRD),  # two billionths do not
        (("2024-02-29", "2024-03-01", "2024-03-02"), "2024-03-01"),  # days compare exactly
    ],
)
def test_every_operator_below_on_and_above_the_limit(op, expected, numbers, limit):
    make = days if isinstance(limit, str) else between
    found = [compare(op, make(number, number), make(limit, limit)) for number in numbers]
    assert [int(truth[0]) for truth, _ in found] == expected
    assert [bool(is_boundary[0]) for _, is_boundary in found] == [False, True, False]


@pytest.mark.parametrize("op", COMPARISONS)
def test_a_bracket_across_the_limit_is_unknown_and_no_boundary(op):
    truth, is_boundary = compare(op, between(0.28, 0.40), exactly(THIRD))
    assert truth[0] == UNKNOWN
    assert not is_boundary[0]


@pytest.mark.parametrize("op", COMPARISONS)
@pytest.mark.parametrize("unknown", [between(np.nan, np.nan), days("NaT", "NaT")])
def test_what_is_not_known_compares_with_nothing(op, unknown):
    limit = exactly(0.5) if unknown.low.dtype.kind == "f" else days("2024-03-01", "2024-03-01")
    for truth, is_boundary in (compare(op, unknown, limit), compare(op, limit, unknown)):
        assert truth[0] == UNKNOWN
        assert not is_boundary[0]


def test_one_known_bound_is_enough_where_it_decides():
    assert compare(">", days("2024-03-02", "NaT"), days("2024-03-01", "2024-03-01"))[0][0] == YES
    assert compare("<", between(0.4, np.inf), exactly(THIRD))[0][0] == NO
    assert compare("<", between(-np.inf, 0.4), exactly(THIRD))[0][0] == UNKNOWN


def test_a_bracket_that_begins_on_a_strict_limit_is_decided_but_does_not_stand_on_it():
    truth, is_boundary = compare("<", between(THIRD, 0.5), exactly(THIRD))
    assert (truth[0], bool(is_boundary[0])) == (NO, False)


def test_a_bracket_that_begins_on_an_inclusive_limit_decides_nothing():
    truth, is_boundary = compare("<=", between(THIRD, 0.5), exactly(THIRD))
    assert (truth[0], bool(is_boundary[0])) == (UNKNOWN, False)


def test_an_uncertain_limit_decides_where_all_of_it_lies_on_one_side():
    assert compare("<", exactly(0.9), between(1.0, 1.2))[0][0] == YES
    assert compare("<", exactly(1.1), between(1.0, 1.2))[0][0] == UNKNOWN
    assert compare("<", exactly(1.2), between(1.0, 1.2))[0][0] == NO


def test_bounds_the_wrong_way_round_never_decide_both_ways():
    assert compare("<", between(0.4, 0.2), exactly(0.3))[0][0] == UNKNOWN


def test_the_answer_is_one_signed_byte_a_parcel():
    truth, is_boundary = compare("<", Bounds(np.zeros(3), np.ones(3)), exactly(2.0))
    assert (truth.dtype, truth.shape, is_boundary.dtype) == (np.int8, (3,), bool)


def test_membership_is_unknown_for_none_and_na():
    values = np.array(["enterprise", "government", None, pd.NA], dtype=object)
    assert member(values, ["enterprise", "mixed"]).tolist() == [YES, NO, UNKNOWN, UNKNOWN]
    assert member(values, ["enterprise"]).dtype == np.int8


def test_all_of_nothing_is_yes_and_any_of_nothing_is_no():
    assert all_of([]) == YES
    assert any_of([]) == NO


ENDS = st.sampled_from([-np.inf, 0.0, 0.25, THIRD, THIRD + 5e-10, 0.5, 1.0, np.inf])


@given(st.sampled_from(COMPARISONS), st.tuples(ENDS, ENDS, ENDS, ENDS), st.tuples(ENDS, ENDS))
def test_widening_what_is_known_never_flips_a_decided_comparison(op, ends, limits):
    low, inner_low, inner_high, high = sorted(ends)
    limit = between(*sorted(limits))
    wide = compare(op, between(low, high), limit)[0][0]
    assert wide in (UNKNOWN, compare(op, between(inner_low, inner_high), limit)[0][0])


@given(st.sampled_from(COMPARISONS), st.floats(-2, 2), st.floats(-2, 2))
def test_two_numbers_known_exactly_always_compare(op, number, limit):
    assert compare(op, exactly(number), exactly(limit))[0][0] != UNKNOWN


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 2))
def test_less_is_the_negation_of_at_least(a, b, c, d):
    value, limit = between(*sorted((a, b))), between(*sorted((c, d)))
    less, at_least = compare("<", value, limit), compare(">=", value, limit)
    assert less[0][0] == -at_least[0][0]
    assert less[1][0] == at_least[1][0]
