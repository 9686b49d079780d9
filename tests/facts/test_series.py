"""What series of images may say of works: only where the ledger is silent, and never by accusing."""

import math
from collections.abc import Callable
from itertools import product

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.model import NONE_AGREED

Build = Callable[..., tuple[pd.Series, pd.Series]]

ARISEN = {
    "start": "started",
    "start_not_before": "2025-07-31",
    "start_not_after": "2026-03-02",
    "start_scenes": "S1 S2",
}
WILD = {"start": "not_started", "start_not_before": "2026-10-24", "start_scenes": "S9"}
STILL = {"works": "still", "last_change_on": "2025-06-01", "next_look_on": "2025-06-16", "works_scenes": "S3 S4 S9"}
PERMIT = {"construction_permit_on": "2025-06-01"}
RUNNING = {**PERMIT, "started_on": "2025-07-01", "completed_on": NONE_AGREED}


def days(values: pd.Series, name: str) -> list[str | None]:
    return [str(side.date()) if pd.notna(side := values[f"{name}_{end}"]) else None for end in ("low", "high")]


def test_structure_that_arose_on_permitted_land_is_a_start_between_its_looks(build: Build) -> None:
    values, sources = build(complete_through=None, monthly=[ARISEN], **PERMIT)
    assert values["is_started"]
    assert sources["is_started"] == sources["started_on"] == "scene:S1; scene:S2"
    assert days(values, "started_on") == ["2025-07-31", "2026-03-02"]


def test_a_start_is_not_before_the_permit(build: Build) -> None:
    values, _ = build(complete_through=None, monthly=[ARISEN], construction_permit_on="2026-05-01")
    assert days(values, "started_on") == ["2025-07-31", "2026-05-01"]


@pytest.mark.parametrize("permit", [{}, {"construction_permit_on": NONE_AGREED}])
def test_without_a_permit_structure_is_no_start_and_the_land_is_not_called_idle(
    build: Build, permit: dict[str, str]
) -> None:
    values, _ = build(complete_through=None, monthly=[ARISEN | STILL], **permit)
    assert values["is_started"] is pd.NA
    assert values["is_suspended"] is pd.NA
    assert values["is_built_without_permit"] is pd.NA


def test_structure_that_was_always_there_may_be_older_than_the_contract(build: Build) -> None:
    values, _ = build(complete_through=None, monthly=[ARISEN | {"start_not_before": None}], **PERMIT)
    assert values["is_started"] is pd.NA


def test_land_undisturbed_from_before_it_was_supplied_is_not_started(build: Build) -> None:
    values, sources = build(complete_through=None, monthly=[WILD], delivered_on="2024-12-01")
    assert not values["is_started"]
    assert sources["is_started"] == "scene:S9"


@pytest.mark.parametrize("supplied", [{}, {"delivered_on": "2024-10-01"}, {"deal_closed_on": "2024-10-01"}])
def test_land_that_may_have_been_started_and_overgrown_is_open(build: Build, supplied: dict[str, str]) -> None:
    values, _ = build(complete_through=None, monthly=[WILD], **supplied)
    assert values["is_started"] is pd.NA


def test_what_the_ledger_says_stands(build: Build) -> None:
    values, sources = build(monthly=[ARISEN], **PERMIT)
    assert (values["is_started"], sources["is_started"]) == (False, "blank:started_on")
    values, _ = build(monthly=[WILD | STILL], delivered_on="2024-12-01", **RUNNING)
    assert values["is_started"]
    assert days(values, "started_on") == ["2025-07-01", "2025-07-01"]
    assert not values["is_suspended"]


def test_a_contradiction_is_not_settled_by_an_image(build: Build) -> None:
    seen = {"works_seen_on": "2026-03-10", "delivered_on": "2024-12-01"}
    for month in (ARISEN, WILD):
        values, sources = build(monthly=[month], **PERMIT, **seen)
        assert values["is_started"] is pd.NA
        assert sources["is_started"].endswith("contradiction:works_but_no_start")


def test_works_that_stand_are_suspended_between_the_last_change_and_the_next_look(build: Build) -> None:
    values, sources = build(complete_through=None, monthly=[STILL], **(RUNNING | {"started_on": "2025-04-01"}))
    assert values["is_suspended"]
    assert sources["is_suspended"] == sources["last_worked_on"] == "scene:S3; scene:S4; scene:S9"
    assert days(values, "last_worked_on") == ["2025-06-01", "2025-06-16"]


def test_works_that_go_on_are_not_suspended(build: Build) -> None:
    values, sources = build(complete_through=None, monthly=[{"works": "working", "works_scenes": "S9"}], **RUNNING)
    assert (values["is_suspended"], sources["is_suspended"]) == (False, "scene:S9")


def test_a_finished_plant_does_not_stand_still(build: Build) -> None:
    for completed in ("2026-01-05", None):
        values, _ = build(complete_through=None, monthly=[STILL], **(RUNNING | {"completed_on": completed}))
        assert values["is_suspended"] is not True


def test_a_stop_before_the_start_is_no_stop(build: Build) -> None:
    values, _ = build(complete_through=None, monthly=[STILL], **RUNNING)
    assert values["is_suspended"] is pd.NA


def test_an_overgrown_site_stands_and_a_demolished_one_is_open(build: Build) -> None:
    for state, suspended in (("overgrown", True), ("demolished", pd.NA), ("unknown", pd.NA)):
        month = STILL | {"works": state}
        values, _ = build(complete_through=None, monthly=[month], **(RUNNING | {"started_on": "2025-04-01"}))
        assert values["is_suspended"] is suspended or values["is_suspended"] == suspended


@pytest.mark.parametrize("through", ["2026-08-31", "2026-11-02"])
def test_a_stale_series_and_one_of_after_the_day_say_nothing(build: Build, through: str) -> None:
    month = WILD | {"looked_through_on": through}
    values, _ = build(complete_through=None, monthly=[month], delivered_on="2024-12-01")
    assert values["is_started"] is pd.NA


def test_the_last_month_counts(build: Build) -> None:
    old = WILD | {"month": "2026-09", "looked_through_on": "2026-09-20"}
    values, _ = build(complete_through=None, monthly=[ARISEN, old], delivered_on="2024-12-01", **PERMIT)
    assert values["is_started"]


def test_knowing_no_series_never_turns_an_answer_around(build: Build) -> None:
    """Each fact that is known without the series is the same with it."""
    rows = [{}, PERMIT, RUNNING, {"started_on": "2025-07-01"}, {"delivered_on": "2024-12-01"}]
    for row, month, through in product(rows, [ARISEN, WILD, STILL, ARISEN | STILL], [True, False]):
        settings = {} if through else {"complete_through": None}
        without, _ = build(**settings, **row)
        with_series, _ = build(monthly=[month], **settings, **row)
        for fact in ("is_started", "is_suspended", "is_completed", "is_built_without_permit"):
            if without[fact] is not pd.NA:
                assert with_series[fact] == without[fact]


SHARES = st.floats(0, 1)
BUILT = {"built_fraction": 0.5, "built_fraction_low": 0.3, "built_fraction_high": 0.8, "reason": ""}
LAND = {"should_develop_area_m2": 8_000.0, "construction_permit_on": "2024-02-01", "started_on": "2024-03-01"}


def share(values: pd.Series) -> list[float]:
    return [pytest.approx(values[f"developed_fraction{end}"]) for end in ("", "_low", "_high")]


def test_the_built_share_of_a_year_bounds_what_is_developed_from_below_and_never_from_above(build: Build) -> None:
    values, sources = build(monthly=[BUILT], **LAND)
    assert share(values) == [0.5 * 10_000 / 8_000, 0.3 * 10_000 / 8_000, math.inf]
    assert sources["developed_fraction"] == "month:2026-10"


@pytest.mark.parametrize(("built", "source"), [(0.2, "month:2026-10"), (0.4, "scene:S0")])
def test_the_larger_of_the_bounds_by_single_views_and_by_a_year_holds(build: Build, built: float, source: str) -> None:
    values, sources = build(monthly=[BUILT], views=[{"on": "2026-10-03", "built": built, "green": 0.2}], **LAND)
    assert values["developed_fraction_low"] == pytest.approx(max(built, 0.3) * 1.25)
    assert sources["developed_fraction"] == source


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "too_small", "built_fraction": None, "built_fraction_low": None, "built_fraction_high": None},
        {"works": "demolished"},
        {"looked_through_on": pd.Timestamp("2026-07-01")},
    ],
)
def test_a_month_that_says_nothing_of_what_stands_now_leaves_it_to_single_views(
    build: Build, change: dict[str, object]
) -> None:
    views = [{"on": "2026-10-03", "built": 0.1, "green": 0.2}]
    with_month, sources = build(monthly=[BUILT | change], views=views, **LAND)
    assert share(with_month) == share(build(views=views, **LAND)[0])
    assert sources["developed_fraction"] == "scene:S0"


def test_a_share_that_a_gatehouse_or_a_neighbour_may_make_is_none(build: Build) -> None:
    values, _ = build(monthly=[BUILT | {"built_fraction_low": 0.05}], **LAND)
    assert values["developed_fraction_low"] == 0


@given(low=SHARES, built=SHARES, green=SHARES, still=st.booleans())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_doing_without_the_month_only_widens(
    build: Build, low: float, built: float, green: float, *, still: bool
) -> None:
    days = LAND | ({"last_worked_on": "2025-03-15"} if still else {})
    views = [{"on": "2026-10-03", "built": built, "green": min(green, 1 - built)}]
    full, sources = build(monthly=[BUILT | {"built_fraction_low": low}], views=views, **days)
    less, _ = build(views=views, **days)
    if "contradiction:" in sources["developed_fraction"]:
        return
    assert less["developed_fraction_low"] <= full["developed_fraction_low"]
    assert less["developed_fraction_high"] >= full["developed_fraction_high"]
