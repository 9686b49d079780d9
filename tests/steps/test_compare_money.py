"""Money that two packs name, worked by hand: options of made-up texts, each with its own sum."""

from dataclasses import replace
from decimal import Decimal

import pytest

from geo.law.money import Amount, Due
from geo.law.options import Suggestion
from geo.law.rule import Bilingual, Formula
from geo.steps.compare_money import PackMoney, due_text, money_sums, money_texts

WORDS = Bilingual("甲", "first")
FORMULA = Formula("sum", "1", WORDS, ())
SHOWN = Suggestion(
    "text", WORDS, "fee", "1", "remedy", ("idle",), "statute", "must", WORDS, "in_force", "met", (), "sum", None
)


def due(low: str | None, high: str | None = None, **more: object) -> Due:
    """An option with a sum, or with one that is not settled."""
    bounds = [None if one is None else Decimal(one) for one in (low, high or low)]
    return Due(replace(SHOWN, **more), FORMULA, Amount(*bounds, (), ()))


def shut(**more: object) -> Due:
    """An option of which a gate is not known."""
    return Due(replace(SHOWN, **more), FORMULA, None)


def test_the_same_sum_under_another_option_is_no_difference():
    one, other = due("600.00"), due("600.00", option_id="levy", instrument_id="other")
    assert money_texts(PackMoney({"P": [one]}, {"P": [other]})).empty
    assert money_sums(PackMoney({"P": [one]}, {"P": [other]})).empty


def test_where_sums_differ_both_are_told_with_their_options():
    money = PackMoney({"P": [due("600.00"), shut(option_id="swap")]}, {"P": [due("1.00", "2.50", option_id="levy")]})
    assert money_texts(money).to_numpy().tolist() == [["P", "idle", "fee: 600.00; swap: ?", "levy: 1.00 - 2.50"]]


@pytest.mark.parametrize("unsettled", [shut(), due(None)])
def test_a_sum_that_is_not_settled_differs_from_one_that_is(unsettled):
    assert due_text(unsettled) == "fee: ?"
    money = PackMoney({"P": [due("5.00")]}, {"P": [unsettled]})
    assert money_sums(money).to_numpy().tolist() == [
        ["a", "text", "fee", 1, Decimal("5.00"), Decimal("5.00"), 0],
        ["b", "text", "fee", 0, Decimal("0.00"), Decimal("0.00"), 1],
    ]


def test_sums_add_up_within_one_option_of_one_text_and_never_across_texts():
    """0.10 and 0.20 are 0.30, exactly; the sum of another text stands beside it; two labels count once."""
    a = {
        "P": [due("0.10"), due("7.00", instrument_id="other")],
        "Q": [due("0.20", labels=("idle", "late")), due("1.00", "2.00", option_id="swap")],
    }
    found = money_sums(PackMoney(a, {}))
    assert found.drop(columns="pack").to_numpy().tolist() == [
        ["other", "fee", 1, Decimal("7.00"), Decimal("7.00"), 0],
        ["text", "fee", 2, Decimal("0.30"), Decimal("0.30"), 0],
        ["text", "swap", 1, Decimal("1.00"), Decimal("2.00"), 0],
    ]
