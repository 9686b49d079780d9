"""Parcels, in versions: what is current on a day, as known at a time."""

from datetime import date, datetime

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.store import tables
from geo.store.geometries import Box, read_in_box, read_layer
from geo.store.geopackage import mark_changed
from geo.store.intakes import Intake, add_intake
from geo.store.outlines import crs_text, required_crs
from geo.store.rows import typed
from geo.store.versions import Added, History, Stamp, add_versions

TEXTS = ("parcel_id", "geometry_hash", "enterprise", "town", "contract_number")
NUMBERS = ("area_m2", "ellipsoidal_area_m2", "contract_area_m2")
OPTIONAL = ("enterprise", "town", "contract_number", "contract_area_m2")

PARCELS = History(tables.parcel, ("parcel_id",), ("geometry_hash", "source_crs", *OPTIONAL))


def add_parcels(conn: Connection, intake: Intake, *, known_at: datetime, valid_on: date | None = None) -> Added:
    """Record an intake of parcels and add what it says beyond what is known.

    Parameters
    ----------
    conn
        A connection in a transaction; one transaction an intake.
    intake
        ``taken`` is a GeoDataFrame in the coordinate system of its source with parcel_id, geometry, area_m2,
        ellipsoidal_area_m2, geometry_hash, row, and where the file has them enterprise, town, contract_number and
        contract_area_m2. A cell that is blank does not erase what is known, nor does a parcel that is missing.
    known_at
        When this is said [UTC].
    valid_on
        The day from which it holds. None means as long as anybody knows, or, where it corrects what is known, as long
        as that was taken to hold.

    Raises
    ------
    CRSMismatchError
        If ``taken`` has no coordinate system.
    SchemaError
        If a parcel stands in ``taken`` twice.
    StoreError
        If something later is already known, or the database refuses a row; nothing of the transaction may be kept then.
    """
    intake_id = add_intake(conn, intake, known_at=known_at)
    taken = intake.taken.reset_index(drop=True)
    blank = {name: None for name in OPTIONAL if name not in taken.columns}
    told = pd.DataFrame(taken.drop(columns="geometry")).rename(columns={"row": "source_row"}).assign(**blank)
    new = told[[*TEXTS, *NUMBERS, "source_row"]].assign(source_crs=crs_text(required_crs(taken, file=intake.file)))
    stamp = Stamp(intake_id, intake.file, known_at, valid_on)
    added = add_versions(conn, PARCELS, new, stamp, geometry=taken.geometry)
    mark_changed(conn, tables.parcel, known_at)
    return added


def read_parcels(conn: Connection, *, as_of: date | None = None, known_at: datetime | None = None) -> gpd.GeoDataFrame:
    """Return the parcels that are current on a day, as known at a time; None is no limit.

    Returns
    -------
    GeoDataFrame
        parcel_id, parcel_version, area_m2, ellipsoidal_area_m2, geometry_hash, enterprise, town, contract_number,
        contract_area_m2 [NaN unknown], geometry; sorted by parcel_id. In the coordinate system of the source where all
        parcels have one and it is projected, with the source's exact coordinates; else EPSG:4490, longitude first.
    """
    columns = (
        "parcel_id",
        "parcel_version",
        "area_m2",
        "ellipsoidal_area_m2",
        "geometry_hash",
        *OPTIONAL,
    )
    frame = read_layer(conn, PARCELS, columns, as_of=as_of, known_at=known_at)
    return typed(frame, texts=TEXTS, numbers=NUMBERS).astype({"parcel_version": "int64"})


def parcels_in_bbox(
    conn: Connection, bbox: Box, *, as_of: date | None = None, known_at: datetime | None = None
) -> gpd.GeoDataFrame:
    """Return the current parcels whose bounding box meets ``bbox``; the database's index finds them.

    Parameters
    ----------
    conn
        A connection.
    bbox
        min longitude, min latitude, max longitude, max latitude in EPSG:4490 [degrees].
    as_of, known_at
        As in ``read_parcels``.

    Returns
    -------
    GeoDataFrame
        parcel_id, parcel_version, geometry (EPSG:4490, longitude first); sorted by parcel_id.
    """
    frame = read_in_box(conn, PARCELS, bbox, as_of=as_of, known_at=known_at)
    return typed(frame, texts=("parcel_id",)).astype({"parcel_version": "int64"})
