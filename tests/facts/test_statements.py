"""What people determined and what single entries show."""

from datetime import date

import pytest

from geo.facts.statements import ACTS, OPINIONS
from geo.model import FACTS, NONE_AGREED
from geo.registers import REGISTERS

AS_OF = date(2026, 10, 31)


def matter(name, answer="yes", on="2026-09-01", **more):
    return {"matter": name, "answer": answer, "determined_on": on, **more}


def test_every_matter_is_a_fact_and_either_an_act_or_an_opinion():
    matters = set(REGISTERS["determination"].fields["matter"].words)
    assert matters == ACTS | OPINIONS
    assert not ACTS & OPINIONS
    assert {f"is_{name}" for name in matters} <= FACTS.keys()


def test_the_latest_determination_up_to_the_day_counts(told_of):
    rows = [
        matter("holder_willing", "yes", "2025-01-01"),
        matter("holder_willing", "no", "2026-01-01"),
        matter("holder_willing", "yes", "2026-12-01"),
    ]
    assert told_of(determination=rows)["is_holder_willing"] is False
    assert told_of(determination=rows, as_of=date(2026, 12, 1))["is_holder_willing"] is True


def test_two_determinations_of_one_day_that_differ_leave_it_open(told_of):
    rows = [matter("title_clear", "yes"), matter("title_clear", "no", number="2")]
    assert told_of(determination=rows)["is_title_clear"] is None


@pytest.mark.parametrize(("through", "act"), [(AS_OF, False), (date(2026, 10, 30), None)])
def test_without_an_entry_an_act_was_not_done_and_an_opinion_not_given(told_of, through, act):
    rows = [matter("decision_unheeded", parcel_id="B"), matter("holder_able", parcel_id="B")]
    rows.append(matter("net_land"))
    said = told_of(determination=rows, complete={"determination": through})
    assert said["is_decision_unheeded"] is act
    assert said["is_holder_able"] is None
    assert said["is_net_land"] is True
    assert "is_insolvent" not in said


def test_another_low_efficiency_counts_only_with_its_reason(told_of):
    bare, reasoned = matter("other_low_efficiency_found"), matter("other_low_efficiency_found", reason="长期空置")
    assert told_of(determination=[bare, matter("net_land")]).get("is_other_low_efficiency_found") is None
    assert told_of(determination=[reasoned])["is_other_low_efficiency_found"] is True


@pytest.mark.parametrize(
    ("paid", "on", "through", "expected"),
    [
        (1000.0, "2026-10-31", None, True),
        (999.0, "2026-10-31", AS_OF, False),
        (999.0, "2026-10-31", None, None),
        (1000.0, "2026-11-01", AS_OF, False),
        (1000.0, None, AS_OF, None),
        (1000.0, NONE_AGREED, AS_OF, False),
    ],
)
def test_the_price_is_paid_when_the_sums_paid_by_then_reach_it(told_of, paid, on, through, expected):
    payment = {"payment": "price", "number": "1", "paid_yuan": paid, "paid_on": on}
    deposit = {"payment": "start_deposit", "paid_yuan": 5000.0, "paid_on": "2026-01-01"}
    complete = {"payment_made": through} if through else {}
    said = told_of(contract=[{"price_yuan": 1000.0}], payment_made=[payment, deposit], complete=complete)
    assert said["is_price_fully_paid"] is expected


@pytest.mark.parametrize(
    ("until", "wholly", "through", "expected"),
    [
        (NONE_AGREED, "yes", None, True),
        ("2026-10-31", "yes", None, True),
        ("2026-10-30", "yes", AS_OF, False),
        ("2026-12-31", "no", AS_OF, False),
        ("2026-12-31", "no", None, None),
        (None, "yes", AS_OF, None),
    ],
)
def test_a_plant_is_wholly_leased_while_such_a_lease_runs(told_of, until, wholly, through, expected):
    lease = {"leased_from_on": "2025-01-01", "leased_to_on": until, "is_wholly_leased": wholly}
    said = told_of(lease=[lease], complete={"lease": through} if through else {})
    assert said["is_plant_wholly_leased"] is expected


def test_a_sale_by_a_court_is_one_from_its_day_on(told_of):
    sale = [{"transfer": "judicial", "transferred_on": "2026-10-01"}, {"transfer": "equity", "number": "2"}]
    complete = {"transfer_made": date(2026, 12, 31)}
    assert told_of(transfer_made=sale, complete=complete)["is_judicial_disposal"] is True
    assert told_of(transfer_made=sale, complete=complete, as_of=date(2026, 9, 30))["is_judicial_disposal"] is False


@pytest.mark.parametrize(
    ("blocker", "cleared", "through", "found"),
    [
        ("contamination", None, AS_OF, (True, False)),
        ("contamination", NONE_AGREED, None, (True, None)),
        ("contamination", None, None, (None, None)),
        ("contamination", "2026-10-31", AS_OF, (False, False)),
        ("title_unclear", None, AS_OF, (False, True)),
    ],
)
def test_a_blocker_stands_until_it_is_cleared(told_of, blocker, cleared, through, found):
    row = {"blocker": blocker, "blocker_found_on": "2026-01-01", "blocker_cleared_on": cleared}
    said = told_of(reserve_blocker=[row], complete={"reserve_blocker": through} if through else {})
    assert (said["is_hazard_untreated"], said["is_title_defective"]) == found
