"""Which parcels came out of which: told from how much of each outline lies in which other one, and never beyond that.

Two outlines concern each other if more than ``LEAST`` of either lies in the other; below that, the drawn edges of
neighbours merely cross. An outline lies in another if at least ``WHOLE`` of it does. Then, of an earlier parcel and one
that a file draws anew:

- ``changed``: they are one parcel, drawn otherwise;
- ``overlap``: the earlier parcel still holds the land, so nothing has passed on;
- ``renumbered``: each lies in the other: the same land under another identifier;
- ``split``: the new one lies in the earlier one, whose land went to two or more;
- ``merged``: the earlier one lies in the new one, which took the land of two or more;
- ``part``: a part of the land has passed on, and that is all that can be said.

Shares of areas are taken in degrees: within a parcel, a degree has one length.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

WHOLE = 0.95
"""An outline of which this share lies in another lies in it: two surveys of one boundary differ by less [1]."""
LEAST = 0.02
"""Outlines that share no more than this of either do not concern each other [1]."""

COLUMNS = ("from_version", "to_version", "kind", "share_of_from", "share_of_to")


def descend(earlier: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame, absent: set[str]) -> pd.DataFrame:
    """Return which of the parcels that a file draws anew came out of which earlier ones, and how.

    Parameters
    ----------
    earlier
        Parcels before the file: ``parcel_id``, ``parcel_version``, geometry.
    drawn
        Parcels that the file draws otherwise or for the first time: the same columns, in the same coordinates.
    absent
        Identifiers of earlier parcels of which the file says nothing.

    Returns
    -------
    DataFrame
        from_version, to_version, kind, share_of_from, share_of_to [1]; by from_version and to_version.
    """
    pairs = _pairs(earlier, drawn)
    if pairs.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    is_own = (pairs["from_id"] == pairs["to_id"]).to_numpy()
    is_held = ~is_own & (_share_held(pairs, earlier, drawn, absent) > LEAST)
    passed = pairs[~is_held]
    heirs = pairs["from"].map(passed.groupby("from").size()).fillna(0).to_numpy()
    sources = pairs["to"].map(passed.groupby("to").size()).fillna(0).to_numpy()
    is_whole_from, is_whole_to = (pairs[name].to_numpy() >= WHOLE for name in ("share_of_from", "share_of_to"))
    severals = [is_own, is_held, is_whole_from & is_whole_to, is_whole_to & (heirs > 1), is_whole_from & (sources > 1)]
    kinds = np.select(severals, ["changed", "overlap", "renumbered", "split", "merged"], default="part")
    return pairs.assign(kind=kinds)[list(COLUMNS)].sort_values(["from_version", "to_version"], ignore_index=True)


def _pairs(earlier: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the pairs of outlines that concern each other, and each parcel with what became of its own outline."""
    old, new = sound(earlier), sound(drawn)
    to, origin = shapely.STRtree(old).query(new, predicate="intersects")
    shared = shapely.area(shapely.intersection(old[origin], new[to]))
    pairs = pd.DataFrame(
        {
            "from": origin,
            "to": to,
            "from_id": earlier["parcel_id"].to_numpy()[origin],
            "to_id": drawn["parcel_id"].to_numpy()[to],
            "from_version": earlier["parcel_version"].to_numpy()[origin],
            "to_version": drawn["parcel_version"].to_numpy()[to],
            "share_of_from": shared / shapely.area(old[origin]),
            "share_of_to": shared / shapely.area(new[to]),
        }
    )
    concern = pairs[["share_of_from", "share_of_to"]].max(axis=1) > LEAST
    return pairs[concern | (pairs["from_id"] == pairs["to_id"])].reset_index(drop=True)


def _share_held(
    pairs: pd.DataFrame, earlier: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame, absent: set[str]
) -> np.ndarray:
    """Return the share of each new outline that the earlier parcel holds even after the file [1]."""
    after = dict(zip(earlier["parcel_id"], sound(earlier), strict=True))
    after |= dict(zip(drawn["parcel_id"], sound(drawn), strict=True))
    is_gone = pairs["from_id"].isin(list(absent)).to_numpy()
    held = np.array([after[name] for name in pairs["from_id"]], dtype=object)
    new = sound(drawn)[pairs["to"].to_numpy()]
    return np.where(is_gone, 0.0, shapely.area(shapely.intersection(held, new)) / shapely.area(new))


def sound(parcels: gpd.GeoDataFrame) -> np.ndarray:
    """Return the outlines; one that was bent into crossing itself when it was brought into degrees is mended."""
    outlines: np.ndarray = parcels.geometry.to_numpy().copy()
    is_crossing = ~shapely.is_valid(outlines)
    outlines[is_crossing] = shapely.make_valid(outlines[is_crossing])
    return outlines
