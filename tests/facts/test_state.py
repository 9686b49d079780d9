"""States of entries on a day, for every register that declares them."""

from datetime import date

import pandas as pd
import pytest

from geo.facts.state import entry_states
from geo.model import NONE_AGREED
from geo.registers import REGISTERS

STATED = [register for register in REGISTERS.values() if register.states]


def test_the_registers_that_the_texts_name_have_states():
    named = {"low_efficiency", "supply_entry", "credit", "cause_interval", "assessment", "reserve", "reserve_blocker"}
    assert named | {"temporary_land", "legalisation"} <= {register.name for register in STATED}


@pytest.mark.parametrize("register", STATED, ids=lambda register: register.name)
def test_an_entry_goes_through_its_states_in_order_each_from_its_day_on(register, entry_frame):
    days = {name: date(2025, at + 1, 10) for at, name in enumerate(register.states)}
    rows = entry_frame(register.name, [{name: str(on) for name, on in days.items()}])
    for name, on in days.items():
        found = entry_states(rows, register.states, as_of=on).iloc[0]
        assert (found["state"], found["since"].date(), found["skipped"]) == (name, on, "")
    before = entry_states(rows, register.states, as_of=date(2025, 1, 9)).iloc[0]
    assert before["state"] is None
    assert pd.isna(before["since"])


def test_a_gate_that_was_skipped_is_named_unless_it_is_said_not_to_have_come(entry_frame):
    gates = REGISTERS["legalisation"].states
    entry = {"parcel_id": "A", "recruited_on": "2017-01-01", "plan_verified_on": "2022-01-01"}
    rows = entry_frame("legalisation", [entry, {**entry, "corrected_on": NONE_AGREED}])
    skipped = entry_states(rows, gates, as_of=date(2026, 10, 31))["skipped"].tolist()
    assert skipped == [
        "surveyed_on accepted_in_writing_on committee_consented_on corrected_on",
        "surveyed_on accepted_in_writing_on committee_consented_on",
    ]


def test_a_repaired_credit_event_is_listed_again_seen_from_before(entry_frame):
    event = {"credit_event": "逾期未整改", "credit_listed_on": "2025-01-01", "repaired_on": "2026-03-01"}
    rows = entry_frame("credit", [event])
    states = REGISTERS["credit"].states
    found = [entry_states(rows, states, as_of=on).loc[0, "state"] for on in (date(2026, 2, 28), date(2026, 3, 1))]
    assert found == ["credit_listed_on", "repaired_on"]
