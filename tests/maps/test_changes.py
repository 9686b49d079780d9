import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.maps.changes import STEP_ENDS, latest_pair, rank_changes, rank_steps
from geo.model import CHANGE_COLUMNS

YEARS = ("2024-10-03", "2025-10-08", "2026-10-18")


def pair_of(scores, *, after=2, before_scene=None, kind="change"):
    """Rows of one pair of consecutive years: scores by parcel."""
    first = before_scene or f"S{after - 1}"
    days = (pd.Timestamp(YEARS[after - 1]), pd.Timestamp(YEARS[after]))
    rows = [(parcel_id, first, f"S{after}", kind, *days, score) for parcel_id, score in scores.items()]
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))


def ranks_of(changes, parcel_ids="abcde"):
    ranking = rank_changes(changes, pd.Series(list(parcel_ids)))
    return None if ranking is None else ranking.parcels["rank"].to_dict()


def test_the_most_changed_parcel_is_the_first():
    assert ranks_of(pair_of({"a": 1.5, "b": 9.0, "c": 0.2})) == {"b": 1, "a": 2, "c": 3}


def test_equal_scores_share_a_rank():
    assert ranks_of(pair_of({"a": 2.0, "b": 9.0, "c": 2.0, "d": 1.0})) == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_only_the_latest_pair_is_ranked_whatever_the_order_of_rows():
    changes = pd.concat([pair_of({"a": 1.0, "b": 2.0}), pair_of({"a": 99.0, "c": 98.0}, after=1)], ignore_index=True)
    ranking = rank_changes(changes.sample(frac=1, random_state=3), pd.Series(["a", "b", "c"]))
    assert ranking.parcels["rank"].to_dict() == {"b": 1, "a": 2}
    assert (str(ranking.not_before), str(ranking.not_after)) == ("2025-10-08 00:00:00", "2026-10-18 00:00:00")


def test_of_two_pairs_that_end_with_one_scene_the_later_first_scene_counts():
    longer = pair_of({"a": 1.0}, before_scene="S0").assign(not_before=pd.Timestamp(YEARS[0]))
    shorter = pair_of({"a": 2.0})
    assert latest_pair(pd.concat([shorter, longer], ignore_index=True))["change_score"].tolist() == [2.0]


def test_a_parcel_that_was_not_seen_on_both_days_has_no_rank():
    assert ranks_of(pair_of({"a": np.nan, "b": 1.0})) == {"b": 1}


def test_a_parcel_that_is_not_on_the_map_does_not_count():
    assert ranks_of(pair_of({"a": 1.0, "elsewhere": 9.0})) == {"a": 1}


def test_a_parcel_with_two_kinds_of_change_counts_once_by_the_greater():
    changes = pd.concat([pair_of({"a": 1.0, "b": 2.0}), pair_of({"a": 3.0}, kind="other")], ignore_index=True)
    assert ranks_of(changes) == {"a": 1, "b": 2}


def test_without_a_score_there_is_no_ranking():
    assert ranks_of(pair_of({})) is None
    assert ranks_of(pair_of({"a": np.nan})) is None
    assert ranks_of(pair_of({"elsewhere": 1.0})) is None


def test_of_a_hundred_parcels_the_steps_hold_five_five_fifteen_twenty_five_and_fifty():
    assert rank_steps(pd.Series(range(1, 101))).value_counts().sort_index().tolist() == [5, 5, 15, 25, 50]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_the_first_is_always_in_the_first_step_and_steps_never_fall_as_ranks_rise(scores):
    rank = pd.Series(scores, dtype=float).rank(ascending=False, method="min").astype(int).sort_values()
    steps = rank_steps(rank)
    assert steps.iloc[0] == 0
    assert steps.is_monotonic_increasing
    assert steps.max() < len(STEP_ENDS)
