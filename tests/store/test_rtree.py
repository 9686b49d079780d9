"""SQLite is the reference: its own check of an R-tree, and what its own insertion finds."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from geo.store.geopackage import RTREE_TRIGGERS
from geo.store.rtree import LEAST, add_entries, outward, packed_order, without_trigger, write_tree
from geo.store.tables import parcel

TREE = "rtree_parcel_geom"
ROOM = 51
"""Entries of a node in a file of SQLite's usual page size."""


@pytest.fixture(scope="module")
def conn():
    """A connection to an empty file that lives as long as the tests of this module."""
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(":memory:", isolation_level=None))
    with engine.connect() as conn:
        yield conn
    engine.dispose()


def boxes_of(count: int, seed: int = 0) -> np.ndarray:
    corners = np.random.default_rng(seed).random((count, 4))
    return np.column_stack([corners[:, 0], corners[:, 0] + corners[:, 1] / 50, corners[:, 2], corners[:, 2] + 0.01])


def new_tree(conn) -> None:
    conn.exec_driver_sql(f"DROP TABLE IF EXISTS {TREE}")
    conn.exec_driver_sql(f"CREATE VIRTUAL TABLE {TREE} USING rtree(id, minx, maxx, miny, maxy)")


def check(conn) -> str:
    return conn.exec_driver_sql(f"SELECT rtreecheck('{TREE}')").scalar_one()


def found(conn, box) -> list[int]:
    query = f"SELECT id FROM {TREE} WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ? ORDER BY id"
    return [row.id for row in conn.exec_driver_sql(query, tuple(box))]


@pytest.mark.parametrize("count", [0, 1, ROOM, ROOM + 1, ROOM**2, ROOM**2 + 1, 3 * ROOM**2])
def test_a_written_tree_is_in_order_and_finds_what_sqlites_own_finds(conn, count):
    numbers, boxes = np.random.default_rng(1).permutation(count) + 7, boxes_of(count)
    windows = [(0.2, 0.4, 0.2, 0.4), (0, 0.1, 0.5, 1), (-5, -4, 0, 1), (0, 2, 0, 2)]
    new_tree(conn)
    rows = [(number, *box) for number, box in zip(numbers.tolist(), boxes.tolist(), strict=True)]
    if rows:
        conn.exec_driver_sql(f"INSERT INTO {TREE} VALUES (?, ?, ?, ?, ?)", rows)
    expected = [found(conn, window) for window in windows]
    new_tree(conn)
    write_tree(conn, TREE, numbers, outward(boxes))
    assert check(conn) == "ok"
    assert [found(conn, window) for window in windows] == expected
    assert len(expected[-1]) == count


def test_a_written_tree_goes_on_as_sqlites_own(conn):
    new_tree(conn)
    write_tree(conn, TREE, np.arange(3000), outward(boxes_of(3000)))
    conn.exec_driver_sql(f"INSERT INTO {TREE} VALUES (5000, 7, 8, 7, 8)")
    conn.exec_driver_sql(f"DELETE FROM {TREE} WHERE id % 3 = 0")
    conn.exec_driver_sql(f"UPDATE {TREE} SET minx = -3 WHERE id = 1")
    assert check(conn) == "ok"
    assert found(conn, (6, 9, 6, 9)) == [5000]
    assert found(conn, (-4, -2, -9, 9)) == [1]
    assert len(found(conn, (-9, 9, -9, 9))) == 2001


@given(st.lists(st.lists(st.floats(-180, 180), min_size=4, max_size=4), min_size=1, max_size=5))
def test_a_box_in_single_precision_never_leaves_out_what_was_in_it(sides):
    boxes = np.array([[min(a, b), max(a, b), min(c, d), max(c, d)] for a, b, c, d in sides])
    single = outward(boxes).astype(float)
    assert (single[:, [0, 2]] <= boxes[:, [0, 2]]).all()
    assert (single[:, [1, 3]] >= boxes[:, [1, 3]]).all()
    assert np.allclose(single, boxes, rtol=1e-6, atol=1e-30)


def test_entries_are_packed_in_stripes():
    """Sixteen points on a grid, four to a node: two stripes of two nodes, each from south to north."""
    x, y = (side.ravel().astype(np.float32) for side in np.meshgrid(range(4), range(4)))
    order = packed_order(np.column_stack([x, x, y, y]), 4)
    assert [sorted(zip(x[part].tolist(), y[part].tolist(), strict=True)) for part in np.split(order, 4)] == [
        [(0, 0), (0, 1), (1, 0), (1, 1)],
        [(0, 2), (0, 3), (1, 2), (1, 3)],
        [(2, 0), (2, 1), (3, 0), (3, 1)],
        [(2, 2), (2, 3), (3, 2), (3, 3)],
    ]


@pytest.mark.parametrize(
    ("before", "after"), [(0, LEAST), (0, 10), (LEAST - 1, LEAST), (LEAST + 5, LEAST), (50, 2 * LEAST)]
)
def test_entries_are_added_to_those_that_are_there(conn, before, after):
    new_tree(conn)
    add_entries(conn, parcel, np.arange(before), boxes_of(before, 1))
    added = boxes_of(after, 2)
    added[::5] = np.nan  # of empty geometries
    add_entries(conn, parcel, np.arange(before, before + after), added)
    assert check(conn) == "ok"
    numbers = [*range(before), *(before + n for n in range(after) if n % 5)]
    assert found(conn, (-9, 9, -9, 9)) == numbers


def test_a_load_that_fails_leaves_the_trigger_and_the_rows_as_they_were(file_store):
    def triggers(conn) -> int:
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'parcel'"
        return conn.scalar(text(query))

    def fail(conn) -> None:
        with without_trigger(conn, parcel):
            assert triggers(conn) == len(RTREE_TRIGGERS) - 1
            conn.exec_driver_sql(
                "INSERT INTO intake VALUES (1, 'parcels', 'a', NULL, '', ?, 0, NULL, NULL)", ("x" * 27,)
            )
            raise KeyError

    with file_store.begin() as conn:
        with pytest.raises(KeyError):
            fail(conn)
        assert triggers(conn) == len(RTREE_TRIGGERS)
        assert conn.scalar(text("SELECT count(*) FROM intake")) == 0


def test_a_trigger_that_is_dropped_comes_back_as_it_was(file_store, store_path):
    def sql() -> str:
        with closing(sqlite3.connect(store_path)) as raw:
            query = "SELECT sql FROM sqlite_master WHERE name = 'rtree_parcel_geom_insert'"
            return raw.execute(query).fetchone()[0]

    before = sql()
    with file_store.begin() as conn, without_trigger(conn, parcel):
        pass
    assert sql() == before
