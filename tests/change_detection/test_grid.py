"""Grids as values, and exact coverage of their pixels."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from scipy.sparse import csr_array, vstack
from shapely import affinity

from geo.change_detection.grid import Grid, coverage_matrix, coverage_means, pixel_counts, pixel_size_m
from geo.errors import CRSMismatchError, GeometryError

UTM50 = CRS.from_epsg(32650).to_wkt()
METRES = Grid(UTM50, (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_120.0), (12, 16))
DEGREES = Grid(CRS.from_epsg(4326).to_wkt(), (9.34e-5, 0.0, 109.48, 0.0, -9.35e-5, 21.62), (12, 16))


def series(*geometries: shapely.Geometry | None, crs: object = 32650) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(geometries), crs=crs)


def pixel_boxes(grid: Grid) -> np.ndarray:
    """Every pixel as a polygon, in the order of the matrix's columns."""
    rows, columns = np.mgrid[0 : grid.shape[0], 0 : grid.shape[1]].reshape(2, -1)
    a, _, c, _, e, f = grid.transform
    return shapely.box(c + a * columns, f + e * (rows + 1), c + a * (columns + 1), f + e * rows)


@st.composite
def polygons(draw: st.DrawFn, grid: Grid) -> shapely.Geometry:
    """A turned box less a turned box, somewhere on the grid or over its edge."""
    west, south, east, north = grid.bounds
    x, y = draw(st.floats(0, 1)), draw(st.floats(0, 1))
    width, height = (draw(st.floats(0.05, 0.6)) for _ in range(2))
    box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    hole = affinity.rotate(affinity.scale(box, 0.4, 0.5), draw(st.floats(0, 90)))
    shape = affinity.rotate(box, draw(st.floats(0, 90))).difference(hole)
    return affinity.affine_transform(shape, (east - west, 0, 0, north - south, west, south))


def surface(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape; where an edge only touches, an intersection holds its line too."""
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def test_a_square_half_a_pixel_off_covers_quarters_halves_and_wholes(grid: Grid) -> None:
    square = shapely.box(500_005, 2_600_095, 500_025, 2_600_115)
    row = coverage_matrix(series(square), grid).toarray().reshape(grid.shape)
    assert row[:3, :3].tolist() == [[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]]
    assert row.sum() == 400 / 100


@given(polygons(METRES))
@settings(max_examples=60)
def test_coverage_agrees_with_shapely_on_a_grid_in_metres(polygon: shapely.Geometry) -> None:
    expected = shapely.area(shapely.intersection(pixel_boxes(METRES), polygon)) / METRES.pixel_area
    found = coverage_matrix(series(polygon), METRES).toarray()[0]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found.min() >= 0
    assert found.max() <= 1


@given(polygons(DEGREES))
@settings(max_examples=60)
def test_coverage_agrees_with_shapely_on_a_grid_in_degrees(polygon: shapely.Geometry) -> None:
    expected = shapely.area(shapely.intersection(pixel_boxes(DEGREES), polygon)) / DEGREES.pixel_area
    np.testing.assert_allclose(coverage_matrix(series(polygon, crs=4326), DEGREES).toarray()[0], expected, atol=1e-6)


@given(polygons(METRES))
@settings(max_examples=40)
def test_weights_of_a_parcel_inside_add_up_to_its_area_over_the_pixel_area(polygon: shapely.Geometry) -> None:
    inside = surface(polygon.intersection(shapely.box(*METRES.bounds)))
    total = coverage_matrix(series(inside), METRES).sum(axis=1)
    np.testing.assert_allclose(total, pixel_counts(series(inside), METRES), atol=1e-5)


@given(polygons(METRES), st.floats(0.1, 0.9))
@settings(max_examples=40)
def test_splitting_a_parcel_conserves_what_every_pixel_holds_of_it(polygon: shapely.Geometry, at: float) -> None:
    west, south, east, north = polygon.bounds
    middle = west + at * (east - west)
    left = surface(polygon.intersection(shapely.box(west, south, middle, north)))
    parts = coverage_matrix(series(left, surface(polygon.difference(left))), METRES).sum(axis=0)
    np.testing.assert_allclose(parts, coverage_matrix(series(polygon), METRES).toarray()[0], atol=1e-6)


SPIKE = shapely.Polygon(
    [
        (500017.84184413607, 2600101.508784413),
        (500011.9005173823, 2600101.671691609),
        (500011.9005173823, 2600107.675699975),
        (500001.54419661214, 2600107.959663347),
        (500018.13412172545, 2600107.504778723),
    ]
)
"""Out and back on one line: exactextract 0.3 gives one minus the share of a pixel that the spike crosses."""


def test_a_ring_that_runs_out_and_back_on_one_line_covers_no_more_than_its_area(grid: Grid) -> None:
    square = shapely.box(500_005, 2_600_095, 500_025, 2_600_115)
    found = coverage_matrix(series(square, SPIKE, square), grid).toarray()
    expected = shapely.area(shapely.intersection(pixel_boxes(grid), SPIKE)) / grid.pixel_area
    np.testing.assert_allclose(found[1], expected, atol=1e-6)
    assert found[0].tolist() == found[2].tolist()
    assert found[0].sum() == 4


def test_missing_empty_and_far_away_parcels_have_empty_rows_in_their_place(grid: Grid) -> None:
    square = shapely.box(500_010, 2_600_010, 500_020, 2_600_020)
    far = affinity.translate(square, 1e6)
    matrix = coverage_matrix(series(None, shapely.Polygon(), far, square), grid)
    assert matrix.sum(axis=1).tolist() == [0, 0, 0, 1]
    assert matrix.shape == (4, 12 * 16)
    assert coverage_matrix(series(far), grid).nnz == 0


def test_what_lies_off_the_grid_is_not_covered_but_counted_in_the_size(grid: Grid) -> None:
    half_off = series(shapely.box(499_980, 2_600_000, 500_020, 2_600_010))
    assert coverage_matrix(half_off, grid).sum() == 2
    assert pixel_counts(half_off, grid).tolist() == [4]


def test_another_crs_is_an_error_that_names_both(grid: Grid) -> None:
    with pytest.raises(CRSMismatchError) as caught:
        coverage_matrix(series(shapely.box(0, 0, 1, 1), crs=32651), grid)
    assert caught.value.params == {"found": "WGS 84 / UTM zone 51N", "wanted": "WGS 84 / UTM zone 50N"}
    with pytest.raises(CRSMismatchError):
        pixel_counts(series(shapely.box(0, 0, 1, 1), crs=None), grid)


def test_memory_does_not_grow_with_the_grid() -> None:
    tile = Grid(UTM50, (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_700_000.0), (1_000_000, 1_000_000))
    square = shapely.box(500_005, 2_699_985, 500_015, 2_699_995)
    matrix = coverage_matrix(series(square), tile)
    assert matrix.indices.tolist() == [0, 1, 1_000_000, 1_000_001]
    assert matrix.data.tolist() == [0.25] * 4


@pytest.mark.parametrize(("rows", "kind"), [(2**31 // 50_000, np.int32), (2**31 // 50_000 + 1, np.int64)])
def test_pixels_are_counted_by_32_bits_where_those_suffice_and_by_64_beyond(rows: int, kind: type) -> None:
    tile = Grid(UTM50, (10.0, 0.0, 500_000.0, 0.0, -10.0, 10.0 * rows), (rows, 50_000))
    west, south, east, _ = tile.bounds
    last = series(shapely.box(east - 10, south, east, south + 10), shapely.box(west, south, west + 5, south + 10))
    matrix = coverage_matrix(last, tile)
    assert matrix.indices.tolist() == [rows * 50_000 - 1, (rows - 1) * 50_000]
    assert matrix.data.tolist() == [1, 0.5]
    assert {matrix.indices.dtype, matrix.indptr.dtype} == {np.dtype(kind)}
    assert coverage_matrix(last[:0], tile).indices.dtype == kind


@pytest.mark.parametrize(
    ("transform", "shape"),
    [
        ((10.0, 0.0, 0.0, 0.0, -10.0, 0.0), (0, 5)),  # no row
        ((10.0, 1.0, 0.0, 0.0, -10.0, 0.0), (5, 5)),  # sheared
        ((10.0, 0.0, 0.0, 0.0, 10.0, 0.0), (5, 5)),  # upside down
        ((10.0, 0.0, float("nan"), 0.0, -10.0, 0.0), (5, 5)),  # nowhere
    ],
)
def test_a_grid_that_cannot_be_laid_over_parcels_is_refused(transform: tuple, shape: tuple) -> None:
    with pytest.raises(GeometryError):
        Grid(UTM50, transform, shape)


def test_a_grid_that_does_not_know_its_crs_is_not_a_grid() -> None:
    with pytest.raises(CRSMismatchError):
        Grid("", (10.0, 0.0, 0.0, 0.0, -10.0, 0.0), (5, 5))


def test_a_window_holds_the_pixels_that_a_box_touches(grid: Grid) -> None:
    assert grid.window((500_009, 2_600_090, 500_011, 2_600_101)) == ((1, 3), (0, 2))
    assert grid.window((499_000, 2_599_000, 501_000, 2_601_000)) == ((0, 12), (0, 16))
    assert grid.window((499_000, 2_600_000, 500_000, 2_600_100)) is None


def test_a_pixel_of_a_grid_in_degrees_is_measured_in_metres() -> None:
    width, height = pixel_size_m(DEGREES)
    assert width == pytest.approx(9.34e-5 * 111_320 * np.cos(np.radians(21.6194)), rel=2e-3)
    assert height == pytest.approx(9.35e-5 * 110_700, rel=2e-3)


def test_means_are_weighted_by_coverage_and_taken_over_what_is_seen(grid: Grid) -> None:
    square = coverage_matrix(series(shapely.box(500_005, 2_600_110, 500_030, 2_600_120)), grid)
    stored = np.zeros(grid.shape, dtype=np.uint16)
    stored[0, :3] = 65_535, 40_000, 50_000
    assert coverage_means(np.ma.masked_equal(stored, 65_535), square).tolist() == [(40_000 + 50_000) / 2]
    expected = [(0.5 * 65_535 + 40_000 + 50_000) / 2.5]
    assert coverage_means(np.ma.masked_equal(stored, 0), square).tolist() == expected
    assert coverage_means(np.ma.array(stored), square).tolist() == expected
    assert coverage_means(np.ma.array(stored), square, np.array([2.5])).tolist() == expected


def test_what_is_hidden_never_enters_whatever_number_stands_there(grid: Grid) -> None:
    whole = coverage_matrix(series(shapely.box(*grid.bounds)), grid)
    stored = np.full(grid.shape, np.nan, dtype=np.float32)
    stored[0, :2] = 0.25, 0.75
    found = coverage_means(np.ma.masked_invalid(stored), whole, whole.sum(axis=1))
    assert found.tolist() == [(0.25 + 0.75) / 2]


@given(polygons(METRES), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_means_are_the_same_whether_few_or_all_pixels_are_looked_at(polygon: shapely.Geometry, seed: int) -> None:
    rng, wide = np.random.default_rng(seed), (600, METRES.shape[1])
    numbers, hidden = rng.integers(0, 65_535, wide, dtype=np.uint16), rng.random(wide) < 0.3
    cover = coverage_matrix(series(polygon, None), METRES)
    few = csr_array((cover.data, cover.indices, cover.indptr), shape=(2, numbers.size))
    many = vstack([few, csr_array(np.ones((1, numbers.size)))], format="csr")
    for stored in (np.ma.array(numbers), np.ma.array(numbers, mask=hidden)):
        np.testing.assert_allclose(coverage_means(stored, few), coverage_means(stored, many)[:2], rtol=1e-12)


def test_sums_of_large_stored_numbers_do_not_overflow() -> None:
    whole = coverage_matrix(series(shapely.box(*METRES.bounds)), METRES)
    stored = np.ma.array(np.full(METRES.shape, 65_535, dtype=np.uint16))
    assert coverage_means(stored, whole).tolist() == [65_535]


def test_feet_are_turned_into_metres() -> None:
    feet = Grid(CRS.from_epsg(2229).to_wkt(), (10.0, 0.0, 6_400_000.0, 0.0, -10.0, 1_900_000.0), (5, 5))
    assert pixel_size_m(feet) == pytest.approx((3.048, 3.048), rel=1e-5)
