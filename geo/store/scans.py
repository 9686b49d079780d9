"""Scans: one month's run, begun, gone on with after a stop, and finished."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from geo.errors import StoreError
from geo.store import tables
from geo.store.column_types import json_text
from geo.store.turn import take_turn

State = Literal["running", "done", "abandoned"]


@dataclass(frozen=True, slots=True)
class Scan:
    """One run of a month.

    Attributes
    ----------
    scan_id
        Its number in the store.
    month, revision
        Such as ``2026-10``, and the how manieth run of that month it is, from 1.
    as_of
        The day that is judged.
    known_at
        What was said up to then counts [UTC]; fixed when the scan began, also when it is gone on with later.
    state
        ``running`` until it is finished; ``abandoned`` where another one was begun from other inputs.
    inputs
        What it was begun from: settings, versions, hashes.
    outputs_hash
        Hash of what came out, once it is done.
    """

    scan_id: int
    month: str
    revision: int
    as_of: date
    known_at: datetime
    state: State
    inputs: Mapping[str, object]
    outputs_hash: str | None


def begin_scan(conn: Connection, month: str, *, as_of: date, known_at: datetime, inputs: Mapping[str, object]) -> Scan:
    """Begin a scan of a month, or go on with the unfinished one that has the same ``as_of`` and inputs.

    Parameters
    ----------
    conn
        A connection in a transaction.
    month
        Such as ``2026-10``.
    as_of
        The day that is judged.
    known_at
        What was said up to then counts [UTC]. A scan that is gone on with keeps its own.
    inputs
        Plain data that names everything else the result depends on. An unfinished scan with other inputs is abandoned:
        half of it would be of one kind and half of the other.

    Returns
    -------
    Scan
        Running; the next revision of its month if it is new.
    """
    take_turn(conn)
    for scan in _scans(conn, _of_month(month).where(tables.scan.c.state == "running")):
        if scan.as_of == as_of and json_text(scan.inputs) == json_text(inputs):
            return scan
        conn.execute(update(tables.scan).where(tables.scan.c.scan_id == scan.scan_id).values(state="abandoned"))
    last = conn.scalar(select(func.max(tables.scan.c.revision)).where(tables.scan.c.month == month)) or 0
    begun = {"as_of": as_of, "known_at": known_at, "state": "running", "inputs": dict(inputs)}
    conn.execute(insert(tables.scan).values(month=month, revision=last + 1, **begun))
    return read_scan(conn, month, revision=last + 1)


def finish_scan(conn: Connection, scan_id: int, *, outputs_hash: str) -> None:
    """Mark a running scan as done: nothing of it can change from now on.

    Raises
    ------
    StoreError
        If it is not running.
    """
    require_running(conn, scan_id)
    done = {"state": "done", "outputs_hash": outputs_hash}
    conn.execute(update(tables.scan).where(tables.scan.c.scan_id == scan_id).values(**done))


def read_scan(conn: Connection, month: str, revision: int | None = None) -> Scan:
    """Return one revision of a month in whatever state it is, or, without a revision, the last one that is done.

    Raises
    ------
    StoreError
        If there is none.
    """
    column = tables.scan.c
    wanted = column.state == "done" if revision is None else column.revision == revision
    for scan in _scans(conn, _of_month(month).where(wanted).order_by(column.revision.desc()).limit(1)):
        return scan
    if revision is None:
        raise StoreError("store.no_scan", month=month)
    raise StoreError("store.no_revision", month=month, revision=revision)


def last_scan(conn: Connection) -> Scan:
    """Return the last revision that is done of the latest month that has one.

    Raises
    ------
    StoreError
        If no scan is done.
    """
    column = tables.scan.c
    months = select(func.max(column.month)).where(column.state == "done")
    month = conn.scalar(months)
    if month is None:
        raise StoreError("store.no_finished_scan")
    return read_scan(conn, month)


def require_running(conn: Connection, scan_id: int) -> None:
    """Take the turn to write, and raise unless a scan is running.

    Raises
    ------
    StoreError
        If it is done, abandoned or not there.
    """
    take_turn(conn)
    state = conn.scalar(select(tables.scan.c.state).where(tables.scan.c.scan_id == scan_id))
    if state != "running":
        raise StoreError("store.scan_closed", scan_id=scan_id)


def _of_month(month: str) -> Select[tuple[object, ...]]:
    names = ("scan_id", "month", "revision", "as_of", "known_at", "state", "inputs", "outputs_hash")
    return select(*(tables.scan.c[name] for name in names)).where(tables.scan.c.month == month)


def _scans(conn: Connection, query: Select[tuple[object, ...]]) -> list[Scan]:
    rows: list[RowMapping] = list(conn.execute(query).mappings())
    return [Scan(**row) for row in rows]
