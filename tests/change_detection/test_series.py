"""Seasons, orbits and what a date has in common."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change_detection.series import common_residuals, fit_robust, orbit_columns, predict, season_columns

DAYS = np.arange(0.0, 1_000, 10)


def test_a_season_of_two_waves_is_met_exactly() -> None:
    columns = season_columns(DAYS)
    truth = np.array([0.4, 0.2, -0.1, 0.05, 0.02])
    coefficients, scale = fit_robust(columns, columns @ truth)
    np.testing.assert_allclose(coefficients, truth, atol=1e-4)
    assert scale < 1e-4


def test_without_outliers_the_fit_is_near_least_squares() -> None:
    columns = season_columns(DAYS)
    values = columns @ np.array([0.4, 0.2, -0.1, 0.05, 0.02]) + np.random.default_rng(0).normal(0, 0.02, len(DAYS))
    expected = np.linalg.lstsq(columns, values, rcond=None)[0]
    np.testing.assert_allclose(fit_robust(columns, values)[0], expected, atol=0.002)


@given(st.lists(st.integers(0, 99), min_size=0, max_size=12, unique=True))
@settings(max_examples=15)
def test_missed_clouds_hardly_move_a_season(cloudy: list[int]) -> None:
    columns = season_columns(DAYS)
    values = columns @ np.array([0.4, 0.2, -0.1, 0.0, 0.0]) + np.random.default_rng(1).normal(0, 0.02, len(DAYS))
    clouded = values.copy()
    clouded[cloudy] = -0.1
    one, other = (predict(columns, fit_robust(columns, series)[0]) for series in (values, clouded))
    assert np.abs(one - other).max() < 0.03


def test_what_is_not_clear_does_not_count_and_too_few_dates_give_nothing() -> None:
    values = np.full((2, len(DAYS)), np.nan)
    values[0, ::2] = 0.5
    values[1, :5] = 0.5
    coefficients, scale = fit_robust(season_columns(DAYS), values)
    np.testing.assert_allclose(coefficients[0], [0.5, 0, 0, 0, 0], atol=1e-3)
    assert np.isnan(coefficients[1]).all()
    assert np.isnan(scale[1])


def test_haze_of_a_date_is_what_all_places_share() -> None:
    rng = np.random.default_rng(2)
    haze = rng.normal(0, 0.05, len(DAYS))
    places = rng.uniform(0.2, 0.6, (30, 1)) + haze + rng.normal(0, 0.01, (30, len(DAYS)))
    found = common_residuals(DAYS, places)
    wanted = haze - predict(season_columns(DAYS), fit_robust(season_columns(DAYS), haze)[0])
    assert np.std(found - wanted) < 0.01


def test_few_places_share_nothing() -> None:
    values = np.random.default_rng(3).normal(0, 0.1, (4, len(DAYS)))
    assert not common_residuals(DAYS, values).any()


def test_orbits_take_their_offsets_away() -> None:
    orbits = np.where(np.arange(len(DAYS)) % 3 == 0, 32, 75)
    values = np.full((6, len(DAYS)), 0.3) + np.where(orbits == 32, 0.08, 0.0)
    assert np.abs(common_residuals(DAYS, values, orbits=orbits)).max() < 1e-3
    assert np.abs(common_residuals(DAYS, values)).max() > 0.05


def test_one_orbit_needs_no_column() -> None:
    assert orbit_columns(np.array([32, 32])).shape == (2, 0)


@pytest.mark.parametrize("harmonics", [0, 1, 3])
def test_each_wave_is_two_columns(harmonics: int) -> None:
    assert season_columns(DAYS, harmonics=harmonics).shape == (100, 1 + 2 * harmonics)
