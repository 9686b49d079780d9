"""Footprints, in versions: what is current on a day, as known at a time."""

from dataclasses import replace
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
from geo.store.versions import WITHDRAWN, Added, History, Stamp, add_news, read_known
from geo.store.withdrawals import absent_things, named_things, withdraw

NUMBERS = ("storey_count", "storey_height_m", "height_m", "underground_storey_count")
TEXTS = ("part_of", "kind", "approval")

FOOTPRINTS = History(
    tables.footprint, ("footprint_id", "occurrence"), ("geometry_hash", "source_crs", *NUMBERS, *TEXTS, WITHDRAWN)
)
"""Registers give some identifiers twice: the n-th row of a file with an identifier is one footprint, in every file,
whether the rows before it were taken or refused."""


def add_footprints(
    conn: Connection, intake: Intake, *, known_at: datetime, valid_on: date | None = None, is_complete: bool = False
) -> Added:
    """Record an intake of footprints and add what it says beyond what is known.

    Parameters
    ----------
    conn
        A connection in a transaction; one transaction an intake.
    intake
        ``taken`` is a GeoDataFrame in the coordinate system of its source with footprint_id, geometry, storey_count,
        storey_height_m, height_m, part_of, row, and kind, approval, underground_storey_count where the file has them;
        identifiers may repeat. ``occurrence``, where there is one, says
        which of the rows with its identifier a row is (empty: another one than those known). A cell that is blank does
        not erase what is known.
    known_at
        When this is said [UTC].
    valid_on
        The day from which it holds. None means as long as anybody knows, or, where it corrects what is known, as long
        as that was taken to hold.
    is_complete
        The file holds every footprint there is: those it does not name, in rows taken or refused, are no more from
        ``valid_on`` on. Otherwise a footprint that is missing stays as it is.

    Raises
    ------
    CRSMismatchError
        If ``taken`` has no coordinate system.
    SchemaError
        If the file is said to be complete, and there is no ``valid_on`` or a refused row that nobody can name.
    StoreError
        If something later is already known, or the database refuses a row; nothing of the transaction may be kept then.
    """
    intake_id = add_intake(conn, intake, known_at=known_at)
    taken = intake.taken.reset_index(drop=True)
    new = (
        pd.DataFrame(taken)
        .reindex(columns=["footprint_id", *NUMBERS, *TEXTS])
        .assign(
            source_row=taken["row"],
            geometry_hash=geometry_hashes(taken.geometry),
            source_crs=crs_text(required_crs(taken, file=intake.file)),
            is_withdrawn=0,
        )
    )
    stamp = Stamp(intake_id, intake.file, known_at, valid_on)
    known = read_known(conn, FOOTPRINTS, as_of=valid_on)
    new["occurrence"] = _occurrences(taken, known.rows)
    added = add_news(conn, known, new, stamp, geometry=taken.geometry)
    absent = absent_things(known, named_things(intake, "footprint_id"))
    withdrawn = withdraw(conn, known, absent, stamp, intake) if is_complete else 0
    mark_changed(conn, tables.footprint, known_at)
    return replace(added, absent=tuple(sorted(absent["footprint_id"])), withdrawn=withdrawn)


def _occurrences(taken: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return which footprint of its identifier each row is: as the file counts, else the next one of those known."""
    counted = taken.groupby("footprint_id").cumcount() + 1
    if "occurrence" not in taken:
        return counted
    last = known.groupby("footprint_id")["occurrence"].max()
    following = counted + taken["footprint_id"].map(last).fillna(0).astype("int64")
    said = taken["occurrence"].astype("float64")
    return said.where(said.notna(), following.astype("float64")).astype("int64")


def read_footprints(
    conn: Connection, *, as_of: date | None = None, known_at: datetime | None = None
) -> gpd.GeoDataFrame:
    """Return the footprints that are current on a day, as known at a time; None is no limit.

    Returns
    -------
    GeoDataFrame
        footprint_id, footprint_version, storey_count, storey_height_m, height_m, underground_storey_count [NaN
        unknown], part_of, kind, approval, geometry; sorted by footprint_id, then in the order of their file. In the
        coordinate system of the source where all footprints have one and it is projected, with the source's exact
        coordinates; else EPSG:4490, longitude first.
    """
    columns = ("footprint_id", "footprint_version", *NUMBERS, *TEXTS, "occurrence")
    frame = read_layer(conn, FOOTPRINTS, columns, as_of=as_of, known_at=known_at).drop(columns="occurrence")
    return typed(frame, texts=("footprint_id", *TEXTS), numbers=NUMBERS).astype({"footprint_version": "int64"})
