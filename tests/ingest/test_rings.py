"""Polygons from rings of corners."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.ingest.rings import assemble, split_rings


def ring(west: float, south: float, side: float, *, is_closed: bool = True, is_reversed: bool = False) -> np.ndarray:
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side)]
    corners = corners[::-1] if is_reversed else corners
    return np.array([*corners, corners[0]] if is_closed else corners, dtype=float)


@pytest.mark.parametrize("is_closed", [True, False])
@pytest.mark.parametrize("is_reversed", [True, False])
def test_a_hole_in_a_parcel_is_one_whichever_way_it_runs_and_closed_or_not(
    *, is_closed: bool, is_reversed: bool
) -> None:
    outer, hole = ring(0, 0, 100, is_closed=is_closed), ring(10, 10, 20, is_closed=is_closed, is_reversed=is_reversed)
    for rings in ([outer, hole], [hole, outer]):
        drawn = assemble(rings)
        assert drawn.geom_type == "Polygon"
        assert drawn.is_valid
        assert drawn.area == 100**2 - 20**2


def test_rings_beside_each_other_are_parts_in_the_order_they_came() -> None:
    drawn = assemble([ring(0, 0, 10), ring(50, 0, 20), ring(10, 0, 10)])  # the first and last share an edge
    assert [part.area for part in drawn.geoms] == [100, 400, 100]


def test_an_island_in_a_pond_is_a_part_and_each_hole_is_in_its_own_part() -> None:
    island_pond, pond = ring(44, 44, 4), ring(30, 30, 40)
    drawn = assemble([ring(0, 0, 100), pond, ring(40, 40, 20), island_pond, ring(200, 0, 50), ring(210, 10, 5)])
    assert drawn.is_valid
    assert [part.area for part in drawn.geoms] == [100**2 - 40**2, 20**2 - 4**2, 50**2 - 5**2]


def test_a_hole_that_touches_its_parcel_in_a_corner_is_a_hole() -> None:
    drawn = assemble([ring(0, 0, 100), np.array([(0, 0), (50, 10), (10, 50)], dtype=float)])
    assert drawn.geom_type == "Polygon"
    assert drawn.area == 100**2 - shapely.Polygon([(0, 0), (50, 10), (10, 50)]).area


def test_rings_that_cross_make_something_that_is_seen_to_be_wrong() -> None:
    assert not assemble([ring(0, 0, 10), ring(5, 5, 10)]).is_valid


@pytest.mark.parametrize(
    ("corners", "kind"), [([(1, 1)], "Point"), ([(1, 1), (1, 1)], "Point"), ([(1, 1), (2, 2)], "LineString")]
)
def test_too_few_corners_are_what_they_are(corners: list[tuple[float, float]], kind: str) -> None:
    assert assemble([np.array(corners, dtype=float)]).geom_type == kind


def test_too_few_corners_beside_a_ring_are_an_error() -> None:
    with pytest.raises(ValueError, match="only 2 corners"):
        assemble([ring(0, 0, 10), np.array([(1, 1), (2, 2)], dtype=float)])


@pytest.mark.parametrize("is_closed", [True, False])
def test_rings_are_split_by_their_number(*, is_closed: bool) -> None:
    rings = [ring(0, 0, 100, is_closed=is_closed), ring(10, 10, 20, is_closed=is_closed)]
    labelled = [(str(number), (x, y)) for number, corners in enumerate(rings) for x, y in corners.tolist()]
    assert [found.tolist() for found in split_rings(labelled)] == [corners.tolist() for corners in rings]


def test_closed_rings_with_one_number_are_split_where_they_close() -> None:
    rings = [ring(0, 0, 100), ring(10, 10, 20)]
    labelled = [("1", (x, y)) for corners in rings for x, y in corners.tolist()]
    assert [found.tolist() for found in split_rings(labelled)] == [corners.tolist() for corners in rings]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=6, unique=True),
    st.randoms(use_true_random=False),
)
def test_whatever_the_order_of_the_rings_the_same_ground_is_covered(squares, random) -> None:
    rings = [ring(10 * x, 10 * y, size, is_reversed=size % 2 == 0) for x, y, size in squares]
    shuffled = random.sample(rings, len(rings))
    one, other = assemble(rings), assemble(shuffled)
    assert shapely.normalize(one).equals(shapely.normalize(other)) or not one.is_valid
