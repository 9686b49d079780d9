import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.indicators.overlay import overlay
from geo.indicators.sharing import floor_shares

LEFT, RIGHT = shapely.box(0, 0, 20, 20), shapely.box(20, 0, 40, 20)


def shared_out(parcels, outlines, *, building=None, is_part=None, sliver_m2=0.01):
    """Rows of parcel, footprint, area, is certain."""
    shapes = gpd.GeoSeries(outlines, crs="EPSG:4549")
    overlaid = overlay(gpd.GeoSeries(parcels, crs="EPSG:4549"), shapes)
    footprints = pd.DataFrame(
        {
            "area_m2": shapes.area,
            "carried_area_m2": shapes.area,
            "building": building or list(range(len(outlines))),
            "is_part": is_part or [False] * len(outlines),
        }
    )
    found = floor_shares(overlaid, overlaid, footprints, sliver_m2=sliver_m2)
    return list(found.itertuples(index=False, name=None))


def test_a_footprint_inside_is_all_there_and_certain():
    assert shared_out([LEFT], [shapely.box(0, 0, 10, 10)]) == [(0, 0, 100, True)]


def test_a_footprint_on_two_parcels_is_shared_by_area():
    assert shared_out([LEFT, RIGHT], [shapely.box(15, 0, 30, 10)]) == [(0, 0, 50, True), (1, 0, 100, True)]


def test_what_overhangs_follows_a_building_that_stands_on_the_parcel_for_the_greater_part():
    # 10 x 10, of which 2 x 10 beyond the western edge
    assert shared_out([LEFT], [shapely.box(-2, 0, 8, 10)]) == [(0, 0, 80, True), (0, 0, 20, False)]


@pytest.mark.parametrize(("west", "inside"), [(-5, 50), (-8, 20)])
def test_of_a_building_that_stands_half_or_more_beyond_only_what_lies_on_the_parcel_counts(west, inside):
    assert shared_out([LEFT], [shapely.box(west, 0, west + 10, 10)]) == [(0, 0, inside, True)]


def test_an_overhang_is_shared_out_like_the_building():
    # 30 of 40 m on the left parcel, 10 on the right, 4 m high, and 1 m beyond the southern edge
    parcels = [shapely.box(0, 0, 30, 20), shapely.box(30, 0, 40, 20)]
    found = shared_out(parcels, [shapely.box(0, -1, 40, 4)])
    assert found == [(0, 0, 120, True), (1, 0, 40, True), (0, 0, 40 * 3 / 4, False), (1, 0, 40 / 4, False)]


def test_a_part_over_the_street_is_counted_where_its_building_stands():
    outline, balcony = shapely.box(-1, 0, 9, 10), shapely.box(-1, 0, 0, 10)
    found = shared_out([LEFT], [outline, balcony], building=[7, 7], is_part=[False, True])
    assert (0, 1, 10, False) in found


def test_a_footprint_over_the_street_alone_is_counted_nowhere():
    assert shared_out([LEFT], [shapely.box(-1, 0, 0, 10)]) == []


def test_a_sliver_on_the_neighbour_counts_with_the_rest_and_is_certain():
    # a wall drawn 0.5 mm over the common edge, 10 m long: 0.005 m2
    found = shared_out([LEFT, RIGHT], [shapely.box(10, 0, 20.0005, 10)])
    assert {(parcel, certain) for parcel, _, _, certain in found} == {(0, True)}
    assert sum(area for _, _, area, _ in found) == pytest.approx(10.0005 * 10)


def test_a_sliver_larger_than_the_tolerance_is_a_share():
    found = shared_out([LEFT, RIGHT], [shapely.box(10, 0, 20.0005, 10)], sliver_m2=0.001)
    assert [(parcel, certain) for parcel, _, _, certain in found] == [(0, True), (1, True)]


def test_parcels_that_overlap_do_not_share_out_more_than_they_hold():
    found = shared_out([LEFT, LEFT], [shapely.box(0, 0, 10, 10)])
    assert found == [(0, 0, 100, True), (1, 0, 100, True)]
