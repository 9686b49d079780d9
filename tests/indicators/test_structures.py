import math

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.indicators.counting import CountingRule
from geo.indicators.structures import approved_floor_area, kinds, underground_floor_area
from geo.indicators.table import indicator_table

NATIONAL = CountingRule(double_above_m=8, minimum_storey_m=2.2)
ZHENHAI = CountingRule(
    double_above_m=8,
    minimum_storey_m=2.2,
    counted_when_approved=frozenset({"yard", "vessel", "reactor", "pipeline"}),
    doubled_when_approved=frozenset({"vessel", "reactor"}),
)
LAND = gpd.GeoSeries([shapely.box(0, 0, 200, 100)], crs="EPSG:4549")


def layer(*rows):
    """Footprints from (shape, kind, height, approval)."""
    shapes, kind, height, approval = zip(*rows, strict=True)
    columns = {"footprint_id": [f"F{at}" for at in range(len(rows))], "kind": kind, "height_m": height}
    return gpd.GeoDataFrame({**columns, "approval": approval}, geometry=list(shapes), crs=LAND.crs)


def counted(footprints, rule=ZHENHAI):
    return approved_floor_area(LAND, footprints, rule).iloc[0].tolist()


YARD, REACTOR = shapely.box(110, 0, 125, 100), shapely.box(130, 0, 133, 100)


def test_a_footprint_that_says_nothing_is_a_building():
    assert kinds(pd.DataFrame({"footprint_id": ["A", "B"]})).tolist() == ["building", "building"]


def test_row_1_7_the_worked_example_is_0_76_by_the_national_and_0_865_by_the_zhenhai_rule():
    # shed 6000 m2 at 9 m, office 4 x 800 at 3.6 m, approved yard 1500, reactor 300 of 12 m, on 20000 m2
    shapes = [shapely.box(0, 0, 60, 100), shapely.box(100, 0, 108, 100), YARD, REACTOR]
    frame = {
        "footprint_id": ["shed", "office", "yard", "reactor"],
        "kind": ["building", "non_production", "yard", "reactor"],
        "storey_count": [1, 4, None, None],
        "storey_height_m": [9, 3.6, None, None],
        "height_m": [None, None, None, 12.0],
        "approval": [None, None, "A-1", "A-1"],
    }
    footprints = gpd.GeoDataFrame(frame, geometry=shapes, crs=LAND.crs)
    parcels = gpd.GeoDataFrame({"parcel_id": ["P"]}, geometry=LAND)
    national, zhenhai = (indicator_table(parcels, footprints, rule)[0].iloc[0] for rule in (NATIONAL, ZHENHAI))
    assert national["floor_area_ratio"] == pytest.approx((2 * 6000 + 4 * 800) / 20000)
    assert zhenhai["floor_area_ratio"] == pytest.approx(0.76 + (1500 + 2 * 300) / 20000)
    for row in (national, zhenhai):
        assert row["building_coverage"] == (6000 + 800) / 20000


def test_without_an_approval_on_record_nothing_but_buildings_counts():
    assert counted(layer((YARD, "yard", None, None), (REACTOR, "reactor", 12.0, None))) == [0, 0, 0]


def test_a_structure_that_the_rule_does_not_name_never_counts():
    assert counted(layer((YARD, "structure", 12.0, "A-1"))) == [0, 0, 0]
    assert counted(layer((YARD, "yard", None, "A-1")), NATIONAL) == [0, 0, 0]


@pytest.mark.parametrize(("height", "times"), [(8.0, (1, 1, 1)), (8.1, (2, 2, 2)), (None, (1, 1, 2))])
def test_a_reactor_counts_twice_over_eight_metres_and_has_bounds_without_its_height(height, times):
    assert counted(layer((REACTOR, "reactor", height, "A-1"))) == [300 * each for each in times]


def test_a_yard_is_never_doubled_however_high_the_crane_over_it():
    assert counted(layer((YARD, "yard", 20.0, "A-1"))) == [1500, 1500, 1500]


def test_ground_that_a_building_or_an_earlier_structure_takes_counts_once():
    wide = shapely.box(100, 0, 125, 100)
    hall = (shapely.box(100, 0, 110, 100), "building", 6.0, None)
    assert counted(layer((wide, "yard", None, "A-1"), hall)) == [1500, 1500, 1500]
    assert counted(layer((wide, "yard", None, "A-1"), (wide, "yard", None, "A-2"))) == [2500, 2500, 2500]


def test_basements_are_counted_apart_and_nothing_said_is_not_none():
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10), shapely.box(40, 0, 50, 10)]
    frame = {"kind": [None, "underground", None], "underground_storey_count": [2, None, None]}
    footprints = gpd.GeoDataFrame(frame, geometry=shapes, crs=LAND.crs)
    land = gpd.GeoSeries([*LAND, shapely.box(0, 100, 10, 110)], crs=LAND.crs)
    found = underground_floor_area(land, footprints)
    assert found[0] == 2 * 100 + 1 * 100
    assert math.isnan(found[1])
    assert math.isnan(underground_floor_area(LAND, footprints.iloc[[2]])[0])


place = st.tuples(st.integers(0, 150), st.integers(0, 80), st.integers(1, 60), st.integers(1, 40))


@settings(derandomize=True, max_examples=25)
@given(places=st.lists(place, min_size=1, max_size=5), cut=st.integers(1, 199))
def test_splitting_a_parcel_conserves_the_floor_area_of_structures(places, cut):
    footprints = layer(*((shapely.box(x, y, x + w, y + h), "yard", None, "A-1") for x, y, w, h in places))
    halves = gpd.GeoSeries([shapely.box(0, 0, cut, 100), shapely.box(cut, 0, 200, 100)], crs=LAND.crs)
    parts = approved_floor_area(halves, footprints, ZHENHAI)["counted_floor_area_m2"].sum()
    assert parts == pytest.approx(counted(footprints)[0])
    union = shapely.union_all(footprints.geometry.to_numpy())
    assert parts == pytest.approx(shapely.intersection(union, LAND[0]).area)
