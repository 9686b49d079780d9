"""Footprints, in versions: what is current on a day, as known at a time."""

from datetime import date, datetime

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.store import tables
from geo.store.geometries import read_layer
from geo.store.geopackage import mark_changed
from geo.store.intakes import Intake, add_intake
from geo.store.outlines import crs_text, geometry_hashes, required_crs
from geo.store.rows import typed
from geo.store.versions import Added, History, Stamp, add_versions

NUMBERS = ("storey_count", "storey_height_m", "height_m")

FOOTPRINTS = History(
    tables.footprint, ("footprint_id", "occurrence"), ("geometry_hash", "source_crs", *NUMBERS, "part_of")
)
"""Registers give some identifiers twice: the n-th row of a file with an identifier is one footprint, in every file."""


def add_footprints(conn: Connection, intake: Intake, *, known_at: datetime, valid_on: date | None = None) -> Added:
    """Record an intake of footprints and add what it says beyond what is known.

    Parameters
    ----------
    conn
        A connection in a transaction; one transaction an intake.
    intake
        ``taken`` is a GeoDataFrame in the coordinate system of its source with footprint_id, geometry, storey_count,
        storey_height_m, height_m, part_of, row; identifiers may repeat. A cell that is blank does not erase what is
        known, nor does a footprint that is missing.
    known_at
        When this is said [UTC].
    valid_on
        The day from which it holds. None means as long as anybody knows, or, where it corrects what is known, as long
        as that was taken to hold.

    Raises
    ------
    CRSMismatchError
        If ``taken`` has no coordinate system.
    StoreError
        If something later is already known, or the database refuses a row; nothing of the transaction may be kept then.
    """
    intake_id = add_intake(conn, intake, known_at=known_at)
    taken = intake.taken.reset_index(drop=True)
    new = pd.DataFrame(taken[["footprint_id", *NUMBERS, "part_of"]]).assign(
        source_row=taken["row"],
        occurrence=taken.groupby("footprint_id").cumcount() + 1,
        geometry_hash=geometry_hashes(taken.geometry),
        source_crs=crs_text(required_crs(taken, file=intake.file)),
    )
    stamp = Stamp(intake_id, intake.file, known_at, valid_on)
    added = add_versions(conn, FOOTPRINTS, new, stamp, geometry=taken.geometry)
    mark_changed(conn, tables.footprint, known_at)
    return added


def read_footprints(
    conn: Connection, *, as_of: date | None = None, known_at: datetime | None = None
) -> gpd.GeoDataFrame:
    """Return the footprints that are current on a day, as known at a time; None is no limit.

    Returns
    -------
    GeoDataFrame
        footprint_id, footprint_version, storey_count, storey_height_m, height_m [NaN unknown], part_of, geometry;
        sorted by footprint_id, then in the order of their file. In the coordinate system of the source where all
        footprints have one and it is projected, with the source's exact coordinates; else EPSG:4490, longitude first.
    """
    columns = ("footprint_id", "footprint_version", *NUMBERS, "part_of", "occurrence")
    frame = read_layer(conn, FOOTPRINTS, columns, as_of=as_of, known_at=known_at).drop(columns="occurrence")
    return typed(frame, texts=("footprint_id", "part_of"), numbers=NUMBERS).astype({"footprint_version": "int64"})
