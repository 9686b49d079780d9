import base64

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo.maps.outlines import STEPS_AROUND, encode_outlines, numbers, origin_of, pack, steps

EQUATOR = (STEPS_AROUND // 2, STEPS_AROUND // 2)
STEP = 360 / STEPS_AROUND
"""Degrees of a step along the equator."""


def outlines(text):
    """Lines of points of each geometry, as page/outlines.js reads them, written for the test."""
    told = numbers(text).tolist()
    count, told = told[0], told[1:]
    lines, told = told[:count], told[count:]
    sizes, told = told[: sum(lines)], told[sum(lines) :]
    unfolded = [-(value + 1) // 2 if value % 2 else value // 2 for value in told]
    points = np.cumsum(np.array(unfolded, dtype=np.int64).reshape(-1, 2), axis=0).tolist()
    ends = np.cumsum(sizes).tolist()
    by_line = [points[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    ends = np.cumsum(lines).tolist()
    return [by_line[end - size : end] for size, end in zip(lines, ends, strict=True)]


def square(west, north, side):
    """Corners of a square in steps from the crossing of equator and prime meridian, as degrees."""
    return box(west * STEP, -(north + side) * STEP, (west + side) * STEP, -north * STEP)


def area(ring):
    """Twice the signed area of a ring."""
    x, y = np.array(ring).T
    return int(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def test_a_ring_is_its_corners_without_the_closing_one():
    [[ring]] = outlines(encode_outlines([square(10, 20, 40)], EQUATOR))
    assert sorted(ring) == [[10, 20], [10, 60], [50, 20], [50, 60]]


def test_a_hole_is_a_second_ring_that_runs_the_other_way():
    with_hole = square(0, 0, 40).difference(square(10, 10, 20))
    [[outer, hole]] = outlines(encode_outlines([with_hole], EQUATOR))
    assert abs(area(outer)) == 2 * 40 * 40
    assert area(hole) * area(outer) < 0
    assert abs(area(hole)) == 2 * 20 * 20


def test_every_outer_ring_runs_the_same_way_however_it_was_drawn():
    drawn = [square(0, 0, 9), square(20, 0, 9).reverse(), MultiPolygon([square(40, 0, 9).reverse(), square(60, 0, 9)])]
    turns = [np.sign(area(ring)) for rings in outlines(encode_outlines(drawn, EQUATOR)) for ring in rings]
    assert len(turns) == 4
    assert len(set(turns)) == 1


@pytest.mark.parametrize("nothing", [None, Polygon(), MultiPolygon(), Point(1, 2)])
def test_nothing_to_draw_keeps_its_place_and_has_no_line(nothing):
    found = outlines(encode_outlines([square(0, 0, 4), nothing, square(8, 0, 4)], EQUATOR))
    assert [len(lines) for lines in found] == [1, 0, 1]


def test_a_line_keeps_all_its_points_even_where_it_ends_at_its_start():
    there_and_back = LineString([(0, 0), (9 * STEP, 0), (0, 0)])
    [[line]] = outlines(encode_outlines([there_and_back], EQUATOR))
    assert line == [[0, 0], [9, 0], [0, 0]]


def test_nothing_at_all_is_a_text_too():
    assert outlines(encode_outlines([], None)) == []
    assert outlines(encode_outlines([None, Polygon()], None)) == [[], []]


def test_the_origin_lies_in_the_middle_of_all_that_there_is():
    assert origin_of([square(-10, -10, 4), None, Polygon(), square(26, 6, 4)]) == (EQUATOR[0] + 10, EQUATOR[1])


def test_there_is_no_origin_where_there_is_nothing():
    assert origin_of([None, Polygon()]) is None
    assert origin_of([]) is None


@given(st.lists(st.integers(0, 2**35 - 1), max_size=20))
def test_numbers_come_back_as_they_were(whole):
    assert numbers(base64.b64encode(pack(whole)).decode()).tolist() == whole


longitudes = st.floats(73, 135)
latitudes = st.floats(3, 54)


@given(st.lists(st.tuples(longitudes, latitudes), min_size=3, max_size=12, unique=True))
def test_every_corner_lies_within_half_a_step_of_its_place_on_the_map(points):
    # reference: PROJ's spherical Mercator
    there = gpd.GeoSeries(shapely.points(points), crs=4326).to_crs(3857)
    metres = 2 * np.pi * 6378137 / STEPS_AROUND
    east, south = there.x / metres + STEPS_AROUND / 2, STEPS_AROUND / 2 - there.y / metres
    assert np.abs(steps(np.array(points)) - np.column_stack([east, south])).max() < 0.501


def test_neighbours_keep_their_common_edge_to_the_step():
    west = Polygon([(0, 0), (1.23456789e-3, 3.3e-8), (1.23456789e-3, 1e-3), (0, 1e-3)])
    east = Polygon([(1.23456789e-3, 3.3e-8), (2e-3, 0), (2e-3, 1e-3), (1.23456789e-3, 1e-3)])
    [[one], [other]] = outlines(encode_outlines([west, east], EQUATOR))
    assert sum(point in other for point in one) == 2


def test_an_outline_across_the_edge_of_a_zone_stays_whole():
    # the 3-degree zones 38 and 39 of CGCS2000 meet at 115.5 degrees east
    across = box(115.499, 24, 115.501, 24.001)
    [[ring]] = outlines(encode_outlines([across], origin_of([across])))
    assert len(ring) == 4
    wide = max(x for x, _ in ring) - min(x for x, _ in ring)
    assert wide == pytest.approx(0.002 / STEP, abs=1)
