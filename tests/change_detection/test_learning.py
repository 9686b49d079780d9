"""A regression learnt from mixtures, and what is known of its errors."""

from collections.abc import Callable

import numpy as np
import pytest

from geo.change_detection.learning import FOLDS, Learnt, Regression, fit, halves, learn, parcel_errors
from geo.change_detection.mixtures import Library, draw_shares, draw_slots, draw_year

COUNT = 1_500


@pytest.fixture(scope="module")
def regression(small_library: Callable[..., Library]) -> Regression:
    return fit(small_library(), count=COUNT)


def pure(library: Library, kind: int, count: int = 200) -> np.ndarray:
    rng = np.random.default_rng(5)
    slots = np.full((count, 1), float(kind))
    return draw_year(slots, draw_slots(library, slots, rng), np.ones((count, 1)), library, rng)


def test_roofs_are_told_from_plants(small_library: Callable[..., Library], regression: Regression) -> None:
    library = small_library()
    roofs, plants = (regression.share(pure(library, kind)) for kind in (0, 3))
    assert np.median(roofs) > 0.9
    assert np.median(plants) < 0.1
    assert min(roofs.min(), plants.min()) >= 0
    assert max(roofs.max(), plants.max()) <= 1


def test_what_was_never_clear_has_no_share_and_no_novelty(regression: Regression) -> None:
    stack = np.full((4, 7, 3), np.nan, dtype=np.float32)
    assert np.isnan(regression.share(stack)).all()
    assert np.isnan(regression.novelty(stack)).all()


def test_ground_unlike_all_that_was_learnt_is_new(
    small_library: Callable[..., Library], regression: Regression
) -> None:
    usual = regression.novelty(pure(small_library(), 1))
    strange = np.broadcast_to(np.array([0.6, 0.1, 0.6, 0.1, 0.6, 0.1, 0.6], dtype=np.float32)[:, None], (6, 7, 5))
    assert np.median(usual) < 0.2
    assert (regression.novelty(strange) == 1).all()


def test_the_same_library_and_seed_give_the_same_regression(small_library: Callable[..., Library]) -> None:
    library = small_library()
    stack = pure(library, 0)
    first, second = (fit(library, count=COUNT, seed=3).share(stack) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_halves_share_no_spectrum_of_a_class_that_has_many(small_library: Callable[..., Library]) -> None:
    one, other = halves(small_library())
    for name in ("built", "bare", "green"):
        assert not {tuple(row) for row in one.light[name]} & {tuple(row) for row in other.light[name]}
    assert len(one.light["net"]) == len(other.light["net"]) == 2


def test_errors_are_larger_on_roofs_never_seen(small_library: Callable[..., Library]) -> None:
    learnt = learn(small_library(), count=COUNT, parcels=120)
    assert isinstance(learnt, Learnt)
    known, unseen = (np.abs(errors.error).mean() for errors in (learnt.errors, learnt.errors_unseen))
    assert known < 0.1
    assert unseen > known


def test_parcels_hold_fractions_of_all_sizes(small_library: Callable[..., Library], regression: Regression) -> None:
    errors = parcel_errors(regression, small_library(), parcels=100, seed=1)
    truth = errors.estimate - errors.error
    assert truth.min() < 0.15
    assert truth.max() > 0.7
    assert np.corrcoef(truth, errors.estimate)[0, 1] > 0.95


def test_no_material_stands_in_two_folds() -> None:
    assert len(frozenset().union(*FOLDS)) == sum(len(fold) for fold in FOLDS)


def test_shares_are_drawn_for_as_many_pixels_as_wanted() -> None:
    assert draw_shares(7, np.random.default_rng(0)).shape == (7, 3)
