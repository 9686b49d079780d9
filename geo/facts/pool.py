"""Parcels under one contract, judged on the contract's land as a whole: nothing is counted twice, nor left out."""

import pandas as pd

FLOORS = tuple(f"counted_floor_area_m2{side}" for side in ("", "_low", "_high"))
AREAS = ("area_m2", "footprint_area_m2", *FLOORS)
"""Indicators that add up; the others are shares of the land."""


def pool_area(area_m2: pd.Series, contract: pd.Series) -> pd.Series:
    """Return the land of each parcel's contract [m2]; its own where it is not pooled.

    Parameters
    ----------
    area_m2
        By parcel [m2].
    contract
        The contract by parcel, of those that share one; all of its parcels are there, whether they have an area or not.

    Examples
    --------
    >>> area = pd.Series({"a": 100.0, "b": 300.0, "c": 50.0})
    >>> pool_area(area, pd.Series({"a": "K", "b": "K"})).tolist()
    [400.0, 400.0, 50.0]
    """
    members = area_m2.reindex(contract.index)
    together = members.groupby(contract).transform(lambda areas: areas.sum(skipna=False))
    pooled = area_m2.index.to_series().isin(contract.index)
    return area_m2.where(~pooled, together.reindex(area_m2.index))


def pool_indicators(indicators: pd.DataFrame, contract: pd.Series) -> pd.DataFrame:
    """Return the indicators of each parcel's contract; unknown where one of its parcels has none.

    Parameters
    ----------
    indicators
        Indexed by parcel, with columns of ``geo.model.INDICATOR_COLUMNS``.
    contract
        As for ``pool_area``.
    """
    members = indicators.reindex(contract.index)
    shares = [name for name in indicators.columns if name not in AREAS]
    summed = members.assign(**{name: members[name] * members["area_m2"] for name in shares})
    together = summed.groupby(contract).transform(lambda column: column.sum(skipna=False))
    together = together.assign(**{name: together[name] / together["area_m2"] for name in shares})
    pooled = indicators.index.to_series().isin(contract.index)
    return indicators.where(~pooled, together.reindex(indicators.index))


def pool_views(views: pd.DataFrame, contract: pd.Series, area_m2: pd.Series) -> pd.DataFrame:
    """Return the views with those of pooled parcels put together, scene by scene; each parcel has the whole's.

    A parcel that a scene does not show may be all developed or not at all. Where a parcel of the contract has no known
    area, no view says anything of the whole.

    Parameters
    ----------
    views
        As ``usable_views`` gives them.
    contract
        As for ``pool_area``.
    area_m2
        By parcel [m2].
    """
    share = area_m2.reindex(contract.index) / pool_area(area_m2.reindex(contract.index), contract)
    is_pooled = views["parcel_id"].isin(contract.index)
    seen = views[is_pooled].assign(weight=views["parcel_id"].map(share), contract=views["parcel_id"].map(contract))
    seen = seen[seen["weight"].notna()]
    weighed = seen.assign(
        low=seen["low"] * seen["weight"],
        value=seen["value"] * seen["weight"],
        high=(1 - seen["high"]) * seen["weight"],
    )
    whole = weighed.groupby(["contract", "scene_id", "on"], sort=False)[["low", "value", "high", "weight"]].sum()
    whole = whole.assign(high=1 - whole["high"], value=whole["value"].where(whole["weight"] > 1 - 1e-9))
    members = contract.rename("contract").rename_axis("parcel_id").reset_index()
    spread = whole.drop(columns="weight").reset_index().merge(members, on="contract")[list(views.columns)]
    together = pd.concat([views[~is_pooled], spread]) if len(spread) else views[~is_pooled]
    return together.sort_values(["on", "scene_id"], kind="stable", ignore_index=True)
