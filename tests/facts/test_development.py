import math
from datetime import date

import pandas as pd
import pytest

STOPPED = {
    "construction_permit_on": "2024-02-01",
    "started_on": "2024-03-01",
    "last_worked_on": "2025-03-15",
    "should_develop_area_m2": 8_000.0,
}
WORKING = {name: value for name, value in STOPPED.items() if name != "last_worked_on"}


def bounds(values, name="developed_fraction"):
    return [pytest.approx(values[f"{name}_{end}"], nan_ok=True) for end in ("low", "high")]


def test_a_survey_gives_the_share_of_the_land_that_should_be_developed(build):
    values, sources = build(**STOPPED, developed_area_m2=2_000.0)
    assert values["developed_fraction"] == 2_000 / 8_000
    assert bounds(values) == [0.25, 0.25]
    assert sources["developed_fraction"] == "ledger:2"


def test_a_view_after_works_stopped_bounds_the_share_on_both_sides(build):
    values, sources = build(**STOPPED, views=[{"on": "2026-10-03", "built": 0.1, "green": 0.7, "scene_id": "S2A"}])
    assert bounds(values) == [0.1 * 10_000 / 8_000, (1 - 0.7) * 10_000 / 8_000]
    assert sources["developed_fraction"] == "scene:S2A"


def test_while_works_go_on_a_view_bounds_from_below_only(build):
    values, _ = build(**WORKING, views=[{"on": "2026-10-03", "built": 0.1, "green": 0.7}])
    assert bounds(values) == [0.125, math.inf]


def test_a_view_before_the_last_possible_day_of_works_bounds_from_below_only(build):
    seen = [{"on": "2026-06-03", "built": 0.1, "green": 0.7}]
    days = {"last_seen_working_on": "2025-06-01", "first_seen_stopped_on": "2026-06-04"}
    assert bounds(build(**WORKING, **days, views=seen)[0]) == [0.125, math.inf]
    days["first_seen_stopped_on"] = "2026-06-03"
    assert bounds(build(**WORKING, **days, views=seen)[0]) == [0.125, 0.375]


def test_bare_ground_may_be_worked_on_so_it_stands_in_the_upper_bound(build):
    values, _ = build(**STOPPED, views=[{"on": "2026-10-03", "built": 0.1, "green": 0.0}])
    assert bounds(values) == [0.125, 1.25]


def test_registered_buildings_are_developed_for_certain(build):
    seen = [{"on": "2026-10-03", "built": 0.1, "green": 0.5}]
    values, sources = build(**STOPPED, views=seen, indicators={"building_coverage_low": 0.4})
    assert bounds(values) == [0.4 * 10_000 / 8_000, 0.625]
    assert sources["developed_fraction"] == "scene:S0; footprints:mapped"
    unregistered, _ = build(**STOPPED, views=seen, indicators={"building_coverage_low": math.nan})
    assert bounds(unregistered) == [0.125, 0.625]


def test_buildings_where_the_image_shows_plants_widen_the_bounds_to_both(build):
    seen = [{"on": "2026-10-03", "built": 0.1, "green": 0.8}]
    values, sources = build(**STOPPED, views=seen, indicators={"building_coverage_low": 0.4})
    assert bounds(values) == [(1 - 0.8) * 1.25, 0.4 * 1.25]
    assert sources["developed_fraction"].endswith("contradiction:evidence_differs")


def test_a_survey_that_the_evidence_excludes_widens_the_bounds_to_both(build):
    seen = [{"on": "2026-10-03", "built": 0.4, "green": 0.5}]
    values, sources = build(**STOPPED, developed_area_m2=2_000.0, views=seen)
    assert values["developed_fraction"] == 0.25
    assert bounds(values) == [0.25, 0.625]
    assert sources["developed_fraction"] == "ledger:2; scene:S0; contradiction:ledger_and_evidence"


def test_an_unknown_denominator_never_bounds_from_above(build):
    values, sources = build(**{**STOPPED, "should_develop_area_m2": None}, developed_area_m2=2_000.0)
    assert values["developed_fraction"] == 0.2
    assert bounds(values) == [2_000 / 10_200, math.inf]  # a contract may say 2 % more than the map
    assert sources["developed_fraction"] == "ledger:2; assumed:parcel_area"


def test_a_contract_area_a_little_over_the_measured_one_does_not_make_full_use_short(build):
    values, _ = build(**{**STOPPED, "should_develop_area_m2": 10_100.0}, views=[{"on": "2026-10-03", "built": 0.5}])
    assert bounds(values) == [0.5 * 10_000 / 10_100, 1.0]


def test_more_land_to_develop_than_the_parcel_has_is_a_contradiction(build):
    values, sources = build(**{**STOPPED, "should_develop_area_m2": 10_201.0}, developed_area_m2=2_000.0)
    assert bounds(values) == [pytest.approx(math.nan, nan_ok=True)] * 2
    assert sources["developed_fraction"] == "contradiction:should_develop_more_than_parcel"


def test_a_project_not_started_has_developed_nothing(build):
    values, sources = build(should_develop_area_m2=8_000.0, views=[{"on": "2026-10-03"}])
    assert bounds(values) == [0.0, 0.0]
    assert sources["developed_fraction"] == "blank:started_on"


def test_without_survey_view_or_buildings_nothing_is_known(build):
    values, _ = build(**WORKING)
    assert pd.isna(values["developed_fraction"])
    assert bounds(values) == [pytest.approx(math.nan, nan_ok=True)] * 2


def at_deadline(values):
    return bounds(values, "developed_fraction_at_deadline")


def test_before_the_deadline_its_state_is_not_known(build):
    values, sources = build(**STOPPED, agreed_completion_on="2026-11-01", developed_area_m2=2_000.0)
    assert at_deadline(values) == [pytest.approx(math.nan, nan_ok=True)] * 2
    assert sources["developed_fraction_at_deadline"] == "law:deadline_not_reached"


def test_views_before_and_after_the_deadline_bracket_its_state(build):
    seen = [{"on": "2026-05-20", "built": 0.3, "green": 0.5}, {"on": "2026-06-20", "built": 0.4, "green": 0.4}]
    values, _ = build(**WORKING, agreed_completion_on="2026-06-01", views=seen)
    assert at_deadline(values) == [0.3 * 1.25, (1 - 0.4) * 1.25]


def test_the_share_now_bounds_the_one_at_the_deadline_from_above(build):
    values, _ = build(**WORKING, agreed_completion_on="2026-06-01", developed_area_m2=4_000.0)
    assert at_deadline(values) == [0.0, 0.5]


def test_where_works_stopped_before_the_deadline_the_share_is_the_one_now(build):
    values, _ = build(**STOPPED, agreed_completion_on="2025-03-15", developed_area_m2=4_000.0)
    assert at_deadline(values) == [0.5, 0.5]
    values, _ = build(**STOPPED, agreed_completion_on="2025-03-14", developed_area_m2=4_000.0)
    assert at_deadline(values) == [0.0, 0.5]


def test_acceptance_by_the_deadline_says_that_all_of_it_was_developed(build):
    completed = {**WORKING, "agreed_completion_on": "2026-06-01"}
    values, sources = build(**completed, completed_on="2026-06-01")
    assert at_deadline(values) == [1.0, math.inf]
    assert sources["developed_fraction_at_deadline"] == "ledger:2"
    values, _ = build(**completed, completed_on="2026-06-02")
    assert at_deadline(values) == [pytest.approx(math.nan, nan_ok=True)] * 2


def test_evidence_that_contradicts_itself_is_told_beside_the_acceptance(build):
    completed = {**WORKING, "agreed_completion_on": "2025-06-01", "completed_on": "2025-05-20"}
    seen = [{"on": "2025-05-25", "built": 0.9, "green": 0.0}]  # 0.9 x 10000 / 8000 = 1.125, and the survey says 1
    values, sources = build(**completed, developed_area_m2=8_000.0, views=seen)
    assert bounds(values, "developed_fraction_at_deadline") == [1.0, 1.125]
    assert "contradiction:evidence_differs" in sources["developed_fraction_at_deadline"]
    values, sources = build(**completed, developed_area_m2=8_000.0)
    assert bounds(values, "developed_fraction_at_deadline") == [1.0, 1.0]
    assert "contradiction" not in sources["developed_fraction_at_deadline"]


def test_acceptance_of_a_plant_with_half_its_land_in_grass_is_doubted(build):
    completed = {**WORKING, "agreed_completion_on": "2026-06-01", "completed_on": "2026-05-20"}
    values, sources = build(**completed, views=[{"on": "2026-06-20", "built": 0.3, "green": 0.5}])
    assert at_deadline(values) == [0.0, math.inf]
    assert sources["developed_fraction_at_deadline"].endswith("contradiction:ledger_and_evidence")


def test_a_deadline_that_an_extension_may_have_moved_is_not_known(build):
    values, _ = build(**STOPPED, agreed_completion_on="2025-06-01", complete_through=date(2026, 9, 30))
    assert at_deadline(values) == [pytest.approx(math.nan, nan_ok=True)] * 2
