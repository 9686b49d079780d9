"""Simulated clouds."""

import numpy as np
import pytest

from geo.change_detection.weather import CLOUDY, THICKEST, VEILED, cloud_cover, draw_sky, rough, slope


def test_relief_has_mean_nought_and_spread_one_and_is_smooth() -> None:
    relief = rough((200, 220), 12.0, np.random.default_rng(0))
    assert relief.shape == (200, 220)
    assert relief.mean() == pytest.approx(0, abs=1e-4)
    assert relief.std() == pytest.approx(1, abs=1e-4)
    assert np.abs(np.diff(relief, axis=0)).mean() < 0.2


def test_some_days_are_cloudless_and_some_are_not() -> None:
    covers = [float(cloud_cover((60, 60), np.random.default_rng(day))[0].mean()) for day in range(60)]
    assert 0.25 < np.mean([cover == 0 for cover in covers]) < 0.55
    assert max(covers) > 0.6


def test_opacity_is_a_share_and_the_shadow_is_the_cloud_moved() -> None:
    cloudy = next(
        pair for pair in (cloud_cover((200, 200), np.random.default_rng(day)) for day in range(50)) if pair[0].any()
    )
    cloud, shadow = cloudy
    assert cloud.min() >= 0
    assert cloud.max() <= 1
    np.testing.assert_array_equal(shadow[:100, 100:], cloud[60:160, 20:120])


def test_the_sky_of_a_date_errs_alike_near_and_somewhat_unlike_far_off() -> None:
    rng = np.random.default_rng(0)
    skies = [draw_sky((40, 60), rng) for _ in range(400)]
    ends = np.array([[sky.haze[0, 0], sky.haze[0, 1], sky.haze[20, 30]] for sky in skies])
    together = np.corrcoef(ends.T)
    assert together[0, 1] > 0.99
    assert 0.4 < together[0, 2] < 0.8
    assert np.mean([sky.is_cloudy.any() for sky in skies]) == pytest.approx(CLOUDY, abs=0.08)
    assert 0 < np.mean([sky.veil.max() > 0 for sky in skies]) < 2 * VEILED
    assert max(sky.veil.max() for sky in skies) <= THICKEST


def test_a_slope_falls_evenly() -> None:
    plane = slope((9, 7), np.random.default_rng(1))
    assert plane.mean() == pytest.approx(0, abs=1e-6)
    assert plane.std() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(np.diff(plane, n=2, axis=0), 0, atol=1e-5)
