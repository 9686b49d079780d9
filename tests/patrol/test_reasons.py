"""Why a parcel is visited, case by case; the findings are of 2026-10-31, the plan is for 2026-11-02 to -08."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from geo.patrol.control import CONTROL_COLUMNS
from geo.patrol.duties import Duties
from geo.patrol.reasons import REASON_COLUMNS, Known, find_reasons, span, strata_of

Make = Callable[..., Known]
NOBODY = pd.DataFrame(columns=list(CONTROL_COLUMNS))
WEEK = span(date(2026, 11, 2), 7)
MONTH = span(date(2026, 11, 2), 31)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def reason(known: Known, duties: Duties, name: str, over: object = WEEK) -> pd.DataFrame:
    found = find_reasons(known, NOBODY, duties, over=over)
    assert list(found.columns) == list(REASON_COLUMNS)
    return found[found["reason"] == name].reset_index(drop=True)


def visits(parcel: str, on: str) -> pd.DataFrame:
    return pd.DataFrame({"parcel_id": [parcel], "visited_on": [day(on)]})


def test_an_agreed_day_within_the_plan_is_a_must_around_that_day(county: Make, duties: Duties) -> None:
    found = reason(county(1, {"P1": {"agreed_start_on": "2026-11-06"}}), duties, "agreed_start")
    row = found.iloc[0]
    assert row["is_must"]
    assert (row["earliest_on"], row["latest_on"], row["due_on"]) == (day("2026-11-03"), WEEK.last, day("2026-11-06"))


def test_an_agreed_day_after_the_plan_is_worth_a_visit_and_no_must(county: Make, duties: Duties) -> None:
    row = reason(county(1, {"P1": {"agreed_completion_on": "2026-11-10"}}), duties, "agreed_completion").iloc[0]
    assert not row["is_must"]
    assert row["earliest_on"] == day("2026-11-07")


def test_a_visit_in_the_window_has_served_the_day(county: Make, duties: Duties) -> None:
    facts = {"P1": {"agreed_start_on": "2026-11-06"}}
    assert reason(county(1, facts, visits=visits("P1", "2026-11-04")), duties, "agreed_start").empty
    assert len(reason(county(1, facts, visits=visits("P1", "2026-11-02")), duties, "agreed_start")) == 1


@pytest.mark.parametrize(
    ("agreed", "started", "count"),
    [("2026-10-01", False, 1), ("2026-10-01", None, 1), ("2026-10-01", True, 0), ("2026-06-01", False, 0)],
)
def test_a_missed_day_is_made_up_for_unless_it_is_over_or_long_ago(
    county: Make, duties: Duties, agreed: str, started, count: int
) -> None:
    facts = {"P1": {"agreed_start_on": agreed, "is_started": pd.NA if started is None else started}}
    found = reason(county(1, facts), duties, "agreed_start")
    assert len(found) == count
    assert found["is_must"].all()
    assert (found["latest_on"] == WEEK.last).all()


def test_a_clue_with_a_period_of_law_is_a_must_when_it_ends_within_the_plan(county: Make, duties: Duties) -> None:
    known = county(1, findings=[("P1", "suspected_idle", "met", "")])
    week, month = reason(known, duties, "suspected"), reason(known, duties, "suspected", MONTH)
    assert not week["is_must"][0]
    assert month["is_must"][0]
    assert month["due_on"][0] == month["latest_on"][0] == day("2026-11-30")  # art. 5: within thirty days
    assert duties.points["suspected_idle"] < week["points"][0] < month["points"][0] == 100


def test_a_clue_that_was_looked_at_since_presses_no_more(county: Make, duties: Duties) -> None:
    known = county(1, findings=[("P1", "suspected_idle", "met", "")], visits=visits("P1", "2026-11-01"))
    row = reason(known, duties, "suspected", MONTH).iloc[0]
    assert not row["is_must"]
    assert pd.isna(row["due_on"])


def test_a_clue_past_its_period_is_overdue_and_still_a_must(county: Make, duties: Duties) -> None:
    known = county(1, findings=[("P1", "suspected_idle", "met", "")])
    row = reason(known, duties, "suspected", span(date(2026, 12, 7), 5)).iloc[0]
    assert row["is_must"]
    assert row["due_on"] < day("2026-12-07")
    assert row["latest_on"] == day("2026-12-11")


def test_the_weightiest_clue_counts_and_all_are_named(county: Make, duties: Duties) -> None:
    known = county(1, findings=[("P1", "late_start", "met", ""), ("P1", "built_without_permit", "met", "")])
    row = reason(known, duties, "suspected").iloc[0]
    assert row["about"] == "built_without_permit late_start"
    assert row["points"] == duties.points["built_without_permit"]


def test_an_open_finding_is_worth_what_a_visit_settles_of_it(county: Make, duties: Duties) -> None:
    findings = [
        ("P1", "suspected_idle", "undetermined", "is_started"),  # seen on site
        ("P2", "suspected_idle", "undetermined", "is_started agreed_start_on"),  # half of it is a paper
        ("P3", "suspected_idle", "undetermined", "agreed_start_on"),  # only a paper
    ]
    found = reason(county(3, findings=findings), duties, "undetermined")
    full = duties.points["suspected_idle"] * duties.points["undetermined"]
    assert found["parcel_id"].tolist() == ["P1", "P2"]
    assert found["points"].tolist() == [full, full / 2]
    assert found["facts"].tolist() == ["is_started", "is_started"]


def test_routine_grows_with_every_interval_that_passed(county: Make, duties: Duties) -> None:
    never = reason(county(1), duties, "routine")
    assert never["points"].tolist() == [duties.points["never_visited"]]
    findings = [("P1", "late_start", "met", "")]
    recent = county(1, findings=findings, visits=visits("P1", "2026-10-20"))
    assert reason(recent, duties, "routine").empty
    old = reason(county(1, findings=findings, visits=visits("P1", "2026-09-01")), duties, "routine")
    assert old["points"].tolist() == [2 * duties.revisit["points"]]  # 68 days: two full times thirty
    assert old["due_on"].tolist() == [day("2026-10-01")]


def test_a_running_clock_is_a_must_when_it_ends_and_grows_until_then(county: Make, duties: Duties) -> None:
    rows = [
        ("P1", "answer", "2026-10-20", "2026-11-05", "running"),
        ("P2", "answer", "2026-10-20", "2026-12-20", "running"),
        ("P3", "answer", "2026-10-20", "2026-11-05", "done"),
        ("P4", "answer", "2026-10-01", "2026-10-30", "running"),
        ("P5", "answer", "2026-12-01", "2026-12-30", "running"),
    ]
    clocks = pd.DataFrame(rows, columns=["parcel_id", "clock", "starts_on", "due_on", "state"])
    found = reason(county(5, clocks=clocks), duties, "clock").set_index("parcel_id")
    assert found.index.tolist() == ["P1", "P2", "P4"]
    assert found["is_must"].tolist() == [True, False, True]
    assert found["latest_on"].tolist() == [day("2026-11-05"), WEEK.last, WEEK.last]
    assert 60 < found.loc["P2", "points"] < found.loc["P1", "points"] == 100


def test_the_drawn_are_musts_and_strangers_are_left_out(county: Make, duties: Duties) -> None:
    drawn = pd.DataFrame({"parcel_id": ["P1", "P9"], "tier": "clear", "probability": 0.1})
    found = find_reasons(county(1), drawn, duties, over=WEEK)
    assert found["reason"].tolist() == ["control", "routine"]
    assert found["is_must"].tolist() == [True, False]


def test_nobody_known_gives_no_reason(county: Make, duties: Duties) -> None:
    found = find_reasons(county(0), NOBODY, duties, over=WEEK)
    assert found.empty
    assert list(found.columns) == list(REASON_COLUMNS)


def test_strata_tell_tier_weightiest_label_town_and_size(county: Make, duties: Duties) -> None:
    findings = [
        ("P1", "late_start", "met", ""),
        ("P1", "suspected_idle", "undetermined", "is_started"),
        ("P2", "suspected_idle", "undetermined", "is_started"),
        ("P3", "suspected_idle", "not_met", ""),
    ]
    strata = strata_of(county(3, findings=findings), duties)
    assert strata["tier"].tolist() == ["suspected", "undetermined", "clear"]
    assert strata["label"].tolist() == ["late_start", "suspected_idle", ""]
    assert strata["size"].tolist() == ["medium"] * 3
