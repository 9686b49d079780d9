"""Looks that are no looks, and roofs that a mask takes for clouds."""

import numpy as np
import pytest

from geo.change_detection.cleaning import outlying, permanent

DATES = 30


def noisy(level: float, seed: int = 0, sigma: float = 0.005) -> np.ndarray:
    return level + np.random.default_rng(seed).normal(0, sigma, DATES)


@pytest.mark.parametrize("by", [0.2, -0.05])
def test_a_missed_cloud_and_a_missed_shadow_are_left_out(by: float) -> None:
    blue = noisy(0.1)
    blue[12] += by
    assert np.flatnonzero(outlying(blue, noisy(0.3, 1))).tolist() == [12]
    near = noisy(0.3, 1)
    near[20] += 2 * by
    assert np.flatnonzero(outlying(noisy(0.1), near)).tolist() == [20]


def test_a_lasting_change_is_no_outlier_but_nobody_can_tell_on_the_last_two_looks() -> None:
    blue = np.where(np.arange(DATES) < 15, 0.05, 0.2) + noisy(0)
    assert not outlying(blue, noisy(0.3, 1)).any()
    blue = np.where(np.arange(DATES) < DATES - 2, 0.05, 0.2) + noisy(0)
    assert np.flatnonzero(outlying(blue, noisy(0.3, 1))).tolist() == [DATES - 2, DATES - 1]


def test_cloudy_dates_are_neither_used_nor_called_outliers() -> None:
    blue = noisy(0.1)
    blue[::3] = np.nan
    blue[10] = 0.4
    assert np.flatnonzero(outlying(blue, noisy(0.3, 1))).tolist() == [10]
    few = np.where(np.arange(DATES) < 4, blue, np.nan)
    assert not outlying(few, noisy(0.3, 1)).any()


def roofs(masked_from: int, *, light: np.ndarray, opened: np.ndarray | None = None) -> np.ndarray:
    """One pixel that is masked from a date on; which looks of it are let in."""
    masked = (np.arange(DATES) >= masked_from)[:, None]
    is_open = np.ones(DATES, dtype=bool) if opened is None else opened
    images = {"blue": light[:, None].astype(np.float32), "near": light[:, None].astype(np.float32)}
    return permanent(masked, np.isfinite(light)[:, None], is_open, **images)[:, 0]


def test_a_white_roof_that_is_masked_on_every_date_is_let_in() -> None:
    assert roofs(0, light=noisy(0.5)).all()


def test_a_new_white_roof_is_let_in_from_its_second_look_on() -> None:
    light = np.where(np.arange(DATES) < 20, 0.1, 0.5) + noisy(0)
    assert np.flatnonzero(roofs(20, light=light)).tolist() == list(range(21, DATES))


def test_a_cloud_over_the_roof_stays_out() -> None:
    light = noisy(0.5)
    light[11] = 0.9
    assert np.flatnonzero(~roofs(0, light=light)).tolist() == [11]


def test_clouds_that_come_again_and_again_are_not_let_in() -> None:
    assert not roofs(0, light=noisy(0.6, sigma=0.15)).any()


def test_dates_on_which_all_around_is_cloudy_do_not_count() -> None:
    opened = np.arange(DATES) % 2 == 0
    assert roofs(0, light=noisy(0.5), opened=opened).tolist() == opened.tolist()
    assert not roofs(0, light=noisy(0.5), opened=np.arange(DATES) < 8).any()


def test_a_pixel_that_is_masked_now_and_then_is_not_let_in() -> None:
    light = noisy(0.1)
    masked = (np.arange(DATES) % 2 == 0)[:, None]
    images = {"blue": light[:, None].astype(np.float32), "near": light[:, None].astype(np.float32)}
    seen = np.ones((DATES, 1), dtype=bool)
    assert not permanent(masked, seen, np.ones(DATES, dtype=bool), **images).any()


def test_gaps_are_never_let_in() -> None:
    light = noisy(0.5)
    light[5] = np.nan
    assert np.flatnonzero(~roofs(0, light=light)).tolist() == [5]
