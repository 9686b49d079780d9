"""Parcels, in versions: what is current on a day, as known at a time."""

from dataclasses import replace
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.store import tables
from geo.store.bulk import add_frame
from geo.store.geometries import Box, near_box, read_in_box, read_layer, read_outlines
from geo.store.geopackage import mark_changed
from geo.store.intakes import Intake, add_intake
from geo.store.lineage import descend
from geo.store.outlines import crs_text, required_crs
from geo.store.rows import typed
from geo.store.versions import WITHDRAWN, Added, History, Known, Stamp, add_news, read_known
from geo.store.withdrawals import absent_things, named_things, withdraw

TEXTS = ("parcel_id", "geometry_hash", "enterprise", "town", "contract_number")
NUMBERS = ("area_m2", "ellipsoidal_area_m2", "contract_area_m2")
OPTIONAL = ("enterprise", "town", "contract_number", "contract_area_m2")

PARCELS = History(tables.parcel, ("parcel_id",), ("geometry_hash", "source_crs", *OPTIONAL, WITHDRAWN))


def add_parcels(
    conn: Connection, intake: Intake, *, known_at: datetime, valid_on: date | None = None, is_complete: bool = False
) -> Added:
    """Record an intake of parcels and add what it says beyond what is known, and which parcels came out of which.

    Parameters
    ----------
    conn
        A connection in a transaction; one transaction an intake.
    intake
        ``taken`` is a GeoDataFrame in the coordinate system of its source with parcel_id, geometry, area_m2,
        ellipsoidal_area_m2, geometry_hash, row, and where the file has them enterprise, town, contract_number and
        contract_area_m2. A cell that is blank does not erase what is known.
    known_at
        When this is said [UTC].
    valid_on
        The day from which it holds. None means as long as anybody knows, or, where it corrects what is known, as long
        as that was taken to hold.
    is_complete
        The file holds every parcel there is: those it does not name, in rows taken or refused, are no more from
        ``valid_on`` on. Otherwise a parcel that is missing stays as it is.

    Raises
    ------
    CRSMismatchError
        If ``taken`` has no coordinate system.
    SchemaError
        If a parcel stands in ``taken`` twice; or the file is said to be complete, and there is no ``valid_on`` or
        a refused row that nobody can name.
    StoreError
        If something later is already known, or the database refuses a row; nothing of the transaction may be kept then.
    """
    intake_id = add_intake(conn, intake, known_at=known_at)
    taken = intake.taken.reset_index(drop=True)
    blank = {name: None for name in OPTIONAL if name not in taken.columns}
    told = pd.DataFrame(taken.drop(columns="geometry")).rename(columns={"row": "source_row"}).assign(**blank)
    crs = crs_text(required_crs(taken, file=intake.file))
    new = told[[*TEXTS, *NUMBERS, "source_row"]].assign(source_crs=crs, is_withdrawn=0)
    stamp = Stamp(intake_id, intake.file, known_at, valid_on)
    known = read_known(conn, PARCELS, as_of=valid_on)
    added = add_news(conn, known, new, stamp, geometry=taken.geometry)
    absent = absent_things(known, named_things(intake, "parcel_id"))
    withdrawn = withdraw(conn, known, absent, stamp, intake) if is_complete else 0
    if added.added + added.changed:
        _add_lineage(conn, known, absent, intake_id)
    mark_changed(conn, tables.parcel, known_at)
    return replace(added, absent=tuple(sorted(absent["parcel_id"])), withdrawn=withdrawn)


def _add_lineage(conn: Connection, known: Known, absent: pd.DataFrame, intake_id: int) -> None:
    """Add what the outlines that an intake drew anew say of where they came from."""
    rows, standing = tables.parcel.c, known.standing
    if standing.empty:
        return
    is_new = (rows.intake_id == intake_id) & (rows[WITHDRAWN] == 0)
    drawn = read_outlines(conn, PARCELS, is_new)
    same = drawn.merge(standing, on=["parcel_id", "geometry_hash"])["parcel_id"]
    drawn = drawn[~drawn["parcel_id"].isin(same)].reset_index(drop=True)
    if drawn.empty:
        return
    west, south, east, north = map(float, drawn.total_bounds)
    box = (west, south, east, north)
    earlier = read_outlines(conn, PARCELS, near_box(conn.dialect.name, PARCELS, box) & (rows.intake_id != intake_id))
    earlier = earlier[earlier["parcel_version"].isin(standing["supersedes"])].reset_index(drop=True)
    found = descend(earlier, drawn, set(absent["parcel_id"]))
    add_frame(conn, tables.lineage, found.assign(intake_id=intake_id))


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
