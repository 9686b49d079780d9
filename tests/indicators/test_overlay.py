import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import CRSMismatchError
from geo.indicators.overlay import overlay
from geo.locale import say_error

ZONE = "EPSG:4549"


def series(shapes, index=None, crs=ZONE):
    return gpd.GeoSeries(shapes, index=index, crs=crs)


def test_a_footprint_wholly_inside_gives_its_own_area():
    found = overlay(series([shapely.box(0, 0, 20, 20)], ["P"]), series([shapely.box(5, 5, 15, 15)], ["F"]))
    assert found.values.tolist() == [["P", "F", 10 * 10]]


def test_a_footprint_across_two_parcels_is_shared_by_area():
    parcels = series([shapely.box(0, 0, 20, 20), shapely.box(20, 0, 40, 20)], ["P1", "P2"])
    found = overlay(parcels, series([shapely.box(15, 0, 25, 10)], ["F"]))
    assert found.values.tolist() == [["P1", "F", 5 * 10], ["P2", "F", 5 * 10]]


def test_a_footprint_that_only_touches_a_parcel_gives_no_row():
    touching = series([shapely.box(20, 0, 30, 20), shapely.box(20, 20, 30, 30)])
    assert overlay(series([shapely.box(0, 0, 20, 20)]), touching).empty


def test_repeated_identifiers_keep_their_own_rows():
    footprints = series([shapely.box(0, 0, 10, 10), shapely.box(10, 10, 12, 12)], ["F", "F"])
    found = overlay(series([shapely.box(0, 0, 20, 20)], ["P"]), footprints)
    assert found["area_m2"].tolist() == [100, 4]


def test_a_footprint_in_the_hole_of_a_parcel_is_not_on_it():
    ring = shapely.difference(shapely.box(0, 0, 20, 20), shapely.box(5, 5, 15, 15))
    assert overlay(series([ring]), series([shapely.box(6, 6, 14, 14)])).empty


def test_no_footprints_give_no_rows():
    found = overlay(series([shapely.box(0, 0, 20, 20)]), series([]))
    assert found.empty
    assert found.columns.tolist() == ["parcel_id", "footprint_id", "area_m2"]


def test_an_empty_polygon_shares_nothing():
    assert overlay(series([shapely.box(0, 0, 20, 20)]), series([shapely.Polygon()])).empty


@pytest.mark.parametrize(
    ("parcel_crs", "footprint_crs", "code"),
    [
        (None, ZONE, "indicators.no_crs"),
        (ZONE, None, "indicators.no_crs"),
        ("EPSG:4490", ZONE, "indicators.not_in_metres"),
        ("EPSG:2263", "EPSG:2263", "indicators.not_in_metres"),  # New York, in feet
        (ZONE, "EPSG:4550", "indicators.two_crs"),
    ],
)
def test_geometries_whose_areas_cannot_be_compared_are_refused(parcel_crs, footprint_crs, code):
    square = [shapely.box(0, 0, 20, 20)]
    with pytest.raises(CRSMismatchError) as refused:
        overlay(series(square, crs=parcel_crs), series(square, crs=footprint_crs))
    assert refused.value.code == code
    assert all(say_error(refused.value, language) for language in ("zh", "en"))


corner = st.integers(0, 50)
size = st.integers(1, 30)
boxes = st.lists(st.tuples(corner, corner, size, size), min_size=1, max_size=8).map(
    lambda rows: [shapely.box(x, y, x + w, y + h) for x, y, w, h in rows]
)


@settings(derandomize=True)
@given(parcels=boxes, footprints=boxes)
def test_the_overlay_equals_clipping_every_pair(parcels, footprints):
    found = overlay(series(parcels), series(footprints))
    table = np.zeros((len(parcels), len(footprints)))
    table[found["parcel_id"], found["footprint_id"]] = found["area_m2"]
    every_pair = [[shapely.intersection(p, f).area for f in footprints] for p in parcels]
    np.testing.assert_allclose(table, every_pair, atol=1e-9)
    assert found.sort_values(["parcel_id", "footprint_id"]).equals(found)


def test_thousands_of_pairs_are_measured_in_parts_and_keep_their_order(monkeypatch):
    monkeypatch.setattr(sys.modules["geo.indicators.overlay"], "PAIRS_AT_ONCE", 10)
    parcels = series([shapely.box(x, 0, x + 10, 10) for x in range(0, 1000, 10)])
    footprints = series([shapely.box(x, 2, x + 5, 7) for x in range(0, 1000, 7)])
    found = overlay(parcels, footprints)

    whole = shapely.area(shapely.intersection(parcels.union_all(), footprints.to_numpy()))
    np.testing.assert_allclose(found.groupby("footprint_id")["area_m2"].sum(), whole, atol=1e-9)
    assert found.sort_values(["parcel_id", "footprint_id"]).equals(found)


def test_nothing_stays_prepared():
    parcels = series([shapely.box(0, 0, 20, 20)])
    overlay(parcels, series([shapely.box(5, 5, 15, 15)]))
    assert not shapely.is_prepared(parcels.to_numpy()).any()


def test_a_parcel_that_stands_twice_is_measured_twice():
    square = shapely.box(0, 0, 20, 20)
    found = overlay(series([square, square]), series([shapely.box(10, 10, 30, 30)]))
    assert found["area_m2"].tolist() == [100, 100]
