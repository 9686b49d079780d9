"""The cases a lawyer can read and add to: tests/law/cases/*.toml, and the days of standing.toml."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from geo.law.assess import OUTCOMES, assess
from geo.law.evaluate import answer_options, known_values
from geo.law.standing import standing

HERE = Path(__file__).parent
CASES = [
    (table["instrument"], case)
    for file in sorted((HERE / "cases").glob("*.toml"))
    for table in [tomllib.loads(file.read_text("utf-8"))]
    for case in table["case"]
]
DAYS = tomllib.loads((HERE / "standing.toml").read_text("utf-8"))["days"]
KEYS = {
    "name",
    "as_of",
    "facts",
    "outcome",
    "others",
    "boundary",
    "limb_conflict",
    "missing",
    "options",
    "asked",
    "basis",
}
OUTCOME_NAMES = {"met", "not_met", "undetermined"}


def expected_outcomes(case, rules):
    """What a case says of each of some rules: by name, or of all the others together."""
    others = dict.fromkeys(rules, case["others"]) if "others" in case else {}
    return {**others, **case["outcome"]}


def concluding(text):
    return [rule.id for rule in text.rules if rule.concludes is not None]


@pytest.mark.parametrize(("instrument_id", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_a_case_comes_out_as_the_lawyer_says(packs, fact_frame, instrument_id, case):
    assert set(case) <= KEYS
    text, facts = packs[instrument_id], fact_frame({"P1": case["facts"]})
    is_asked = case.get("asked", True)
    found = assess([text], facts, as_of=case["as_of"], adoptions={}, asked={instrument_id} if is_asked else set())
    found = found.set_index("rule_id")
    assert set(found["basis"]) <= {case.get("basis", text.basis)}
    expected = expected_outcomes(case, list(found.index))
    assert {rule: found["outcome"][rule] for rule in expected} == expected
    if "others" not in case:
        assert found.index[found["is_boundary"]].tolist() == case.get("boundary", [])
    assert found.index[found["is_limb_conflict"]].tolist() == case.get("limb_conflict", [])
    missing = case.get("missing", {})
    assert {rule: found["missing"][rule] for rule in missing} == missing
    options = {
        one.option.id: OUTCOMES[one.truth[0] + 1] for one in answer_options(text, known_values(facts, case["as_of"]))
    }
    assert {name: options[name] for name in case.get("options", {})} == case.get("options", {})


def test_every_rule_has_a_case_of_each_outcome(packs):
    expected = {
        (text.id, rule, outcome) for text in packs.values() for rule in concluding(text) for outcome in OUTCOME_NAMES
    }
    shown = {
        (name, rule, outcome)
        for name, case in CASES
        for rule, outcome in expected_outcomes(case, concluding(packs[name])).items()
    }
    assert expected - shown == set()


def test_every_reading_that_binds_the_design_is_named_by_a_case():
    """D1 to D10, what would lose a case."""
    named = {reading for _, case in CASES for reading in re.findall(r"\bD\d+\b", case["name"])}
    assert {f"D{number}" for number in range(1, 11)} <= named


MUST_SHOW = {
    "dabu-industrial-land-draft": (
        "exactly a third and exactly 25 %",
        "5: exactly 50 % has been reached",
        "on the corresponding day itself",
        "last produced on 29 February",
        "a finished plant with 0.30 building coverage is not idle",
        "works without a permit are never suspected idle",
        "stopped for 340 or 420 days: undetermined",
    ),
    "idle-land-measures-2012": (
        "exactly a third is not less than a third",
        "exactly 25 % is not less than 25 %",
        "on 1 March 2024, the corresponding day, the year is not yet over",
        "idle from 2 March 2024, the day after the corresponding day",
        "agreed 29 February 2024: the year is over at the end of 28 February 2025",
        "a finished plant with 0.30 building coverage is not idle",
        "works without a permit are never suspected idle",
        "stopped for 340 or 420 days: undetermined, and the last day worked would settle it",
    ),
}
"""Boundary cases of the two texts on idle land; exactly 8.0 m is one of tests/indicators/storey_cases.toml."""


@pytest.mark.parametrize(
    ("instrument_id", "part"), [(name, part) for name, parts in MUST_SHOW.items() for part in parts]
)
def test_the_boundary_cases_are_told_by_name(instrument_id, part):
    assert [case for name, case in CASES if name == instrument_id and part in case["name"]]


def test_every_label_has_a_case_of_each_outcome(packs):
    labels = {(text.id, rule.id): rule.concludes for text in packs.values() for rule in text.rules}
    shown = {
        (labels[name, rule], outcome)
        for name, case in CASES
        for rule, outcome in expected_outcomes(case, concluding(packs[name])).items()
    }
    assert {(label, outcome) for label in labels.values() if label for outcome in OUTCOME_NAMES} == shown


def test_no_case_is_told_twice():
    names = [(instrument_id, case["name"]) for instrument_id, case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "day"), [(name, day) for name, days in DAYS.items() for day in days])
def test_a_text_stands_on_a_day_as_the_lawyer_says(packs, name, day):
    assert standing(packs[name], as_of=date.fromisoformat(day), adoption=None) == DAYS[name][day]


def test_every_first_and_last_day_is_told_from_both_sides(packs):
    for text in packs.values():
        said = {date.fromisoformat(day): how for day, how in DAYS[text.id].items()}
        if text.in_force_from is not None:
            assert said[text.in_force_from] == "in_force"
            assert said[date.fromordinal(text.in_force_from.toordinal() - 1)] == "not_yet"
        if text.last_day_in_force is not None:
            assert said[text.last_day_in_force] == "in_force"
            assert said[date.fromordinal(text.last_day_in_force.toordinal() + 1)] == "lapsed"
