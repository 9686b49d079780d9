"""Indicators, computed in each scan: by scan and parcel version."""

import pandas as pd
from sqlalchemy import Connection, delete, select

from geo.model import INDICATOR_COLUMNS
from geo.store import tables
from geo.store.bulk import add_frame
from geo.store.rows import read_frame, typed
from geo.store.scans import require_running

NUMBERS = INDICATOR_COLUMNS[1:]


def add_indicators(conn: Connection, scan_id: int, frame: pd.DataFrame) -> None:
    """Keep the indicators of a running scan, in place of those that an interrupted run of it left.

    Parameters
    ----------
    conn
        A connection in a transaction.
    scan_id
        The scan.
    frame
        ``INDICATOR_COLUMNS`` and ``parcel_version``.

    Raises
    ------
    StoreError
        If the scan is not running, or the database refuses a row.
    """
    require_running(conn, scan_id)
    conn.execute(delete(tables.indicator).where(tables.indicator.c.scan_id == scan_id))
    add_frame(conn, tables.indicator, frame[["parcel_version", *NUMBERS]].assign(scan_id=scan_id))


def read_indicators(conn: Connection, scan_id: int) -> pd.DataFrame:
    """Return the indicators of a scan: ``INDICATOR_COLUMNS`` and parcel_version, sorted by parcel_id."""
    table = tables.indicator
    query = select(tables.parcel.c.parcel_id, table).join_from(table, tables.parcel).where(table.c.scan_id == scan_id)
    frame = typed(read_frame(conn, query), texts=("parcel_id",), numbers=NUMBERS).astype({"parcel_version": "int64"})
    return frame.sort_values("parcel_id", ignore_index=True)[[*INDICATOR_COLUMNS, "parcel_version"]]
