"""How wrong an estimate may be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change_detection.bounds import BAND, DECISION, Calibration, Traits, answer, calibrate, edge_of, reach

NAMES = Traits.__slots__


def traits(count: int, **given_: float) -> Traits:
    return Traits(*(np.full(count, given_.get(name, 0.0)) for name in NAMES))


def known(seed: int, count: int = 3_000) -> Calibration:
    """Parcels whose error grows with their edge."""
    rng = np.random.default_rng(seed)
    truth, edge = rng.uniform(0, 1, count), rng.uniform(0, 0.2, count)
    estimate = np.clip(truth + rng.normal(0, 1, count) * (0.02 + edge), 0, 1)
    return calibrate(estimate, truth, replace(traits(count), edge=edge), np.ones(count))


@pytest.mark.parametrize("probability", [BAND, DECISION, 0.2])
def test_new_parcels_like_the_known_ones_keep_the_promise_on_average(probability: float) -> None:
    rng = np.random.default_rng(1_000)
    truth, edge = rng.uniform(0, 1, 20_000), rng.uniform(0, 0.2, 20_000)
    estimate = np.clip(truth + rng.normal(0, 1, len(truth)) * (0.02 + edge), 0, 1)
    passed = []
    for seed in range(20):
        low, high = known(seed).bounds(estimate, replace(traits(len(truth)), edge=edge), probability)
        passed.append([(truth > high).mean(), (truth < low).mean()])
    assert np.max(np.mean(passed, axis=0)) <= probability + 0.01


@given(st.sampled_from(NAMES), st.floats(0, 1), st.floats(0, 1), st.sampled_from([BAND, DECISION]))
@settings(max_examples=30)
def test_whatever_makes_a_parcel_more_difficult_only_widens(
    name: str, estimate: float, more: float, probability: float
) -> None:
    value, calibration = np.array([estimate]), known(0)
    easy, hard = (calibration.bounds(value, traits(1, **{name: size}), probability) for size in (0.0, more))
    assert hard[0] <= easy[0] <= value <= easy[1] <= hard[1]
    assert hard[0] >= 0
    assert hard[1] <= 1


def test_difficulty_is_learnt_from_what_went_wrong() -> None:
    calibration = known(2)
    easy, hard = (calibration.difficulty(traits(1, edge=edge))[0] for edge in (0.0, 0.2))
    assert hard > 4 * easy


def test_few_known_parcels_promise_nothing() -> None:
    few = Calibration(np.zeros(7), np.full(20, 0.3), np.zeros(20), np.ones(20))
    assert [side.tolist() for side in few.bounds(np.array([0.3]), traits(1), DECISION)] == [[0], [1]]
    assert [side.tolist() for side in few.bounds(np.array([0.1]), traits(1), BAND)] == [[0], [1]]
    assert [side.tolist() for side in few.bounds(np.array([0.3]), traits(1), BAND)] == [[0.3], [0.3]]


def test_a_score_counts_by_its_weight() -> None:
    score = np.array([1.0, 2.0, 3.0])
    assert reach(score, np.array([1.0, 1.0, 1.0]), 0.5) == 2
    assert reach(score, np.array([9.0, 1.0, 1.0]), 0.6) == 1
    assert reach(-score, np.ones(3), 0.5) == 0


def test_a_misplaced_picture_exchanges_strips_along_the_sides() -> None:
    # a square of 100 m moved by 4.2 m to one side: 420 m2 of 10000 leave; over all directions 4 / pi of that
    assert edge_of(np.array([400.0]), np.array([1e4]))[0] == pytest.approx(0.042 * 4 / np.pi)


def test_nothing_known_is_undecided() -> None:
    assert answer(np.array([np.nan]), np.array([np.nan]), 1 / 3).tolist() == ["undecided"]
