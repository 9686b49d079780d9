"""What was done in cases, as facts: known from moves on record, never from their absence alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from geo.facts import Entries, build_facts
from geo.facts.fold import fold_registers
from geo.model import INDICATOR_COLUMNS, NONE_AGREED
from geo.registers import REGISTERS

AS_OF = date(2026, 10, 31)
COLUMNS = ["parcel_id", "case", "number", "case_stage", "moved_on", "served_on", "cause", "remedy", "row"]
IDENTIFIED = {"case_stage": "identified", "moved_on": "2026-09-08", "served_on": "2026-09-09", "cause": "enterprise"}

Facts = Callable[..., tuple[pd.Series, pd.Series]]


@pytest.fixture
def facts(periods, observation_frame) -> Facts:
    """Facts and sources of parcel "A" from moves of its cases."""

    def built(*moves: dict[str, Any], through: date | None = None):
        frame = pd.DataFrame([{"parcel_id": "A", "case": "idle", **move} for move in moves], columns=COLUMNS)
        days = {name: pd.to_datetime(frame[name]) for name in ("moved_on", "served_on")}
        complete = {} if through is None else {"case_move": through}
        values, sources = build_facts(
            ledger=pd.DataFrame({"parcel_id": ["A"], "row": [2]}),
            observations=observation_frame([]),
            indicators=pd.DataFrame(columns=list(INDICATOR_COLUMNS)),
            parcels=pd.DataFrame({"parcel_id": ["A"], "area_m2": [10_000.0]}),
            as_of=AS_OF,
            complete_through={},
            periods=periods,
            entries=Entries(moves=frame.assign(**days), complete_through=complete),
        )
        return values.loc["A"], sources.loc["A"]

    return built


def test_without_moves_there_is_no_such_fact(facts: Facts) -> None:
    values, _ = facts()
    assert "is_idle_identified" not in values


def test_an_identification_counts_once_it_is_served(facts: Facts) -> None:
    values, sources = facts({**IDENTIFIED, "row": 7})
    assert values["is_idle_identified"]
    assert values["identified_cause"] == "enterprise"
    assert values["identified_on"] == pd.Timestamp(2026, 9, 9)
    assert sources["is_idle_identified"] == "register:case_move/7"
    values, _ = facts({**IDENTIFIED, "served_on": "2026-11-09"})
    assert pd.isna(values["is_idle_identified"])
    assert pd.isna(values["identified_on"])
    assert values["identified_cause"] is None


def test_what_is_not_on_record_is_a_no_only_of_a_complete_register(facts: Facts) -> None:
    begun = {"case_stage": "suspected", "moved_on": "2026-08-03"}
    values, sources = facts(begun)
    assert pd.isna(values["is_idle_identified"])
    assert sources["is_idle_identified"] == "missing:case_move"
    values, sources = facts(begun, through=date(2026, 10, 30))
    assert pd.isna(values["is_idle_identified"])
    values, sources = facts(begun, through=AS_OF)
    assert not values["is_idle_identified"]
    assert not values["is_low_efficiency_identified"]
    assert sources["is_idle_identified"] == "blank:case_move"


@pytest.mark.parametrize("end", ["withdrawn", "closed"])
def test_after_the_end_of_a_case_nothing_is_identified(facts: Facts, end: str) -> None:
    values, sources = facts(IDENTIFIED, {"case_stage": end, "moved_on": "2026-10-20"})
    assert not values["is_idle_identified"]
    assert values["identified_cause"] is None
    assert sources["is_idle_identified"] == f"move:{end}"


def test_the_latest_case_counts_and_moves_after_the_day_do_not(facts: Facts) -> None:
    values, _ = facts(
        {**IDENTIFIED, "number": "1"},
        {"case_stage": "closed", "moved_on": "2026-09-20", "number": "1"},
        {"case_stage": "identified", "moved_on": "2026-10-10", "served_on": "2026-10-12", "number": "2"},
        {"case_stage": "withdrawn", "moved_on": "2026-11-10", "number": "2"},
    )
    assert values["is_idle_identified"]
    assert values["identified_cause"] is None


def test_days_of_service_are_the_days_from_which_clocks_run(facts: Facts) -> None:
    values, sources = facts(
        {"case_stage": "investigation_notice", "moved_on": "2026-08-05", "served_on": "2026-08-07"},
        {"case_stage": "answered", "moved_on": "2026-08-20"},
        {"case_stage": "hearing", "moved_on": "2026-09-14", "served_on": "2026-09-16"},
        {"case_stage": "filed", "moved_on": "2026-09-14"},
        {"case": "low_efficiency", "case_stage": "identified", "moved_on": "2026-06-01", "served_on": "2026-06-02"},
    )
    assert values["investigation_notified_on"] == pd.Timestamp(2026, 8, 7)
    assert values["answered_on"] == pd.Timestamp(2026, 8, 20)
    assert values["hearing_offered_on"] == pd.Timestamp(2026, 9, 16)
    assert values["is_hearing_offered"]
    assert values["is_filed_in_monitoring_system"]
    assert values["is_low_efficiency_identified"]
    assert values["low_efficiency_identified_on"] == pd.Timestamp(2026, 6, 2)
    assert sources["answered_on"] == "move:answered"


def test_moves_leave_a_ledger_with_one_row_a_parcel_as_it_is() -> None:
    registers = {name: pd.DataFrame(columns=[*register.fields, "row"]) for name, register in REGISTERS.items()}
    registers["ledger"] = pd.DataFrame({"parcel_id": ["A"], "started_on": [NONE_AGREED]})
    registers["case_move"] = pd.DataFrame([{"parcel_id": "A", "case_stage": "suspected"}])
    ledger, entries = fold_registers(registers, complete_through={"case_move": AS_OF, "extension": AS_OF}, as_of=AS_OF)
    assert ledger is registers["ledger"]
    assert entries.moves is registers["case_move"]
    assert entries.complete_through == {"case_move": AS_OF}


SUSPECTED = {"case_stage": "suspected", "moved_on": "2026-08-01"}
NOTICE = {"case_stage": "investigation_notice", "moved_on": "2026-08-03", "served_on": "2026-08-05"}


def test_a_case_is_open_until_it_ends_and_its_suspicion_has_a_day(facts: Facts) -> None:
    values, sources = facts({**SUSPECTED, "row": 3})
    assert values["is_idle_case_open"]
    assert values["suspicion_found_on"] == pd.Timestamp(2026, 8, 1)
    assert sources["is_idle_case_open"] == "register:case_move/3"
    values, sources = facts(SUSPECTED, {"case_stage": "withdrawn", "moved_on": "2026-09-01", "row": 4})
    assert not values["is_idle_case_open"]
    assert sources["is_idle_case_open"] == "register:case_move/4"


def test_a_parcel_without_a_case_has_none_open_only_in_a_complete_register(facts: Facts) -> None:
    later = {**SUSPECTED, "moved_on": "2026-11-30"}
    assert pd.isna(facts(later)[0]["is_idle_case_open"])
    values, sources = facts(later, through=AS_OF)
    assert not values["is_idle_case_open"]
    assert sources["is_idle_case_open"] == "blank:case_move"


def test_a_holder_is_notified_by_service_and_has_answered_by_an_answer(facts: Facts) -> None:
    values, _ = facts(SUSPECTED, {**NOTICE, "served_on": None})
    assert pd.isna(values["is_investigation_notified"])
    values, _ = facts(SUSPECTED, NOTICE, {"case_stage": "answered", "moved_on": "2026-08-20"})
    assert values["is_investigation_notified"]
    assert values["is_investigation_answered"]


def test_the_remedy_is_that_of_the_disposal_and_before_it_that_of_the_approval(facts: Facts) -> None:
    approval = {"case_stage": "approval", "moved_on": "2026-10-01", "remedy": "fee"}
    assert facts(SUSPECTED)[0]["decided_remedy"] is None
    assert facts(SUSPECTED, through=AS_OF)[0]["decided_remedy"] == "none"
    assert facts(SUSPECTED, approval)[0]["decided_remedy"] == "fee"
    disposal = {"case_stage": "disposal", "moved_on": "2026-10-20", "served_on": "2026-10-21", "remedy": "extend"}
    values, sources = facts(SUSPECTED, approval, {**disposal, "row": 9})
    assert values["decided_remedy"] == "extend"
    assert sources["decided_remedy"] == "register:case_move/9"
