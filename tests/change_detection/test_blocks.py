"""Parcels sorted into blocks of a grid."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo.change_detection.blocks import plan_blocks
from geo.change_detection.grid import Grid
from geo.errors import CRSMismatchError

UTM50 = CRS.from_epsg(32650).to_wkt()
WIDE = Grid(UTM50, (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_620_000.0), (2000, 1500))


def squares(*corners: tuple[float, float], side: float = 100.0) -> gpd.GeoSeries:
    """Squares by column and row of their upper left corner."""
    west, north = 500_000.0, 2_620_000.0
    boxes = [
        shapely.box(west + 10 * x, north - 10 * y - side, west + 10 * x + side, north - 10 * y) for x, y in corners
    ]
    return gpd.GeoSeries(boxes, crs=32650)


def test_a_block_is_its_parcels_and_a_margin() -> None:
    (block,) = plan_blocks(WIDE, squares((100, 200), (300, 210)), margin_m=50)
    assert (block.rows, block.columns, block.members.tolist()) == ((195, 225), (95, 315), [0, 1])


def test_the_margin_ends_at_the_edge_of_the_grid() -> None:
    (block,) = plan_blocks(WIDE, squares((2, 1985)), margin_m=400)
    assert (block.rows, block.columns) == ((1945, 2000), (0, 52))


def test_parcels_far_apart_are_in_blocks_of_their_own_by_rows_first() -> None:
    blocks = plan_blocks(WIDE, squares((600, 600), (10, 600), (600, 10)), margin_m=0)
    assert [block.members.tolist() for block in blocks] == [[2], [1], [0]]


def test_missing_empty_and_far_away_parcels_are_in_no_block() -> None:
    parcels = gpd.GeoSeries([None, shapely.Polygon(), *squares((-500, 0), (10, 10))], crs=32650)
    assert [block.members.tolist() for block in plan_blocks(WIDE, parcels)] == [[3]]
    assert plan_blocks(WIDE, parcels.iloc[:3]) == []


def test_a_parcel_mostly_off_the_grid_is_read_where_the_grid_reaches_it() -> None:
    (block,) = plan_blocks(WIDE, squares((-8, -8)), margin_m=0)
    assert (block.rows, block.columns) == ((0, 2), (0, 2))


def test_a_parcel_that_only_touches_the_edge_reads_one_pixel() -> None:
    (block,) = plan_blocks(WIDE, squares((-10, 5)), margin_m=0)
    assert (block.rows, block.columns) == ((5, 15), (0, 1))


def test_another_crs_is_an_error() -> None:
    with pytest.raises(CRSMismatchError):
        plan_blocks(WIDE, squares((1, 1)).to_crs(4326))


@given(st.lists(st.tuples(st.integers(0, 1480), st.integers(0, 1980)), min_size=1, max_size=30))
@settings(max_examples=30)
def test_every_parcel_is_in_one_block_that_holds_it_with_its_margin(corners: list[tuple[int, int]]) -> None:
    blocks = plan_blocks(WIDE, squares(*corners), margin_m=60)
    assert sorted(np.concatenate([block.members for block in blocks]).tolist()) == list(range(len(corners)))
    for block in blocks:
        assert block.rows[1] - block.rows[0] <= 512 + 10 + 12
        for member in block.members:
            x, y = corners[member]
            assert block.columns[0] <= max(x - 6, 0)
            assert block.columns[1] >= min(x + 16, 1500)
            assert block.rows[0] <= max(y - 6, 0)
            assert block.rows[1] >= min(y + 16, 2000)
