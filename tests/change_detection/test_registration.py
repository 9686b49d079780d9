"""Shifts to a fraction of a pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change_detection.registration import find_shift, move


def hills(down: float, right: float, size: int = 64) -> np.ndarray:
    """Smooth hills, moved by so many rows and columns."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    places = rng.uniform(10, size - 10, (12, 2))
    return sum(np.exp(-((y - a - down) ** 2 + (x - b - right) ** 2) / 12) for a, b in places).astype(np.float32)


@given(st.floats(-1, 1), st.floats(-1, 1))
@settings(max_examples=25)
def test_a_known_shift_is_found_within_a_twentieth_of_a_pixel(down: float, right: float) -> None:
    assert find_shift(hills(0, 0), hills(down, right)) == pytest.approx((-down, -right), abs=0.05)


def test_brightness_and_haze_do_not_matter() -> None:
    assert find_shift(hills(0, 0), 3 * hills(0.4, 0) + 7) == pytest.approx((-0.4, 0), abs=0.05)


def test_a_shift_that_no_satellite_makes_is_not_believed() -> None:
    assert find_shift(hills(0, 0), hills(5, 0)) == (0, 0)


def test_pictures_that_are_not_alike_are_left_in_place() -> None:
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((2, 64, 64)).astype(np.float32)
    assert find_shift(*noise) == (0, 0)


def test_pictures_without_a_common_pixel_are_left_in_place() -> None:
    first, second = hills(0, 0), hills(0.5, 0)
    first[:, :32], second[:, 32:] = np.nan, np.nan
    assert find_shift(first, second) == (0, 0)


def test_gaps_do_not_pull_the_shift() -> None:
    first = hills(0, 0)
    first[:, :8] = np.nan
    assert find_shift(first, hills(0.4, -0.6)) == pytest.approx((-0.4, 0.6), abs=0.1)


def test_an_empty_picture_is_left_in_place() -> None:
    assert find_shift(np.zeros((9, 9), dtype=np.float32), np.zeros((9, 9), dtype=np.float32)) == (0, 0)


def test_moving_by_nothing_changes_nothing() -> None:
    image = hills(0, 0)
    assert move([image], (0.0, 0.0))[0] is image
