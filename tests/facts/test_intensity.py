import math

import pytest

BUILT = {
    "footprint_area_m2": 3_000.0,
    "building_coverage": 0.3,
    "building_coverage_low": 0.3,
    "building_coverage_high": 0.3,
    "counted_floor_area_m2": 6_000.0,
    "counted_floor_area_m2_low": 3_000.0,
    "counted_floor_area_m2_high": 9_000.0,
}


def bounded(values, name):
    return [pytest.approx(values[column], nan_ok=True) for column in (name, f"{name}_low", f"{name}_high")]


UNKNOWN = [pytest.approx(math.nan, nan_ok=True)] * 3


def test_coverage_and_floor_area_ratio_stand_on_the_supplied_area_not_the_measured_one(build):
    values, sources = build(supplied_area_m2=7_500.0, indicators=BUILT)
    assert bounded(values, "building_coverage_supplied") == [0.4, 0.4, 0.4]
    assert bounded(values, "floor_area_ratio_supplied") == [0.8, 0.4, 1.2]
    assert sources["floor_area_ratio_supplied"] == "footprints:mapped; ledger:2"


def test_no_other_area_stands_in_for_the_supplied_one(build):
    values, sources = build(contract_area_m2=10_000.0, indicators=BUILT)
    assert bounded(values, "floor_area_ratio_supplied") == UNKNOWN
    assert sources["floor_area_ratio_supplied"] == "missing:supplied_area_m2"


def test_unknown_buildings_are_not_none_and_none_are_a_value(build):
    values, sources = build(supplied_area_m2=10_000.0)
    assert bounded(values, "building_coverage_supplied") == UNKNOWN
    assert sources["building_coverage_supplied"] == "missing:footprints"
    empty, _ = build(supplied_area_m2=10_000.0, indicators=dict.fromkeys(BUILT, 0.0))
    assert bounded(empty, "floor_area_ratio_supplied") == [0.0, 0.0, 0.0]


def test_buildings_of_unknown_height_keep_an_open_bound(build):
    floors = {"counted_floor_area_m2": math.nan, "counted_floor_area_m2_high": math.inf}
    values, _ = build(supplied_area_m2=10_000.0, indicators={**BUILT, **floors})
    assert bounded(values, "floor_area_ratio_supplied") == [pytest.approx(math.nan, nan_ok=True), 0.3, math.inf]


def test_a_minimum_is_the_contracts_and_a_blank_one_is_missing_even_in_a_complete_register(build):
    values, sources = build(contract_floor_area_ratio_min=0.8)
    assert bounded(values, "contract_floor_area_ratio_min") == [0.8, 0.8, 0.8]
    assert bounded(values, "contract_building_coverage_min") == UNKNOWN
    assert sources["contract_building_coverage_min"] == "missing:contract_building_coverage_min"


def test_where_no_minimum_is_agreed_nothing_falls_short_of_it(build):
    values, sources = build(contract_floor_area_ratio_min="none_agreed")
    assert bounded(values, "contract_floor_area_ratio_min") == [0.0, 0.0, 0.0]
    assert sources["contract_floor_area_ratio_min"] == "none:contract_floor_area_ratio_min"
