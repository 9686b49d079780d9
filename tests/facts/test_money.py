"""What formulas of money multiply, and which payments are made, worked by hand from entries."""

from datetime import date

import pytest

from geo.facts.money import AGREED, PAID
from geo.model import FACTS, NONE_AGREED, TERM_FIELDS

AS_OF = date(2026, 10, 31)
ALL = {"payment_made": AS_OF}


def paid(number, due, paid_on, *, payment="price", yuan=100.0, **more):
    return {
        "payment": payment, "number": number, "due_on": due, "due_yuan": 100.0, "paid_on": paid_on,
        "paid_yuan": yuan if paid_on else None, **more,
    }  # fmt: skip


def test_agreed_numbers_are_facts_and_terms():
    assert set(AGREED) <= FACTS.keys() & TERM_FIELDS.keys()
    assert PAID.keys() <= FACTS.keys()


def test_without_such_entries_there_is_no_such_fact(told_of):
    supplied = told_of().keys()
    assert not {"price_paid_yuan", "payment_due_on", "term_d", "last_visited_on", "earnest_money_yuan"} & supplied


def test_numbers_of_the_contract_are_facts_of_its_parcel(told_of):
    agreed = dict.fromkeys(AGREED, 0.001)
    said = told_of(contract=[agreed])
    assert {name: said[name] for name in AGREED} == agreed


def test_the_term_runs_from_delivery_and_both_of_its_ends_count(told_of):
    """1 October to 31 December has 92 days, and 31 of them are over on the last of October."""
    contract = {"delivered_on": "2026-10-01", "term_ends_on": "2026-12-31"}
    said = told_of(contract=[contract])
    assert (said["term_d"], said["term_used_d"]) == (92.0, 31.0)
    over = told_of(contract=[contract], as_of=date(2027, 2, 1))
    assert (over["term_d"], over["term_used_d"]) == (92.0, 92.0)


@pytest.mark.parametrize("delivered", [None, "2026-11-01", "2027-01-01"])
def test_a_term_without_delivery_by_the_day_of_the_act_is_not_known(told_of, delivered):
    said = told_of(contract=[{"delivered_on": delivered, "term_ends_on": "2026-12-31"}])
    assert said["term_d"] is None
    assert said["term_used_d"] is None


def test_a_term_that_ends_before_delivery_is_a_contradiction(told_of):
    said = told_of(contract=[{"delivered_on": "2026-10-01", "term_ends_on": "2026-09-30"}])
    assert said["term_d"] is None


@pytest.mark.parametrize(
    ("rows", "complete", "yuan"),
    [
        ([paid("1", "2026-01-01", "2026-01-01"), paid("2", "2026-06-01", "2026-06-01")], ALL, 200.0),
        ([paid("1", "2026-01-01", "2026-01-01")], {}, (100.0, float("inf"))),
        ([paid("1", "2026-01-01", "2026-11-01")], ALL, 0.0),
        ([paid("1", "2026-01-01", None, paid_yuan=100.0)], ALL, (0.0, 100.0)),
        ([paid("1", "2026-01-01", NONE_AGREED)], ALL, 0.0),
        ([paid("1", "2026-01-01", "2026-01-01", yuan=None)], ALL, (0.0, float("inf"))),
        ([paid("1", "2026-01-01", "2026-01-01", refunded_on="2026-05-01", refunded_yuan=40.0)], ALL, 60.0),
        ([paid("1", "2026-01-01", "2026-01-01", refunded_yuan=40.0)], ALL, (60.0, 100.0)),
        ([paid("1", "2026-01-01", "2026-01-01", payment="idle_fee")], ALL, 0.0),
        ([paid("1", "2026-01-01", "2026-01-01", payment="idle_fee")], {}, None),
    ],
)
def test_the_price_paid_is_bounded_by_what_may_be_missing(told_of, rows, complete, yuan):
    assert told_of(payment_made=rows, complete=complete)["price_paid_yuan"] == yuan


@pytest.mark.parametrize(
    ("rows", "complete", "due", "made"),
    [
        ([paid("1", "2026-01-01", "2026-01-01"), paid("2", "2026-12-01", None)], ALL, "2026-12-01", False),
        ([paid("1", "2026-01-01", "2026-01-01"), paid("2", "2026-06-01", "2026-06-01")], ALL, "2026-06-01", True),
        ([paid("1", "2026-01-01", None), paid("2", "2026-06-01", None)], {}, "2026-01-01", None),
        ([paid("1", "2026-01-01", "2026-01-01", yuan=60.0)], {}, "2026-01-01", False),
        ([paid("1", "2026-01-01", "2026-01-01", payment="damages")], ALL, None, None),
    ],
)
def test_the_first_instalment_not_paid_is_the_one_due(told_of, rows, complete, due, made):
    said = told_of(payment_made=rows, complete=complete)
    assert (said["payment_due_on"], said["is_payment_made"]) == (due, made)


@pytest.mark.parametrize(
    ("rows", "complete", "is_paid"),
    [
        ([paid("1", "2026-01-01", "2026-01-01", payment="idle_fee")], {}, True),
        ([paid("1", "2026-01-01", None, payment="idle_fee")], {}, None),
        ([paid("1", "2026-01-01", None, payment="idle_fee")], ALL, False),
        ([paid("1", "2026-01-01", NONE_AGREED, payment="idle_fee")], {}, False),
        ([paid("1", "2026-01-01", "2026-01-01")], {}, None),
        ([paid("1", "2026-01-01", "2026-01-01")], ALL, False),
    ],
)
def test_a_fee_is_paid_when_every_instalment_is(told_of, rows, complete, is_paid):
    assert told_of(payment_made=rows, complete=complete)["is_idle_fee_paid"] is is_paid


@pytest.mark.parametrize(("complete", "last"), [({"visit": AS_OF}, "2026-09-15"), ({}, ("2026-09-15", "2026-10-31"))])
def test_the_last_visit_may_be_later_where_visits_may_be_missing(told_of, complete, last):
    visits = [
        {"visited_on": "2026-03-01", "next_visit_on": "2026-09-01"},
        {"visited_on": "2026-09-15", "next_visit_on": "2026-12-01"},
        {"visited_on": "2026-11-15", "next_visit_on": "2027-02-01"},
    ]
    said = told_of(visit=visits, complete=complete)
    assert (said["last_visited_on"], said["next_visit_on"]) == (last, "2026-12-01")


def test_a_planned_visit_that_was_made_is_planned_no_more(told_of):
    visits = [{"visited_on": "2026-03-01", "next_visit_on": "2026-09-01"}, {"visited_on": "2026-09-15"}]
    assert told_of(visit=visits)["next_visit_on"] is None
    assert "next_visit_on" not in told_of(visit=visits[1:])
