"""Which satellite observation of each parcel speaks about a day, and what shares of the parcel it vouches for."""

from dataclasses import dataclass

import pandas as pd

from geo.facts.column import Fact, exact

CLEAR_FRACTION_MIN = 0.8
"""An observation of less of a parcel than this is passed over for one that sees more [1]."""

OLDEST_D = 183
"""An observation older than half a year says nothing of today: old buildings may have gone [d]."""

BUILT_FRACTION_SURE = 0.05
"""Built land for certain only above this share of the parcel [1]: three Sentinel-2 pixels of the smallest sort of
parcel (0.6 ha), less than which a gatehouse, an access road or a neighbour's roof in mixed pixels may be."""


@dataclass(frozen=True, slots=True)
class View:
    """What one chosen observation of each parcel vouches for, NaN where there is none.

    Attributes
    ----------
    on
        Local day of the observation.
    low, value, high
        Share of the parcel that is developed [1]: roofs and hard ground for certain; at most all but plants and water,
        since bare and netted ground may be worked on.
    source
        ``scene:ID``, or empty.
    """

    on: pd.Series
    low: pd.Series
    value: pd.Series
    high: pd.Series
    source: pd.Series


def usable_views(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations with class fractions of nearly all of a parcel, oldest first, with their bounds.

    The least shares are of the whole parcel, what is hidden counting as nothing; built land up to
    ``BUILT_FRACTION_SURE`` counts as none. A scene's day is the one in Shanghai.

    Returns
    -------
    DataFrame
        Columns ``parcel_id``, ``scene_id``, ``on``, ``low``, ``value``, ``high``.
    """
    reason = observations["reason"]
    is_usable = (
        (reason.isna() | (reason == ""))
        & observations["built_fraction_low"].notna()
        & (observations["clear_fraction"] >= CLEAR_FRACTION_MIN)
    )
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


def latest_view(views: pd.DataFrame, not_after: pd.Series) -> View:
    """Return the latest view of each parcel up to a day, not older than ``OLDEST_D`` on it; NaT finds none."""
    limit = views["parcel_id"].map(not_after)
    is_near = (views["on"] <= limit) & (views["on"] >= limit - pd.Timedelta(days=OLDEST_D))
    return _view(views[is_near].drop_duplicates("parcel_id", keep="last"), not_after.index)


def earliest_view(views: pd.DataFrame, not_before: pd.Series, not_after: pd.Timestamp) -> View:
    """Return the earliest view of each parcel from a day on; NaT finds none."""
    is_later = (views["on"] >= views["parcel_id"].map(not_before)) & (views["on"] <= not_after)
    return _view(views[is_later].drop_duplicates("parcel_id", keep="first"), not_before.index)


def _view(chosen: pd.DataFrame, parcel_ids: pd.Index) -> View:
    rows = chosen.set_index("parcel_id").reindex(parcel_ids)
    source = ("scene:" + rows["scene_id"].astype(object)).where(rows["scene_id"].notna(), "").astype(object)
    return View(rows["on"], rows["low"], rows["value"], rows["high"], source)


def built_on_image(view: View) -> Fact:
    """Return whether a view shows built land for certain: yes, or unknown; an image never proves that there is none."""
    is_sure = view.low > 0
    answer = pd.Series(pd.NA, index=is_sure.index, dtype="boolean").mask(is_sure, other=True)
    return exact(answer, view.source.where(is_sure, ""))
