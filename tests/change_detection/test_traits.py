"""What a parcel's pixels have in common."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.change_detection.learning import OF_EARLIER, Regression, features
from geo.change_detection.traits import NOVELTY, edge_of, parcel_traits

EDGE = np.array([0.05, 0.05])


class Bright:
    """Says that ground is built as its first feature says."""

    def predict(self, seen: np.ndarray) -> np.ndarray:
        return np.asarray(seen[:, 0])


@pytest.fixture
def seen() -> np.ndarray:
    light = np.random.default_rng(0).uniform(0.05, 0.4, (6, 7, 5)).astype(np.float32)
    found = features(light, csr_array(np.ones((1, 5))))
    found[:, 0] = [0.0, 0.0, 1.0, 1.0, np.nan]
    return found


def of(seen: np.ndarray, weights: list[list[float]]) -> np.ndarray:
    few = Regression(Bright(), np.full(seen.shape[1], -99.0), np.full(seen.shape[1], 99.0))  # type: ignore[arg-type]  # a stand-in
    return parcel_traits(few, seen, csr_array(np.array(weights)), EDGE[: len(weights)])


def test_shares_are_weighted_means_of_the_pixels_that_are_known(seen: np.ndarray) -> None:
    found = of(seen, [[1.0, 1.0, 1.0, 1.0, 1.0], [3.0, 0.0, 1.0, 0.0, 9.0]])
    np.testing.assert_allclose(found[:, 1], [0.5, 0.25])
    assert (found[:, NOVELTY] == 0).all()
    np.testing.assert_array_equal(found[:, 3], EDGE)
    np.testing.assert_allclose(found[:, 4], 6)  # looks
    np.testing.assert_allclose(found[:, 5], 0)  # none before works
    np.testing.assert_allclose(found[:, 6], [0.5, 0.75])  # seem certainly not built


def test_what_seems_built_and_what_does_not_are_described_apart(seen: np.ndarray) -> None:
    found = of(seen, [[1.0, 1.0, 1.0, 1.0, 1.0]])[0]
    whole, built, other = (found[place : place + 14] for place in (15, 29, 43))
    np.testing.assert_allclose(whole[1], seen[:4, 1].mean(), rtol=1e-5)
    np.testing.assert_allclose(built[1], seen[2:4, 1].mean(), rtol=1e-5)
    np.testing.assert_allclose(other[1], seen[:2, 1].mean(), rtol=1e-5)
    np.testing.assert_allclose(found[57 + 1], seen[:4, 1].std(), rtol=1e-4)


def test_a_parcel_that_was_never_clear_is_described_by_nothing(seen: np.ndarray) -> None:
    assert np.isfinite(of(seen, [[0.0, 0.0, 0.0, 0.0, 1.0]])).all()


def test_earlier_looks_are_told(seen: np.ndarray) -> None:
    seen[:, -OF_EARLIER:] = 0.1
    assert of(seen, [[1.0, 1.0, 1.0, 1.0, 0.0]])[0, 5] == 1


def test_a_misplaced_picture_exchanges_strips_along_the_sides() -> None:
    # a square of 100 m moved by 4.2 m to one side: 420 m2 of 10000 leave; over all directions 4 / pi of that
    assert edge_of(np.array([400.0]), np.array([1e4]))[0] == pytest.approx(0.042 * 4 / np.pi)
