import geopandas as gpd
import pytest
import shapely

from geo.indicators.counting import CountingRule
from geo.indicators.table import indicator_table
from geo.locale import say

NATIONAL = CountingRule(double_above_m=8, minimum_storey_m=2.2)
LEFT, RIGHT = shapely.box(0, 0, 20, 20), shapely.box(20, 0, 40, 20)


def notes_on(shapes, **columns):
    """(footprint, parcel, code without its room)."""
    parcels = gpd.GeoDataFrame({"parcel_id": ["L", "R"]}, geometry=[LEFT, RIGHT], crs="EPSG:4549")
    frame = {"footprint_id": [f"F{at}" for at in range(len(shapes))], "storey_height_m": 3.0, **columns}
    footprints = gpd.GeoDataFrame(frame, index=range(100, 100 + len(shapes)), geometry=shapes, crs="EPSG:4549")
    _, notes = indicator_table(parcels, footprints, NATIONAL)
    assert notes.columns.tolist() == ["footprint_id", "parcel_id", "code"]
    assert notes["footprint_id"].tolist() == footprints.loc[notes.index, "footprint_id"].tolist()
    for code in notes["code"]:
        assert say(code, "zh") != say(code, "en")
    rows = notes.astype(object).where(notes.notna(), None).itertuples(index=False, name=None)
    return [(footprint, parcel, code.removeprefix("indicators.")) for footprint, parcel, code in rows]


def test_a_footprint_that_is_fully_known_and_inside_needs_no_note():
    assert notes_on([shapely.box(0, 0, 5, 5)], storey_count=[1]) == []


def test_every_repetition_is_listed_and_the_one_that_is_used_is_not():
    small = shapely.box(25, 0, 30, 5)
    found = notes_on([small] * 3, storey_count=[1] * 3)
    assert found == [("F1", "R", "exact_duplicate"), ("F2", "R", "exact_duplicate")]


def test_an_outline_without_storeys_is_listed_with_parts_and_without():
    shapes = [shapely.box(0, 0, 5, 5), shapely.box(0, 0, 5, 5), shapely.box(10, 10, 15, 15)]
    found = notes_on(
        shapes,
        storey_count=[float("nan"), 2, float("nan")],
        storey_height_m=[float("nan"), 3, float("nan")],
        part_of=[None, "F0", None],
    )
    assert found == [
        ("F0", "L", "outline_without_storeys"),
        ("F0", "L", "outline_with_parts"),
        ("F2", "L", "outline_without_storeys"),
    ]


def test_an_outline_with_storeys_and_parts_is_not_blamed_for_its_heights():
    shapes = [shapely.box(0, 0, 5, 5), shapely.box(0, 0, 2, 5)]
    found = notes_on(shapes, storey_count=[2, 2], storey_height_m=[float("nan"), 3], part_of=[None, "F0"])
    assert found == [("F0", "L", "outline_with_parts")]


def test_a_footprint_on_two_parcels_has_a_row_for_each():
    found = notes_on([shapely.box(15, 0, 25, 5)], storey_count=[1])
    assert found == [("F0", "L", "straddles_parcels"), ("F0", "R", "straddles_parcels")]


@pytest.mark.parametrize("south", [-1, -4])
def test_a_footprint_that_reaches_beyond_the_parcels_is_named_with_the_parcel_it_stands_on(south):
    assert notes_on([shapely.box(0, south, 5, 5 + south)], storey_count=[1]) == [("F0", "L", "reaches_beyond_parcels")]


def test_a_footprint_on_no_parcel_is_listed_without_one():
    assert notes_on([shapely.box(0, 50, 5, 55)], storey_count=[1]) == [("F0", None, "on_no_parcel")]


def test_a_sliver_on_the_neighbour_is_not_worth_a_note():
    assert notes_on([shapely.box(10, 0, 20.0005, 10)], storey_count=[1]) == []


def test_notes_come_in_the_order_of_the_footprints():
    shapes = [shapely.box(15, 0, 25, 5), shapely.box(0, 10, 5, 15), shapely.box(0, 50, 5, 55)]
    found = notes_on(shapes, storey_count=[1, 0, 1])
    assert [footprint for footprint, _, _ in found] == ["F0", "F0", "F1", "F2"]
    assert found[2] == ("F1", "L", "no_storey_above_ground")
