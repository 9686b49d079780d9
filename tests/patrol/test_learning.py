"""Learning: unbiased from the control share, biased from whom one chose to visit."""

import math

import numpy as np
import pandas as pd
import pytest

from geo.patrol.control import draw_control
from geo.patrol.learning import count_rejections, learn, weighted_share

SHARES = {"suspected": 0.25, "undetermined": 0.1, "clear": 0.1, "fewest": 2}
PARCELS = 600
COUNTIES = 500


def test_a_share_is_weighed_by_the_chance_of_being_drawn() -> None:
    # two of four drawn at 1/2 are right, one of one drawn at 1/10: (2 * 2 + 1 * 10) / (4 * 2 + 1 * 10)
    right = np.array([True, True, False, False, True])
    share = weighted_share(np.full(5, fill_value=True), right, [*"aaaa", "b"], np.array([0.5, 0.5, 0.5, 0.5, 0.1]))
    assert share.value == pytest.approx((2 * 2 + 1 * 10) / (4 * 2 + 1 * 10))
    assert 0 <= share.low < share.value < share.high <= 1
    assert share.count == 5


def test_nothing_drawn_says_nothing() -> None:
    share = weighted_share(np.array([False]), np.array([True]), ["a"], np.array([0.5]))
    assert math.isnan(share.value)
    assert share.count == 0


def test_whoever_visits_all_knows_for_certain() -> None:
    share = weighted_share(np.full(4, fill_value=True), np.array([True, True, True, False]), ["a"] * 4, np.ones(4))
    assert (share.value, share.low, share.high) == (0.75, 0.75, 0.75)


@pytest.mark.parametrize("says", [True, False])
def test_where_all_agree_the_interval_still_has_a_width(says) -> None:
    share = weighted_share(np.full(9, fill_value=True), np.full(9, says), ["a"] * 9, np.full(9, 0.1))
    assert share.value == float(says)
    assert 0.2 < share.high - share.low < 0.6


def test_single_ones_in_their_strata_leave_the_width_of_their_number() -> None:
    share = weighted_share(np.full(2, fill_value=True), np.array([True, False]), ["a", "b"], np.full(2, 0.1))
    assert share.low < 0.2
    assert share.high > 0.8


def one_county(seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """A county with a hidden truth, which the score that people follow knows better than chance."""
    random = np.random.default_rng(seed)
    score = random.normal(size=PARCELS)
    true = random.random(PARCELS) < 1 / (1 + np.exp(1.0 - 1.6 * score))
    flagged = score + 0.8 * random.normal(size=PARCELS) > 0.3
    tier = np.where(flagged, "suspected", np.where(score > 0, "undetermined", "clear"))
    frame = pd.DataFrame({"parcel_id": [f"P{n}" for n in range(PARCELS)], "tier": tier, "label": "", "score": score})
    towns, sizes = random.choice(list("甲乙丙"), PARCELS), random.choice(["small", "large"], PARCELS)
    return frame.assign(town=towns, size=sizes), flagged, true


def test_over_500_counties_the_interval_covers_the_truth_and_the_naive_figure_does_not() -> None:
    covered, off, naive_covered, naive_off = 0, 0.0, 0, 0.0
    for seed in range(COUNTIES):
        frame, flagged, true = one_county(seed)
        truth = (flagged & true).sum() / flagged.sum()
        drawn = draw_control(frame, SHARES, seed=seed)
        at = drawn["parcel_id"].str[1:].astype(int).to_numpy()
        share = weighted_share(flagged[at], true[at], drawn["tier"].tolist(), drawn["probability"].to_numpy())
        covered += share.low <= truth <= share.high
        off += share.value - truth
        visited = np.argsort(-frame["score"].to_numpy())[: len(at)]  # all patrols go where the score is highest
        seen = true[visited][flagged[visited]]
        margin = 1.96 * math.sqrt(seen.mean() * (1 - seen.mean()) / len(seen))
        naive_covered += abs(seen.mean() - truth) <= margin
        naive_off += seen.mean() - truth
    assert 0.93 <= covered / COUNTIES <= 0.97
    assert abs(off / COUNTIES) < 0.01
    assert naive_covered / COUNTIES < 0.5
    assert naive_off / COUNTIES > 0.1


def test_each_label_is_judged_over_all_and_by_town_size_and_tier() -> None:
    control = pd.DataFrame(
        {
            "parcel_id": ["P1", "P2", "P3", "P4"],
            "tier": ["suspected", "suspected", "clear", "clear"],
            "town": ["甲", "乙", "甲", "乙"],
            "size": "small",
            "probability": [0.5, 0.5, 0.1, 0.1],
        }
    )
    labels = pd.DataFrame(
        {
            "parcel_id": control["parcel_id"],
            "label": "suspected_idle",
            "is_flagged": [True, True, False, False],
            "is_true": [True, False, True, False],
        }
    )
    learned = learn(control, labels).set_index(["by", "group", "quantity"])["value"]
    assert learned["all", "", "precision"] == 0.5
    assert learned["all", "", "recall"] == pytest.approx(2 / (2 + 10))  # one found of 2, one of 10 missed
    assert learned["town", "甲", "precision"] == 1.0
    assert learned["tier", "clear", "recall"] == 0.0
    assert math.isnan(learned["tier", "clear", "precision"])


def test_reasons_of_rejection_are_counted_the_commonest_first() -> None:
    rows = [("late_start", True, False, "b"), ("late_start", True, False, "a"), ("late_start", True, False, "b")]
    rows += [("late_start", True, True, ""), ("late_start", False, False, "c")]
    counted = count_rejections(pd.DataFrame(rows, columns=["label", "is_flagged", "is_true", "reason"]))
    assert counted.to_dict("records") == [
        {"label": "late_start", "reason": "b", "count": 2},
        {"label": "late_start", "reason": "a", "count": 1},
    ]
