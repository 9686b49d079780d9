import math

import numpy as np
import pandas as pd
import pyogrio
import pytest

from geo.indicators.counting import CountingRule
from geo.indicators.floor_area import counted_floor_area, floor_area_ratio
from geo.indicators.storeys import counted_storeys

COLUMNS = ["counted_floor_area_m2", "counted_floor_area_m2_low", "counted_floor_area_m2_high"]

NATIONAL = CountingRule(double_above_m=8, minimum_storey_m=2.2)


def floors(areas, **known):
    storeys = counted_storeys(pd.DataFrame(known), NATIONAL)
    return counted_floor_area(pd.Series(areas), storeys)


def test_row_1_7_a_shed_of_twelve_metres_counts_twice_0_90():
    found = floors([9000.0], storey_count=[1], storey_height_m=[12])
    assert found[COLUMNS].to_numpy().tolist() == [[18000, 18000, 18000]]
    assert floor_area_ratio(found["counted_floor_area_m2"], pd.Series([20000.0])).tolist() == [0.90]


def test_row_1_7_the_national_count_of_the_worked_example_is_0_76():
    # shed 6000 m2 at 9 m, office 4 storeys of 800 m2 at 3.6 m, on 20000 m2; the yard and the reactor do not count
    found = floors([6000.0, 800.0], storey_count=[1, 4], storey_height_m=[9, 3.6])
    assert found["counted_floor_area_m2"].tolist() == [2 * 6000, 4 * 800]
    assert found["counted_floor_area_m2"].sum() / 20000 == 0.76


def test_three_storeys_of_eight_metres_on_six_thousand_of_twenty_thousand():
    found = floors([6000.0], storey_count=[3], storey_height_m=[8.0])
    assert floor_area_ratio(found["counted_floor_area_m2"], pd.Series([20000.0])).tolist() == [0.90]


def test_unknown_storeys_leave_no_value_and_no_upper_bound():
    value, low, high = floors([100.0], storey_count=[np.nan])[COLUMNS].iloc[0]
    assert (low, high) == (100, math.inf)
    assert math.isnan(value)


def test_no_area_is_no_floor_area_even_under_unknown_storeys():
    assert floors([0.0], storey_count=[np.nan])[COLUMNS].to_numpy().tolist() == [[0, 0, 0]]


def test_a_ratio_to_no_land_is_not_a_number():
    ratio = floor_area_ratio(pd.Series([5.0, 0.0], ["a", "b"]), pd.Series([0.0, np.nan], ["a", "b"]))
    assert ratio.isna().all()
    assert ratio.index.tolist() == ["a", "b"]


@pytest.mark.shared_data
def test_the_floor_area_ratio_of_bubenec_is_momepys(shared_data):
    file = shared_data / "buildings" / "momepy_bubenec" / "bubenec.gpkg"
    buildings = pyogrio.read_dataframe(file, layer="buildings")
    cells = pyogrio.read_dataframe(file, layer="tessellation").set_index("uID")
    # pysal/momepy, tests/test_intensity.py: heights in row order, whole storeys of 3 m, each building on its own cell
    counts = pd.DataFrame({"storey_count": np.floor(np.linspace(10, 30, 144) / 3), "storey_height_m": 3.0})
    found = counted_floor_area(buildings.area, counted_storeys(counts, NATIONAL))
    by_cell = found["counted_floor_area_m2"].set_axis(buildings["uID"]).reindex(cells.index)
    ratio = floor_area_ratio(by_cell, cells.area)
    assert ratio.mean() == pytest.approx(1.910949846262234, abs=1e-9)
    assert ratio.max() == pytest.approx(7.003257322966046, abs=1e-9)
    assert ratio.min() == pytest.approx(0.26188185071827147, abs=1e-9)
