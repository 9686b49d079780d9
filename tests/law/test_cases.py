"""The cases a lawyer can read and add to: tests/law/cases/*.toml."""

import tomllib
from pathlib import Path

import pytest

from geo.law.assess import assess

CASES = [
    (table["instrument"], case)
    for file in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for table in [tomllib.loads(file.read_text("utf-8"))]
    for case in table["case"]
]
KEYS = {"name", "as_of", "facts", "outcome", "boundary", "limb_conflict", "missing"}


@pytest.mark.parametrize(("instrument_id", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_a_case_comes_out_as_the_lawyer_says(packs, fact_frame, instrument_id, case):
    assert set(case) <= KEYS
    facts = fact_frame({"P1": case["facts"]})
    found = assess([packs[instrument_id]], facts, as_of=case["as_of"], adoptions={}, asked={instrument_id})
    found = found.set_index("rule_id")
    assert {rule: found["outcome"][rule] for rule in case["outcome"]} == case["outcome"]
    assert found.index[found["is_boundary"]].tolist() == case.get("boundary", [])
    assert found.index[found["is_limb_conflict"]].tolist() == case.get("limb_conflict", [])
    missing = case.get("missing", {})
    assert {rule: found["missing"][rule] for rule in missing} == missing


def test_every_rule_has_a_case_of_each_outcome(packs):
    expected = {
        (text.id, rule.id, outcome)
        for text in packs.values()
        for rule in text.rules
        for outcome in ("met", "not_met", "undetermined")
        if rule.concludes is not None
    }
    shown = {(name, rule, outcome) for name, case in CASES for rule, outcome in case["outcome"].items()}
    assert expected - shown == set()


def test_no_case_is_told_twice():
    names = [(instrument_id, case["name"]) for instrument_id, case in CASES]
    assert len(names) == len(set(names))
