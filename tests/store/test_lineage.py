"""Which parcel came out of which, by the shares of the land that passed on; every share is a number of squares."""

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from geo.store.lineage import LEAST, WHOLE, descend

STEP = 1e-4
"""Side of a square of land [degree]."""


def land(west: float, east: float, south: float = 0, north: float = 10) -> Polygon:
    """Return land from one line to another, on a strip ten squares high."""
    return box(120 + STEP * west, 30 + STEP * south, 120 + STEP * east, 30 + STEP * north)


def parcels(first: int, **outlines: Polygon) -> gpd.GeoDataFrame:
    values = {"parcel_id": list(outlines), "parcel_version": range(first, first + len(outlines))}
    return gpd.GeoDataFrame(values, geometry=list(outlines.values()), crs=4490)


def told(earlier: dict[str, Polygon], drawn: dict[str, Polygon], absent: str = "") -> dict[str, tuple[object, ...]]:
    old, new = parcels(1, **earlier), parcels(101, **drawn)
    found = descend(old, new, set(absent))
    names = dict(zip([*old["parcel_version"], *new["parcel_version"]], [*earlier, *drawn], strict=True))
    return {
        f"{names[row.from_version]}>{names[row.to_version]}": (
            row.kind,
            pytest.approx(row.share_of_from, abs=1e-6),
            pytest.approx(row.share_of_to, abs=1e-6),
        )
        for row in found.itertuples()
    }


def test_a_parcel_that_goes_to_two_others_is_split():
    found = told({"A": land(0, 10)}, {"B": land(0, 6), "C": land(6, 10)}, absent="A")
    assert found == {"A>B": ("split", 6 / 10, 1), "A>C": ("split", 4 / 10, 1)}


def test_what_is_cut_off_a_parcel_that_goes_on_is_split_from_it():
    found = told({"A": land(0, 10)}, {"A": land(0, 6), "B": land(6, 10)})
    assert found == {"A>A": ("changed", 6 / 10, 1), "A>B": ("split", 4 / 10, 1)}


def test_parcels_that_become_one_are_merged():
    found = told({"A": land(0, 6), "B": land(6, 10)}, {"C": land(0, 10)}, absent="AB")
    assert found == {"A>C": ("merged", 1, 6 / 10), "B>C": ("merged", 1, 4 / 10)}


def test_a_parcel_that_takes_up_its_neighbour_is_changed_and_the_neighbour_merged():
    found = told({"A": land(0, 6), "B": land(6, 10)}, {"A": land(0, 10)}, absent="B")
    assert found == {"A>A": ("changed", 1, 6 / 10), "B>A": ("merged", 1, 4 / 10)}


def test_the_same_land_under_another_identifier_is_renumbered():
    assert told({"A": land(0, 10)}, {"B": land(0, 10)}, absent="A") == {"A>B": ("renumbered", 1, 1)}


def test_a_boundary_that_moved_between_neighbours_passes_a_part():
    found = told({"A": land(0, 10), "B": land(10, 20)}, {"A": land(0, 8), "B": land(8, 20)})
    assert found == {"A>A": ("changed", 8 / 10, 1), "A>B": ("part", 2 / 10, 2 / 12), "B>B": ("changed", 1, 10 / 12)}


def test_land_that_an_earlier_parcel_still_holds_has_not_passed_on():
    assert told({"A": land(0, 10)}, {"B": land(0, 6), "C": land(6, 10)}) == {
        "A>B": ("overlap", 6 / 10, 1),
        "A>C": ("overlap", 4 / 10, 1),
    }


def test_a_parcel_in_a_larger_one_that_is_gone_is_a_part_as_long_as_nobody_has_the_rest():
    assert told({"A": land(0, 10)}, {"B": land(0, 6)}, absent="A") == {"A>B": ("part", 6 / 10, 1)}
    assert told({"A": land(0, 6)}, {"B": land(0, 10)}, absent="A") == {"A>B": ("part", 1, 6 / 10)}


def test_edges_of_neighbours_that_cross_are_no_lineage():
    just_under, just_over = 10 * LEAST * 0.9, 10 * LEAST * 1.1
    assert told({"A": land(0, 10)}, {"B": land(10 - just_under, 20)}, absent="A") == {}
    assert list(told({"A": land(0, 10)}, {"B": land(10 - just_over, 20)}, absent="A")) == ["A>B"]


def test_two_surveys_of_one_boundary_lie_in_each_other():
    just_in, just_out = 10 * WHOLE + 0.1, 10 * WHOLE - 0.1
    assert told({"A": land(0, 10)}, {"B": land(0, just_in)}, absent="A")["A>B"][0] == "renumbered"
    assert told({"A": land(0, 10)}, {"B": land(0, just_out)}, absent="A")["A>B"][0] == "part"


def test_holes_and_parts_count_as_what_they_are():
    ring = land(0, 10).difference(land(2, 4, 2, 4))
    found = told({"A": land(0, 10)}, {"B": ring, "C": MultiPolygon([land(2, 4, 2, 4)])}, absent="A")
    assert found == {"A>B": ("renumbered", 96 / 100, 1), "A>C": ("split", 4 / 100, 1)}


def test_a_parcel_that_moved_away_altogether_leaves_no_lineage():
    assert told({"A": land(0, 10)}, {"A": land(50, 60)}) == {}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 3))
def test_the_shares_that_pass_on_are_never_more_than_there_is(widths, shift):
    edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
    drawn = {f"n{at}": land(edges[at] + shift, edges[at + 1] + shift) for at in range(len(widths))}
    earlier = parcels(1, a=land(0, edges[-1] / 2), b=land(edges[-1] / 2, edges[-1]))
    found = descend(earlier, parcels(101, **drawn), {"a", "b"})
    assert (found.groupby("from_version")["share_of_from"].sum() <= 1 + 1e-9).all()
    assert (found.groupby("to_version")["share_of_to"].sum() <= 1 + 1e-9).all()
    assert (found[["share_of_from", "share_of_to"]].max(axis=1) > LEAST).all()
