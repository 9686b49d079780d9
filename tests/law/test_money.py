from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.law.money import amount_of, amounts_due, round_to_fen
from geo.law.options import suggest
from geo.law.rule import Bilingual, Condition, Formula, Option, Part
from geo.model import fact_columns

NAME = Bilingual("费", "fee")
PRICE = Part(Fraction(1, 5), "20%", ("price_yuan",))
REST = Part(Fraction(1), "1", ("price_yuan",), "term_d", "term_used_d")
GRANTS = Part(Fraction(-1), "-1", ("incentives_paid_yuan",))


def formula(*parts):
    return Formula("fee", "14", NAME, parts)


def row(**facts):
    """Columns of a fact frame: a number, or its two bounds."""
    cells = {}
    for name, value in facts.items():
        low, high = value if isinstance(value, tuple) else (value, value)
        cells |= dict(zip(fact_columns(name)[1:], (low, high), strict=True))
    return cells


def test_a_part_is_its_rate_times_its_facts():
    """20 % of 30 million is 6 million."""
    amount = amount_of(formula(PRICE), row(price_yuan=30_000_000.0))
    assert (amount.low, amount.high, amount.missing) == (Decimal("6000000.00"), Decimal("6000000.00"), ())


def test_a_share_is_what_is_left_of_a_whole_and_parts_add_up():
    """3000 x (50 - 6.5) / 50 - 200 = 2410."""
    facts = row(price_yuan=3000.0, term_d=50.0, term_used_d=6.5, incentives_paid_yuan=200.0)
    amount = amount_of(formula(REST, GRANTS), facts)
    assert [line.low for line in amount.lines] == [Decimal("2610.00"), Decimal("-200.00")]
    assert amount.low == Decimal("2410.00")


def test_only_the_sum_is_rounded():
    """Three thirds of a yuan are a yuan, though each line shows 0.33."""
    third = Part(Fraction(1, 3), "1/3", ("price_yuan",))
    amount = amount_of(formula(third, third, third), row(price_yuan=1.0))
    assert [line.low for line in amount.lines] == [Decimal("0.33")] * 3
    assert amount.low == Decimal("1.00")


def test_numbers_count_as_they_are_written():
    """0.1 + 0.2 as floats is more than 0.3; a price of 0.1 yuan is a tenth."""
    tenth = Part(Fraction(1), "1", ("price_yuan",))
    amount = amount_of(formula(tenth, tenth, tenth), row(price_yuan=0.005))
    assert amount.low == Decimal("0.02")  # 0.015, half up


def test_bounds_give_bounds():
    facts = row(price_yuan=(100.0, 200.0), term_d=(10.0, 20.0), term_used_d=(5.0, 10.0))
    amount = amount_of(formula(REST), facts)
    assert (amount.low, amount.high) == (Decimal("0.00"), Decimal("150.00"))  # 100 x (1 - 10/10), 200 x (1 - 5/20)


def test_what_may_come_out_below_zero_is_said_and_kept():
    facts = row(price_yuan=100.0, term_d=10.0, term_used_d=9.0, incentives_paid_yuan=(5.0, 20.0))
    amount = amount_of(formula(REST, GRANTS), facts)
    assert (amount.low, amount.high, amount.is_below_zero) == (Decimal("-10.00"), Decimal("5.00"), True)
    assert not amount_of(formula(PRICE), facts).is_below_zero


@pytest.mark.parametrize(
    "unknown", [{}, row(price_yuan=np.nan), row(price_yuan=(1.0, np.inf)), {"price_yuan_low": 1.0}]
)
def test_a_fact_that_is_not_bounded_is_missing_and_there_is_no_amount(unknown):
    amount = amount_of(formula(PRICE, GRANTS), unknown | row(incentives_paid_yuan=1.0))
    assert (amount.low, amount.high, amount.missing) == (None, None, ("price_yuan",))
    assert amount.lines[0].low is None
    assert amount.lines[1].low == Decimal("-1.00")
    assert not amount.is_below_zero


def test_a_share_of_a_whole_that_may_be_nothing_cannot_be_computed():
    facts = row(price_yuan=100.0, term_d=(0.0, 10.0), term_used_d=0.0)
    assert amount_of(formula(REST), facts).missing == ("term_d",)


@given(st.fractions(-10_000, 10_000))
def test_rounding_is_to_the_nearest_fen_and_away_from_zero_at_the_half(yuan):
    fen = Fraction(round_to_fen(yuan))
    assert (fen * 100).denominator == 1
    assert abs(fen - yuan) <= Fraction("0.005")
    assert abs(fen - yuan) < Fraction("0.005") or abs(fen) > abs(yuan)


@given(
    *(st.tuples(st.integers(0, 10_000), st.integers(0, 100)) for _ in range(3)),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_whatever_the_facts_turn_out_to_be_the_amount_lies_between_the_bounds(price, used, grants, shares):
    bounds = [(float(low), float(low + width)) for low, width in (price, used, grants)]
    names = ("price_yuan", "term_used_d", "incentives_paid_yuan")
    whole = row(term_d=20_000.0)
    wide = amount_of(formula(REST, GRANTS), whole | row(**dict(zip(names, bounds, strict=True))))
    exact = [low + share * (high - low) for (low, high), share in zip(bounds, shares, strict=True)]
    one = amount_of(formula(REST, GRANTS), whole | row(**dict(zip(names, exact, strict=True))))
    assert wide.low <= one.low == one.high <= wide.high


@pytest.fixture
def text(instrument):
    gate = Condition("is_hearing_offered", "in", "true", limit=(True,))
    options = [
        Option(name, "14", "remedy", ("late_start",), "statute", "must", NAME, (gate,), formula=named)
        for name, named in (("levy", "fee"), ("warn", None))
    ]
    return instrument([], options=tuple(options), formulas=(formula(PRICE),))


def test_money_is_computed_where_every_gate_is_open_and_nowhere_else(text, fact_frame):
    facts = fact_frame({"P2": {"is_hearing_offered": True, "price_yuan": 10}, "P1": {"price_yuan": 10}})
    findings = facts.reindex(columns=["instrument_id", "parcel_id", "label", "outcome"]).iloc[:0]
    law = {"as_of": np.datetime64("2026-10-31").item(), "adoptions": {}}
    suggested = suggest([text], facts, findings, **law)
    (due,) = amounts_due([text], facts, suggested).pop("P2")
    assert (due.option.option_id, due.formula.id, due.amount.low) == ("levy", "fee", Decimal("2.00"))
    assert due.missing == ()
    assert "P1" not in suggested
    closed = {"P1": [one for one in suggested["P2"] if one.formula is None]}
    assert amounts_due([text], facts, closed) == {}
