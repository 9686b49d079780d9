import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.indicators.parts import buildings, carrying, used_instead

SQUARE = shapely.box(0, 0, 20, 20)
NAN = float("nan")


def footprints(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4549")


def carried_area(shapes, *, has_parts, has_storeys):
    outlines = gpd.GeoSeries(shapes, crs="EPSG:4549")
    return carrying(outlines, has_parts=pd.Series(has_parts), has_storeys=pd.Series(has_storeys)).area.tolist()


def test_an_exact_duplicate_is_replaced_by_the_first_of_its_kind():
    assert used_instead(footprints([SQUARE] * 3, storey_count=[2, 2, 2])).tolist() == [0, 0, 0]


def test_identifiers_do_not_make_a_difference_and_storeys_do():
    frame = footprints([SQUARE] * 4, footprint_id=["a", "b", "a", "a"], storey_count=[1, 1, 2, NAN])
    assert used_instead(frame).tolist() == [0, 0, 2, 3]


def test_two_outlines_without_storeys_are_duplicates_too():
    assert used_instead(footprints([SQUARE] * 2, storey_count=[NAN, NAN])).tolist() == [0, 0]


def test_a_ring_that_begins_elsewhere_is_the_same_geometry():
    turned = shapely.Polygon([(20, 20), (0, 20), (0, 0), (20, 0)])
    assert used_instead(footprints([SQUARE, turned], storey_count=[1, 1])).tolist() == [0, 0]


def test_a_neighbour_of_the_same_size_is_no_duplicate():
    assert used_instead(footprints([SQUARE, shapely.box(20, 0, 40, 20)], storey_count=[1, 1])).tolist() == [0, 1]


def test_heights_that_differ_make_two_footprints():
    assert used_instead(footprints([SQUARE] * 2, storey_count=[1, 1], height_m=[8.0, 8.1])).tolist() == [0, 1]


def test_of_an_outline_and_its_equal_part_the_part_is_used():
    frame = footprints([SQUARE] * 2, footprint_id=["A", "A1"], storey_count=[2, 2], part_of=[None, "A"])
    assert used_instead(frame).tolist() == [1, 1]


def test_no_footprints_have_no_duplicates():
    assert used_instead(footprints([], storey_count=[])).tolist() == []


def test_an_outline_and_its_parts_are_one_building():
    found = buildings(pd.DataFrame({"footprint_id": ["A", "A1", "A2", "B"], "part_of": [None, "A", "A", None]}))
    assert found["building"].tolist()[:3] == [0, 0, 0]
    assert found["building"].nunique() == 2
    assert found["is_part"].tolist() == [False, True, True, False]
    assert found["has_parts"].tolist() == [True, False, False, False]


def test_outlines_that_repeat_an_identifier_are_one_building_only_if_a_part_names_it():
    frame = pd.DataFrame({"footprint_id": ["A", "A", "A1", "B", "B"], "part_of": [None, None, "A", None, None]})
    first, second, part, *others = buildings(frame)["building"]
    assert first == second == part
    assert len({first, *others}) == 3


def test_a_part_of_nothing_that_is_there_stands_alone():
    found = buildings(pd.DataFrame({"footprint_id": ["A", "B1"], "part_of": [pd.NA, "B"]}))
    assert found["is_part"].tolist() == [False, False]
    assert found["building"].nunique() == 2


def test_a_footprint_is_not_part_of_itself():
    found = buildings(pd.DataFrame({"footprint_id": ["A"], "part_of": ["A"]}))
    assert not found[["is_part", "has_parts"]].to_numpy().any()


def test_without_a_column_of_parts_every_footprint_stands_alone():
    assert buildings(pd.DataFrame({"footprint_id": ["A", "A"]}))["building"].nunique() == 2


@pytest.mark.parametrize("outline_has_storeys", [True, False])
def test_an_outline_that_has_parts_carries_nothing(outline_has_storeys):
    shapes = [SQUARE, shapely.box(0, 0, 10, 20)]
    found = carried_area(shapes, has_parts=[True, False], has_storeys=[outline_has_storeys, True])
    assert found == [0, 10 * 20]


def test_an_outline_without_storeys_carries_what_the_others_leave_of_it():
    shapes = [SQUARE, shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)]
    assert carried_area(shapes, has_parts=[False] * 3, has_storeys=[False, True, True])[0] == 20 * 20 - 15 * 10


def test_an_outline_covered_but_for_a_drawn_edge_carries_nothing():
    left_one_percent = shapely.box(0, 0, 19.8, 20)
    assert carried_area([SQUARE, left_one_percent], has_parts=[False] * 2, has_storeys=[False, True])[0] == 0
    left_more = shapely.box(0, 0, 19.7, 20)
    assert carried_area([SQUARE, left_more], has_parts=[False] * 2, has_storeys=[False, True])[0] == pytest.approx(6)


def test_a_neighbour_that_touches_takes_nothing():
    outlines = gpd.GeoSeries([SQUARE, shapely.box(20, 5, 40, 10)], crs="EPSG:4549")
    left = carrying(outlines, has_parts=pd.Series([False] * 2), has_storeys=pd.Series([False, True]))
    assert left[0] is outlines[0]


def test_an_outline_that_has_parts_does_not_cover_them():
    shapes = [SQUARE, shapely.box(0, 0, 10, 20)]
    assert carried_area(shapes, has_parts=[True, False], has_storeys=[True, False]) == [0, 200]


def test_two_outlines_without_storeys_leave_each_other_alone():
    found = carried_area([SQUARE, SQUARE], has_parts=[False] * 2, has_storeys=[False] * 2)
    np.testing.assert_array_equal(found, [400, 400])
