"""Outlines as they come."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geo.errors import GeometryError
from geo.ingest.outlines import MEND_TOLERANCE, Outlines, check_outlines, only_polygons, start_outlines
from geo.ingest.report import Journal

X, Y = 500_000, 3_300_000
GRID = CRS(4549)


def at(*corners: tuple[float, float]) -> shapely.Polygon:
    """Polygon by its corners, counted from one place in EPSG:4549."""
    with np.errstate(invalid="ignore"):
        return shapely.Polygon([(X + x, Y + y) for x, y in corners])


SQUARE = at((0, 0), (100, 0), (100, 100), (0, 100))
BOW_TIE = at((0, 0), (100, 100), (100, 0), (0, 100))
# a square whose closing corner was drawn 1 m too far: a twist of 0.5 m2 on 10,000 m2
TWISTED = at((0, 0), (100, 0), (100, 100), (-1, 100), (0, 99), (0, 100), (0, 50))


def check(*geometry: shapely.Geometry | None, crs: CRS = GRID) -> Outlines:
    array = np.full(len(geometry), None)
    array[:] = geometry
    outlines = start_outlines(array, [f"P{number}" for number in range(len(geometry))], Journal(Path("a.gpkg")))
    check_outlines(outlines, crs)
    return outlines


def codes(outlines: Outlines) -> dict[int, str]:
    return {int(str(entry["row"])): str(entry["code"]) for entry in outlines.journal.refused}


def test_a_sound_outline_is_taken_as_it_is() -> None:
    outlines = check(SQUARE)
    assert outlines.kept.all()
    assert outlines.geometry[0] is SQUARE
    assert not outlines.journal.notes


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "ingest.no_geometry"),
        (shapely.Polygon(), "ingest.no_geometry"),
        (shapely.GeometryCollection(), "ingest.no_geometry"),
        (shapely.Point(X, Y), "ingest.not_polygon"),
        (shapely.LineString([(X, Y), (X + 1, Y)]), "ingest.not_polygon"),
        (shapely.GeometryCollection([shapely.Point(X, Y)]), "ingest.not_polygon"),
        (at((0, 0), (float("nan"), 1), (1, 1)), "ingest.not_finite"),
        (at((0, 0), (float("inf"), 1), (1, 1)), "ingest.not_finite"),
        (at((0, 0), (100, 0), (0, 0)), "ingest.zero_area"),
        (at((0, 0), (50, 0), (100, 0)), "ingest.zero_area"),
        (at((0, 0), (0.05, 0), (0.05, 0.05), (0, 0.05)), "ingest.zero_area"),
        (BOW_TIE, "ingest.not_mendable"),
        (shapely.box(121, 29, 122, 30), "ingest.impossible_row"),
    ],
)
def test_an_outline_that_cannot_be_used_costs_its_own_row_only(geometry: shapely.Geometry | None, code: str) -> None:
    outlines = check(SQUARE, geometry, SQUARE)
    assert codes(outlines) == {2: code}
    assert outlines.kept.tolist() == [True, False, True]
    [refused] = outlines.journal.refused
    assert refused["identifier"] == "P1"
    assert str(refused["raw"]).startswith(("", "POLYGON") if geometry is None else geometry.geom_type.upper())


def test_what_was_refused_is_kept_to_the_last_digit() -> None:
    drawn = at((0, 0), (100 / 3, 100), (100, 0), (0, 100))
    [refused] = check(SQUARE, drawn).journal.refused
    assert shapely.from_wkt(str(refused["raw"])).equals_exact(drawn)


def test_one_metre_square_is_a_parcel() -> None:
    assert check(at((0, 0), (1, 0), (1, 1), (0, 1))).kept.all()


def test_a_small_twist_is_mended_and_the_change_of_area_is_said() -> None:
    assert not TWISTED.is_valid
    outlines = check(TWISTED)
    assert outlines.kept.all()
    assert outlines.geometry[0].is_valid
    [note] = outlines.journal.notes
    assert (note["row"], note["identifier"], note["code"]) == (1, "P0", "ingest.mended")
    change = abs(outlines.geometry[0].area - TWISTED.area) / outlines.geometry[0].area
    assert float(note["params"]["percent"]) == pytest.approx(100 * change, rel=0.1)
    assert change <= MEND_TOLERANCE


def test_a_hole_that_leaves_its_shell_may_mean_two_things_and_is_refused() -> None:
    shell = [(0, 0), (100, 0), (100, 100), (0, 100)]
    hole = [(50, 50), (150, 50), (150, 60), (50, 60)]  # half of its 1000 m2 lie outside
    drawn = shapely.Polygon([(X + x, Y + y) for x, y in shell], [[(X + x, Y + y) for x, y in hole]])
    assert codes(check(SQUARE, drawn)) == {2: "ingest.not_mendable"}


def test_polygons_among_other_things_are_kept_and_that_is_said() -> None:
    inner = shapely.GeometryCollection([SQUARE, shapely.LineString([(X, Y), (X + 1, Y)])])
    outlines = check(shapely.GeometryCollection([inner, shapely.Point(X, Y)]))
    assert outlines.geometry[0].equals(SQUARE)
    assert [note["code"] for note in outlines.journal.notes] == ["ingest.polygons_kept"]


def test_heights_and_measures_are_dropped_and_counted() -> None:
    raised = shapely.force_3d(SQUARE, 12.5)
    measured = shapely.from_wkt(f"POLYGON M (({X} {Y} 1, {X + 9} {Y} 1, {X} {Y + 9} 1, {X} {Y} 1))")
    outlines = check(SQUARE, raised, measured)
    assert not shapely.has_z(outlines.geometry).any()
    assert not shapely.has_m(outlines.geometry).any()
    [note] = outlines.journal.notes
    assert note["params"]["count"] == 2


def test_where_no_row_can_be_in_the_system_the_system_is_wrong_not_the_rows(sentence) -> None:
    with pytest.raises(GeometryError) as caught:
        check(SQUARE, SQUARE, crs=CRS(4490))
    assert caught.value.code == "ingest.impossible_layer"
    assert "(500000, 3300000) cannot be in EPSG:4490" in sentence(caught.value).replace("500100", "500000")


def test_land_across_the_antimeridian_or_as_wide_as_a_country_is_refused() -> None:
    outlines = check(
        shapely.box(-179.9, 10, 179.9, 10.1),
        shapely.box(100, 20, 104, 21),
        shapely.box(100, 20, 101, 21),
        crs=CRS(4490),
    )
    assert codes(outlines) == {1: "ingest.too_wide", 2: "ingest.too_wide"}


def test_rows_refused_in_reading_stay_refused_once() -> None:
    journal = Journal(Path("a.gpkg"))
    journal.refuse("ingest.bad_geometry", row=2, identifier=None, raw="{}", reason="x")
    journal.note("ingest.ring_closed", row=1)
    array = np.array([SQUARE, None], dtype=object)
    outlines = start_outlines(array, ["A", "B"], journal)
    check_outlines(outlines, GRID)
    assert codes(outlines) == {2: "ingest.bad_geometry"}
    assert journal.refused[0]["identifier"] == "B"
    assert journal.notes[0]["identifier"] == "A"


CORNER = st.tuples(st.integers(0, 40), st.integers(0, 40))
SOUP = st.lists(st.one_of(st.none(), st.lists(CORNER, min_size=3, max_size=7)), min_size=1, max_size=12)


@given(SOUP)
def test_whatever_is_drawn_every_row_is_kept_sound_or_refused_once(soup: list[list[tuple[int, int]] | None]) -> None:
    outlines = check(*[corners and at(*corners) for corners in soup])
    kept = outlines.geometry[outlines.kept]
    assert shapely.is_valid(kept).all()
    assert (shapely.area(kept) > 0).all()
    assert set(shapely.get_type_id(kept)) <= {3, 6}
    assert sorted(codes(outlines)) == (np.flatnonzero(~outlines.kept) + 1).tolist()
    assert len(outlines.journal.refused) == (~outlines.kept).sum()


@given(SOUP)
def test_a_mended_outline_has_the_area_that_was_drawn_within_the_tolerance(
    soup: list[list[tuple[int, int]] | None],
) -> None:
    drawn = [corners and at(*corners) for corners in soup]
    outlines = check(*drawn)
    for was, now, is_kept in zip(drawn, outlines.geometry, outlines.kept, strict=True):
        if is_kept:
            assert abs(was.area - now.area) <= MEND_TOLERANCE * now.area


def test_the_polygons_of_nothing_are_an_empty_polygon() -> None:
    assert only_polygons(shapely.Point(0, 0)).is_empty


def swapped(geometry: shapely.Geometry) -> shapely.Geometry:
    turned: shapely.Geometry = shapely.transform(geometry, lambda corners: corners[:, ::-1])
    return turned


@pytest.mark.parametrize(
    ("crs", "outline"),
    [(4549, SQUARE), (4490, shapely.box(121, 29, 121.1, 29.1)), (4528, shapely.box(40.5e6, 3.3e6, 40.51e6, 3.31e6))],
)
def test_a_layer_that_only_fits_with_its_axes_swapped_is_mended_and_that_is_said(crs: int, outline) -> None:
    outlines = check(swapped(outline), None, crs=CRS(crs))
    assert outlines.geometry[0].equals(outline)
    assert [(note["row"], note["code"]) for note in outlines.journal.notes] == [(None, "ingest.axes_swapped")]
    assert codes(outlines) == {2: "ingest.no_geometry"}


def test_one_row_with_swapped_axes_among_others_is_refused() -> None:
    assert codes(check(SQUARE, swapped(SQUARE))) == {2: "ingest.impossible_row"}


def test_rows_of_which_only_some_fit_when_swapped_are_not_touched() -> None:
    with pytest.raises(GeometryError) as caught:
        check(swapped(SQUARE), shapely.box(121, 29, 122, 30))
    assert caught.value.code == "ingest.impossible_layer"


@pytest.mark.parametrize(
    ("crs", "shift", "near", "guess"),
    [
        (4549, (40_000_000, 0), None, "EPSG:4528"),
        (4528, (0, 0), (120.2, 29.9), "EPSG:4549"),
        (4490, (40_000_000, 0), None, "EPSG:4528"),
        (4490, (0, 0), (120.2, 29.9), "EPSG:4549"),
        (4490, (0, 0), None, None),
    ],
)
def test_what_a_wrong_system_should_be_is_offered_where_the_numbers_tell(
    crs: int, shift, near, guess, sentence
) -> None:
    moved = shapely.transform(SQUARE, lambda corners: corners + shift)
    array = np.array([moved])
    with pytest.raises(GeometryError) as caught:
        check_outlines(start_outlines(array, ["A"], Journal(Path("a.gpkg"))), CRS(crs), near=near)
    assert caught.value.params.get("first") == guess
    assert guess is None or f"Confirm with --crs {guess}" in sentence(caught.value)


def test_row_numbers_are_those_of_the_file_where_it_has_its_own() -> None:
    journal = Journal(Path("a.csv"))
    journal.refuse("ingest.bad_geometry", row=7, identifier=None, raw="x", reason="x")
    journal.refuse("ingest.ragged_row", row=5, identifier=None, raw="x", cells=1, headers=2)  # in no array
    outlines = start_outlines(np.array([SQUARE, None, None], dtype=object), ["A", "B", "C"], journal, [2, 7, 9])
    check_outlines(outlines, GRID)
    assert codes(outlines) == {7: "ingest.bad_geometry", 5: "ingest.ragged_row", 9: "ingest.no_geometry"}
    assert [entry["identifier"] for entry in journal.refused] == ["B", None, "C"]
    assert outlines.kept.tolist() == [True, False, False]
