"""What people measured of how much of parcels is built: footprints, which are a least, and visits."""

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.indicators import indicator_table
from geo.ingest.crs import measuring_groups
from geo.steps.rules import read_counting_rule

EDGE_M = 1.0
"""An outline may be drawn too large, or lie off its place, by so much: the points of maps of 1:2000 have a standard
error of that order [m]."""
CLICKED = 0.05
"""A share seen on site may be off by so much: it is the standard error of a hundred points clicked on a picture from a
drone, where it is largest [1]."""
FRESH = timedelta(days=60)
"""A visit so long before the end of a month tells of it, as the last look of a series does."""
COLUMNS = ("known_by", "known_low", "known_high", "seen_on")


def known_shares(
    parcels: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame, visits: pd.DataFrame, *, as_of: date
) -> pd.DataFrame:
    """Return between which shares the built fraction of parcels surely lies, of those of which anything is known.

    Buildings bound it from below: pavement is in no register. A visit that measured it bounds it on both sides and goes
    before footprints.

    Parameters
    ----------
    parcels, footprints
        As the store gives them, current on the day.
    visits
        The register ``visit``.

    Returns
    -------
    DataFrame
        By ``parcel_id``: ``known_by``, ``footprints`` or ``visit``; ``known_low`` and ``known_high`` [1]; ``seen_on``,
        the day of the visit.
    """
    least = np.floor(least_built(parcels, footprints) * 1000) / 1000
    least = least[least > 0]
    covered = pd.DataFrame({"known_by": "footprints", "known_low": least, "known_high": 1.0, "seen_on": pd.NaT})
    seen = fresh_visits(visits, as_of=as_of)
    seen = seen[seen.index.isin(parcels["parcel_id"])]
    share = seen["built_fraction_seen"]
    bounds = {"known_low": (share - CLICKED).clip(lower=0.0), "known_high": (share + CLICKED).clip(upper=1.0)}
    visited = seen.assign(known_by="visit", seen_on=seen["visited_on"], **bounds)
    parts = [visited[list(COLUMNS)], covered[~covered.index.isin(visited.index)]]
    known = pd.concat([part for part in parts if len(part)] or parts[:1])
    return known.astype({"seen_on": "datetime64[s]"}).rename_axis("parcel_id").sort_index()


def fresh_visits(visits: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return the last visit of each parcel that measured how much is built, of those up to `FRESH` before a day.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-10-20", "2026-10-30", "2026-11-02", "2026-08-31"])
    >>> seen = pd.DataFrame({"parcel_id": list("aaab"), "visited_on": days, "built_fraction_seen": [0.1, 0.3, 0.5, 1]})
    >>> fresh_visits(seen.assign(number=""), as_of=date(2026, 10, 31))["built_fraction_seen"].to_dict()
    {'a': 0.3}
    """
    days = visits["visited_on"]
    is_fresh = days.between(pd.Timestamp(as_of - FRESH), pd.Timestamp(as_of)) & visits["built_fraction_seen"].notna()
    last = visits[is_fresh].sort_values(["visited_on", "number"]).drop_duplicates("parcel_id", keep="last")
    return last.set_index("parcel_id").sort_index()


def least_built(parcels: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame) -> pd.Series:
    r"""Return how much of parcels buildings cover at the least, by ``parcel_id`` [1].

    Each outline is drawn in by `EDGE_M`: what is left of an outline :math:`X` is :math:`X \ominus B_e`, with the disc
    :math:`B_e` of that radius, and lies on the building even if the outline is off its place, or drawn too large, by as
    much. Only buildings count: nobody says of a yard that it is paved, or of a structure that it is no pool.
    """
    rule, parts = read_counting_rule(), []
    for crs, group in measuring_groups(parcels):
        built = footprints.to_crs(crs)
        built = built.set_geometry(built.buffer(-EDGE_M, join_style="mitre"))
        table, _ = indicator_table(group, built[~built.is_empty], rule)
        parts.append(table.set_index("parcel_id")["building_coverage"])
    least: pd.Series = pd.concat(parts)
    return least


def still_known(known: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return what is still known at the end of the month of parcels whose series is known.

    A visit tells nothing once something changed after it, and nothing holds of land that was cleared again.

    Parameters
    ----------
    known
        From `known_shares`.
    shown
        ``last_change_on`` and ``works`` by ``parcel_id``.
    """
    known = known[known.index.isin(shown.index)]
    since = shown.reindex(known.index)
    is_changed = (known["known_by"] == "visit") & (pd.to_datetime(since["last_change_on"]) > known["seen_on"])
    return known.loc[~is_changed & (since["works"] != "demolished"), ["known_by", "known_low", "known_high"]]
