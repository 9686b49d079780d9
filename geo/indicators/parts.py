"""Which footprint carries floor area of its own: not a repetition, not an outline that its parts stand for."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.indicators.storeys import STOREY_COLUMNS

COVERED_SHARE = 0.99
"""An outline of which this share lies under footprints with storeys is covered by them [1]: digitised edges differ."""

SAID_COLUMNS = ("underground_storey_count", "kind", "approval")
"""What else tells two footprints of one outline apart."""

ROUNDING = 1e-9
"""A share below this is rounding [1]: footprints that merely touch take nothing from each other."""


def used_instead(footprints: gpd.GeoDataFrame) -> npt.NDArray[np.intp]:
    """Position of the footprint that is used in the place of each: its own, or that of its exact duplicate.

    Exact duplicates have the same geometry, whatever vertex or direction their rings begin with, and the same storeys,
    heights and kind; identifiers do not matter. The first is used, one that names what it is part of before one that
    does not.

    Parameters
    ----------
    footprints
        Geometry, and the columns of ``STOREY_COLUMNS``, ``SAID_COLUMNS`` and ``part_of`` as far as they are there.

    Examples
    --------
    >>> square, turned = shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1, ccw=False)
    >>> used_instead(gpd.GeoDataFrame({"storey_count": [1, 1, 2]}, geometry=[square, turned, square])).tolist()
    [0, 0, 2]
    """
    known = [column for column in (*STOREY_COLUMNS, *SAID_COLUMNS) if column in footprints]
    keys = pd.DataFrame({column: footprints[column].to_numpy() for column in known})
    shapes = footprints.geometry.to_numpy()
    keys[["west", "south", "east", "north"]] = shapely.bounds(shapes)
    alike = keys.duplicated(keep=False).to_numpy()  # only these are worth the comparison of all vertices
    keys["geometry"] = pd.Series(shapely.to_wkb(shapely.normalize(shapes[alike])), np.flatnonzero(alike), dtype=object)
    group = keys.groupby(list(keys), dropna=False, sort=False).ngroup().to_numpy()
    names_whole = footprints["part_of"].notna().to_numpy() if "part_of" in footprints else np.zeros(len(group), bool)
    order = np.argsort(~names_whole, kind="stable")
    first = np.empty(len(group), dtype=np.intp)
    first[group[order][::-1]] = order[::-1]
    return first[group]


def buildings(footprints: pd.DataFrame) -> pd.DataFrame:
    """Tell which footprints make up one building, as ``part_of`` says.

    Parameters
    ----------
    footprints
        Columns ``footprint_id``, which may repeat, and ``part_of``, if there.

    Returns
    -------
    DataFrame
        On the caller's index: ``building``, a number; ``is_part``, it names a footprint that is there; ``has_parts``,
        a footprint that is there names it.

    Examples
    --------
    >>> buildings(pd.DataFrame({"footprint_id": ["A", "A1", "B"], "part_of": ["", "A", None]})).values.tolist()
    [[0, False, True], [0, True, False], [5, False, False]]
    """
    names = footprints["footprint_id"].astype(object)
    whole = footprints["part_of"].astype(object) if "part_of" in footprints else pd.Series(None, names.index, object)
    whole = whole.where(whole.isin(names) & (whole != names), None)
    has_parts = names.isin(whole.dropna())
    number, _ = pd.factorize(whole.where(whole.notna(), names.where(has_parts, None)))
    alone = len(names) + np.arange(len(names))
    return pd.DataFrame(
        {
            "building": np.where(number >= 0, number, alone),
            "is_part": whole.notna(),
            "has_parts": has_parts,
        },
        index=footprints.index,
    )


def carrying(outlines: gpd.GeoSeries, *, has_parts: pd.Series, has_storeys: pd.Series) -> gpd.GeoSeries:
    """Return what of each footprint carries floor area of its own.

    An outline that has parts carries none: its parts do. An outline without storeys carries what footprints with
    storeys leave of it, and none once they cover :data:`COVERED_SHARE` of it. Every other footprint carries its own.

    Parameters
    ----------
    outlines
        Valid polygons [m].
    has_parts, has_storeys
        On the same index: another footprint says to be part of it; a storey count or a height is known.

    Returns
    -------
    GeoSeries
        On the caller's index; empty polygons where nothing is carried.
    """
    shapes = outlines.to_numpy().copy()
    shapes[has_parts.to_numpy()] = shapely.Polygon()
    covering = shapes[has_storeys.to_numpy()]
    asking = np.flatnonzero(~has_storeys & ~has_parts)
    one, cover = shapely.STRtree(covering).query(shapes[asking], predicate="intersects")
    order = np.argsort(one, kind="stable")
    one, cover = asking[one[order]], cover[order]
    for at in np.unique(one):
        first, last = np.searchsorted(one, [at, at + 1])
        left = shapely.difference(shapes[at], shapely.union_all(covering[cover[first:last]]))
        share_left = left.area / shapes[at].area
        if share_left <= 1 - COVERED_SHARE:
            shapes[at] = shapely.Polygon()
        elif share_left < 1 - ROUNDING:
            shapes[at] = left
    return gpd.GeoSeries(shapes, outlines.index, crs=outlines.crs)
