import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.indicators.coverage import building_coverage, footprint_area
from geo.indicators.overlay import overlay

ZONE = "EPSG:4549"


def series(shapes, index=None):
    return gpd.GeoSeries(shapes, index=index, crs=ZONE)


def test_overlapping_footprints_are_counted_once():
    parcel = series([shapely.box(0, 0, 20, 20)], ["P"])
    two = series([shapely.box(0, 0, 10, 10), shapely.box(5, 5, 15, 15)])
    assert footprint_area(parcel, two).to_dict() == {"P": 100 + 100 - 25}


def test_a_part_on_its_outline_adds_nothing():
    parcel = series([shapely.box(0, 0, 20, 20)], ["P"])
    assert footprint_area(parcel, series([shapely.box(0, 0, 10, 10), shapely.box(0, 0, 5, 5)]))["P"] == 100


def test_an_overlap_outside_the_parcel_takes_nothing_from_inside():
    parcel = series([shapely.box(0, 0, 20, 20)], ["P"])
    two = series([shapely.box(10, 0, 30, 5), shapely.box(10, 4, 30, 9)])
    assert footprint_area(parcel, two)["P"] == 10 * 9


def test_the_answer_stands_on_the_callers_index_with_zero_where_nothing_stands():
    parcels = series([shapely.box(100, 0, 120, 20), shapely.box(0, 0, 20, 20)], ["far", "near"])
    area = footprint_area(parcels, series([shapely.box(0, 0, 2, 2)]))
    assert area.index.equals(parcels.index)
    assert area.tolist() == [0, 4]


def test_an_overlay_at_hand_gives_the_same():
    parcels = series([shapely.box(0, 0, 20, 20), shapely.box(20, 0, 40, 20)], ["P1", "P2"])
    footprints = series([shapely.box(15, 0, 25, 10), shapely.box(18, 5, 30, 15)], ["F1", "F2"])
    again = footprint_area(parcels, footprints, overlaid=overlay(parcels, footprints))
    pd.testing.assert_series_equal(again, footprint_area(parcels, footprints))
    assert again.tolist() == [5 * 10 + 2 * 10 - 2 * 5, 5 * 10 + 10 * 10 - 5 * 5]


def test_coverage_of_the_worked_example_of_the_rules():
    # shed 6000, office 800 on 20000
    assert building_coverage(pd.Series([6000.0 + 800.0]), pd.Series([20000.0])).tolist() == [0.34]


def test_coverage_of_no_land_is_not_a_number():
    assert building_coverage(pd.Series([0.0, 5.0]), pd.Series([0.0, np.nan])).isna().all()


whole = st.integers(0, 60)
boxes = st.lists(st.tuples(whole, whole, st.integers(1, 40), st.integers(1, 40)), max_size=8).map(
    lambda rows: [shapely.box(x, y, x + w, y + h) for x, y, w, h in rows]
)
PARCEL = shapely.box(10, 10, 50, 50)


@settings(derandomize=True)
@given(footprints=boxes)
def test_coverage_lies_between_nothing_and_all(footprints):
    parcel = series([PARCEL])
    coverage = building_coverage(footprint_area(parcel, series(footprints)), parcel.area)
    assert coverage.between(0, 1).all()


@settings(derandomize=True)
@given(footprints=boxes, cut=st.integers(11, 49))
def test_splitting_a_parcel_conserves_the_footprint_area(footprints, cut):
    halves = series([shapely.box(10, 10, cut, 50), shapely.box(cut, 10, 50, 50)])
    whole_area = footprint_area(series([PARCEL]), series(footprints)).sum()
    assert footprint_area(halves, series(footprints)).sum() == pytest.approx(whole_area, abs=1e-9)


@settings(derandomize=True)
@given(footprints=boxes, east=st.sampled_from([0, 500_000]), north=st.sampled_from([0, 3_300_000]))
def test_order_ring_direction_and_translation_do_not_matter(footprints, east, north):
    plain = footprint_area(series([PARCEL]), series(footprints))
    turned = series([shapely.reverse(f) for f in footprints[::-1]]).translate(east, north)
    moved = footprint_area(series([PARCEL]).translate(east, north), turned)
    np.testing.assert_allclose(moved, plain, atol=1e-6)


@pytest.mark.shared_data
def test_the_covered_area_ratio_of_bubenec_is_momepys(shared_data):
    file = shared_data / "buildings" / "momepy_bubenec" / "bubenec.gpkg"
    buildings = pyogrio.read_dataframe(file, layer="buildings").set_index("uID")
    cells = pyogrio.read_dataframe(file, layer="tessellation").set_index("uID")
    coverage = building_coverage(buildings.area.reindex(cells.index), cells.area)
    # pysal/momepy, tests/test_intensity.py: every building on the cell of its own uID
    assert coverage.mean() == pytest.approx(0.3206556897709747, abs=1e-9)
    assert coverage.max() == pytest.approx(0.8754071653707558, abs=1e-9)
    assert coverage.min() == pytest.approx(0.029097983413141276, abs=1e-9)
