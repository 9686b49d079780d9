from datetime import date

import pytest

from geo.law.answerable import answerable
from geo.law.assess import assess
from geo.law.rule import Condition

AS_OF = date(2026, 10, 31)
LAW = {"as_of": AS_OF, "adoptions": {}}
STARTED = Condition("is_started", "in", "true", limit=(True,))
PRODUCING = Condition("is_producing", "in", "true", limit=(True,))
YEAR = Condition("as_of", ">", "last_produced_on + P1Y", other="last_produced_on", plus="P1Y")
CLUSTER = Condition("is_in_cluster", "in", "true", limit=(True,))


@pytest.fixture
def facts(fact_frame):
    return fact_frame({"P1": {"is_started": True}, "P2": {"is_started": None}})


def test_a_rule_is_left_out_for_want_of_a_register_and_named_with_what_it_lacks(instrument, rule, facts):
    text = instrument([rule("kept", STARTED), rule("left", STARTED, YEAR, PRODUCING, YEAR)])
    (kept,), lacking = answerable([text], facts, **LAW)
    assert [one.id for one in kept.rules] == ["kept"]
    assert lacking == {"left": ("last_produced_on", "is_producing")}


def test_an_exception_goes_with_its_rule_and_alone_leaves_nothing_out(instrument, rule, facts):
    text = instrument(
        [
            rule("kept", STARTED),
            rule("unless", PRODUCING, exception_to="kept"),
            rule("left", PRODUCING),
            rule("other", STARTED, exception_to="left"),
        ]
    )
    (kept,), lacking = answerable([text], facts, **LAW)
    assert [one.id for one in kept.rules] == ["kept", "unless"]
    assert list(lacking) == ["left"]


def test_a_fact_that_is_known_of_nobody_is_not_one_without_a_register(instrument, rule, fact_frame):
    frame = fact_frame({"P1": {"is_producing": None, "is_started": True}})
    (kept,), lacking = answerable([instrument([rule("r1", PRODUCING)])], frame, **LAW)
    assert (len(kept.rules), lacking) == (1, {})


def test_what_a_text_applies_to_counts(instrument, rule, facts):
    _, lacking = answerable([instrument([rule("r1", STARTED)], applies_to=(CLUSTER,))], facts, **LAW)
    assert lacking == {"r1": ("is_in_cluster",)}


def test_a_lapsed_text_of_contracts_lacks_the_word_of_the_contract(instrument, rule, facts):
    text = instrument([rule("r1", STARTED)], last_day_in_force=date(2022, 12, 31), is_contractual=True)
    _, lacking = answerable([text], facts, **LAW)
    assert lacking == {"r1": ("incorporated_instrument",)}
    _, asked = answerable([text], facts, **LAW, asked={"small"})
    assert asked == {}


def test_nothing_that_is_met_is_lost(packs, fact_frame):
    """What is left out could not have been met: on the packs as shipped, with the facts of a bare ledger."""
    facts = fact_frame(
        {
            "P1": {"is_started": False, "agreed_start_on": date(2024, 1, 1), "is_built_without_permit": False},
            "P2": {"is_started": True, "is_suspended": True, "last_worked_on": date(2025, 1, 1)},
        }
    )
    kept, lacking = answerable(packs.values(), facts, **LAW, asked=set(packs))
    full = assess(packs.values(), facts, **LAW, asked=set(packs))
    less = assess(kept, facts, **LAW, asked=set(packs))
    assert set(full["rule_id"]) - set(less["rule_id"]) == set(lacking)
    assert "met" not in set(full.loc[full["rule_id"].isin(lacking), "outcome"])
    assert (less["outcome"] == "met").sum() == (full["outcome"] == "met").sum() > 0
