"""Boxes of pixels around parcels, and reference places that stay where they are."""

import geopandas as gpd
import shapely

from geo.change_detection.blocks import plan_blocks
from geo.change_detection.boxes import MARGIN_PX, Box, parcel_boxes, reference_boxes
from geo.change_detection.grid import Grid

WIDE = Grid("EPSG:32650", (10.0, 0.0, 0.0, 0.0, -10.0, 20_000.0), (2000, 2000))


def test_a_box_ends_where_the_grid_ends(grid: Grid) -> None:
    parcel = shapely.box(500_000, 2_600_000, 500_030, 2_600_020)
    assert parcel_boxes(gpd.GeoSeries([parcel], crs=32650), grid) == [Box(5, 0, 7, 3 + MARGIN_PX)]


def test_a_parcel_off_the_grid_has_an_empty_box(grid: Grid) -> None:
    far = shapely.box(600_000, 2_600_000, 600_030, 2_600_020)
    assert [box.size for box in parcel_boxes(gpd.GeoSeries([far, shapely.Polygon()], crs=32650), grid)] == [0, 0]


def test_most_references_stay_when_parcels_come() -> None:
    few = gpd.GeoSeries([shapely.box(6000, 14_000, 6100, 14_100)], crs=32650)
    many = gpd.GeoSeries([few.iloc[0], shapely.box(6300, 13_900, 6400, 14_000)], crs=32650)
    one, more = (reference_boxes(WIDE, plan_blocks(WIDE, parcels)[0]) for parcels in (few, many))
    assert len(one) > 20
    assert len(more) == 32
    both = one.keys() & more.keys()
    assert len(both) > len(one) / 2
    assert {key: more[key] for key in both} == {key: one[key] for key in both}


def test_references_lie_in_what_is_read_and_those_of_other_blocks_are_others() -> None:
    parcels = gpd.GeoSeries([shapely.box(x, 10_000, x + 4000, 14_000) for x in (1000, 7000)], crs=32650)
    names = set()
    for block in plan_blocks(WIDE, parcels):
        for key, box in reference_boxes(WIDE, block).items():
            names.add(key)
            assert block.rows[0] <= box.top <= block.rows[1] - box.height
            assert block.columns[0] <= box.left <= block.columns[1] - box.width
    assert len(names) > 20
