"""What the sensor makes of painted ground."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change_detection.sensor import FWHM_M, NOISE, cast, doubled, layers, lit, noisy, see, shadow_px


@pytest.mark.parametrize("size", [10, 20])
def test_a_bright_spot_is_as_wide_as_the_point_spread(size: int) -> None:
    spot = np.zeros((1, 161, 161), dtype=np.float32)
    spot[0, 80, 80] = 1
    half = FWHM_M[size] / 2
    top, side = (see(spot, size, fine_m=1.0, off_m=(80.5 - 2.5 * size, 80.5 - 2.5 * size + off)) for off in (0, half))
    assert side[0, 2, 2] == pytest.approx(top[0, 2, 2] / 2, rel=0.01)


@given(size=st.sampled_from([10, 20]), down=st.floats(-8, 8), right=st.floats(-8, 8))
@settings(max_examples=15)
def test_shares_seen_add_up_to_one_wherever_the_grid_lies(size: int, down: float, right: float) -> None:
    painted = layers(np.random.default_rng(0).integers(0, 3, (24, 40)).astype(np.int8), np.arange(3, dtype=np.int8))
    seen = see(painted, size, fine_m=2.5, off_m=(down, right))
    assert seen.shape == (3, 60 // size, 100 // size)
    np.testing.assert_allclose(seen.sum(axis=0), 1, atol=1e-5)


def test_several_dates_are_seen_as_each_of_them_is() -> None:
    rng = np.random.default_rng(1)
    painted, (down, right) = rng.random((2, 3, 12, 20), dtype=np.float32), rng.normal(0, 3, (2, 3))
    together = see(painted, 20, fine_m=5.0, off_m=(down, right))
    for date in range(3):
        alone = see(painted[:, date], 20, fine_m=5.0, off_m=(down[date], right[date]))
        np.testing.assert_array_equal(together[:, date], alone)


def test_an_even_slope_is_seen_at_the_middle_of_each_pixel() -> None:
    slope = np.broadcast_to(
        np.arange(60, dtype=np.float32), (1, 60, 60)
    )  # 2.5 m each: the middle of pixel i is 4 i + 1.5
    seen = see(slope, 10, fine_m=2.5)[0]
    np.testing.assert_allclose(seen[:, 3:12], np.broadcast_to(4 * np.arange(3, 12) + 1.5, (15, 9)), atol=0.01)
    moved = see(slope, 10, fine_m=2.5, off_m=(0.0, 1.0))[0]
    np.testing.assert_allclose((moved - seen)[:, 3:12], 0.4, atol=0.01)


def test_pixels_that_the_edge_cuts_are_kept() -> None:
    seen = see(np.ones((1, 6, 10), dtype=np.float32), 20, fine_m=5.0)
    assert seen.shape == (1, 2, 3)
    np.testing.assert_allclose(seen, 1, atol=1e-6)


def test_full_shadow_takes_more_red_than_blue_light_and_none_takes_nothing() -> None:
    light = np.full((7, 2), 0.2, dtype=np.float32)
    shares = np.array([[1.0, 0.5], [0.0, 0.5]], dtype=np.float32)
    seen = lit(light, shares, np.array([0.0, 1.0], dtype=np.float32))
    assert seen[:, 0].tolist() == pytest.approx([0.2] * 7)
    assert seen[0, 1] == pytest.approx(0.2 * 0.45)
    assert (np.diff(seen[:, 1]) < 0).all()
    np.testing.assert_array_equal(
        lit(light[[4]], shares, np.zeros(2, dtype=np.float32), np.array([4])), 0.2 * np.ones((1, 2), dtype=np.float32)
    )


def test_noise_is_as_large_as_it_says() -> None:
    seen = noisy(np.full((7, 20_000), 0.3), np.random.default_rng(0))
    assert seen.std() == pytest.approx(NOISE[0] + 0.3 * NOISE[1], rel=0.02)


def test_coarse_pixels_are_interpolated_along_both_axes() -> None:
    coarse = np.array([[[0.0, 4.0], [8.0, 12.0]]])
    assert doubled(coarse)[0].tolist() == [[0, 1, 3, 4], [2, 3, 5, 6], [6, 7, 9, 10], [8, 9, 11, 12]]


def test_shadows_fall_away_from_the_sun_and_are_longer_in_winter() -> None:
    hall = np.zeros((9, 9), dtype=bool)
    hall[5:7, 5:7] = True
    short, long = (cast(hall, shadow_px(6.0, day, 2.5)) for day in (172, 355))
    assert not short[hall].any()
    assert not long[hall].any()
    assert short.sum() < long.sum()
    assert long[4, 4] == 1
    assert not long[7:].any()
    assert not cast(hall, 0.2).any()
