"""Parcels from a vector file: identified, with a sound outline, measured."""

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo.ingest.attributes import read_positive, read_texts
from geo.ingest.columns import PARCEL_COLUMNS, find_columns, find_identifier
from geo.ingest.crs import measuring_groups, metres_per_unit
from geo.ingest.files import hashed_files
from geo.ingest.layers import layer_crs, open_layer
from geo.ingest.outlines import Outlines, check_outlines, start_outlines
from geo.ingest.report import Intake, Journal, hash_files
from geo.ingest.values import parse_column, parse_text
from geo.ingest.vectors import read_rows

USUAL_LAYERS = frozenset({"parcels", "parcel", "宗地", "地块"})

AREAS_AGREE = 0.01
"""Share by which planar and ellipsoidal areas may differ before the projection is held unfit for areas."""


def read_parcels(
    path: str | Path, *, layer: str | None = None, crs: str | None = None, parcel_id: str | None = None
) -> Intake:
    """Read and check parcels.

    Every row is either taken, mended with the change noted, or refused with its reason. Of rows with one identifier
    the first is taken.

    Parameters
    ----------
    path
        A GeoPackage, Shapefile or GeoJSON.
    layer
        Its layer; left out, the only one, or the one with a usual name.
    crs
        The coordinate system of a file that declares none.
    parcel_id
        The column of the identifier. Left out, a known name is looked for; without one the row number is the
        identifier, and that is noted.

    Returns
    -------
    Intake
        ``taken``: parcel_id, geometry in the file's own system (polygons, valid, flat), area_m2 (planar),
        ellipsoidal_area_m2, geometry_hash, and where the file has them enterprise, town, contract_number,
        contract_area_m2; row.

    Raises
    ------
    SchemaError
        The file, its layer or its identifier column cannot be used.
    CRSMismatchError
        It has no coordinate system, or another than the caller says.
    GeometryError
        None of its coordinates can be in that system.
    """
    opened = open_layer(path, layer=layer, usual=USUAL_LAYERS)
    journal = Journal(opened.file, opened.shown)
    declared = layer_crs(opened, crs, journal)
    is_cut = opened.driver == "ESRI Shapefile"
    identifier = find_identifier(opened.fields, parcel_id, journal, is_cut=is_cut)
    found = find_columns(opened.fields, PARCEL_COLUMNS, journal, is_cut=is_cut)
    wanted = list(dict.fromkeys([identifier, *found.values()] if identifier else found.values()))
    frame, geometry = read_rows(opened, wanted, journal)
    if parcel_id is None and identifier and frame[identifier].isna().all():
        identifier = None
    outlines = _identify(frame, geometry, identifier, journal)
    check_outlines(outlines, declared)
    _refuse_repeated(outlines, frame, declared)
    attributes = {
        name: (read_positive if name.endswith("_m2") else read_texts)(outlines, frame[column].tolist(), column)
        for name, column in found.items()
    }
    taken = measure(outlines, declared)
    for name, values in attributes.items():
        taken[name] = pd.Series(values[outlines.kept], dtype=values.dtype)
    taken["row"] = np.flatnonzero(outlines.kept) + 1
    _note_projection(taken, journal)
    notes, refused = journal.frames()
    digest = hash_files(hashed_files(opened.file))
    return Intake("parcels", opened.file.name, opened.shown, digest, taken, notes, refused)


def _identify(frame: pd.DataFrame, geometry: np.ndarray, column: str | None, journal: Journal) -> Outlines:
    """Give every row its identifier; refuse rows without."""
    if column is None:
        journal.note("ingest.row_number_taken")
        return start_outlines(geometry, [str(at + 1) for at in range(len(geometry))], journal)
    identifiers, errors = parse_column(frame[column].tolist(), parse_text)
    outlines = start_outlines(geometry, identifiers, journal)
    for at, error in errors.items():
        outlines.refuse_one(at, error.code, column=column, **error.params)
    outlines.refuse(pd.isna(outlines.identifiers), "ingest.no_identifier_value", column=column)
    return outlines


def _refuse_repeated(outlines: Outlines, frame: pd.DataFrame, crs: CRS) -> None:
    """Refuse rows whose identifier an earlier row has, saying whether they merely repeat it."""
    at = np.flatnonzero(outlines.kept)
    names = outlines.identifiers[at]
    first = dict(zip(names[::-1], at[::-1].tolist(), strict=True))
    for row in at[pd.Series(names, dtype=object).duplicated().to_numpy()]:
        original = first[outlines.identifiers[row]]
        one, other = hash_outlines(outlines.geometry[[original, row]], crs)
        is_same = one == other and frame.iloc[[original, row]].duplicated().any()
        code = "ingest.repeated_row" if is_same else "ingest.repeated_identifier"
        outlines.refuse_one(int(row), code, others=str(original + 1))


def measure(outlines: Outlines, crs: CRS) -> gpd.GeoDataFrame:
    """Return the outlines kept, with their identifiers, areas and hashes.

    Returns
    -------
    geopandas.GeoDataFrame
        parcel_id, geometry, area_m2 (planar, in the projected system declared, otherwise in the 3-degree zone of the
        centroid), ellipsoidal_area_m2 (on the ellipsoid of the declared system), geometry_hash.
    """
    geometry = outlines.geometry[outlines.kept]
    identifiers = pd.Series(outlines.identifiers[outlines.kept], dtype=object)
    taken = gpd.GeoDataFrame({"parcel_id": identifiers}, geometry=geometry, crs=crs)
    area_m2 = np.full(len(taken), np.nan)
    for measuring, group in measuring_groups(taken):
        area_m2[group.index] = shapely.area(group.geometry.to_numpy()) * metres_per_unit(measuring) ** 2
    taken["area_m2"] = area_m2
    taken["ellipsoidal_area_m2"] = ellipsoidal_areas(taken)
    taken["geometry_hash"] = pd.Series(hash_outlines(geometry, crs), dtype=object)
    return taken


def ellipsoidal_areas(parcels: gpd.GeoDataFrame) -> np.ndarray:
    """Return areas on the ellipsoid of the parcels' own system [m2].

    Corners are joined by geodesics (C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87, 2013,
    doi:10.1007/s00190-012-0578-z).
    """
    geod = parcels.crs.get_geod()
    degrees = shapely.orient_polygons(parcels.to_crs(parcels.crs.geodetic_crs).geometry.to_numpy())
    parts, parcel_of_part = shapely.get_parts(degrees, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    lon, lat = shapely.get_coordinates(rings).T
    sizes = shapely.get_num_coordinates(rings)
    ends = np.cumsum(sizes)
    signed = [  # holes run the other way round and count below zero
        geod.polygon_area_perimeter(lon[start:end], lat[start:end])[0]
        for start, end in zip(ends - sizes, ends, strict=True)
    ]
    return np.bincount(parcel_of_part[part_of_ring], weights=signed, minlength=len(parcels))


def hash_outlines(geometry: np.ndarray, crs: CRS) -> list[str]:
    """Return the sha256 of each outline and its system, whatever vertex it starts from.

    Examples
    --------
    >>> one = shapely.from_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0))")
    >>> other = shapely.from_wkt("MULTIPOLYGON (((1 1, 1 0, 0 0, 1 1)))")
    >>> len(set(hash_outlines(np.array([one, other]), CRS(4549))))
    1
    """
    single = np.where(shapely.get_num_geometries(geometry) == 1, shapely.get_geometry(geometry, 0), geometry)
    authority = crs.to_authority()
    system = (":".join(authority) if authority else crs.to_wkt()).encode()
    encoded = shapely.to_wkb(shapely.normalize(single), byte_order=1, include_srid=False)
    return [hashlib.sha256(outline + system).hexdigest() for outline in encoded]


def _note_projection(taken: gpd.GeoDataFrame, journal: Journal) -> None:
    """Say where the declared projection distorts areas so much that they should not be relied on."""
    difference = (taken["area_m2"] / taken["ellipsoidal_area_m2"] - 1).abs().max()
    if difference > AREAS_AGREE:
        journal.note("ingest.projection_distorts", percent=f"{100 * difference:.1f}")
