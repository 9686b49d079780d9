"""How wrong an estimate may be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from geo.change_detection.bounds import BAND, DECISION, Errors, answer, bounded, date_sigma, geometry_sigma


def known(seed: int, count: int = 2_000) -> Errors:
    rng = np.random.default_rng(seed)
    return Errors(rng.uniform(0, 1, count), rng.normal(0, 0.05, count))


@pytest.mark.parametrize("probability", [0.01, 0.05, 0.2])
def test_new_parcels_like_the_known_ones_keep_the_promise_on_average(probability: float) -> None:
    reached = [known(seed).reach(np.full(1, 0.5), probability) for seed in range(200)]
    below, above = (norm.sf(np.array([each[side][0] for each in reached]) / 0.05).mean() for side in (0, 1))
    spread_of_the_mean = 0.02 / np.sqrt(200)
    assert max(below, above) <= probability + 4 * spread_of_the_mean


def test_few_known_parcels_promise_nothing() -> None:
    few = Errors(np.full(20, 0.5), np.zeros(20))
    assert few.reach(np.array([0.5]), 0.05)[0].tolist() == [0]
    assert few.reach(np.array([0.5]), 0.01)[0].tolist() == [np.inf]
    assert few.reach(np.array([0.95]), 0.05)[1].tolist() == [np.inf]


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=8),
    st.floats(0, 0.2),
    st.floats(0, 1),
    st.sampled_from([BAND, DECISION]),
)
@settings(max_examples=30, deadline=None)
def test_bounds_hold_the_estimate_and_novelty_only_widens(
    values: list[float], sigma: float, novelty: float, probability: float
) -> None:
    estimate = np.array(values)
    errors, spread = known(0), np.full(len(values), sigma)
    usual, strange = (
        bounded(estimate, errors, probability=probability, sigma=spread, novelty=np.full(len(values), novel))
        for novel in (0.0, novelty)
    )
    assert (strange[0] <= usual[0]).all()
    assert (usual[0] <= estimate).all()
    assert (estimate <= usual[1]).all()
    assert (usual[1] <= strange[1]).all()
    assert (strange[0] >= 0).all()
    assert (strange[1] <= 1).all()


def test_bounds_that_decide_are_wider_than_the_band() -> None:
    estimate, nothing = np.array([0.3, 0.6]), np.zeros(2)
    band, decision = (
        bounded(estimate, known(1), probability=probability, sigma=nothing, novelty=nothing)
        for probability in (BAND, DECISION)
    )
    assert (decision[0] < band[0]).all()
    assert (decision[1] > band[1]).all()


def test_a_misplaced_picture_errs_by_the_strips_it_exchanges() -> None:
    # a square of 100 m moved by 4.2 m to one side: 420 m2 of 10000 leave and as much comes in
    assert geometry_sigma(np.array([400.0]), np.array([1e4]), np.array([-1.0]))[0] == pytest.approx(0.042 * 4 / np.pi)
    assert geometry_sigma(np.array([400.0]), np.array([1e4]), np.array([0.0]))[0] == 0


def test_dates_that_agree_add_no_error() -> None:
    assert date_sigma(np.full((4, 3), 0.3)).tolist() == [0, 0, 0]


def test_nothing_known_is_undecided() -> None:
    assert answer(np.array([np.nan]), np.array([np.nan]), 1 / 3).tolist() == ["undecided"]
