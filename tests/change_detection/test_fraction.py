"""From pixels to parcels."""

from collections.abc import Callable
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.change_detection.fraction import (
    BLUR_PX,
    MARGIN_EDGE,
    MARGIN_PARCEL,
    MARGIN_PART,
    SHIFT_PX,
    displaced,
    least_share,
    mean_share,
    move,
)
from geo.change_detection.grid import Grid, coverage_matrix


def with_margin(share: float, pixels: float) -> float:
    return max(share * (1 - MARGIN_PART) - MARGIN_PARCEL - MARGIN_EDGE / pixels**0.5, 0)


def middle(grid: Grid) -> tuple[csr_array, np.ndarray]:
    """A parcel of 6 x 8 pixels in the middle of the grid."""
    parcel = gpd.GeoSeries([shapely.box(500_040, 2_600_030, 500_120, 2_600_090)], crs=32650)
    return coverage_matrix(parcel, grid), np.array([48.0])


def test_a_mean_is_weighted_by_coverage_over_clear_pixels_only() -> None:
    shares = np.array([[1.0, 0.0, 0.5, np.nan]])
    clear = np.array([[True, True, False, False]])
    coverage = csr_array([[0.5, 1.0, 1.0, 1.0]])
    assert mean_share(shares, clear, coverage).tolist() == [(0.5 * 1 + 1 * 0) / (0.5 + 1)]


def test_a_parcel_without_a_clear_pixel_has_no_mean() -> None:
    assert np.isnan(mean_share(np.ones((1, 2)), np.zeros((1, 2), dtype=bool), csr_array([[1.0, 1.0]]))).all()


def test_even_ground_loses_only_the_margins(grid: Grid) -> None:
    coverage, pixels = middle(grid)
    clear = np.ones(grid.shape, dtype=bool)
    found = least_share(np.full(grid.shape, 0.8, dtype=np.float32), clear, coverage, pixels)
    assert found == pytest.approx([with_margin(0.8, 48)], abs=1e-6)


def test_what_is_hidden_counts_as_nothing(grid: Grid) -> None:
    coverage, pixels = middle(grid)
    clear = np.zeros(grid.shape, dtype=bool)
    assert least_share(np.full(grid.shape, np.nan, dtype=np.float32), clear, coverage, pixels).tolist() == [0]


def test_a_part_off_the_image_counts_as_nothing(grid: Grid) -> None:
    parcel = gpd.GeoSeries([shapely.box(499_960, 2_600_030, 500_040, 2_600_090)], crs=32650)
    found = least_share(
        np.ones(grid.shape, dtype=np.float32),
        np.ones(grid.shape, dtype=bool),
        coverage_matrix(parcel, grid),
        np.array([48.0]),
    )
    assert found == pytest.approx([with_margin(0.5, 48)], abs=1e-6)


def test_plants_right_outside_may_be_shifted_or_blurred_in_and_are_taken_off(grid: Grid) -> None:
    """All of the parcel is bare, all around is green: nothing is certain of it, whatever the edge pixels say."""
    coverage, pixels = middle(grid)
    seen = 1 - coverage.toarray().reshape(grid.shape)
    seen[3:9, 4] = 0.2  # what the sensor's blur brought in on one side
    clear = np.ones(grid.shape, dtype=bool)
    assert least_share(seen.astype(np.float32), clear, coverage, pixels).tolist() == [0]


def test_a_green_parcel_among_bare_ground_loses_what_a_shift_would_lose(grid: Grid) -> None:
    coverage, pixels = middle(grid)
    green = coverage.toarray().reshape(grid.shape).astype(np.float32)
    found = least_share(green, np.ones(grid.shape, dtype=bool), coverage, pixels)
    # moved by 0.7 of a pixel slantwise: a strip of 0.495 is lost on one long and on one short side
    half = SHIFT_PX / 2**0.5
    assert found == pytest.approx([with_margin((8 - half) * (6 - half) / 48, 48)], abs=1e-6)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_seeing_less_never_raises_a_least_share(seed: int) -> None:
    rng = np.random.default_rng(seed)
    grid = Grid("EPSG:32650", (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_120.0), (12, 16))
    coverage, pixels = middle(grid)
    shares = np.repeat(np.repeat(rng.random((6, 8)), 2, 0), 2, 1).astype(np.float32)
    clear = rng.random(grid.shape) < 0.9
    everything = mean_share(shares, np.ones(grid.shape, dtype=bool), coverage)
    assert least_share(shares, clear, coverage, pixels) <= everything + 1e-6


def test_a_picture_is_moved_to_eight_sides_by_the_same_distance() -> None:
    dot = np.zeros((9, 9), dtype=np.float32)
    dot[4, 4] = 1
    y, x = np.mgrid[-4:5, -4:5]
    centres = [(float((image * y).sum()), float((image * x).sum())) for image in displaced(dot)]
    assert centres[0] == (0, 0)
    assert [np.hypot(*centre) for centre in centres[1:]] == pytest.approx([SHIFT_PX] * 8, abs=1e-6)
    assert len({(round(a, 3), round(b, 3)) for a, b in centres}) == 9


def test_moving_repeats_the_edge() -> None:
    image = np.array([[4.0, 0.0]], dtype=np.float32)
    assert move(image, np.float32(0.5), axis=1).tolist() == [[4, 2]]
    assert move(image, np.float32(-0.5), axis=1).tolist() == [[2, 0]]


def test_the_further_blur_doubles_the_sensors() -> None:
    sensor = 12 / 2.3548 / 10
    assert np.hypot(sensor, BLUR_PX) == pytest.approx(2 * sensor, rel=0.02)


def test_bounds_fail_in_at_most_one_parcel_in_a_hundred_on_measured_spectra(
    benchmark_script: Callable[[str], ModuleType],
) -> None:
    script = benchmark_script("built_fractions")
    rows = pd.concat([script.measure(range(1000, 1008)), script.measure(range(1008, 1012), has_clouds=True)])
    found = script.score(rows)
    assert found["parcels"] > 250
    for name in (
        "built over its high bound",
        "built under its low bound",
        "water under its low bound",
        "accusing: developed over the bound",
        "accusing: one third or more, called below",
    ):
        assert found[name] <= 0.01, name
    assert found["called below one third, of those below"] > 0.1  # the bounds still say something
