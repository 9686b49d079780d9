import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from geo.maps.shapes import STEPS_PER_DEGREE, encode_anchor, encode_shape, origin_of

SQUARE = [(0, 0), (4e-6, 0), (4e-6, 4e-6), (0, 4e-6)]
HOLE = [(1e-6, 1e-6), (1e-6, 3e-6), (3e-6, 3e-6), (3e-6, 1e-6)]


def decode_ring(ring, origin):
    """What page/data.js does, written for the test."""
    return np.cumsum(np.array(ring).reshape(-1, 2), axis=0) + np.array(origin)


def test_a_ring_is_its_first_point_and_the_differences_after_it():
    # 4e-6 degrees are 40 steps of 1e-7
    assert encode_shape(Polygon(SQUARE), (0, 0)) == [[[0, 0, 40, 0, 0, 40, -40, 0]]]


def test_a_hole_is_a_second_ring_of_its_polygon():
    assert encode_shape(Polygon(SQUARE, [HOLE]), (0, 0)) == [
        [[0, 0, 40, 0, 0, 40, -40, 0], [10, 10, 0, 20, 20, 0, 0, -20]]
    ]


def test_each_part_is_a_polygon_counted_from_the_same_origin():
    parts = MultiPolygon([box(1e-6, 0, 2e-6, 1e-6), box(5e-6, 0, 6e-6, 1e-6)])
    assert [polygon[0][:2] for polygon in encode_shape(parts, (0, 0))] == [[20, 0], [60, 0]]


@pytest.mark.parametrize("nothing", [None, Polygon(), MultiPolygon(), Point(1, 2)])
def test_nothing_to_draw_is_none(nothing):
    assert encode_shape(nothing, (0, 0)) is None


def test_the_origin_is_the_south_west_corner_of_all_that_there_is():
    assert origin_of([box(2, 1, 3, 2), None, Polygon(), box(1, 5, 2, 6)]) == (STEPS_PER_DEGREE, STEPS_PER_DEGREE)


def test_there_is_no_origin_where_there_is_nothing():
    assert origin_of([None, Polygon()]) is None
    assert origin_of([]) is None


def test_a_label_on_a_ring_shaped_parcel_has_the_room_of_one_side_only():
    x, y, room = encode_anchor(Polygon(SQUARE, [HOLE]), (0, 0))
    assert not Polygon(HOLE).contains(Point(x / STEPS_PER_DEGREE, y / STEPS_PER_DEGREE))
    # beside the hole 10 steps; above or below it the whole 40
    assert room == (10 if 10 < y < 30 else 40)


def test_a_label_stands_in_the_largest_part():
    parts = MultiPolygon([box(0, 0, 1e-6, 1e-6), box(5e-6, 0, 9e-6, 4e-6)])
    x, _, room = encode_anchor(parts, (0, 0))
    assert 50 < x < 90
    assert room == 40


def test_a_self_crossing_outline_still_gets_a_label():
    assert encode_anchor(Polygon([(0, 0), (4e-6, 4e-6), (4e-6, 0), (0, 4e-6)]), (0, 0)) is not None


@pytest.mark.parametrize("nothing", [None, Polygon()])
def test_no_shape_has_no_label(nothing):
    assert encode_anchor(nothing, (0, 0)) is None


longitudes = st.floats(73, 135)
latitudes = st.floats(3, 54)


@given(st.lists(st.tuples(longitudes, latitudes), min_size=3, max_size=12, unique=True), longitudes, latitudes)
def test_decoding_gives_every_vertex_within_half_a_step(points, west, south):
    origin = round(west * STEPS_PER_DEGREE), round(south * STEPS_PER_DEGREE)
    polygon = Polygon(points)
    [[ring]] = encode_shape(polygon, origin)
    decoded = decode_ring(ring, origin) / STEPS_PER_DEGREE
    assert np.abs(decoded - shapely.get_coordinates(polygon)[:-1]).max() <= 0.5 / STEPS_PER_DEGREE + 1e-12


def test_neighbours_keep_their_common_edge_to_the_step():
    west = Polygon([(0, 0), (1.23456789e-3, 3.3e-8), (1.23456789e-3, 1e-3), (0, 1e-3)])
    east = Polygon([(1.23456789e-3, 3.3e-8), (2e-3, 0), (2e-3, 1e-3), (1.23456789e-3, 1e-3)])
    rings = [decode_ring(encode_shape(shape, (0, 0))[0][0], (0, 0)).tolist() for shape in (west, east)]
    assert sum(point in rings[1] for point in rings[0]) == 2
