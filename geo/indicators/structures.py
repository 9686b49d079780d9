"""What stands on a parcel or is laid out there beside buildings: structures, yards, planted and non-production land."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.indicators.counting import CountingRule
from geo.indicators.floor_area import BOUNDS, counted_floor_area
from geo.indicators.overlay import overlay, spans
from geo.indicators.storeys import counted_storeys

BUILDING, NON_PRODUCTION_BUILDING, UNDERGROUND = "building", "non_production", "underground"
BUILDINGS = frozenset({BUILDING, NON_PRODUCTION_BUILDING})
"""What counts in building coverage; without a kind, a footprint is a building."""

STRUCTURES = frozenset({"structure", "yard", "vessel", "reactor", "pipeline"})
"""What the building coefficient adds to the buildings: production structures (构筑物) and yards (堆场)."""

NON_PRODUCTION_LAND, GREEN = "non_production_land", "green"

KINDS = (*sorted(BUILDINGS), UNDERGROUND, *sorted(STRUCTURES), NON_PRODUCTION_LAND, GREEN)
"""Every kind that a footprint may say."""


def kinds(footprints: pd.DataFrame) -> pd.Series:
    """Kind of every footprint; one that says nothing is a building.

    Examples
    --------
    >>> kinds(pd.DataFrame({"kind": ["yard", None]})).tolist()
    ['yard', 'building']
    """
    said = footprints["kind"] if "kind" in footprints else pd.Series(None, footprints.index, dtype=object)
    return said.astype(object).where(said.notna(), BUILDING)


def approved_floor_area(land: gpd.GeoSeries, footprints: gpd.GeoDataFrame, rule: CountingRule) -> pd.DataFrame:
    """Floor area of structures that count as such: those of the rule's kinds with an approval on record.

    A structure counts as one storey, on the ground that no building and no earlier structure takes. One of a kind that
    may be doubled counts twice over ``rule.double_above_m`` and has bounds where its height is unknown.

    Parameters
    ----------
    land
        Parcels, indexed by position [m].
    footprints
        Of all kinds: geometry, and ``kind``, ``height_m`` [m] and ``approval``, the number of the approval's paper, as
        far as they are there.

    Returns
    -------
    DataFrame
        On the index of ``land``: ``counted_floor_area_m2`` with ``_low`` and ``_high`` [m2].
    """
    kind = kinds(footprints)
    approval = footprints.get("approval", pd.Series(None, footprints.index, dtype=object))
    counts = kind.isin(rule.counted_when_approved) & approval.notna()
    counted = footprints.loc[counts.to_numpy()].reset_index(drop=True)
    open_ground = _not_taken(counted.geometry, footprints.geometry[kind.isin(BUILDINGS).to_numpy()])
    height = counted.get("height_m", pd.Series(np.nan, counted.index)).astype(float)
    is_doubled = kind[counts].isin(rule.doubled_when_approved).to_numpy()
    single = pd.DataFrame({"storey_count": 1.0, "storey_height_m": height.where(is_doubled, rule.double_above_m)})
    pieces = overlay(land, open_ground)
    storeys = counted_storeys(single, rule).iloc[pieces["footprint_id"]].reset_index(drop=True)
    floors = counted_floor_area(pieces["area_m2"], storeys)
    names = [f"counted_floor_area_m2{bound}" for bound in BOUNDS]
    sums = [np.bincount(pieces["parcel_id"], floors[name], minlength=len(land)) for name in names]
    return pd.DataFrame(dict(zip(names, sums, strict=True)), index=land.index, dtype=float)


def _not_taken(structures: gpd.GeoSeries, buildings: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return what of each structure lies under no building and no structure before it."""
    shapes = structures.to_numpy()
    left = shapes.copy()
    every = np.concatenate([shapes, buildings.to_numpy()])
    one, other = shapely.STRtree(every).query(shapes, predicate="intersects")
    takes = (other < one) | (other >= len(shapes))
    one, other = one[takes], other[takes]
    for one_structure in spans(one, size=1):
        at = one[one_structure.start]
        left[at] = shapely.difference(shapes[at], shapely.union_all(every[other[one_structure]]))
    return gpd.GeoSeries(left, structures.index, crs=structures.crs)


def underground_floor_area(land: gpd.GeoSeries, footprints: gpd.GeoDataFrame) -> pd.Series:
    """Floor area below ground as far as it is recorded, counted apart and never in the floor area ratio.

    GB/T 50353-2013 measures basements too, but the floor area of the ratio is that above ground (wording of local plans
    differs; the planning authority's figure prevails).

    Parameters
    ----------
    land
        Parcels, indexed by position [m].
    footprints
        ``underground_storey_count`` and ``kind`` as far as they are there; a footprint of the kind ``underground`` has
        one storey unless it says more.

    Returns
    -------
    Series
        On the index of ``land`` [m2]; NaN where nothing is recorded of what stands on the parcel.
    """
    below = footprints.get("underground_storey_count", pd.Series(np.nan, footprints.index)).astype(float)
    below = below.where(below.notna() | (kinds(footprints) != UNDERGROUND), 1.0).to_numpy()
    known = np.flatnonzero(~np.isnan(below))
    pieces = overlay(land, footprints.geometry.iloc[known].set_axis(known))
    floors = pieces["area_m2"] * below[pieces["footprint_id"].to_numpy(dtype=np.intp)]
    total: pd.Series = floors.groupby(pieces["parcel_id"]).sum().reindex(land.index)
    return total.rename("underground_floor_area_m2")
