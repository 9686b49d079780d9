"""Parcels beside each other."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ingest.neighbours import LISTED, note_neighbours
from geo.ingest.report import Journal
from geo.locale import say_refusal

X, Y = 500_000, 3_300_000


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    return shapely.box(X + x, Y + y, X + x + width, Y + y + height)


def notes(*outlines: shapely.Geometry, crs: int = 4549) -> list[dict[str, object]]:
    parcels = gpd.GeoDataFrame(
        {"parcel_id": [f"P{at}" for at in range(len(outlines))]}, geometry=list(outlines), crs=4549
    )
    parcels["area_m2"] = parcels.area
    parcels["row"] = range(1, len(outlines) + 1)
    journal = Journal(Path("a.gpkg"))
    note_neighbours(parcels.to_crs(crs), journal)
    for note in journal.notes:
        assert all(say_refusal(str(note["code"]), note["params"], language) for language in ("zh", "en"))  # type: ignore[arg-type]
    return journal.notes


def codes(*outlines: shapely.Geometry, crs: int = 4549) -> list[tuple[object, str]]:
    return [(note["row"], str(note["code"]).removeprefix("ingest.")) for note in notes(*outlines, crs=crs)]


SYSTEMS = pytest.mark.parametrize("crs", [4549, 4490])


@SYSTEMS
def test_parcels_apart_or_side_by_side_are_nothing_to_speak_of(crs: int) -> None:
    assert codes(box(0, 0, 20, 20), box(20, 0, 20, 20), box(50, 0, 20, 20), crs=crs) == []


def test_no_parcels_at_all_are_nothing_either() -> None:
    assert codes() == []


@SYSTEMS
def test_an_overlap_is_said_at_the_later_row_with_its_area(crs: int) -> None:
    [note] = notes(box(0, 0, 20, 20), box(50, 0, 20, 20), box(15, 10, 20, 20), crs=crs)
    assert (note["row"], note["identifier"], note["code"]) == (3, "P2", "ingest.overlap")
    assert (note["params"]["others"], note["params"]["area"]) == ("1", "50.0")  # type: ignore[index]  # 5 m by 10 m


def test_an_overlap_in_feet_is_said_in_square_metres() -> None:
    feet = [shapely.box(7_640_000, 680_000, 7_640_100, 680_100), shapely.box(7_640_090, 680_000, 7_640_200, 680_100)]
    parcels = gpd.GeoDataFrame({"parcel_id": ["A", "B"], "row": [1, 2]}, geometry=feet, crs=2269)
    journal = Journal(Path("a.gpkg"))
    note_neighbours(parcels.assign(area_m2=parcels.area * 0.3048**2), journal)
    assert [note["params"]["area"] for note in journal.notes] == [f"{10 * 100 * 0.3048**2:.1f}"]  # type: ignore[index]


def test_a_parcel_within_another_overlaps_it_and_one_in_its_hole_does_not() -> None:
    assert codes(box(0, 0, 100, 100), box(10, 10, 20, 20)) == [(2, "overlap")]
    assert codes(box(0, 0, 100, 100).difference(box(10, 10, 20, 20)), box(10, 10, 20, 20)) == []


@SYSTEMS
def test_one_outline_under_two_names_is_said_as_such(crs: int) -> None:
    assert codes(box(0, 0, 20, 20), box(0, 0, 20, 20).reverse(), crs=crs) == [(2, "same_outline")]


def test_rounding_along_a_common_boundary_is_counted_with_its_area() -> None:
    [note] = notes(box(0, 0, 20, 20), box(19.999, 0, 20, 20), box(0, 19.998, 10, 20))
    assert note["code"] == "ingest.thin_overlaps"
    params = note["params"]
    assert (params["count"], params["area"], params["one"], params["other"]) == (2, "0.04", "P0", "P1")  # type: ignore[index]


@SYSTEMS
@pytest.mark.parametrize(("gap", "is_said"), [(0.0005, False), (0.01, True), (0.45, True), (0.6, False)])
def test_a_gap_too_narrow_to_be_meant_is_said(gap: float, crs: int, *, is_said: bool) -> None:
    found = codes(box(0, 0, 20, 20), box(20 + gap, 0, 20, 20), crs=crs)
    assert found == ([(None, "gaps")] if is_said else [])


@SYSTEMS
def test_a_sliver_is_said_and_a_square_metre_is_none(crs: int) -> None:
    [note] = notes(box(0, 0, 100, 0.4), box(0, 50, 1, 1), box(200, 0, 100, 0.6), crs=crs)
    assert (note["row"], note["code"]) == (1, "ingest.sliver")
    assert note["params"]["width"] == "0.4"  # type: ignore[index]  # 2 * 40 m2 / 200.8 m


def test_many_overlaps_are_said_as_a_number_with_the_largest() -> None:
    outlines = [box(30 * at, 0, 32, 20) for at in range(LISTED + 2)]
    outlines[7] = box(210, 0, 40, 20)
    [note] = notes(*outlines)
    assert note["code"] == "ingest.overlaps_many"
    params = note["params"]
    assert (params["count"], params["one"], params["other"]) == (LISTED + 1, "P7", "P8")  # type: ignore[index]
    assert params["area"] == "200.0"  # type: ignore[index]  # 10 m by 20 m


SQUARES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 9)), min_size=1, max_size=12)


@settings(max_examples=50)
@given(SQUARES)
def test_the_areas_said_are_those_of_a_look_at_every_pair(squares: list[tuple[int, int, int]]) -> None:
    outlines = [box(x, y, size, size) for x, y, size in squares]
    pairs = [(one, other) for at, one in enumerate(outlines) for other in outlines[at + 1 :]]
    expected = sorted(f"{one.intersection(other).area:.1f}" for one, other in pairs if one.intersection(other).area > 1)
    overlaps = [note for note in notes(*outlines) if note["row"] is not None and note["code"] != "ingest.sliver"]
    if len(expected) <= LISTED:
        assert sorted(note["params"]["area"] for note in overlaps) == expected  # type: ignore[index]


def test_nothing_is_changed() -> None:
    outlines = [box(0, 0, 20, 20), box(10, 0, 20, 20)]
    before = shapely.to_wkb(outlines)
    notes(*outlines)
    assert np.array_equal(shapely.to_wkb(outlines), before)
