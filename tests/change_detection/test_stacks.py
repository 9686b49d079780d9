"""What the pixels of one place say over its dates."""

import numpy as np
import pytest

from geo.change_detection import stacks
from geo.change_detection.stacks import MIN_CLEAR, Stack, changes, is_changed, look_at, open_dates

DATES, SIDE = 12, 10
PIXELS = SIDE * SIDE
DAYS = np.arange(DATES) * 10.0
MEADOW = np.array([0.04, 0.07, 0.05, 0.10, 0.38, 0.22, 0.11])
SOIL = np.array([0.10, 0.14, 0.20, 0.24, 0.29, 0.38, 0.33])


def stack(ground: np.ndarray = MEADOW, seed: int = 0, weight: np.ndarray | None = None) -> Stack:
    """A place of one ground, its pixels each a little different, with a little noise on each date."""
    rng = np.random.default_rng(seed)
    own = ground[:, None] * rng.normal(1, 0.1, PIXELS)
    light = own + rng.normal(0, 0.002, (DATES, 7, PIXELS))
    shares = np.ones(PIXELS) if weight is None else weight
    return Stack(DAYS, light.astype(np.float32), np.ones((DATES, PIXELS), dtype=bool), shares)


ALL_OPEN = np.ones(DATES, dtype=bool)


def test_greenness_is_the_mean_index_of_the_place() -> None:
    place = stack(weight=np.r_[np.ones(50), np.zeros(50)])
    wanted = ((place.light[:, 4] - place.light[:, 2]) / (place.light[:, 4] + place.light[:, 2]))[:, :50].mean(axis=1)
    np.testing.assert_allclose(look_at(place, ALL_OPEN).green, wanted, rtol=1e-5)


def test_a_date_counts_where_enough_of_the_place_is_clear() -> None:
    place = stack()
    place.clear[3, : int(PIXELS * (1 - MIN_CLEAR))] = False
    place.clear[5, : int(PIXELS * (1 - MIN_CLEAR)) + 1] = False
    green = look_at(place, np.zeros(DATES, dtype=bool)).green
    assert np.flatnonzero(np.isnan(green)).tolist() == [5]


def test_gaps_never_enter() -> None:
    place, whole = stack(), stack()
    place.light[4, 2, :10] = np.nan
    place.light[4, 4, 10:20] = np.nan
    seen = look_at(place, ALL_OPEN)
    assert not seen.clear[4, :20].any()
    assert seen.green[4] == pytest.approx(look_at(whole, ALL_OPEN).green[4], abs=0.02)


def test_a_missed_cloud_is_no_look() -> None:
    place = stack()
    place.light[6] += 0.3
    seen = look_at(place, ALL_OPEN)
    assert np.flatnonzero(np.isnan(seen.green)).tolist() == [6]
    assert np.isnan(seen.changed[6])
    assert seen.changed[7] == pytest.approx(0, abs=0.02)


def test_a_white_roof_that_is_masked_on_every_date_is_looked_at() -> None:
    place = stack(np.full(7, 0.5))
    place.clear[:, :60] = False
    assert np.isfinite(look_at(place, ALL_OPEN).green).all()
    assert np.isnan(look_at(place, np.zeros(DATES, dtype=bool)).green).all()


def test_haze_and_sun_change_nothing() -> None:
    place = stack()
    place.light[5:] = place.light[5:] * 1.15 + 0.03
    assert np.nanmax(changes(place, place.clear)) < 0.02


def test_ground_moved_on_a_part_is_that_part_on_that_date() -> None:
    place = stack(SOIL)
    place.light[5:, :, :20] += 0.08
    found = changes(place, place.clear)
    assert np.isnan(found[0])
    assert found[5] == pytest.approx(0.2, abs=0.02)
    assert np.delete(found, [0, 5]).max() < 0.05


def test_only_the_part_inside_the_parcel_counts() -> None:
    place = stack(SOIL, weight=np.r_[np.zeros(20), np.ones(80)])
    place.light[5:, :, :20] += 0.08
    assert np.nanmax(changes(place, place.clear)) < 0.05


def test_two_looks_that_share_too_little_are_not_compared() -> None:
    place = stack(SOIL)
    clear = place.clear.copy()
    clear[4, :60] = False
    assert np.isnan(changes(place, clear)[[4, 5]]).all()


def test_many_looks_are_compared_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    place = stack(SOIL)
    place.light[5:, :, :20] += 0.08
    clear = place.clear & (np.random.default_rng(3).random(place.clear.shape) < 0.9)
    clear[3] = False
    whole = changes(place, clear)
    monkeypatch.setattr(stacks, "AT_ONCE", 2)
    np.testing.assert_array_equal(changes(place, clear), whole)
    assert np.isnan(whole[[0, 3]]).all()
    assert np.isfinite(np.delete(whole, [0, 3])).all()


def test_a_place_all_alike_does_not_change() -> None:
    flat = np.full((4, 50), 0.2, dtype=np.float32)
    assert not is_changed(flat, flat).any()


def test_a_date_is_open_where_most_of_the_references_are_clear() -> None:
    clear, hidden = stack(), stack(seed=1)
    hidden.clear[2] = False
    clear.clear[2, :50] = False
    hidden.light[3] = np.nan
    opened = open_dates({"a": clear, "b": hidden}, DAYS)
    assert np.flatnonzero(~opened).tolist() == [2]
    assert not open_dates({}, DAYS).any()
