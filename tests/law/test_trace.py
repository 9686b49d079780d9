from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.law.assess import assess
from geo.law.proof import prove
from geo.law.trace import trace
from geo.model import FACTS

AS_OF = date(2026, 10, 31)

WHOLE = {
    "is_started": True,
    "developed_fraction": {"value": "0.2", "low": "0.15", "high": "0.25"},
    "invested_fraction": "25%",
    "is_suspended": True,
    "last_worked_on": {"low": date(2025, 9, 6), "high": date(2025, 11, 25)},
}
PARCELS = {
    "blank": {},
    "stopped": WHOLE,
    "exactly": WHOLE | {"developed_fraction": "1/3", "last_worked_on": date(2025, 10, 31)},
    "built": WHOLE | {"is_built_without_permit": True, "agreed_start_on": date(2024, 1, 1), "is_started": False},
}


def told(conditions):
    """Letters of conditions, as the trace writes them."""
    letters = {1: "y", 0: "?", -1: "n"}
    return "".join(letters[one.truth].upper() if one.is_boundary else letters[one.truth] for one in conditions)


def written(value):
    return "" if value is None else value.isoformat() if isinstance(value, date) else f"{value:.6g}"


def limit_of(one):
    low, high = written(one.limit_low), written(one.limit_high)
    return low if low == high else f"{low}/{high}"


def compared(packs, frame):
    """Rows of the trace, and the same out of each parcel's proofs."""
    traced = trace(packs.values(), frame, as_of=AS_OF, adoptions={}, asked=set(packs)).table
    nothing = pd.DataFrame(index=frame.index)
    rows = []
    for parcel_id in frame.index:
        one = [parcel_id]
        for proof in prove(
            packs.values(), frame.loc[one], nothing.loc[one], as_of=AS_OF, adoptions={}, asked=set(packs)
        ):
            conditions = [*proof.conditions, *(c for exception in proof.exceptions for c in exception.conditions)]
            limits = "|".join(limit_of(one) for one in conditions if one.other)
            rows.append((parcel_id, proof.rule_id, told(conditions), limits, " ".join(proof.settles)))
    return sorted(traced.itertuples(index=False, name=None)), sorted(rows)


def test_the_trace_of_all_parcels_says_what_each_ones_proof_says(packs, fact_frame):
    traced, proved = compared(packs, fact_frame(PARCELS))
    assert traced == proved
    assert any("?" in truths for _, _, truths, _, _ in traced)
    assert any(truths != truths.lower() for _, _, truths, _, _ in traced)
    assert any("/" in limits for _, _, _, limits, _ in traced)


values = {
    "bool": st.sampled_from([None, True, False]),
    "text": st.sampled_from([None, "government", "enterprise"]),
    "measure": st.sampled_from([None, "0", "1/3", "0.5", {"low": "0.2", "high": "0.6"}]),
    "date": st.sampled_from([None, date(2024, 2, 29), date(2025, 10, 31), {"low": date(2025, 1, 1), "high": AS_OF}]),
}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({name: values[spec.kind] for name, spec in FACTS.items()}))
def test_whatever_is_known_the_trace_is_the_proof(packs, fact_frame, facts):
    known = {name: value for name, value in facts.items() if value is not None}
    traced, proved = compared(packs, fact_frame({"P1": known}))
    assert traced == proved


def test_each_letter_stands_for_a_condition_of_the_rule(packs, fact_frame):
    found = trace(packs.values(), fact_frame(PARCELS), as_of=AS_OF, adoptions={}, asked=set(packs))
    for row in found.table.itertuples():
        answer = found.rules[row.rule_id]
        asked = len(answer.conditions) + sum(len(exception.conditions) for exception in answer.exceptions)
        assert len(row.truths) == asked


def test_findings_and_traces_are_of_the_same_parcels_and_rules(packs, fact_frame):
    frame = fact_frame(PARCELS)
    found = assess(packs.values(), frame, as_of=AS_OF, adoptions={}, asked=set(packs))
    traced = trace(packs.values(), frame, as_of=AS_OF, adoptions={}, asked=set(packs)).table
    keys = ["parcel_id", "rule_id"]
    merged = found.merge(traced, on=keys, how="outer", validate="1:1", indicator=True)
    assert (merged["_merge"] == "both").all()
    assert (merged["settles"] == "")[merged["outcome"] != "undetermined"].all()


@pytest.mark.parametrize("parcels", [{}, PARCELS])
def test_where_nothing_applies_there_is_nothing_to_trace(fact_frame, parcels):
    found = trace([], fact_frame(parcels), as_of=AS_OF, adoptions={})
    assert found.table.empty
    assert list(found.table.columns) == ["parcel_id", "rule_id", "truths", "limits", "settles"]
    assert found.rules == {}
