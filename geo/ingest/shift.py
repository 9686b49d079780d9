"""How far a layer lies beside a reference, and whether that is the shift Chinese web maps have."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.errors import CRSMismatchError
from geo.ingest.crs import STORED, measuring_crs, metres_per_unit
from geo.ingest.report import Journal
from geo.web_coordinates import gcj02_shift_m

Numbers = NDArray[np.float64]

SEARCH_M = 1000.0
"""How far off a parcel's counterpart is looked for [m]: web maps in China shift by 130 to 680 m."""

ALIKE = 0.01
"""Share by which area and perimeter of counterparts may differ."""

TOGETHER_M = 25.0
"""How far apart displacements of one shift may be [m]: that of web maps changes by so much over a county."""

FEWEST = 3
SAID_M = 1.0
"""A smaller shift is not said [m]."""

MOST = 2000
"""Parcels looked at, evenly over the file: more say the same."""


def systematic_shift(parcels: gpd.GeoDataFrame, reference: gpd.GeoDataFrame) -> tuple[float, float, int]:
    """Return how far parcels lie beside a reference layer that shows the same land.

    Counterparts are the outlines with the same ``parcel_id``, where both layers have three or more of them; otherwise
    outlines of the same area and perimeter no more than 1 km away. Many of the latter are no counterparts, but their
    displacements are scattered, while those of true ones lie together: the densest cluster decides.

    Parameters
    ----------
    parcels, reference
        Polygons in any systems.

    Returns
    -------
    tuple[float, float, int]
        How far the parcels lie east and north of the reference (medians of the cluster) [m], and the number of
        counterparts that agree on it within 25 m. NaN where there are fewer than three.

    Raises
    ------
    CRSMismatchError
        A layer has no system.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415  # takes long to load; only a layer with a reference needs it

    if parcels.crs is None or reference.crs is None:
        raise CRSMismatchError("ingest.no_crs")
    if not (len(parcels) and len(reference)):
        return np.nan, np.nan, 0
    west = shapely.bounds(parcels.to_crs(parcels.crs.geodetic_crs).geometry.to_numpy())[:, 0]
    plane = measuring_crs(float(np.median(west)))
    ours, theirs = parcels.iloc[:: len(parcels) // MOST + 1].to_crs(plane), reference.to_crs(plane)
    moved = _by_name(ours, theirs)
    if len(moved) < FEWEST:
        moved = _by_shape(ours.geometry.to_numpy(), theirs.geometry.to_numpy())
    if len(moved) < FEWEST:
        return np.nan, np.nan, len(moved)
    tree = cKDTree(moved)
    densest = np.argmax(tree.query_ball_point(moved, TOGETHER_M, return_length=True))
    cluster = moved[tree.query_ball_point(moved[densest], TOGETHER_M)]
    if len(cluster) < FEWEST:
        return np.nan, np.nan, len(cluster)
    east, north = np.median(cluster, axis=0) * metres_per_unit(plane)
    return float(east), float(north), len(cluster)


def _by_name(ours: gpd.GeoDataFrame, theirs: gpd.GeoDataFrame) -> Numbers:
    """Displacements of outlines with the same identifier."""
    if "parcel_id" not in ours.columns or "parcel_id" not in theirs.columns:
        return np.empty((0, 2))
    centres = [
        pd.DataFrame(shapely.get_coordinates(layer.geometry.centroid.to_numpy()), index=layer["parcel_id"].astype(str))
        for layer in (ours, theirs)
    ]
    one, other = (centre[~centre.index.duplicated(keep=False)] for centre in centres)
    common = one.index.intersection(other.index)
    moved: Numbers = one.loc[common].to_numpy() - other.loc[common].to_numpy()
    return moved


def _by_shape(ours: np.ndarray, theirs: np.ndarray) -> Numbers:
    """Displacements of outlines that look alike and are not far apart."""
    centres, others = shapely.centroid(ours), shapely.centroid(theirs)
    one, other = shapely.STRtree(others).query(centres, predicate="dwithin", distance=SEARCH_M)
    alike = np.ones(len(one), dtype=bool)
    for measure in (shapely.area, shapely.length):
        alike &= np.abs(measure(ours)[one] / measure(theirs)[other] - 1) <= ALIKE
    moved: Numbers = shapely.get_coordinates(centres[one[alike]]) - shapely.get_coordinates(others[other[alike]])
    return moved


def note_shift(parcels: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, journal: Journal) -> None:
    """Say if parcels lie beside a reference layer, and if it is by the shift of GCJ-02."""
    east, north, count = systematic_shift(parcels, reference)
    if not np.isfinite(east):
        journal.note("ingest.shift_unknown")
        return
    if np.hypot(east, north) < SAID_M:
        return
    lon, lat = np.median(shapely.get_coordinates(parcels.to_crs(STORED).geometry.to_numpy()), axis=0)
    web = gcj02_offset(np.array([lon]), np.array([lat]))[0]
    is_web = np.hypot(*(web - (east, north))) <= TOGETHER_M
    code = "ingest.shift_gcj02" if is_web else "ingest.shift"
    journal.note(code, east=f"{east:.1f}", north=f"{north:.1f}", count=count)


def gcj02_offset(lon: Numbers, lat: Numbers) -> Numbers:
    """Return how far GCJ-02 moves places in China east and north, by the formula that has become public [m].

    Parameters
    ----------
    lon, lat
        Arrays of n longitudes and latitudes on WGS 84 or CGCS2000 [degree].

    Returns
    -------
    numpy.ndarray
        Array of n x 2; within a metre of what the map services do.
    """
    return np.column_stack(gcj02_shift_m(lon, lat))
