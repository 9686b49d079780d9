"""What should be developed, rung by rung of the ladder, worked by hand on a parcel of 10 000 m2."""

import math
from datetime import date

import pytest

from geo.model import NONE_AGREED

AS_OF = date(2026, 10, 31)
ROW = [{"parcel_id": "A", "started_on": "2024-01-01", "construction_permit_on": "2023-12-01"}]
SURVEY = {"contract_number": "K", "developed_area_m2": 2_000.0}
PHASES = [
    {"contract_number": "K", "number": "1", "phase_due_on": "2025-12-31", "phase_area_m2": 3_000.0},
    {"contract_number": "K", "number": "2", "phase_due_on": "2026-10-31", "phase_area_m2": 2_000.0},
    {"contract_number": "K", "number": "3", "phase_due_on": "2027-12-31", "phase_area_m2": 4_000.0},
]
LINK = [{"parcel_id": "A", "contract_number": "K"}]
WHOLE = "assumed:parcel_area"


@pytest.fixture
def share(facts):
    """Value, bounds and source of the developed share of parcel "A" under contract "K"."""

    def known(contract=None, *, through=AS_OF, link=LINK, areas=None, name="developed_fraction", **rows):
        complete = {"phase": through} if through else {}
        given = {"ledger": ROW, "contract": [{**SURVEY, **(contract or {})}], **rows}
        values, sources = facts(areas or {"A": 10_000.0}, link=link, complete=complete, **given)
        row = values.loc["A"]
        return (*row[[name, f"{name}_low", f"{name}_high"]].tolist(), sources.loc["A", name])

    return known


def test_the_contracts_figure_goes_before_all_others(share):
    plan = {"should_develop_area_m2": 8_000.0, "planned_green_area_m2": 1_000.0}
    assert share(plan, phase=PHASES) == (0.25, 0.25, 0.25, "register:contract/2")


def test_without_it_the_phases_due_by_the_day_of_the_act_are_what_should_be_developed(share):
    """3 000 m2 in 2025 and 2 000 m2 on the day itself: 2 000 of 5 000."""
    source = "register:contract/2; register:phase/2"
    assert share(phase=PHASES, contract={"planned_green_area_m2": 1_000.0}) == (
        0.4,
        pytest.approx(2_000 / 10_200),
        0.4,
        source,
    )


@pytest.mark.parametrize("through", [None, date(2026, 10, 30)])
def test_a_register_of_phases_that_may_lack_one_says_nothing(share, through):
    known = share(phase=PHASES, through=through)
    assert known == (0.2, pytest.approx(2_000 / 10_200), math.inf, f"register:contract/2; {WHOLE}")


def test_losing_the_contracts_figure_only_widens_what_phases_leave_open(share):
    known = share({"should_develop_area_m2": 8_000.0}, phase=PHASES)
    lost = share(phase=PHASES)
    assert lost[1] <= known[1] <= known[2] <= lost[2]


@pytest.mark.parametrize("blank", ["phase_due_on", "phase_area_m2"])
def test_a_phase_of_unknown_day_or_area_leaves_open_what_is_due(share, blank):
    phases = [{**PHASES[0], blank: None}, *PHASES[1:]]
    assert share(phase=phases)[1:] == (pytest.approx(2_000 / 10_200), math.inf, f"register:contract/2; {WHOLE}")


def test_the_area_of_a_phase_not_due_yet_need_not_be_known(share):
    assert share(phase=[*PHASES[:2], {**PHASES[2], "phase_area_m2": None}])[0] == 0.4


def test_where_no_phase_is_due_yet_nobody_falls_short(share):
    assert share(phase=PHASES[2:])[2] == math.inf


def test_phases_of_the_contract_and_of_the_parcel_that_differ_leave_open_what_is_due(share):
    own = {"parcel_id": "A", "number": "1", "phase_due_on": "2025-12-31", "phase_area_m2": 4_000.0}
    assert share(phase=[PHASES[0], own])[3].endswith(WHOLE)


def test_phases_of_a_contract_over_two_parcels_stand_on_the_land_of_both(share):
    both = [*LINK, {"parcel_id": "B", "contract_number": "K"}]
    assert share(phase=PHASES, link=both, areas={"A": 3_000.0, "B": 3_000.0})[:3] == (
        0.4,
        pytest.approx(2_000 / 6_120),
        0.4,
    )


def test_without_phases_it_is_at_most_the_parcel_less_green_and_reserve_of_the_plan(share):
    """2 000 of 10 000 - 1 500 - 500, and a contract may say 2 % more than the map."""
    plan = {"planned_green_area_m2": 1_500.0, "planned_reserve_area_m2": 500.0}
    source = "register:contract/2; assumed:planned_area"
    assert share(plan) == (0.25, pytest.approx(0.25 / 1.02), math.inf, source)


def test_green_alone_is_taken_off_where_the_plan_says_nothing_of_a_reserve(share):
    assert share({"planned_green_area_m2": 2_000.0})[0] == 0.25


@pytest.mark.parametrize("green", [0.0, 10_000.0])
def test_a_plan_that_keeps_nothing_or_all_of_the_parcel_free_says_nothing(share, green):
    assert share({"planned_green_area_m2": green})[0] == 0.2
    assert share({"planned_green_area_m2": green})[3].endswith(WHOLE)


def test_a_disputed_figure_has_no_phases_in_its_place(share):
    own = [{**ROW[0], "should_develop_area_m2": 9_000.0}]
    known = share({"should_develop_area_m2": 8_000.0}, ledger=own, phase=PHASES)
    assert known[2] == math.inf
    assert known[3].endswith(WHOLE)


def test_phases_due_after_the_agreed_completion_do_not_bound_its_share_from_above(share):
    """Stopped in 2025: 2 000 of 5 000 m2 due by now is 0.4; what was due at the end of 2025 was less."""
    row = [{**ROW[0], "agreed_completion_on": "2025-12-31", "extension_granted_on": NONE_AGREED}]
    row[0] |= {"last_worked_on": "2025-06-01"}
    known = share(ledger=row, phase=PHASES, name="developed_fraction_at_deadline")
    assert math.isnan(known[2])  # nothing else is seen of it
    in_time = share(ledger=row, phase=PHASES[:1], name="developed_fraction_at_deadline")
    assert in_time[2] == pytest.approx(2 / 3)
