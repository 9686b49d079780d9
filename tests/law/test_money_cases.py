"""The sums a lawyer can read and add to: tests/law/money_cases/*.toml, among them every worked number of row 1.7."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from geo.law.assess import OUTCOMES
from geo.law.evaluate import answer_options, known_values
from geo.law.money import Due, amounts_due
from geo.law.options import Suggestion

HERE = Path(__file__).parent
CASES = [
    (table["instrument"], case)
    for file in sorted((HERE / "money_cases").glob("*.toml"))
    for table in [tomllib.loads(file.read_text("utf-8"))]
    for case in table["case"]
]
KEYS = {"option", "name", "as_of", "facts", "yuan", "missing", "closed", "below_zero"}


def money_of(text, facts, case) -> Due | None:
    """Money of one option of the only parcel; none where a gate is closed."""
    answers = answer_options(text, known_values(facts, case["as_of"]))
    (answer,) = [one for one in answers if one.option.id == case["option"]]
    outcome, one = OUTCOMES[answer.truth[0] + 1], answer.option
    if outcome == "not_met":
        return None
    missing = tuple(name for name, flag in answer.open_facts.items() if flag[0])
    words = (one.article, one.kind, one.labels, one.ground, one.modality, one.summary)
    shown = Suggestion(text.id, text.title, one.id, *words, "in_force", outcome, missing, one.formula, one.document)
    return amounts_due([text], facts, {"P1": [shown]})["P1"][0]


@pytest.mark.parametrize(
    ("instrument_id", "case"), CASES, ids=[f"{name}/{case['option']}: {case['name']}" for name, case in CASES]
)
def test_a_sum_is_what_the_lawyer_says(packs, fact_frame, instrument_id, case):
    assert set(case) <= KEYS
    assert len({"yuan", "missing", "closed"} & set(case)) == 1
    due = money_of(packs[instrument_id], fact_frame({"P1": case["facts"]}), case)
    assert (due is None) == case.get("closed", False)
    if due is None:
        return
    amount = due.amount
    said = case.get("yuan", [None, None])
    low, high = (said, said) if isinstance(said, str) else said
    found = (None, None) if amount is None else (amount.low, amount.high)
    assert found == tuple(None if one is None else Decimal(one) for one in (low, high))
    assert list(due.missing) == case.get("missing", [])
    assert bool(amount and amount.is_below_zero) == case.get("below_zero", False)


def test_every_option_for_money_has_a_case_that_comes_to_a_sum(packs):
    told = {(name, case["option"]) for name, case in CASES if "yuan" in case}
    assert {(text.id, one.id) for text in packs.values() for one in text.options if one.formula} == told


def test_every_formula_is_named_by_an_option(packs):
    for text in packs.values():
        assert {one.id for one in text.formulas} == {one.formula for one in text.options if one.formula}


WORKED = {
    ("order53-fee", "6000000.00"),
    ("dabu-idle-fee", "6000000.00"),
    ("zhenhai-start-deposit", "6000000.00"),
    ("zhenhai-completion-deposit", "1500000.00"),
    ("taizhou-buy-back", "24100000.00"),
    ("taizhou-buy-back", "42100000.00"),
    ("fanxian-exit", "26100000.00"),
    ("contract-floor-area-damages", "7500000.00"),
    ("zhenhai-reclamation-deposit", "1250000.00"),
}
"""Sums of row 1.7, by option; its ratios are told by the tests of the indicators that are named after the row."""


def test_every_worked_sum_of_the_rules_is_told_by_a_case_that_names_its_row():
    assert {(case["option"], case.get("yuan")) for _, case in CASES if case["name"].startswith("1.7 算例")} == WORKED
