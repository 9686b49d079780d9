"""How wrong an estimate may be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change_detection.bounds import (
    BAND,
    DECISION,
    LIMITS,
    Calibration,
    answer,
    calibrate,
    middle,
    reach,
)
from geo.change_detection.traits import NOVELTY


def parcels(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Traits and truth of parcels: novelty, what they seem to be, and how far that may be off."""
    rng = np.random.default_rng(seed)
    truth, blur = rng.uniform(0, 0.9, count), rng.uniform(0.02, 0.2, count)
    return np.column_stack([rng.uniform(0, 0.1, count), truth + rng.normal(0, 1, count) * blur, blur]), truth


def bounds_of(known: Calibration, traits: np.ndarray, probability: float) -> tuple[np.ndarray, np.ndarray]:
    return known.bounds(known.foretell(traits), traits[:, NOVELTY], probability)


@pytest.fixture(scope="module")
def known() -> Calibration:
    traits, truth = parcels(0, 3_000)
    return calibrate(traits, truth, np.arange(3_000) // 2 % 4, np.arange(3_000) % 2 == 0)


@pytest.mark.parametrize("probability", [BAND, DECISION, 0.2])
def test_new_parcels_pass_a_bound_as_seldom_as_promised_whatever_is_true(
    known: Calibration, probability: float
) -> None:
    traits, truth = parcels(1, 10_000)
    low, high = bounds_of(known, traits, probability)
    for few, many in ((0.1, 0.3), (0.3, 0.5), (0.5, 0.8)):
        alike = (truth >= few) & (truth < many)
        assert (truth > high)[alike].mean() <= 1.5 * probability + 0.01
        assert (truth < low)[alike].mean() <= 1.5 * probability + 0.01


def test_what_is_seen_well_has_narrower_bounds(known: Calibration) -> None:
    traits, _ = parcels(4, 2_000)
    low, high = bounds_of(known, traits, BAND)
    sharp, blurred = traits[:, 2] < 0.06, traits[:, 2] > 0.16
    assert (high - low)[sharp].mean() < 0.9 * (high - low)[blurred].mean()


@given(st.floats(0, 0.9), st.floats(0.02, 0.2), st.floats(0, 1), st.sampled_from([BAND, DECISION]))
@settings(max_examples=30)
def test_what_is_new_only_widens(known: Calibration, seems: float, blur: float, new: float, probability: float) -> None:
    foretold = known.foretell(np.array([[known.usual, seems, blur]]))
    plain, doubted = (
        known.bounds(foretold, np.array([novelty]), probability) for novelty in (known.usual, max(new, known.usual))
    )
    assert 0 <= doubted[0] <= plain[0] <= plain[1] <= doubted[1] <= 1


def test_what_is_nothing_like_the_known_is_bounded_by_nothing(known: Calibration) -> None:
    low, high = bounds_of(known, np.array([[1.0, 0.1, 0.02], [1.0, 0.8, 0.02]]), DECISION)
    assert low.tolist() == [0, 0]
    assert high.tolist() == [1, 1]


def test_bounds_that_promise_more_are_wider(known: Calibration) -> None:
    traits, _ = parcels(2, 50)
    band, decision = (bounds_of(known, traits, probability) for probability in (BAND, DECISION))
    assert (decision[0] <= band[0]).all()
    assert (band[1] <= decision[1]).all()
    value = middle(known.foretell(traits))
    assert ((band[0] <= value) & (value <= band[1])).all()


def test_few_known_parcels_promise_nothing() -> None:
    traits, truth = parcels(3, 100)
    low, high = bounds_of(calibrate(traits, truth, np.arange(100) % 4, np.arange(100) < 50), traits, DECISION)
    assert (low == 0).all()
    assert (high == 1).all()


def test_the_more_careful_of_known_and_unseen_materials_bounds(known: Calibration) -> None:
    # unseen ones were foretold without any doubt and wrongly: nothing bounds any more
    wrong = np.where(known.truth[:, None] < LIMITS, 0.0, 1.0)
    foretold = np.where(known.is_unseen[:, None], wrong, known.foretold)
    misled = Calibration(known.forest, foretold, known.truth, known.is_unseen, known.usual)
    low, high = bounds_of(misled, parcels(5, 50)[0], BAND)
    assert (low == 0).all()
    assert (high == 1).all()


def test_a_parcel_is_foretold_by_a_forest_of_other_groups() -> None:
    # every parcel of a group has the truth of no other: whoever saw the group would know it
    group = np.repeat(np.arange(8), 40)
    truth = group / 10
    traits = np.column_stack([np.zeros(320), group.astype(float)])
    foretold = calibrate(traits, truth, group, group < 0).foretold
    assert (np.abs(middle(foretold) - truth) > 0.03).all()


def test_one_third_lies_between_two_limits() -> None:
    assert ((LIMITS < 1 / 3) & (LIMITS > 0.33)).any()
    assert ((LIMITS > 1 / 3) & (LIMITS < 0.335)).any()


def test_the_middle_of_what_is_foretold_lies_between_its_limits() -> None:
    # nothing under 0.3, six tenths under 0.333: five sixths of the way
    assert middle(np.array([(LIMITS > 0.31) * 0.6]))[0] == pytest.approx(0.3 + 0.033 * 5 / 6)
    assert middle(np.ones((1, len(LIMITS))))[0] == pytest.approx(0.025)
    assert middle(np.zeros((1, len(LIMITS))))[0] == pytest.approx(0.95)


def test_a_score_is_passed_as_often_as_asked() -> None:
    assert reach(np.array([3.0, 1.0, 2.0]), 0.5) == 2
    assert reach(np.array([3.0, 1.0, 2.0]), 0.25) == 3
    assert reach(np.array([3.0, 1.0, 2.0]), 0.2) == np.inf


def test_nothing_known_is_undecided() -> None:
    assert answer(np.array([np.nan]), np.array([np.nan]), 1 / 3).tolist() == ["undecided"]
