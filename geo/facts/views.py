"""Satellite views of each parcel in a span of days, and the share of it that they vouch for."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.facts.column import Fact, exact

OLDEST = pd.Timedelta(days=183)
"""A lower bound from a view older than half a year says nothing of today: old buildings may have gone."""

VIEWS_MAX = 14
"""So many views at most give a bound, and it is the one that two of them allow: where each view's own bound is passed
with 1 % probability, two of 14 independent views pass theirs with 14 * 13 / 2 * 0.01**2 = 0.9 %."""

BUILT_FRACTION_SURE = 0.05
"""Built land for certain only above this share of the parcel [1]: three Sentinel-2 pixels of the smallest sort of
parcel (0.6 ha), less than which a gatehouse, an access road or a neighbour's roof in mixed pixels may be."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days of each parcel, both included; NaT on either side holds no view.

    Attributes
    ----------
    first, last
        Indexed by ``parcel_id``.
    is_newest
        Where there are more than ``VIEWS_MAX`` views, the newest count; otherwise the oldest.
    """

    first: pd.Series
    last: pd.Series
    is_newest: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """A share of each parcel [1] and the scene that gives it; NaN and empty where there is no view."""

    share: pd.Series
    source: pd.Series


def usable_views(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations that have class fractions, oldest first, with their bounds.

    At least developed are roofs and hard ground for certain, where they are more than ``BUILT_FRACTION_SURE``; at most
    all but plants and water for certain, since bare and netted ground may be worked on. The least shares are of the
    whole parcel, what is hidden counting as nothing. A scene's day is the one in Shanghai.

    Returns
    -------
    DataFrame
        Columns ``parcel_id``, ``scene_id``, ``on``, ``low``, ``value``, ``high``.
    """
    reason = observations["reason"]
    is_usable = (reason.isna() | (reason == "")) & observations["built_fraction_low"].notna()
    seen = observations[is_usable].sort_values(["acquired_at", "scene_id"], kind="stable")
    green = seen["vegetation_fraction_low"].fillna(0) + seen["water_fraction_low"].fillna(0)
    built = seen["built_fraction_low"].astype(float)
    local = pd.to_datetime(seen["acquired_at"], utc=True).dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    return pd.DataFrame(
        {
            "parcel_id": seen["parcel_id"],
            "scene_id": seen["scene_id"],
            "on": local.dt.normalize().astype("datetime64[s]"),
            "low": built.where(built > BUILT_FRACTION_SURE, 0.0),
            "value": seen["built_fraction"].astype(float),
            "high": 1 - green.astype(float).clip(upper=1),
        }
    )


def last_half_year(until: pd.Series) -> Span:
    """Return the days that speak of what there is at least on a day."""
    return Span(until - OLDEST, until)


def share_at_least(views: pd.DataFrame, span: Span) -> Share:
    """Return the share that is developed at least, as two views of the span show; where it has one, that one."""
    return _second(_inside(views, span), "low", span.last.index, largest=True)


def share_at_most(views: pd.DataFrame, span: Span) -> Share:
    """Return the share that is developed at most, as two views of the span show; where it has one, that one."""
    return _second(_inside(views, span), "high", span.last.index, largest=False)


def stronger(one: Share, other: Share) -> Share:
    """Return the larger of two shares, or the one that is known, with what gives it; of equal ones the first."""
    is_other = (other.share > one.share) | (one.share.isna() & other.share.notna())
    return Share(one.share.mask(is_other, other.share), one.source.mask(is_other, other.source))


def latest_estimate(views: pd.DataFrame, span: Span) -> pd.Series:
    """Return the built share in the last view of the span [1]: shown, and deciding nothing."""
    last = _inside(views, span).drop_duplicates("parcel_id", keep="last")
    return last.set_index("parcel_id")["value"].reindex(span.last.index)


def built_on_image(least: Share) -> Fact:
    """Return whether views show built land for certain: yes, or unknown; an image never proves that there is none."""
    is_sure = least.share > 0
    answer = pd.Series(pd.NA, index=is_sure.index, dtype="boolean").mask(is_sure, other=True)
    return exact(answer, least.source.where(is_sure, ""))


def _inside(views: pd.DataFrame, span: Span) -> pd.DataFrame:
    first, last = (views["parcel_id"].map(side) for side in (span.first, span.last))
    grouped = views[(views["on"] >= first) & (views["on"] <= last)].groupby("parcel_id", sort=False)
    return grouped.tail(VIEWS_MAX) if span.is_newest else grouped.head(VIEWS_MAX)


def _second(inside: pd.DataFrame, side: str, parcel_ids: pd.Index, *, largest: bool) -> Share:
    ranked = inside.sort_values(side, ascending=not largest, kind="stable")
    by_parcel = ranked.groupby("parcel_id", sort=False)
    place = np.minimum(by_parcel["scene_id"].transform("size") - 1, 1)
    rows = ranked[by_parcel.cumcount() == place].set_index("parcel_id").reindex(parcel_ids)
    source = ("scene:" + rows["scene_id"].astype(object)).where(rows["scene_id"].notna(), "").astype(object)
    return Share(rows[side], source)
