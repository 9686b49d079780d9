"""A large load into a layer of a GeoPackage: its R-tree is written whole instead of entry by entry.

SQLite finds the place of each new entry by going down the tree, at some 15 microseconds each. Where a layer is empty,
or the load at least doubles it, all entries are packed at once (Sort-Tile-Recursive, doi:10.1109/ICDE.1997.582015) into
the tables that SQLite documents as the form of an R-tree (https://www.sqlite.org/rtree.html, section 6).
``rtreecheck()`` of SQLite finds such a tree in order.
"""

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table

from geo.store.geopackage import create_trigger, drop_trigger, rtree_name

CELL = np.dtype([("number", ">i8"), ("box", ">f4", 4)])
HEAD = struct.Struct(">HH")
"""A node begins with the height of the tree (in the root; else 0) and the number of its cells."""
LEAST = 1000
"""Fewer rows than this go through the trigger."""

Boxes = NDArray[np.float64]
"""min x, max x, min y, max y of each entry, in the order of a GeoPackage's R-tree."""


Numbers = NDArray[np.int64]


@contextmanager
def without_trigger(conn: Connection, layer: Table) -> Iterator[None]:
    """Let rows into a layer without their entries in the R-tree; whoever does so adds them with ``add_entries``.

    If anything fails, the layer is as it was before.
    """
    with conn.begin_nested():
        drop_trigger(conn, layer, "insert")
        yield
        create_trigger(conn, layer, "insert")


def add_entries(conn: Connection, layer: Table, numbers: Numbers, boxes: Boxes) -> None:
    """Add entries to a layer's R-tree; those without a box (NaN) are of empty geometries and have no place in it."""
    tree = rtree_name(layer)
    has_box = ~np.isnan(boxes).any(axis=1)
    numbers, boxes = numbers[has_box], boxes[has_box]
    known = conn.exec_driver_sql(f'SELECT count(*) FROM "{tree}_rowid"').scalar_one()  # noqa: S608 - the store's own name
    if len(numbers) < max(known, LEAST):
        _insert(conn, f'"{tree}"', [numbers.tolist(), *boxes.T.tolist()])
        return
    entries = conn.exec_driver_sql(f'SELECT * FROM "{tree}" ORDER BY id').all()  # noqa: S608 - the store's own name
    before = np.array(entries, dtype=float).reshape(-1, 5)
    numbers = np.concatenate([before[:, 0].astype(np.int64), numbers])
    write_tree(conn, tree, numbers, outward(np.concatenate([before[:, 1:], boxes])))


def write_tree(conn: Connection, tree: str, numbers: Numbers, boxes: NDArray[np.float32]) -> None:
    """Write an R-tree of these entries in place of the one that is there."""
    root = f'SELECT length(data) FROM "{tree}_node" WHERE nodeno = 1'  # noqa: S608 - the store's own name
    size = conn.exec_driver_sql(root).scalar_one()
    room = (size - HEAD.size) // CELL.itemsize
    order = packed_order(boxes, room)
    levels = list(_levels(numbers[order], boxes[order], room))
    for part in ("node", "parent", "rowid"):
        conn.exec_driver_sql(f'DELETE FROM "{tree}_{part}"')  # noqa: S608 - the store's own name
    first, parents = 1, np.zeros(0, dtype=np.int64)
    for height, (cells, starts) in reversed(list(enumerate(levels))):
        nodes = first + np.arange(len(starts))
        inside = np.repeat(nodes, np.diff([*starts, len(cells)]))
        if height:
            cells["number"] += nodes[-1]  # they count the nodes of the level below, which come next
        blobs = _blobs(cells, starts, height=height if first == 1 else 0, size=size)
        _insert(conn, f'"{tree}_node"', [nodes.tolist(), blobs])
        if len(parents):
            _insert(conn, f'"{tree}_parent"', [nodes.tolist(), parents.tolist()])
        first, parents = int(nodes[-1]) + 1, inside
    leaves = np.argsort(numbers[order])
    _insert(conn, f'"{tree}_rowid"', [numbers[order][leaves].tolist(), parents[leaves].tolist()])


def packed_order(boxes: NDArray[np.float32], room: int) -> NDArray[np.intp]:
    """Return the order in which boxes fill nodes of ``room`` cells: in stripes from west to east, each northward."""
    by_x = np.argsort(boxes[:, 0].astype(float) + boxes[:, 1], kind="stable")
    nodes = -(-len(boxes) // room)
    stripe = np.arange(len(boxes)) // (room * int(np.ceil(np.sqrt(nodes))))
    y = (boxes[:, 2].astype(float) + boxes[:, 3])[by_x]
    return by_x[np.lexsort((y, stripe))]


def outward(boxes: Boxes) -> NDArray[np.float32]:
    """Return boxes in single precision, none smaller than it was."""
    single = boxes.astype(np.float32)
    down, up = np.nextafter(single, np.float32(-np.inf)), np.nextafter(single, np.float32(np.inf))
    is_min = np.array([True, False, True, False])
    return np.where(is_min, np.where(single > boxes, down, single), np.where(single < boxes, up, single))


def _levels(
    numbers: Numbers, boxes: NDArray[np.float32], room: int
) -> Iterator[tuple[NDArray[np.void], NDArray[np.intp]]]:
    """Yield the cells of each level and where each node begins among them, from the leaves to the root."""
    while True:
        cells = np.zeros(len(numbers), dtype=CELL)
        cells["number"], cells["box"] = numbers, boxes
        nodes = max(-(-len(cells) // room), 1)
        starts = np.arange(nodes) * len(cells) // nodes
        yield cells, starts
        if nodes == 1:
            return
        sides = (np.minimum, np.maximum, np.minimum, np.maximum)
        boxes = np.stack([side.reduceat(boxes[:, n], starts) for n, side in enumerate(sides)], axis=1)
        numbers = np.arange(1, nodes + 1)


def _blobs(cells: NDArray[np.void], starts: NDArray[np.intp], *, height: int, size: int) -> list[bytes]:
    parts = zip(starts, [*starts[1:], len(cells)], strict=True)
    nodes = [HEAD.pack(height, end - start) + cells[start:end].tobytes() for start, end in parts]
    return [node.ljust(size, b"\0") for node in nodes]


def _insert(conn: Connection, table: str, columns: Sequence[Sequence[object]]) -> None:
    rows = list(zip(*columns, strict=True))
    if rows:
        marks = ", ".join("?" * len(columns))
        conn.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - the store's own name
