"""The clocks a lawyer can read and add to: tests/law/clock_cases/*.toml, a state for each of some days."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from geo.law.clocks import run_clocks
from geo.law.rule import Instrument
from geo.steps.clocks import days_worked

HERE = Path(__file__).parent
CASES = [
    (table["instrument"], case)
    for file in sorted((HERE / "clock_cases").glob("*.toml"))
    for table in [tomllib.loads(file.read_text("utf-8"))]
    for case in table["case"]
]
STATES = {"not_started", "running", "warning", "overdue", "passed", "met", "suspended", "unknown", "out"}
TABLE = days_worked()


def state_on(text: Instrument, facts, clock: str, day: date) -> str:
    found = run_clocks([text], facts, as_of=day, adoptions={}, asked={text.id}, table=TABLE)
    rows = found[found["clock"] == clock]
    assert len(rows) <= 1
    return "out" if rows.empty else f"{rows['state'].iloc[0]}: {rows['missing'].iloc[0]}".removesuffix(": ")


@pytest.mark.parametrize(
    ("instrument_id", "case"), CASES, ids=[f"{name}/{case['clock']}: {case['name']}" for name, case in CASES]
)
def test_a_clock_stands_as_the_lawyer_says(packs, fact_frame, instrument_id, case):
    assert set(case) == {"clock", "name", "facts", "days"}
    facts = fact_frame({"P1": case["facts"]})
    said = {day: state_on(packs[instrument_id], facts, case["clock"], date.fromisoformat(day)) for day in case["days"]}
    assert said == case["days"]


def test_every_clock_is_told_done_and_from_both_sides_of_its_last_day(packs):
    told: dict[tuple[str, str], list[dict[str, str]]] = {}
    for name, case in CASES:
        told.setdefault((name, case["clock"]), []).append(case["days"])
    for text in packs.values():
        for clock in text.clocks:
            days = told.pop((text.id, clock.id))
            states = {state.partition(":")[0] for one in days for state in one.values()}
            assert states <= STATES
            if clock.done:
                assert "met" in states, clock.id
            if clock.due:
                assert any(_turns_overdue(one) for one in days), clock.id
            if clock.warns:
                assert "warning" in states, clock.id
    assert told == {}


def _turns_overdue(days: dict[str, str]) -> bool:
    """Whether a case tells the last day itself and the day after it."""
    late = {date.fromisoformat(day) for day, state in days.items() if state in ("overdue", "passed")}
    return any(date.fromordinal(day.toordinal() - 1).isoformat() in days for day in late)
