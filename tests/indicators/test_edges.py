import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.indicators.counting import CountingRule
from geo.indicators.edges import edge_share, widened
from geo.indicators.table import indicator_table
from geo.locale import say_error

NATIONAL = CountingRule(double_above_m=8, minimum_storey_m=2.2)
ZONE = "EPSG:4549"
PARCELS = gpd.GeoDataFrame({"parcel_id": ["P"]}, geometry=[shapely.box(0, 0, 40, 20)], index=[3], crs=ZONE)


def built(*shapes):
    frame = {"footprint_id": range(len(shapes)), "storey_count": 2.0, "storey_height_m": 4.0}
    return gpd.GeoDataFrame(frame, geometry=list(shapes), crs=ZONE)


def wide(footprints, error):
    table, _ = indicator_table(PARCELS, footprints, NATIONAL)
    return widened(table, PARCELS, footprints, NATIONAL, error_m=error).loc[3]


def test_the_share_near_the_edge_is_what_the_inner_parcel_leaves():
    shares = edge_share(
        gpd.GeoSeries([shapely.box(0, 0, 40, 20), shapely.Polygon()], index=["a", "b"], crs=ZONE), error_m=2
    )
    assert shares["a"] == pytest.approx(1 - 36 * 16 / 800)
    assert math.isnan(shares["b"])


def test_a_narrow_parcel_lies_near_its_edge_altogether():
    assert edge_share(gpd.GeoSeries([shapely.box(0, 0, 40, 2)], crs=ZONE), error_m=1.5).tolist() == [1]


def test_a_building_on_the_edge_may_be_in_or_out_by_the_error():
    row = wide(built(shapely.box(30, 5, 50, 15)), 1.0)
    assert row["building_coverage"] == 100 / 800
    assert row["building_coverage_low"] == pytest.approx(90 / 800)
    assert row["building_coverage_high"] == pytest.approx(110 / 800)
    assert row["floor_area_ratio_low"] == pytest.approx(2 * 90 / 800)


def test_a_building_far_from_the_edge_is_not_in_doubt():
    row = wide(built(shapely.box(10, 5, 20, 15)), 1.0)
    assert row["building_coverage_low"] == row["building_coverage"] == row["building_coverage_high"] == 100 / 800
    assert row["floor_area_ratio_low"] == row["floor_area_ratio"] == row["floor_area_ratio_high"] == 200 / 800


def test_coverage_is_never_more_than_all():
    assert wide(built(shapely.box(-20, -20, 60, 60)), 3.0)["building_coverage_high"] == 1


def test_a_parcel_without_area_stays_without_ratios():
    parcels = gpd.GeoDataFrame({"parcel_id": ["P"]}, geometry=[shapely.Polygon()], crs=ZONE)
    table, _ = indicator_table(parcels, built(), NATIONAL)
    row = widened(table, parcels, built(), NATIONAL, error_m=1.0).iloc[0]
    assert row[["building_coverage_low", "floor_area_ratio_high"]].isna().all()


@pytest.mark.parametrize("error", [-1.0, math.nan, math.inf])
def test_an_error_that_is_none_is_refused(error):
    with pytest.raises(SchemaError) as refused:
        edge_share(PARCELS.geometry, error_m=error)
    assert all(say_error(refused.value, language) for language in ("zh", "en"))


place = st.tuples(st.integers(-10, 40), st.integers(-10, 20), st.integers(1, 25), st.integers(1, 15))


@settings(derandomize=True, max_examples=12)
@given(places=st.lists(place, min_size=1, max_size=4, unique=True), turn=st.floats(0, 6.28), far=st.floats(0, 1))
def test_the_bounds_hold_what_any_displacement_within_the_error_gives(places, turn, far):
    footprints = built(*(shapely.box(x, y, x + w, y + h) for x, y, w, h in places))
    row = wide(footprints, 2.0)
    moved = footprints.translate(1.99 * far * np.cos(turn), 1.99 * far * np.sin(turn))
    there = indicator_table(PARCELS, footprints.set_geometry(moved), NATIONAL)[0].loc[3]
    assert row["building_coverage_low"] - 1e-9 <= there["building_coverage"] <= row["building_coverage_high"] + 1e-9
    on_parcel = shapely.area(shapely.intersection(moved.to_numpy(), PARCELS.geometry[3])).sum()
    assert row["counted_floor_area_m2_low"] - 1e-6 <= 2 * on_parcel <= row["counted_floor_area_m2_high"] + 1e-6
