import math

import pandas as pd
import pytest

from geo.facts.intensity import control_facts
from geo.model import INDICATOR_COLUMNS

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


def test_the_other_two_readings_of_the_third_stand_beside_it_each_of_one_kind(build):
    """Coverage 0.4 of 0.5 agreed is 0.8; floor area 0.8 (0.4 to 1.2) of 1.6 agreed is 0.5 (0.25 to 0.75)."""
    agreed = {"contract_building_coverage_min": 0.5, "contract_floor_area_ratio_min": 1.6}
    values, sources = build(supplied_area_m2=7_500.0, indicators=BUILT, **agreed)
    assert bounded(values, "developed_fraction_by_footprint") == [0.8, 0.8, 0.8]
    assert bounded(values, "developed_fraction_by_floor_area") == [0.5, 0.25, 0.75]
    assert sources["developed_fraction_by_floor_area"] == "footprints:mapped; ledger:2"


def test_the_shortfall_is_what_is_missing_of_the_agreed_ratio_and_never_below_nothing(build):
    """0.8 (0.4 to 1.2) of 1.0 agreed: a fifth is missing; at least nothing, at most three fifths."""
    values, _ = build(supplied_area_m2=7_500.0, indicators=BUILT, contract_floor_area_ratio_min=1.0)
    assert bounded(values, "far_shortfall") == [0.2, 0.0, 0.6]


def test_over_a_minimum_that_is_not_agreed_there_is_no_share(build):
    values, _ = build(supplied_area_m2=7_500.0, indicators=BUILT, contract_floor_area_ratio_min="none_agreed")
    assert bounded(values, "far_shortfall") == UNKNOWN


def control(**columns):
    blank = dict.fromkeys(INDICATOR_COLUMNS, math.nan)
    return control_facts(pd.DataFrame({**blank, **columns}, index=["A", "B"]))


def test_measured_indicators_are_facts_where_both_bounds_are_known():
    sides = {"": [0.76, math.nan], "_low": [0.7, 0.5], "_high": [0.8, math.nan]}
    found = control(**{f"floor_area_ratio{side}": values for side, values in sides.items()})
    ratio = found["floor_area_ratio"]
    assert [ratio.value["A"], ratio.low["A"], ratio.high["A"]] == [0.76, 0.7, 0.8]
    assert [math.isnan(side["B"]) for side in (ratio.value, ratio.low, ratio.high)] == [True] * 3
    assert ratio.source.tolist() == ["footprints:mapped", "missing:footprints"]


def test_what_no_outline_is_called_has_no_fact():
    assert set(control()) == set()
    green = control(green_ratio=[0.1, math.nan])
    assert set(green) == {"green_fraction"}
    assert green["green_fraction"].low.fillna(-1).tolist() == [0.1, -1]
