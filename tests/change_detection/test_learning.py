"""A regression learnt from made-up sites."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.change_detection.learning import (
    AT_ONCE,
    TELLING,
    Regression,
    bare_soil,
    features,
    first_looks,
    fit,
    median,
    quantiles,
)

ONE = csr_array(np.ones((1, 4)))
SOIL = np.array([0.10, 0.14, 0.20, 0.23, 0.29, 0.38, 0.33], dtype=np.float32)
GREEN = np.array([0.03, 0.06, 0.04, 0.10, 0.40, 0.19, 0.09], dtype=np.float32)


def stack(dates: int = 6, pixels: int = 4, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.05, 0.4, (dates, 7, pixels)).astype(np.float32)


def test_features_do_not_see_dates_that_are_not_clear() -> None:
    gappy = np.concatenate([stack(), np.full((3, 7, 4), np.nan, dtype=np.float32)])
    np.testing.assert_array_equal(features(gappy, ONE), features(stack(), ONE))
    gappy[:, :, 1] = np.nan
    seen = features(gappy, ONE)
    assert np.isnan(seen[1, 0])
    assert np.isfinite(seen[0, 0])


def test_features_are_as_many_with_earlier_looks_as_without() -> None:
    without, empty, known = (features(stack(), ONE, early) for early in (None, stack()[:0], stack(seed=1)))
    assert without.shape == known.shape
    np.testing.assert_array_equal(without, empty)
    assert np.isnan(without[:, -1]).all()
    assert np.isfinite(known).all()


def test_the_last_looks_count_on_their_own() -> None:
    late = stack()
    late[-2:] *= 1.5
    changed = (features(late, ONE) != features(stack(), ONE)).any(axis=0)
    early = stack()
    early[:2] *= 1.5
    assert changed.sum() > (features(early, ONE) != features(stack(), ONE)).any(axis=0).sum()


def test_ground_that_looks_as_its_bare_soil_did_differs_by_nothing() -> None:
    now = np.broadcast_to(SOIL[:, None], (5, 7, 4)).astype(np.float32)
    np.testing.assert_allclose(features(now, ONE, now)[:, -25:], 0, atol=1e-5)


def test_ground_that_dries_is_restless_and_ground_that_does_not_is_not() -> None:
    light = np.repeat(SOIL[None, :, None], 6, axis=0).repeat(4, axis=2)
    light[::2, :, 0] *= 0.7  # wet on every other date
    restless = features(light, ONE)[:, 8:TELLING]
    swing = np.log(1 / 0.7)
    np.testing.assert_allclose(restless[0, 0], swing / 2, rtol=1e-4)
    np.testing.assert_allclose(restless[0, 3:5], [-swing / 2, swing / 2], rtol=1e-4)
    np.testing.assert_allclose(restless[0, 1], swing / 2 * 3 / 4, rtol=1e-4)  # a fourth of it is the whole parcel's
    np.testing.assert_allclose(restless[1:, [0, 2, 3, 4, 5]], 0, atol=1e-5)


def test_the_soil_of_a_parcel_is_that_of_its_bare_pixels_and_no_other_parcels() -> None:
    earlier = np.broadcast_to(np.stack([SOIL, GREEN, GREEN, 2 * SOIL], axis=1), (3, 7, 4)).astype(np.float32)
    coverage = csr_array(np.array([[1.0, 1.0, 0, 0], [0, 0, 1.0, 1.0]]))
    own, soil = bare_soil(earlier, coverage)
    np.testing.assert_allclose(np.exp(own[:, 1]), GREEN, rtol=1e-5)
    np.testing.assert_allclose(np.exp(soil[:, 1]), SOIL, rtol=0.05)
    np.testing.assert_allclose(np.exp(soil[:, 2]), 2 * SOIL, rtol=0.05)


def test_a_parcel_never_seen_bare_has_no_soil() -> None:
    assert np.isnan(bare_soil(np.full((2, 7, 4), np.nan, dtype=np.float32), ONE)[1]).all()


def test_a_median_and_quantiles_count_what_is_known() -> None:
    values = np.array([[1.0, np.nan, np.nan], [3.0, 2.0, np.nan], [np.nan, 9.0, np.nan], [8.0, 4.0, np.nan]])
    np.testing.assert_array_equal(median(values), [3.0, 4.0, np.nan])
    np.testing.assert_array_equal(median(values[:2, :1]), [2.0])
    np.testing.assert_array_equal(quantiles(values, (0.0, 1.0)), [[1, 2, np.nan], [8, 9, np.nan]])


@pytest.fixture(scope="module")
def regression() -> Regression:
    """Learnt that what is bright in blue is built."""
    seen = features(stack(pixels=600, seed=3), csr_array(np.ones((1, 600))), stack(pixels=600, seed=5))
    return fit(seen, (seen[:, 0] < 0).astype(np.float32), trees=20)


def test_a_share_lies_between_nothing_and_all_and_needs_a_look(regression: Regression) -> None:
    hidden = stack(pixels=40, seed=4)
    hidden[:, :, 0] = np.nan
    seen = features(hidden, csr_array(np.ones((1, 40))))
    share = regression.share(seen)
    assert np.isnan(share[0])
    assert np.isnan(regression.novelty(seen)[0])
    assert 0 <= np.nanmin(share) <= np.nanmax(share) <= 1
    assert ((share > 0.5) == (seen[:, 0] < 0))[1:].mean() > 0.9
    assert np.isnan(regression.share(seen[:1])).all()


def test_many_pixels_are_asked_some_at_a_time(regression: Regression) -> None:
    seen = features(stack(pixels=AT_ONCE + 10, seed=4), csr_array(np.ones((1, AT_ONCE + 10))))
    parts = [regression.share(part) for part in (seen[:900], seen[900:])]
    np.testing.assert_array_equal(regression.share(seen), np.concatenate(parts))


def test_the_first_looks_are_those_that_are_known() -> None:
    logs = np.arange(4, dtype=np.float32)[:, None, None] * np.ones((1, 1, 2), dtype=np.float32)
    known = np.array([[True, False], [False, False], [True, False], [True, True]])
    found = first_looks(np.where(known[:, None], logs, np.float32(np.nan)), known, 2)
    np.testing.assert_array_equal(found[:, 0], [[0, 3], [2, np.nan]])


def test_ground_unlike_all_that_was_learnt_is_new(regression: Regression) -> None:
    coverage = csr_array(np.ones((1, 5)))
    usual = regression.novelty(features(stack(pixels=5, seed=9), coverage))
    spectrum = np.array([0.9, 0.002, 0.9, 0.002, 0.9, 0.002, 0.9], dtype=np.float32)
    strange = regression.novelty(features(np.broadcast_to(spectrum[:, None], (6, 7, 5)).astype(np.float32), coverage))
    assert np.median(usual) < 0.3
    assert (strange == 1).all()
