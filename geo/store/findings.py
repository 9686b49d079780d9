"""Findings: what the rules said of a scan's snapshot."""

import pandas as pd
from sqlalchemy import Connection, delete, select

from geo.model import FINDING_COLUMNS
from geo.store import tables
from geo.store.bulk import add_frame
from geo.store.rows import read_frame, typed
from geo.store.scans import require_running

FLAGS = ("is_boundary", "is_limb_conflict")


def write_findings(conn: Connection, scan_id: int, findings: pd.DataFrame) -> None:
    """Keep the findings of a running scan, in place of those that an interrupted run of it left.

    Parameters
    ----------
    conn
        A connection in a transaction.
    scan_id
        The scan; its snapshot is written already and holds every parcel that is spoken of.
    findings
        ``FINDING_COLUMNS``.

    Raises
    ------
    StoreError
        If the scan is not running, or the database refuses a row.
    """
    require_running(conn, scan_id)
    table = tables.finding
    conn.execute(delete(table).where(table.c.scan_id == scan_id))
    flags = {name: findings[name].astype("int64") for name in FLAGS}
    add_frame(conn, table, findings[list(FINDING_COLUMNS)].assign(**flags, scan_id=scan_id))


def read_findings(conn: Connection, scan_id: int) -> pd.DataFrame:
    """Return the findings of a scan: ``FINDING_COLUMNS`` in the order written; texts are ``str``, flags ``bool``."""
    table = tables.finding
    columns = [table.c[name] for name in FINDING_COLUMNS]
    frame = read_frame(conn, select(*columns).where(table.c.scan_id == scan_id).order_by(table.c.finding_id))
    texts = [name for name in FINDING_COLUMNS if name not in FLAGS]
    return typed(frame, texts=texts).astype(dict.fromkeys(FLAGS, "bool"))
