from datetime import date

import pandas as pd
import pytest

from geo.law.assess import assess
from geo.law.options import OPTION_COLUMNS, suggest, suggestion_table
from geo.law.rule import Bilingual, Condition, Option

AS_OF = date(2026, 10, 31)
NOT_STARTED = Condition("is_started", "in", "false", limit=(False,))
IDENTIFIED = Condition("is_idle_identified", "in", "true", limit=(True,))
HEARD = Condition("is_hearing_offered", "in", "true", limit=(True,))


@pytest.fixture
def text(instrument, rule):
    summary, gates = Bilingual("费", "fee"), (IDENTIFIED, HEARD)
    fee = Option("fee", "14", "remedy", ("late_start",), "statute", "must", summary, gates, formula="idle-fee")
    return instrument([rule("late", NOT_STARTED)], options=(fee,))


@pytest.fixture
def ask(text, fact_frame):
    def suggestions(facts):
        frame = fact_frame({"P2": facts, "P1": {}})
        law = {"as_of": AS_OF, "adoptions": {}}
        return suggest([text], frame, assess([text], frame, **law), **law)

    return suggestions


def test_beside_a_met_finding_an_option_says_what_is_not_known_of_its_gates(ask):
    (found,) = ask({"is_started": False, "is_idle_identified": True})["P2"]
    assert (found.option_id, found.outcome, found.missing) == ("fee", "undetermined", ("is_hearing_offered",))
    assert (found.ground, found.formula, found.standing) == ("statute", "idle-fee", "in_force")


def test_without_a_met_finding_an_open_question_is_not_a_suggestion(ask):
    assert ask({"is_started": True, "is_idle_identified": True}) == {}


def test_an_option_whose_gates_all_hold_stays_whatever_is_found(ask):
    (found,) = ask({"is_started": True, "is_idle_identified": True, "is_hearing_offered": True})["P2"]
    assert found.outcome == "met"


def test_a_closed_gate_takes_the_option_away(ask):
    assert ask({"is_started": False, "is_idle_identified": False}) == {}


def test_suggestions_as_a_table(ask):
    table = suggestion_table(ask({"is_started": False, "is_idle_identified": True, "is_hearing_offered": True}))
    assert tuple(table.columns) == OPTION_COLUMNS
    assert table.iloc[0].to_dict() == {
        "parcel_id": "P2",
        "instrument_id": "small",
        "option_id": "fee",
        "article": "14",
        "kind": "remedy",
        "labels": "late_start",
        "ground": "statute",
        "modality": "must",
        "standing": "in_force",
        "outcome": "met",
        "missing": "",
        "formula": "idle-fee",
        "document": "",
    }
    pd.testing.assert_index_equal(suggestion_table({}).columns, table.columns)
