"""Full months without a start, gross and net of what others caused, worked by hand."""

from datetime import date

import numpy as np
import pytest

from geo.model import NONE_AGREED

AS_OF = date(2026, 10, 31)
OPEN = float("inf")
AGREED = {"agreed_start_on": "2025-03-01", "agreed_completion_on": "2026-06-30"}
NOT_STARTED = dict.fromkeys(
    ("construction_permit_on", "started_on", "completed_on", "extension_granted_on"), NONE_AGREED
)


def bounds(values, name):
    return values[f"{name}_low"], values[f"{name}_high"]


@pytest.mark.parametrize(
    ("agreed", "as_of", "months"),
    [
        ("2025-03-01", date(2026, 3, 1), 11.0),
        ("2025-03-01", date(2026, 3, 2), 12.0),
        ("2024-02-29", date(2025, 2, 28), 11.0),
        ("2024-02-29", date(2025, 3, 1), 12.0),
        ("2026-01-31", date(2026, 2, 28), 0.0),
        ("2026-01-31", date(2026, 3, 1), 1.0),
        ("2027-01-31", date(2026, 3, 1), 0.0),
    ],
)
def test_a_month_is_full_when_its_corresponding_day_is_over(build, agreed, as_of, months):
    """C14: the day itself does not yet complete it; 29 February and month ends go to the last day of the month."""
    values, _ = build(**NOT_STARTED, agreed_start_on=agreed, as_of=as_of)
    assert values["full_months_not_started"] == months
    assert bounds(values, "net_full_months_not_started") == (months, months)


CAUSE = {"cause": "government", "cause_from_on": "2025-06-01", "cause_to_on": "2025-08-31"}


@pytest.mark.parametrize(
    ("cause", "paper", "net"),
    [
        # 2025-03-01 to 2026-10-31 are 19 full months; 92 days from 2025-06-01 to 08-31 make the start 2025-06-01: 16
        ("government", "函12号", (16.0, 16.0)),
        ("force_majeure", "函12号", (16.0, 16.0)),
        ("preparatory", "函12号", (16.0, 16.0)),
        ("government", None, (16.0, 19.0)),
        ("mixed", "函12号", (16.0, 19.0)),
        ("enterprise", "函12号", (19.0, 19.0)),
    ],
)
def test_proven_days_of_others_are_deducted_and_unproven_ones_may_be(build, cause, paper, net):
    """D1: cause changes the remedy; without a paper nobody knows which."""
    values, _ = build(**NOT_STARTED, **AGREED, **{**CAUSE, "cause": cause, "cause_paper": paper})
    assert bounds(values, "net_full_months_not_started") == net
    assert values["full_months_not_started"] == 19.0


def test_a_government_act_after_idleness_was_complete_deducts_nothing(build):
    late = {"cause": "government", "cause_paper": "x", "cause_to_on": "2026-06-30"}
    inside, _ = build(**NOT_STARTED, **AGREED, **late, cause_from_on="2026-03-01")
    after, _ = build(**NOT_STARTED, **AGREED, **late, cause_from_on="2026-03-02")
    # 122 days from 2026-03-01 to 06-30: the start moves to 2025-07-01, 15 full months
    assert bounds(inside, "net_full_months_not_started") == (15.0, 15.0)
    assert bounds(after, "net_full_months_not_started") == (19.0, 19.0)


def test_where_causes_are_not_complete_nothing_bounds_the_net_time_from_below(build):
    values, _ = build(**NOT_STARTED, **AGREED, complete_through=None)
    assert bounds(values, "net_full_months_not_started") == (0.0, 19.0)


def test_intervals_that_overlap_count_once_and_one_moves_the_year_for_the_next(told_of):
    intervals = [
        {"number": "1", "cause": "government", "cause_from_on": "2025-06-01", "cause_to_on": "2025-08-31"},
        {"number": "2", "cause": "government", "cause_from_on": "2025-08-01", "cause_to_on": "2025-09-30"},
        {"number": "3", "cause": "force_majeure", "cause_from_on": "2026-06-20", "cause_to_on": "2026-06-29"},
    ]
    events = [{"event": name, "event_on": NONE_AGREED} for name in ("started", "construction_permit", "completed")]
    said = told_of(
        contract=[AGREED],
        cause_interval=[one | {"cause_paper": "x"} for one in intervals],
        happening=events,
        complete={"cause_interval": AS_OF, "extension": AS_OF, "happening": AS_OF},
    )
    # 2025-06-01 to 09-30: 122 days, year complete on 2026-07-01, so the third counts: 132 days, start 2025-07-11
    assert said["net_full_months_not_started"] == 15.0


def test_after_the_start_the_months_end_with_it(build):
    values, _ = build(
        **AGREED, construction_permit_on="2025-01-01", started_on="2025-09-02", extension_granted_on=NONE_AGREED
    )
    assert values["full_months_not_started"] == 6.0


def test_whether_started_unknown_the_months_are_too(build):
    values, _ = build(**AGREED, complete_through=None)
    assert values[["full_months_not_started_low", "net_full_months_not_started_high"]].isna().all()


@pytest.mark.parametrize(
    ("granted", "through", "count"),
    [
        (NONE_AGREED, None, (0.0, 0.0)),
        (None, AS_OF, (0.0, 0.0)),
        ("2026-01-01", None, (1.0, 1.0)),
        ("2026-12-01", date(2026, 12, 31), (0.0, 0.0)),
    ],
)
def test_extensions_granted_by_then_are_counted(build, granted, through, count):
    values, _ = build(extension_granted_on=granted, complete_through=through)
    assert bounds(values, "extension_count") == count


def test_where_no_register_is_complete_nobody_knows_how_many_extensions_there_were(build):
    values, _ = build(complete_through=None)
    assert values["extension_count_low":"extension_count_high"].isna().all()


def test_a_stoppage_that_goes_on_or_is_over_bounds_the_longest_from_below(build):
    works = {"construction_permit_on": "2024-01-01", "started_on": "2024-02-01"}
    still, _ = build(**works, last_worked_on="2026-01-15")
    over, _ = build(**works, last_worked_on="2024-06-30", resumed_on="2025-07-01")
    assert still["full_months_since_last_worked"] == 9.0
    assert bounds(still, "longest_stoppage_months") == (9.0, OPEN)
    assert over[["full_months_since_last_worked_low", "full_months_since_last_worked_high"]].isna().all()
    assert bounds(over, "longest_stoppage_months") == (12.0, OPEN)


def test_months_since_completion_run_from_the_agreed_and_the_accepted_day(build):
    works = {"construction_permit_on": "2024-01-01", "started_on": "2024-02-01", "extension_granted_on": NONE_AGREED}
    values, _ = build(**works, agreed_completion_on="2026-05-31", completed_on="2026-08-30")
    # 2026-05-31 + 5 months is 2026-10-31, which is not over yet
    assert values["full_months_since_agreed_completion"] == 4.0
    assert values["full_months_since_completed"] == 2.0


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ({"agreed_start_on": "2026-10-01", "construction_permit_on": "2026-09-01", "started_on": "2026-10-11"}, 10.0),
        ({"agreed_start_on": "2026-10-01", "construction_permit_on": "2026-09-01", "started_on": "2026-09-11"}, 0.0),
        ({"agreed_start_on": "2026-10-01"}, 30.0),
        ({}, None),
    ],
)
def test_days_late_run_from_the_agreed_start_to_the_start_or_the_day_of_the_act(build, fields, late):
    row, _ = build(**fields)
    assert row["start_late_d"] == late if late is not None else np.isnan(row["start_late_d"])


def test_an_extension_that_moves_no_start_of_idle_land_bounds_the_days_late(build):
    extension = {
        "extension_granted_on": "2026-09-30",
        "extension_basis": "enterprise",
        "extended_start_on": "2026-10-21",
    }
    row, _ = build(agreed_start_on="2026-10-01", **extension)
    assert (row["start_late_d_low"], row["start_late_d_high"]) == (10.0, 30.0)
    assert np.isnan(row["start_late_d"])


def test_days_late_of_a_completion_run_to_acceptance(build):
    row, _ = build(agreed_completion_on="2026-06-01", started_on="2025-01-01", construction_permit_on="2024-12-01")
    assert row["completion_late_d"] == 152.0
