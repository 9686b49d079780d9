"""Building coverage: how much of a parcel's land buildings stand on."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.indicators.overlay import PAIRS_AT_ONCE, Areas, Positions, Shapes, in_threads, overlay, spans


def footprint_area(
    parcels: gpd.GeoSeries, footprints: gpd.GeoSeries, *, overlaid: pd.DataFrame | None = None
) -> pd.Series:
    """Area of a parcel that lies under footprints, counted once where footprints overlap.

    Parameters
    ----------
    parcels, footprints
        Valid polygons in one projected system [m].
    overlaid
        What :func:`overlay` said of the same two, where it is at hand; both indexes must then be without repetition.

    Returns
    -------
    Series
        On the index of ``parcels`` [m2]; 0 where no footprint stands, NaN where the parcel has no geometry.

    Raises
    ------
    CRSMismatchError
        The two are not in one projected system in metres.

    Examples
    --------
    >>> parcels = gpd.GeoSeries({"P1": shapely.box(0, 0, 20, 20)}, crs="EPSG:4549")
    >>> two = gpd.GeoSeries([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)], crs="EPSG:4549")
    >>> float(footprint_area(parcels, two)["P1"])
    150.0
    """
    if overlaid is None:
        overlaid = overlay(parcels.reset_index(drop=True), footprints.reset_index(drop=True))
        at_parcel, at_footprint = overlaid["parcel_id"].to_numpy(), overlaid["footprint_id"].to_numpy()
    else:
        at_parcel = parcels.index.get_indexer(overlaid["parcel_id"])
        at_footprint = footprints.index.get_indexer(overlaid["footprint_id"])
    land, outlines = parcels.to_numpy(), footprints.to_numpy()
    sums: Areas = np.bincount(at_parcel, overlaid["area_m2"], minlength=len(land)).astype(np.float64)
    area = sums + _counted_again(land, outlines, at_parcel, at_footprint, overlaid["area_m2"].to_numpy())
    return pd.Series(np.minimum(area, shapely.area(land)), parcels.index, name="footprint_area_m2")


def building_coverage(footprint_area_m2: pd.Series, land_area_m2: pd.Series) -> pd.Series:
    r"""Divide dissolved footprint area by land area: building coverage (建筑密度).

    .. math:: C = A_{footprints} / A_{land}

    Not the building coefficient (建筑系数), which adds production structures and yards, and not the developed share
    of the one-third test. See ``docs/decisions/0001-building-coverage-is-not-density.md``; 国土资发〔2008〕24号.

    Parameters
    ----------
    footprint_area_m2
        From :func:`footprint_area` [m2].
    land_area_m2
        Parcel, contract or supplied area, as the question asks, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [1]; NaN where there is no land.

    Examples
    --------
    >>> building_coverage(pd.Series({"P1": 6000.0, "P2": 0.0}), pd.Series({"P1": 20000.0, "P2": 0.0})).tolist()
    [0.3, nan]
    """
    return (footprint_area_m2 / land_area_m2.where(land_area_m2 > 0)).rename("building_coverage")


def _counted_again(
    land: Shapes, outlines: Shapes, at_parcel: Positions, at_footprint: Positions, shared: Areas
) -> Areas:
    """Tell what dissolving takes away from the sum of shared areas on every parcel, as numbers not above 0 [m2]."""
    again = np.zeros(len(land))
    meeting = np.flatnonzero(np.isin(at_footprint, _meeting_another(outlines)))
    meeting = meeting[np.argsort(at_parcel[meeting], kind="stable")]
    parcels = at_parcel[meeting]

    def dissolve(span: slice) -> None:
        for part in spans(parcels[span], size=1):
            pairs = meeting[span][part]
            under = shapely.union_all(outlines[at_footprint[pairs]])
            parcel = at_parcel[pairs[0]]
            again[parcel] = shapely.area(shapely.intersection(under, land[parcel])) - shared[pairs].sum()

    in_threads(dissolve, spans(parcels, size=PAIRS_AT_ONCE))
    return again


def _meeting_another(outlines: Shapes) -> Positions:
    """Positions of the footprints that touch or overlap another one."""
    one, other = shapely.STRtree(outlines).query(outlines)
    one, other = one[one < other], other[one < other]
    meeting = shapely.intersects(outlines[one], outlines[other])
    return np.union1d(one[meeting], other[meeting])
