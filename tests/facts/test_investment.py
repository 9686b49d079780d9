import math

import pytest

MONEY = {"total_investment_yuan": 80e6, "invested_yuan": 20e6}
WORKS = {"construction_permit_on": "2024-02-01", "started_on": "2024-03-01"}


def bounds(values, name):
    return [pytest.approx(values[f"{name}_{end}"], nan_ok=True) for end in ("low", "high")]


UNKNOWN = [pytest.approx(math.nan, nan_ok=True)] * 2


def test_the_invested_share_is_exact(build):
    values, sources = build(**MONEY)
    assert values["invested_fraction"] == 20 / 80
    assert bounds(values, "invested_fraction") == [0.25, 0.25]
    assert sources["invested_fraction"] == "ledger:2"


@pytest.mark.parametrize("field", ["total_investment_yuan", "invested_yuan"])
def test_a_blank_amount_leaves_the_share_unknown_and_is_named(build, field):
    values, sources = build(**{**MONEY, field: None})
    assert bounds(values, "invested_fraction") == UNKNOWN
    assert sources["invested_fraction"] == f"missing:{field}"


def test_a_total_of_nothing_gives_no_share(build):
    values, _ = build(total_investment_yuan=0.0, invested_yuan=20e6)
    assert bounds(values, "invested_fraction") == UNKNOWN


def test_investment_now_bounds_the_one_at_the_deadline_from_above(build):
    values, sources = build(**MONEY, **WORKS, agreed_completion_on="2026-06-01")
    assert bounds(values, "invested_fraction_at_deadline") == [0.0, 0.25]
    assert sources["invested_fraction_at_deadline"] == "ledger:2; law:does_not_shrink"


def test_acceptance_in_time_closes_the_account(build):
    values, sources = build(**MONEY, **WORKS, agreed_completion_on="2026-06-01", completed_on="2026-05-20")
    assert bounds(values, "invested_fraction_at_deadline") == [0.25, 0.25]
    assert sources["invested_fraction_at_deadline"] == "ledger:2; law:account_closed"


def test_nothing_invested_now_was_nothing_then(build):
    values, _ = build(total_investment_yuan=80e6, invested_yuan=0.0, agreed_completion_on="2026-06-01")
    assert bounds(values, "invested_fraction_at_deadline") == [0.0, 0.0]


def test_before_the_deadline_its_state_is_not_known(build):
    values, sources = build(**MONEY, agreed_completion_on="2026-12-01")
    assert bounds(values, "invested_fraction_at_deadline") == UNKNOWN
    assert sources["invested_fraction_at_deadline"] == "law:deadline_not_reached"


def test_without_a_deadline_its_state_is_not_known(build):
    values, sources = build(**MONEY)
    assert bounds(values, "invested_fraction_at_deadline") == UNKNOWN
    assert sources["invested_fraction_at_deadline"] == "missing:agreed_completion_on"
