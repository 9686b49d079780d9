"""Evaluations and putting right, worked by hand."""

from datetime import date

import pytest

from geo.model import NONE_AGREED

AS_OF = date(2026, 10, 31)
OPEN = float("inf")


def evaluated(on, result="failed", evaluation="periodic", **more):
    return {"evaluation": evaluation, "number": on, "evaluated_on": on, "result": result, **more}


def test_without_evaluations_there_is_no_such_fact(told_of):
    assert not {"failed_years", "is_assessment_passed", "is_rectified"} & told_of().keys()


def test_the_latest_conclusion_of_its_stages_counts(told_of):
    rows = [
        evaluated("2024-05-01", "passed"),
        evaluated("2025-05-01", "failed", "production"),
        evaluated("2026-05-01", "passed", "start_and_completion"),
        evaluated("2026-06-01", "failed", "comprehensive"),
        evaluated("2026-11-01", "passed"),
    ]
    said = told_of(assessment=rows)
    assert said["is_assessment_passed"] is False
    assert said["is_comprehensive_acceptance_passed"] is False
    assert told_of(assessment=rows, as_of=date(2026, 11, 1))["is_assessment_passed"] is True


@pytest.mark.parametrize("second", ["passed", None])
def test_two_conclusions_of_one_day_that_differ_leave_it_open(told_of, second):
    rows = [evaluated("2026-05-01"), evaluated("2026-05-01", second, "production")]
    assert told_of(assessment=rows)["is_assessment_passed"] is None


@pytest.mark.parametrize(
    ("days", "through", "count"),
    [
        (["2022-05-01", "2024-05-01", "2026-05-01"], AS_OF, 3.0),
        (["2022-05-01", "2022-09-01", "2026-11-01"], AS_OF, 1.0),
        (["2022-05-01"], None, (1.0, OPEN)),
        ([], AS_OF, 0.0),
        ([], None, None),
    ],
)
def test_failing_years_count_once_each_and_others_may_be_missing(told_of, days, through, count):
    rows = [evaluated(on) for on in days] + [evaluated("2026-04-01", "passed"), evaluated("2021-01-01", None)]
    said = told_of(assessment=rows, complete={"assessment": through} if through else {})
    assert said["failed_years"] == count


@pytest.mark.parametrize(
    ("orders", "months"),
    [
        ([("2025-01-31", "2025-02-28")], 1.0),
        ([("2024-03-01", "2025-03-01")], 12.0),
        ([("2024-03-01", "2025-03-02")], 12 + 1 / 31),
        ([("2024-03-01", "2024-09-01"), ("2025-03-01", "2025-09-01")], 12.0),
        ([("2026-11-01", "2026-12-01")], 0.0),
    ],
)
def test_periods_for_putting_right_add_up_by_the_corresponding_day(told_of, orders, months):
    rows = [evaluated(begin, rectify_by_on=end) for begin, end in orders]
    said = told_of(assessment=rows, complete={"assessment": AS_OF})
    assert said["rectification_months_total"] == pytest.approx(months)


@pytest.mark.parametrize(
    ("done", "through", "expected"),
    [
        ("2026-05-01", None, True),
        ("2026-11-01", AS_OF, False),
        (NONE_AGREED, None, False),
        (None, AS_OF, False),
        (None, None, None),
    ],
)
def test_the_order_given_last_is_followed_or_not(told_of, done, through, expected):
    old = evaluated("2024-01-01", rectify_by_on="2024-07-01", rectified_on="2024-06-01")
    new = evaluated("2026-01-01", rectify_from_on="2026-02-01", rectify_by_on="2026-08-01", rectified_on=done)
    said = told_of(assessment=[new, old], complete={"assessment": through} if through else {})
    assert (said["rectification_ordered_on"], said["rectification_due_on"]) == ("2026-02-01", "2026-08-01")
    assert said["is_rectified"] is expected


def test_without_an_order_nothing_had_to_be_put_right(told_of):
    said = told_of(assessment=[evaluated("2026-01-01", "passed")])
    assert said["is_rectified"] is None
    assert said["rectification_due_on"] is None
    assert said["rectification_months_total"] is None


def test_the_planning_authoritys_latest_figure_counts(told_of):
    rows = [
        evaluated("2025-01-01", None, "planning", certified_floor_area_ratio=0.9),
        evaluated("2026-01-01", None, "planning", certified_floor_area_ratio=1.1, certified_building_coverage=0.35),
    ]
    said = told_of(assessment=rows)
    assert (said["floor_area_ratio_certified"], said["building_coverage_certified"]) == (1.1, 0.35)


@pytest.mark.parametrize(
    ("rows", "complete", "is_made"),
    [
        ([evaluated("2026-05-01", "failed", "production")], {}, True),
        ([evaluated(None, None, "production")], {"assessment": AS_OF}, None),
        ([evaluated("2026-05-01")], {}, None),
        ([evaluated("2026-05-01"), evaluated("2026-11-01", "passed", "production")], {"assessment": AS_OF}, False),
    ],
)
def test_a_stage_is_evaluated_when_there_is_an_entry_of_it(told_of, rows, complete, is_made):
    assert told_of(assessment=rows, complete=complete)["is_assessed_at_attainment"] is is_made


def test_an_order_to_put_right_is_one_by_the_day_of_the_act(told_of):
    order = evaluated("2026-05-01", rectify_by_on="2026-09-01")
    assert told_of(assessment=[order])["is_rectification_ordered"] is True
    assert told_of(assessment=[evaluated("2026-05-01")])["is_rectification_ordered"] is None
    assert (
        told_of(assessment=[evaluated("2026-05-01")], complete={"assessment": AS_OF})["is_rectification_ordered"]
        is False
    )


ATTAINED = {"event": "production_attained", "event_on": "2020-05-01"}


@pytest.mark.parametrize(
    ("rows", "complete", "begins"),
    [
        ([evaluated("2026-05-01", "failed", "production")], {"assessment": AS_OF}, "2020-05-01"),
        ([evaluated("2024-05-01", "passed", "periodic")], {"assessment": AS_OF}, "2024-05-01"),
        (
            [evaluated("2023-05-01", "passed", "periodic"), evaluated("2022-05-01", "failed", "periodic")],
            {"assessment": AS_OF},
            "2023-05-01",
        ),
        ([evaluated("2019-05-01", "passed", "periodic")], {"assessment": AS_OF}, "2020-05-01"),
        ([evaluated("2024-05-01", "passed", "periodic")], {}, ("2024-05-01", "2026-10-31")),
        (
            [evaluated("2024-05-01", "passed", "periodic"), evaluated(None, None, "periodic", number="2")],
            {"assessment": AS_OF},
            ("2024-05-01", "2026-10-31"),
        ),
    ],
)
def test_the_next_periodic_evaluation_counts_from_attainment_or_the_last_one(told_of, rows, complete, begins):
    assert told_of(happening=[ATTAINED], assessment=rows, complete=complete)["periodic_assessment_from_on"] == begins


def test_without_attainment_nothing_says_from_when_periodic_evaluations_count(told_of):
    rows = [evaluated("2024-05-01", "passed", "periodic")]
    assert "periodic_assessment_from_on" not in told_of(assessment=rows)
    other = [ATTAINED | {"parcel_id": "B"}]
    assert told_of(happening=other, assessment=rows)["periodic_assessment_from_on"] is None


def test_the_evaluation_for_a_renewal_is_a_stage_of_its_own(told_of):
    rows = [evaluated("2026-05-01", "passed", "before_expiry")]
    said = told_of(assessment=rows, complete={"assessment": AS_OF})
    assert (said["is_assessed_before_expiry"], said["is_renewal_evaluated"]) == (True, False)
    assert told_of(assessment=[evaluated("2026-05-01", "passed", "renewal")])["is_renewal_evaluated"] is True
