from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.law.assess import assess
from geo.law.proof import prove
from geo.law.rule import Condition
from geo.law.settle import Turn

AS_OF = date(2026, 10, 31)
STOPPED = Condition("is_suspended", "in", "true", limit=(True,))
YEAR = Condition("as_of", ">", "last_worked_on + P1Y", other="last_worked_on", plus="P1Y")
SINCE = Condition("supplied_on", ">=", "2020-04-20", limit=date(2020, 4, 20))
BEFORE = Condition("started_on", "<", "agreed_start_on", other="agreed_start_on")
LOW, HIGH = date(2025, 9, 6), date(2025, 11, 25)


@pytest.fixture
def turns(instrument, rule, fact_frame):
    def ask(facts, *when, unless=()):
        rules = [rule("r1", *when)] + ([rule("r2", *unless, exception_to="r1")] if unless else [])
        frame = fact_frame({"P1": facts})
        (proof,) = prove([instrument(rules)], frame, pd.DataFrame(index=frame.index), as_of=AS_OF, adoptions={})
        return proof.turns

    return ask


def test_340_or_420_days_turn_on_the_corresponding_day(turns):
    """Stopped by 30 October 2025 the year is complete on 31 October 2026; worked on 31 October, it is not."""
    facts = {"is_suspended": True, "last_worked_on": {"low": LOW, "high": HIGH}}
    assert turns(facts, STOPPED, YEAR) == (Turn("last_worked_on", LOW, HIGH, date(2025, 10, 31), "met", "not_met"),)


def test_a_day_compared_with_a_fixed_day_turns_there(turns):
    facts = {"supplied_on": {"low": date(2020, 4, 1), "high": date(2020, 5, 1)}}
    (turn,) = turns(facts, SINCE)
    assert (turn.on, turn.before, turn.after) == (date(2020, 4, 20), "not_met", "met")


def test_a_day_compared_with_another_known_day_turns_there(turns):
    facts = {"agreed_start_on": {"low": date(2024, 1, 1), "high": date(2024, 3, 1)}, "started_on": date(2024, 2, 1)}
    (turn,) = turns(facts, BEFORE)
    assert (turn.fact, turn.on, turn.before, turn.after) == ("agreed_start_on", date(2024, 2, 2), "not_met", "met")


def test_no_turn_is_named_where_more_is_open(turns):
    facts = {"last_worked_on": {"low": LOW, "high": HIGH}}
    assert turns(facts, STOPPED, YEAR) == ()  # whether it stands still is not known either
    assert turns({"is_suspended": True}, STOPPED, YEAR) == ()  # no bracket
    assert turns({"is_suspended": True, "last_worked_on": {"low": LOW, "high": None}}, STOPPED, YEAR) == ()
    known = {"is_suspended": True, "last_worked_on": {"low": LOW, "high": HIGH}}
    assert turns(known, STOPPED, YEAR, unless=[Condition("is_completed", "in", "true", limit=(True,))]) == ()


def test_an_exact_limit_inside_the_bracket_turns_twice_and_has_no_turn(turns):
    facts = {"supplied_on": {"low": date(2020, 4, 1), "high": date(2020, 5, 1)}}
    assert turns(facts, Condition("supplied_on", "==", "2020-04-20", limit=date(2020, 4, 20))) == ()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 120), st.integers(0, 120), st.sampled_from(["P1Y", "P3M", "P30D"]))
def test_the_outcome_is_as_the_turn_says_on_every_day(  # noqa: PLR0917 - four fixtures and three draws
    instrument, rule, fact_frame, turns, begins, width, plus
):
    low = date(2025, 7, 1) + timedelta(days=begins)
    high = low + timedelta(days=width)
    condition = Condition("as_of", ">", f"last_worked_on + {plus}", other="last_worked_on", plus=plus)
    text = instrument([rule("r1", condition)])
    for turn in turns({"last_worked_on": {"low": low, "high": high}}, condition):
        days = [low + timedelta(days=number) for number in range(width + 1)]
        frame = fact_frame({day.isoformat(): {"last_worked_on": day} for day in days})
        found = assess([text], frame, as_of=AS_OF, adoptions={})["outcome"].tolist()
        assert found == [turn.before if day < turn.on else turn.after for day in days]
