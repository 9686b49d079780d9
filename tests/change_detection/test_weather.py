"""Simulated air and clouds."""

import numpy as np
import pytest

from geo.change_detection.mixtures import HAZE
from geo.change_detection.weather import (
    CLOUD,
    CLOUDY,
    THICKEST,
    VEILED,
    Sky,
    average,
    draw_sky,
    rough,
    slope,
    through_air,
)


def test_relief_has_mean_nought_and_spread_one_and_is_smooth() -> None:
    relief = rough((200, 220), 12.0, np.random.default_rng(0))
    assert relief.shape == (200, 220)
    assert relief.mean() == pytest.approx(0, abs=1e-4)
    assert relief.std() == pytest.approx(1, abs=1e-4)
    assert np.abs(np.diff(relief, axis=0)).mean() < 0.2


def test_a_cloud_is_a_share_with_edges_and_may_cover_all() -> None:
    rng = np.random.default_rng(0)
    clouds = [draw_sky((60, 60), rng, cloudy=1.0, bank=20.0).cloud for _ in range(60)]
    assert all(cloud.min() >= 0 and 0 < cloud.max() <= 1 for cloud in clouds)
    assert any(((cloud > 0) & (cloud < 1)).any() for cloud in clouds)
    assert max(float((cloud > 0).mean()) for cloud in clouds) > 0.9
    assert not any(draw_sky((60, 60), rng, cloudy=0.0).cloud.any() for _ in range(20))


def test_air_adds_haze_to_the_light_of_a_brighter_sun_and_a_veil_hides_it() -> None:
    ones = np.ones((1, 2), dtype=np.float32)
    sky = Sky(1.1 * ones, 0.01 * ones, 0 * ones, np.array([[0.0, 1.0]], dtype=np.float32))
    seen = through_air(np.full((7, 1, 2), 0.2), sky)
    assert seen[:, 0, 0] == pytest.approx(0.22 + 0.01 * HAZE)
    assert seen[:, 0, 1] == pytest.approx(CLOUD)
    np.testing.assert_array_equal(through_air(np.full((2, 1, 2), 0.2), sky, np.array([3, 5])), seen[[3, 5]])


def test_the_sky_over_some_pixels_and_over_larger_ones_is_the_same_sky() -> None:
    sky = draw_sky((9, 6), np.random.default_rng(1), cloudy=1.0)
    places = np.array([0, 8]), np.array([5, 0])
    assert sky.at(places).sun.tolist() == [sky.sun[0, 5], sky.sun[8, 0]]
    coarse = sky.coarse()
    assert coarse.haze.shape == coarse.cloud.shape == coarse.veil.shape == (5, 3)
    assert coarse.sun[0, 0] == pytest.approx(sky.sun[:2, :2].mean())


def test_blocks_that_the_edge_cuts_are_filled_with_the_nearest_pixels() -> None:
    assert average(np.array([[1.0, 3.0, 5.0]], dtype=np.float32), 2).tolist() == [[2, 5]]


def test_the_sky_of_a_date_errs_alike_near_and_somewhat_unlike_far_off() -> None:
    rng = np.random.default_rng(0)
    skies = [draw_sky((40, 60), rng) for _ in range(400)]
    ends = np.array([[sky.haze[0, 0], sky.haze[0, 1], sky.haze[20, 30]] for sky in skies])
    together = np.corrcoef(ends.T)
    assert together[0, 1] > 0.99
    assert 0.4 < together[0, 2] < 0.8
    assert np.mean([(sky.cloud > 0).any() for sky in skies]) == pytest.approx(CLOUDY, abs=0.08)
    assert 0 < np.mean([sky.veil.max() > 0 for sky in skies]) < 2 * VEILED
    assert max(sky.veil.max() for sky in skies) <= THICKEST


def test_a_slope_falls_evenly() -> None:
    plane = slope((9, 7), np.random.default_rng(1))
    assert plane.mean() == pytest.approx(0, abs=1e-6)
    assert plane.std() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(np.diff(plane, n=2, axis=0), 0, atol=1e-5)
