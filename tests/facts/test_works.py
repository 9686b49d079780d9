from datetime import date

import pandas as pd
import pytest

STARTED = {"construction_permit_on": "2024-02-01", "started_on": "2024-03-01"}


def bracket(values, name):
    return [str(side.date()) if pd.notna(side := values[f"{name}_{end}"]) else None for end in ("low", "high")]


def test_a_recorded_start_with_a_permit_is_a_start(build):
    values, _ = build(**STARTED)
    assert values["is_started"]
    assert str(values["started_on"].date()) == "2024-03-01"
    assert not values["is_built_without_permit"]


def test_a_blank_start_in_a_complete_register_is_no_start(build):
    values, sources = build()
    assert not values["is_started"]
    assert sources["is_started"] == "blank:started_on"
    assert not values["is_built_without_permit"]


def test_works_seen_on_site_without_a_permit_are_no_lawful_start_and_not_idle_either(build):
    values, sources = build(works_seen_on="2026-04-12")
    assert values["is_built_without_permit"]
    assert values["is_started"] is pd.NA
    assert sources["is_started"] == "ledger:2; law:works_without_permit"


def test_a_start_recorded_without_a_permit_contradicts_itself(build):
    values, sources = build(started_on="2025-03-01")
    assert values["is_built_without_permit"]
    assert values["is_started"] is pd.NA
    assert sources["is_started"] == "ledger:2; contradiction:start_without_permit"


def test_works_seen_with_a_permit_but_no_recorded_start_leave_the_start_open(build):
    values, sources = build(works_seen_on="2026-03-10", construction_permit_on="2025-09-01")
    assert values["is_started"] is pd.NA
    assert sources["is_started"] == "ledger:2; contradiction:works_but_no_start"
    assert not values["is_built_without_permit"]


def test_an_image_alone_opens_start_and_permit_and_decides_neither(build):
    values, sources = build(views=[{"on": "2026-10-03", "built": 0.24, "scene_id": "S2A"}])
    assert values["is_started"] is pd.NA
    assert values["is_built_without_permit"] is pd.NA
    assert sources["is_started"] == "scene:S2A; contradiction:image_but_no_start"
    assert sources["is_built_without_permit"] == "blank:construction_permit_on; scene:S2A"


@pytest.mark.parametrize(("built", "is_open"), [(0.05, False), (0.051, True)])
def test_a_gatehouse_on_the_image_is_no_works(build, built, is_open):
    values, _ = build(views=[{"on": "2026-10-03", "built": built}])
    assert (values["is_started"] is pd.NA) is is_open


def test_a_completed_project_has_started_even_if_the_day_is_blank(build):
    values, _ = build(construction_permit_on="2024-02-01", completed_on="2026-01-10")
    assert values["is_started"]
    assert pd.isna(values["started_on_low"])


def test_a_start_before_the_permit_lies_between_the_two(build):
    values, sources = build(started_on="2024-03-01", construction_permit_on="2024-05-20")
    assert bracket(values, "started_on") == ["2024-03-01", "2024-05-20"]
    assert sources["started_on"] == "contradiction:started_before_permit"
    assert values["is_started"]


def test_a_completion_before_the_start_makes_all_that_rests_on_them_unknown(build):
    values, sources = build(**STARTED, completed_on="2024-01-10")
    for name in ("is_started", "is_completed", "is_suspended"):
        assert values[name] is pd.NA
        assert sources[name] == "contradiction:completed_before_started"
    assert pd.isna(values["completed_on"])


def test_a_stop_without_a_resumption_is_a_standstill_since_the_last_day_worked(build):
    values, sources = build(**STARTED, last_worked_on="2025-03-15")
    assert values["is_suspended"]
    assert bracket(values, "last_worked_on") == ["2025-03-15", "2025-03-15"]
    assert sources["is_suspended"] == "ledger:2; blank:resumed_on"


def test_no_recorded_stop_in_a_complete_register_is_no_standstill(build):
    values, _ = build(**STARTED)
    assert not values["is_suspended"]


def test_patrols_bracket_the_last_day_worked(build):
    values, _ = build(**STARTED, last_seen_working_on="2025-09-06", first_seen_stopped_on="2025-11-25")
    assert values["is_suspended"]
    assert pd.isna(values["last_worked_on"])
    assert bracket(values, "last_worked_on") == ["2025-09-06", "2025-11-25"]


def test_where_works_were_never_seen_the_start_bounds_the_last_day_worked(build):
    values, _ = build(**STARTED, first_seen_stopped_on="2025-11-25")
    assert bracket(values, "last_worked_on") == ["2024-03-01", "2025-11-25"]


def test_resumed_works_stand_still_no_more(build):
    values, _ = build(**STARTED, last_worked_on="2025-02-01", resumed_on="2026-05-06")
    assert not values["is_suspended"]
    assert bracket(values, "last_worked_on") == ["2026-05-06", "2026-10-31"]


def test_a_resumption_after_the_day_of_the_act_does_not_count_yet(build):
    values, _ = build(**STARTED, last_worked_on="2025-02-01", resumed_on="2026-05-06", as_of=date(2026, 4, 30))
    assert values["is_suspended"]


def test_in_an_incomplete_register_works_may_have_resumed_any_day_since(build):
    values, sources = build(**STARTED, last_worked_on="2025-03-15", complete_through=date(2026, 9, 30))
    assert values["is_suspended"] is pd.NA
    assert bracket(values, "last_worked_on") == ["2025-03-15", "2026-10-31"]
    assert sources["is_suspended"] == "missing:resumed_on; missing:completed_on"


def test_a_completed_project_does_not_stand_still(build):
    values, sources = build(**STARTED, last_worked_on="2025-03-15", completed_on="2025-04-01")
    assert not values["is_suspended"]
    assert sources["is_suspended"] == "ledger:2"


@pytest.mark.parametrize(
    "stops",
    [
        {"last_worked_on": "2025-03-15", "first_seen_stopped_on": "2025-02-01"},  # worked after it was seen stopped
        {"last_worked_on": "2025-03-15", "last_seen_working_on": "2025-04-01"},  # seen working after the last day
        {"last_seen_working_on": "2025-04-01", "first_seen_stopped_on": "2025-02-01"},
        {"last_worked_on": "2024-02-15"},  # before the start
        {"last_worked_on": "2025-03-15", "resumed_on": "2025-04-01", "first_seen_stopped_on": "2025-06-01"},
    ],
)
def test_stop_days_that_cannot_all_hold_leave_the_standstill_open(build, stops):
    values, sources = build(**STARTED, **stops)
    assert values["is_suspended"] is pd.NA
    assert sources["last_worked_on"] == "contradiction:stop_days"
    assert bracket(values, "last_worked_on") == [None, None]
