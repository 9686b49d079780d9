from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from geo.law.evaluate import answer_instrument, known_values
from geo.law.rule import Condition
from geo.law.truth import Bounds
from geo.model import FACTS

AS_OF = date(2026, 10, 31)
STARTED = Condition("is_started", "in", "true", limit=(True,))
STOPPED = Condition("is_suspended", "in", "true", limit=(True,))
THIRD = Condition("developed_fraction", "<", "1/3", limit=Fraction(1, 3))
AT_MOST_THIRD = Condition("developed_fraction", "<=", "1/3", limit=Fraction(1, 3))
SHORT = Condition("floor_area_ratio_supplied", "<", "min", other="contract_floor_area_ratio_min")
YEAR = Condition("as_of", ">", "last_worked_on + P1Y", other="last_worked_on", plus="P1Y")
NO_PERMIT = Condition("is_built_without_permit", "in", "true", limit=(True,))


@pytest.fixture
def answer(instrument, rule, fact_frame):
    """First rule of an instrument made of some conditions, perhaps with an exception, over one parcel."""

    def ask(facts, *when, unless=(), **more):
        rules = [rule("r1", *when)] + ([rule("r2", *unless, exception_to="r1")] if unless else [])
        values = known_values(fact_frame({"P1": facts}), AS_OF)
        return answer_instrument(instrument(rules, **more), values)[0]

    return ask


def open_facts(found):
    return [name for name, flag in found.open_facts.items() if flag[0]]


def test_a_frame_without_columns_knows_only_the_day_of_the_act():
    values = known_values(pd.DataFrame(index=["P1", "P2"]), AS_OF)
    assert values["as_of"].low.tolist() == [AS_OF, AS_OF]
    for name in FACTS:
        known = values[name]
        assert all(pd.isna(side).all() for side in (known if isinstance(known, Bounds) else (known,)))


def test_a_column_of_nothing_but_none_is_unknown():
    empty = pd.DataFrame(
        {"agreed_start_on_low": [None], "developed_fraction_high": [None], "is_started": [pd.NA]}, dtype=object
    )
    values = known_values(empty, AS_OF)
    assert np.isnat(values["agreed_start_on"].low).all()
    assert np.isnan(values["developed_fraction"].high).all()
    assert pd.isna(values["is_started"]).all()


def test_one_known_failing_condition_settles_it_whatever_is_missing(answer):
    found = answer({"is_started": False}, STARTED, THIRD, YEAR)
    assert found.truth.tolist() == [-1]
    assert open_facts(found) == []


def test_what_is_open_is_named_once_in_the_rules_order(answer):
    found = answer({"is_started": True}, STARTED, YEAR, THIRD, AT_MOST_THIRD)
    assert found.truth.tolist() == [0]
    assert open_facts(found) == ["last_worked_on", "developed_fraction"]


def test_of_two_compared_facts_only_the_one_not_known_exactly_is_open(answer):
    bracket, number = {"low": 0.6, "high": 1.3}, "1.2"
    names = ("floor_area_ratio_supplied", "contract_floor_area_ratio_min")
    assert open_facts(answer({names[0]: bracket, names[1]: number}, SHORT)) == [names[0]]
    assert open_facts(answer({names[0]: number, names[1]: bracket}, SHORT)) == [names[1]]
    assert open_facts(answer({names[0]: number}, SHORT)) == [names[1]]
    assert open_facts(answer({names[0]: bracket}, SHORT)) == list(names)


@pytest.mark.parametrize(
    ("permit", "started", "expected", "missing"),
    [
        (True, True, -1, []),  # defeated
        (False, True, 1, []),
        (None, True, 0, ["is_built_without_permit"]),  # may be defeated
        (True, None, -1, []),  # defeated whatever the rule says
        (False, None, 0, ["is_started"]),
        (None, None, 0, ["is_started", "is_built_without_permit"]),
        (None, False, -1, []),
    ],
)
def test_an_exception_defeats_its_rule(answer, permit, started, expected, missing):
    found = answer({"is_started": started, "is_built_without_permit": permit}, STARTED, unless=[NO_PERMIT])
    assert found.truth.tolist() == [expected]
    assert open_facts(found) == missing


def test_an_exception_that_is_out_of_the_question_leaves_nothing_open(answer):
    found = answer(
        {"is_started": True, "is_suspended": False}, STARTED, THIRD, unless=[NO_PERMIT, STOPPED]
    )  # the exception needs both, and works go on
    assert open_facts(found) == ["developed_fraction"]


def test_what_the_instrument_applies_to_is_a_condition_of_every_rule(answer):
    scope = Condition("is_completed", "in", "false", limit=(False,))
    assert answer({"is_started": True, "is_completed": True}, STARTED, applies_to=(scope,)).truth.tolist() == [-1]
    assert answer({"is_started": True, "is_completed": False}, STARTED, applies_to=(scope,)).truth.tolist() == [1]
    assert open_facts(answer({"is_started": True}, STARTED, applies_to=(scope,))) == ["is_completed"]


def test_a_boundary_is_one_only_where_the_outcome_turns_on_it(answer):
    exactly = {"developed_fraction": "1/3"}
    assert answer(exactly, THIRD).is_boundary.tolist() == [True]
    assert answer(exactly, AT_MOST_THIRD).is_boundary.tolist() == [True]
    assert answer({**exactly, "is_started": False}, STARTED, THIRD).is_boundary.tolist() == [False]
    assert answer({**exactly, "is_started": True}, STARTED, THIRD).is_boundary.tolist() == [True]
    assert answer({"developed_fraction": "0.3"}, THIRD).is_boundary.tolist() == [False]


def test_two_conditions_on_their_limits_are_a_boundary_together(answer):
    facts = {"developed_fraction": "1/3", "last_worked_on": date(2025, 10, 31)}
    found = answer(facts, THIRD, YEAR)
    assert (found.truth.tolist(), found.is_boundary.tolist()) == ([-1], [True])


def test_a_boundary_in_an_exception_is_one_of_the_rule(answer):
    facts = {"is_started": True, "developed_fraction": "1/3"}
    spared, caught = (answer(facts, STARTED, unless=[unless]) for unless in (AT_MOST_THIRD, THIRD))
    assert (spared.truth.tolist(), spared.is_boundary.tolist()) == ([-1], [True])
    assert (caught.truth.tolist(), caught.is_boundary.tolist()) == ([1], [True])


def test_a_day_may_be_a_limit(answer):
    since = Condition("agreed_start_on", ">=", "2012-07-01", limit=date(2012, 7, 1))
    assert answer({"agreed_start_on": date(2012, 7, 1)}, since).truth.tolist() == [1]
    assert answer({"agreed_start_on": date(2012, 6, 30)}, since).truth.tolist() == [-1]


def test_two_facts_compare_without_a_period(answer):
    late = Condition("started_on", ">", "agreed_start_on", other="agreed_start_on")
    assert answer({"started_on": date(2024, 5, 1), "agreed_start_on": date(2024, 4, 30)}, late).truth.tolist() == [1]
