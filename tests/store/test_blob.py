import sqlite3
import struct
from contextlib import closing

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from geo.store.blob import box_side, decode, encode, encode_all, is_empty, register_functions

COORDINATE = st.floats(-180, 180, allow_nan=False)
HAND_MADE = b"GP\x00\x00" + struct.pack(">i", 4490) + shapely.to_wkb(box(1, 2, 3, 4))


@given(COORDINATE, COORDINATE)
def test_a_geometry_comes_back_as_it_went_in(x, y):
    polygon = Polygon([(x, y), (x + 1, y), (x, y + 1)])
    assert decode(encode(MultiPolygon([polygon]), 4490)) == MultiPolygon([polygon])


def test_the_envelope_stands_in_the_order_of_the_standard():
    assert struct.unpack_from("<4d", encode(box(1, 2, 3, 4), 4490), 8) == (1, 3, 2, 4)


@pytest.mark.parametrize("blob", [encode(box(1, 2, 3, 4), 4490), HAND_MADE], ids=["with envelope", "without, big end"])
def test_the_box_is_read_with_or_without_an_envelope(blob):
    assert [box_side(blob, side=side) for side in range(4)] == [1, 3, 2, 4]


@given(st.lists(st.tuples(COORDINATE, COORDINATE, st.booleans()), max_size=5))
def test_many_at_once_are_the_same_blobs_as_one_by_one(corners):
    geometries = [MultiPolygon() if is_blank else MultiPolygon([box(x, y, x + 1, y + 2)]) for x, y, is_blank in corners]
    wkbs = [shapely.to_wkb(geometry, byte_order=1, flavor="iso") for geometry in geometries]
    boxes = np.array([geometry.bounds if not geometry.is_empty else [np.nan] * 4 for geometry in geometries]).reshape(
        -1, 4
    )
    blobs = encode_all(wkbs, boxes[:, [0, 2, 1, 3]], 4490)
    assert blobs == [encode(geometry, 4490) for geometry in geometries]


def test_an_empty_geometry_says_so_and_has_no_box():
    blob = encode(MultiPolygon(), 4490)
    assert is_empty(blob) == 1
    assert box_side(blob, side=0) is None
    assert decode(blob).is_empty
    assert is_empty(encode(box(0, 0, 1, 1), 4490)) == 0


def test_sql_knows_the_functions_that_triggers_call():
    with closing(sqlite3.connect(":memory:")) as raw:
        register_functions(raw)
        query = "SELECT ST_MinX(?1), ST_MaxX(?1), ST_MinY(?1), ST_MaxY(?1), ST_IsEmpty(?1)"
        assert raw.execute(query, (HAND_MADE,)).fetchone() == (1, 3, 2, 4, 0)
