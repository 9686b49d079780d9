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


LAND = {"supplied_area_m2": 10_000.0, "price_yuan": 10e6}


def test_the_intensity_holds_the_price_of_the_land_and_the_quarter_does_not(build):
    """20 of 80 million without land, 10 million of land: 0.25, 30 million over 10 000 m2, and 30 of 90 million."""
    values, sources = build(**MONEY, **LAND)
    assert values["invested_fraction"] == 0.25
    assert values["investment_intensity_yuan_per_m2"] == 3000.0
    assert values["invested_fraction_with_land"] == pytest.approx(30 / 90)
    assert sources["investment_intensity_yuan_per_m2"] == "ledger:2"


def test_a_count_with_the_land_goes_before_the_sum(told_of):
    """33 million counted with the land, not 20 and 10; the agreed total is summed, 80 and 10."""
    contract = [{"supplied_area_m2": 10_000.0, "price_yuan": 10e6, "total_investment_yuan": 80e6}]
    counted = [{"counted_on": "2026-06-30", "invested_yuan": 20e6, "invested_with_land_yuan": 33e6}]
    said = told_of(contract=contract, investment=counted)
    assert said["investment_intensity_yuan_per_m2"] == 3300.0
    assert said["invested_fraction_with_land"] == pytest.approx(33 / 90)


def test_a_disputed_count_with_the_land_is_not_replaced_by_the_sum(told_of):
    contract = [{"supplied_area_m2": 10_000.0, "price_yuan": 10e6, "total_investment_yuan": 80e6}]
    counted = {"counted_on": "2026-06-30", "invested_yuan": 20e6, "invested_with_land_yuan_disputed": "33 / 35"}
    said = told_of(contract=contract, investment=[counted])
    assert said["investment_intensity_yuan_per_m2"] is None
    assert said["invested_fraction_with_land"] is None


@pytest.mark.parametrize("area", [None, 0.0])
def test_no_intensity_without_the_land_actually_supplied(build, area):
    values, _ = build(**MONEY, price_yuan=10e6, supplied_area_m2=area)
    assert math.isnan(values["investment_intensity_yuan_per_m2"])
