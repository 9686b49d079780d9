"""How much parcels changed between two days, as a ranking in steps to shade them by."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pandas import DataFrame, Series

STEP_ENDS = (5, 10, 25, 50, 100)
"""Where the steps of the shading end, from the most changed parcel on [%]: fine where a person looks first."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Parcels by how much they changed between two scenes.

    Attributes
    ----------
    not_before, not_after
        Days of the two scenes.
    parcels
        Indexed by ``parcel_id``, those with a score only: ``score``; ``rank``, 1 is the most changed and equal scores
        share a rank; ``step``, the place in ``STEP_ENDS`` of the first end that the rank has not passed.
    """

    not_before: Any
    not_after: Any
    parcels: DataFrame


def rank_changes(changes: DataFrame, parcel_ids: Series) -> Ranking | None:
    """Rank parcels by their score in the latest pair of scenes.

    Parameters
    ----------
    changes
        ``CHANGE_COLUMNS``; of other pairs than the latest nothing is used.
    parcel_ids
        The parcels to rank; the change of others does not count.

    Returns
    -------
    Ranking or None
        None where no parcel has a score.
    """
    known = changes[changes["parcel_id"].isin(parcel_ids)]
    if known.empty:
        return None
    pair = latest_pair(known)
    scores = pair.groupby("parcel_id")["change_score"].max().astype(float).dropna()
    if scores.empty:
        return None
    rank = scores.rank(ascending=False, method="min").astype(int)
    days = pair.iloc[0]
    table = DataFrame({"score": scores, "rank": rank, "step": rank_steps(rank)})
    return Ranking(days["not_before"], days["not_after"], table)


def latest_pair(changes: DataFrame) -> DataFrame:
    """Rows of the latest pair of scenes: by the day after, by its scene, then by the day before and its scene."""
    order = ["not_after", "after_scene", "not_before", "before_scene"]
    scenes = changes[["before_scene", "after_scene"]]
    last = changes.sort_values(order, kind="stable", na_position="first")[scenes.columns].iloc[-1]
    is_latest: Series = (scenes == last).all(axis="columns")
    return changes[is_latest]


def rank_steps(rank: Series) -> Series:
    """Step of each rank: how many of the ends lie at or before the share of parcels that come before it.

    Examples
    --------
    >>> rank_steps(Series(range(1, 21))).tolist()
    [0, 1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]
    """
    ends = np.array(STEP_ENDS[:-1]) * len(rank)
    return Series(np.searchsorted(ends, (rank - 1) * 100, side="right"), index=rank.index)
