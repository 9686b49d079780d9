"""Coarse pixels on fine ones, beside GDAL's warping."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.transform import Affine
from rasterio.warp import reproject

from geo.change_detection.grid import Grid
from geo.ingest.finer import bilinear, even_division, nearest

UTM50 = CRS.from_epsg(32650).to_wkt()


def coarse(size: float = 20.0) -> Grid:
    return Grid(UTM50, (size, 0.0, 500_000.0, 0.0, -size, 2_600_000.0), (12, 15))


def warped(stored: np.ndarray, source: Grid, grid: Grid, how: Resampling) -> np.ndarray:
    found = np.full(grid.shape, np.nan, dtype=np.float32)
    places = {"src_transform": Affine(*source.transform), "dst_transform": Affine(*grid.transform)}
    systems = {"src_crs": source.crs_wkt, "dst_crs": grid.crs_wkt}
    reproject(stored, found, **places, **systems, src_nodata=np.nan, dst_nodata=np.nan, resampling=how)
    return found


@given(
    seed=st.integers(0, 2**32 - 1),
    gaps=st.sampled_from([0.0, 0.2, 0.7]),
    corner=st.tuples(st.integers(-3, 20), st.integers(-3, 25)),
    factor=st.sampled_from([1, 2, 3]),
)
@settings(max_examples=25)
def test_it_is_what_gdal_gives(seed: int, gaps: float, corner: tuple[int, int], factor: int) -> None:
    rng = np.random.default_rng(seed)
    source = coarse(10.0 * factor)
    stored = rng.integers(1, 10_000, source.shape).astype(np.float32)
    stored[rng.random(source.shape) < gaps] = np.nan
    west, north = 500_000.0 + 10 * corner[1], 2_600_000.0 - 10 * corner[0]
    grid = Grid(UTM50, (10.0, 0.0, west, 0.0, -10.0, north), (9, 8))
    assert even_division(source, grid) == (factor, corner)
    classes = nearest(stored, factor, corner, grid.shape)
    np.testing.assert_array_equal(classes, warped(stored, source, grid, Resampling.nearest))
    light = bilinear(stored, factor, corner, grid.shape)
    expected = warped(stored, source, grid, Resampling.bilinear)
    if factor == 2:  # twenty metres on ten: to the last digit
        np.testing.assert_array_equal(light, expected)
    np.testing.assert_allclose(light, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("size", "west", "north"),
    [(15.0, 500_000.0, 2_600_000.0), (10.0, 500_004.0, 2_600_000.0), (10.0, 5e5, 2_600_001.0), (40.0, 5e5, 26e5)],
)
def test_pixels_that_do_not_divide_evenly_are_not_divided(size: float, west: float, north: float) -> None:
    assert even_division(coarse(), Grid(UTM50, (size, 0.0, west, 0.0, -size, north), (9, 8))) is None


def test_a_tiny_error_of_the_pixel_size_that_adds_up_is_no_even_division() -> None:
    wide = Grid(UTM50, (10.0001, 0.0, 500_000.0, 0.0, -10.0001, 2_600_000.0), (9, 800))
    assert even_division(coarse(), wide) is None
