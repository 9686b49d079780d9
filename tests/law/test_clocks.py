"""The table of clocks: what it holds, which texts speak, and that knowing less never turns what is decided."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.law.clocks import facts_of, run_clocks, runnable
from geo.law.rule import Adoption, Bilingual, Clock, Condition, Moment
from geo.law.workdays import NO_TABLE, work_table
from geo.model import CLOCK_COLUMNS, FACTS

AS_OF = date(2026, 10, 31)
LAW = {"as_of": AS_OF, "adoptions": {}, "table": NO_TABLE}
STARTED = Condition("is_started", "in", "true", limit=(True,))
WARNING = Bilingual("提醒", "reminder")


def clock(name: str = "start", **more) -> Clock:
    known = {"due": Moment("agreed_start_on"), "done": (STARTED,)}
    return Clock(name, "4", WARNING, "must", "holder", **{**known, **more})


@pytest.fixture
def text(instrument):
    """An instrument with some clocks and no rules."""
    return lambda *clocks, **more: instrument([], clocks=clocks, **more)


def test_a_row_says_when_how_who_and_by_what_law(text, fact_frame):
    facts = fact_frame({"P1": {"agreed_start_on": date(2026, 11, 9), "is_started": False}})
    one = clock(starts=Moment("agreed_start_on", minus="P30D"), warns="P10D", document="start-reminder")
    (row,) = run_clocks([text(one)], facts, **LAW).to_dict("records")
    starts, due = pd.Timestamp("2026-10-10"), pd.Timestamp("2026-11-09")
    assert row == {
        "parcel_id": "P1",
        "instrument_id": "small",
        "clock": "start",
        "article": "4",
        "starts_on": starts,
        "due_on": due,
        "state": "warning",
        "missing": "",
        "acts": "holder",
        "document": "start-reminder",
        "modality": "must",
        "basis": "instrument",
        "standing": "in_force",
        "starts_on_low": starts,
        "starts_on_high": starts,
        "due_on_low": due,
        "due_on_high": due,
    }


def test_rows_go_by_parcel_then_text_then_place_in_the_file_and_the_office_comes_first(text, fact_frame):
    facts = fact_frame({"P2": {"is_started": True}, "P10": {"is_started": True}})
    late, early = text(clock("z"), clock("a"), id="m"), text(clock("y", due=None, done=(), yearly="12-31"), id="k")
    found = run_clocks([late, early], facts, **LAW)
    assert tuple(found.columns) == CLOCK_COLUMNS
    assert found[["parcel_id", "clock"]].to_numpy().tolist() == [
        ["", "y"],
        ["P10", "z"],
        ["P10", "a"],
        ["P2", "z"],
        ["P2", "a"],
    ]


def test_a_day_known_by_bounds_is_due_between_them(text, fact_frame):
    bracket = {"low": date(2026, 10, 1), "high": date(2026, 11, 30)}
    facts = fact_frame({"P1": {"agreed_start_on": bracket, "is_started": False}})
    (row,) = run_clocks([text(clock(due=Moment("agreed_start_on", plus="P1M")))], facts, **LAW).to_dict("records")
    assert pd.isna(row["due_on"])
    assert [row["due_on_low"], row["due_on_high"]] == [pd.Timestamp("2026-11-01"), pd.Timestamp("2026-12-30")]
    assert row["state"] == "running"  # the last day has not come, whichever it is


def test_a_clock_without_a_first_day_runs_until_its_last(text, fact_frame):
    facts = fact_frame({"P1": {"agreed_start_on": date(2030, 1, 1), "is_started": False}})
    assert run_clocks([text(clock())], facts, **LAW)["state"].tolist() == ["running"]


def test_what_is_not_said_to_be_recorded_is_never_met(text, fact_frame):
    facts = fact_frame({"P1": {"agreed_start_on": date(2026, 10, 30)}})
    assert run_clocks([text(clock(done=()))], facts, **LAW)["state"].tolist() == ["overdue"]


def test_a_draft_runs_only_when_adopted_or_asked_for(text, fact_frame):
    draft = text(clock(), id="draft", is_draft=True)
    facts = fact_frame({"P1": {"is_started": True}})
    assert run_clocks([draft], facts, **LAW).empty
    adopted = {**LAW, "adoptions": {"draft": Adoption("县局", AS_OF)}}
    assert run_clocks([draft], facts, **adopted)["standing"].tolist() == ["draft_adopted"]
    assert run_clocks([draft], facts, **LAW, asked={"draft"})["standing"].tolist() == ["draft"]


def test_a_lapsed_text_runs_for_the_parcels_whose_contract_took_it_over(text, fact_frame):
    lapsed = text(clock(), is_contractual=True, last_day_in_force=date(2022, 12, 31))
    taken = {"incorporated_instrument": "small", "is_started": True}
    facts = fact_frame({"P1": taken, "P2": {**taken, "incorporated_instrument": "other"}, "P3": {"is_started": True}})
    found = run_clocks([lapsed], facts, **LAW).set_index("parcel_id")
    assert found[["state", "standing", "basis", "missing"]].to_numpy().tolist() == [
        ["met", "contract", "contract", ""],
        ["unknown", "contract", "contract", "incorporated_instrument"],
    ]
    assert found.index.tolist() == ["P1", "P3"]


def test_no_clocks_give_an_empty_frame_of_the_same_columns(text, fact_frame):
    assert run_clocks([text()], fact_frame({"P1": {}}), **LAW).columns.tolist() == list(CLOCK_COLUMNS)


def test_a_clock_is_left_out_for_want_of_a_register_and_named_with_what_it_lacks(text, fact_frame):
    facts = fact_frame({"P1": {"is_started": True}})
    kept, left = clock("kept", due=None, starts=Moment("started_on")), clock("left", suspended=(STARTED,))
    facts = facts.assign(started_on_low=None)
    yearly = clock("yearly", due=None, done=(), yearly="12-31")
    (found,), lacking = runnable([text(kept, left, yearly)], facts, as_of=AS_OF, adoptions={})
    assert [one.id for one in found.clocks] == ["kept", "yearly"]
    assert lacking == {"small/left": ("agreed_start_on",)}
    assert facts_of(yearly) == ()


def test_a_working_day_clock_asks_for_the_table_where_it_ends(text, fact_frame):
    facts = fact_frame({"P1": {"agreed_start_on": date(2026, 10, 1), "is_started": False}})
    one = clock(due=Moment("agreed_start_on", working_days=10))
    table = work_table(date(2026, 1, 1), date(2026, 10, 12), holidays=[], workdays=[])
    found = run_clocks([text(one)], facts, **{**LAW, "table": table})
    assert found[["state", "missing"]].to_numpy().tolist() == [["unknown", "working_days"]]


TABLE = work_table(date(2020, 1, 1), date(2026, 12, 31), holidays=[], workdays=[])
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
VALUES = {
    "date": st.tuples(DAYS, DAYS, DAYS).map(
        lambda days: dict(zip(("low", "value", "high"), sorted(days), strict=True))
    ),
    "bool": st.booleans(),
    "measure": st.integers(0, 3),
}
TEXTS = {
    "cause": ["government", "enterprise"],
    "identified_cause": ["government", "enterprise"],
    "land_use": ["industrial", "commercial"],
    "decided_remedy": ["fee", "reclaim"],
    "supply_mode": ["lease_then_grant", "public_grant"],
    "incorporated_instrument": ["guangzhou-performance-2020", "other"],
}


@pytest.fixture(scope="module")
def read_by_clocks(packs):
    return sorted({name for one in packs.values() for part in one.clocks for name in facts_of(part, one.applies_to)})


def truths(names):
    return st.fixed_dictionaries(
        {name: st.sampled_from(TEXTS[name]) if name in TEXTS else VALUES[FACTS[name].kind] for name in names}
    )


def exactly(truth):
    """What is so: of a bracket, the day between."""
    return {name: one["value"] if isinstance(one, dict) else one for name, one in truth.items()}


def partly(truth, known):
    """What is known of it: brackets wide or narrow, some facts not at all."""
    kept = {}
    for (name, one), how in zip(truth.items(), known, strict=True):
        if how == "bracket" and isinstance(one, dict):
            kept[name] = {"low": one["low"], "high": one["high"]}
        elif how == "known":
            kept[name] = one["value"] if isinstance(one, dict) else one
    return kept


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_knowing_less_never_flips_a_state(packs, fact_frame, read_by_clocks, data):
    truth = data.draw(truths(read_by_clocks))
    known = data.draw(st.lists(st.sampled_from(["known", "bracket", "no"]), min_size=len(truth), max_size=len(truth)))
    facts = fact_frame({"all": exactly(truth), "poor": partly(truth, known)})
    law = {**LAW, "asked": set(packs), "table": TABLE}
    found = run_clocks(packs.values(), facts, **law).set_index(["parcel_id", "instrument_id", "clock"])["state"]
    full = found.xs("all").to_dict()
    for key, state in found.xs("poor").to_dict().items():
        assert state == "unknown" or state == full[key], key
    gone = {key for key in full if ("poor", *key) not in found.index}
    assert not gone  # a clock that runs is never left out for want of knowledge


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_clock_that_nobody_stops_only_goes_forward(packs, fact_frame, read_by_clocks, data):
    facts = fact_frame({"P": exactly(data.draw(truths(read_by_clocks)))})
    order = {"not_started": 0, "running": 1, "warning": 2, "overdue": 3}
    before: dict[tuple[str, str], int] = {}
    for day in (date(2024, 6, 1) + timedelta(days=190 * step) for step in range(9)):
        found = run_clocks(packs.values(), facts, as_of=day, adoptions={}, asked=set(packs), table=TABLE)
        found = found[(found["parcel_id"] == "P") & found["state"].isin(order)]
        for row in found.itertuples():
            key = (row.instrument_id, row.clock)
            assert order[row.state] >= before.get(key, 0)
            before[key] = order[row.state]


def test_the_columns_give_the_answers_of_sixty_parcels_one_by_one(packs, fact_frame, read_by_clocks):
    random = np.random.default_rng(1)
    parcels = {f"P{number:03}": _drawn(read_by_clocks, random) for number in range(60)}
    law = {**LAW, "asked": set(packs), "table": TABLE}
    together = run_clocks(packs.values(), fact_frame(parcels), **law)
    together = together[together["parcel_id"] != ""]
    alone = [run_clocks(packs.values(), fact_frame({name: facts}), **law) for name, facts in parcels.items()]
    apart = pd.concat(alone).query("parcel_id != ''").sort_values("parcel_id", kind="stable")
    pd.testing.assert_frame_equal(together.reset_index(drop=True), apart.reset_index(drop=True))


def _drawn(names, random):
    facts = {}
    for name in names:
        if random.random() < 0.3:
            continue
        day = date(2024, 1, 1) + timedelta(days=int(random.integers(0, 1500)))
        kinds = {"date": day, "bool": bool(random.integers(0, 2)), "measure": int(random.integers(0, 3))}
        facts[name] = TEXTS[name][random.integers(0, 2)] if name in TEXTS else kinds[FACTS[name].kind]
    return facts
