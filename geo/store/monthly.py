"""What the series of each parcel says month by month, in revisions: what was said once stays as it was."""

from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from geo.model import MONTHLY_COLUMNS
from geo.store import tables
from geo.store.parcels import PARCELS
from geo.store.rows import add_missing_rows, day_texts, days_of, read_frame, to_rows, typed
from geo.store.turn import take_turn
from geo.store.versions import among_current

DAYS = tuple(name for name in MONTHLY_COLUMNS if name.endswith(("_on", "_not_before", "_not_after")))
NUMBERS = (
    *("looks", "built_fraction", "built_fraction_low", "built_fraction_high", "band_low", "band_high"),
    *("image_low", "image_high", "known_low", "known_high"),
)
TEXTS = tuple(name for name in MONTHLY_COLUMNS if name not in (*DAYS, *NUMBERS))


def monthly_versions(conn: Connection, month: str, *, method: str, inputs: str) -> set[int]:
    """Return the parcel versions of which the last revision of a month was made from these very inputs."""
    table = tables.monthly.c
    wanted = (table.month == month) & (table.method == method)
    last = select(func.max(table.revision)).where(wanted).scalar_subquery()
    query = select(table.parcel_version).where(wanted, table.revision == last, table.inputs == inputs)
    return set(conn.execute(query).scalars())


def add_monthly(conn: Connection, frame: pd.DataFrame, *, method: str, inputs: str, known_at: datetime) -> int:
    """Add what is said of a month: to its last revision if that was made from the same inputs, or else as a new one.

    Parameters
    ----------
    conn
        A connection in a transaction.
    frame
        ``MONTHLY_COLUMNS`` and ``parcel_version``, of one month.
    method
        What made it, with its version and parameters.
    inputs
        Hash of the looks that it was made from.
    known_at
        When it is said [UTC].

    Returns
    -------
    int
        The revision.

    Raises
    ------
    StoreError
        If the database refuses a row.
    """
    take_turn(conn)
    (month,) = frame["month"].unique()
    table = tables.monthly.c
    query = select(table.revision, table.inputs).where(table.month == month, table.method == method)
    last = conn.execute(query.order_by(table.revision.desc()).limit(1)).first()
    revision = 1 if last is None else last.revision + (last.inputs != inputs)
    days = {name: day_texts(frame[name]).map(date.fromisoformat, na_action="ignore") for name in DAYS}
    rows = frame[["parcel_version", *MONTHLY_COLUMNS[1:]]].assign(
        **days, method=method, inputs=inputs, known_at=known_at, revision=revision
    )
    add_missing_rows(conn, tables.monthly, to_rows(rows))
    return int(revision)


def read_monthly(
    conn: Connection,
    *,
    method: str,
    month: str | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> pd.DataFrame:
    """Return what was said of every month, of current parcel versions, each month's last revision.

    Parameters
    ----------
    conn
        A connection.
    method
        What made it.
    month
        Only this one; None is all.
    as_of
        Only what is from looks up to this day; None is no limit.
    known_at
        Only what was said by then; None is no limit.

    Returns
    -------
    DataFrame
        ``MONTHLY_COLUMNS``, revision and parcel_version, sorted by parcel_id and month; days are datetime64[s].
    """
    table = tables.monthly
    query: Select[tuple[object, ...]] = (
        select(tables.parcel.c.parcel_id, table)
        .join_from(table, tables.parcel)
        .where(table.c.method == method, among_current(table.c.parcel_version, PARCELS, as_of=as_of, known_at=known_at))
    )
    if month is not None:
        query = query.where(table.c.month == month)
    if as_of is not None:
        query = query.where(table.c.looked_through_on <= as_of)
    if known_at is not None:
        query = query.where(table.c.known_at <= known_at)
    found = typed(read_frame(conn, query), texts=TEXTS, numbers=NUMBERS)
    found = found.assign(**{name: days_of(found[name]) for name in DAYS})
    found = found.astype({"parcel_version": "int64", "revision": "int64", "looks": "int64"})
    found = found.sort_values(["parcel_id", "month", "revision"]).drop_duplicates(["parcel_id", "month"], keep="last")
    return found[[*MONTHLY_COLUMNS, "revision", "parcel_version"]].reset_index(drop=True)
