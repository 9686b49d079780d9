"""Intakes: which file was taken in when, what was said of its rows, and the rows that were refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, select

from geo.errors import StoreError
from geo.store import tables
from geo.store.bulk import add_frame
from geo.store.column_types import instant_text, json_text
from geo.store.rows import add_row, read_frame, typed
from geo.store.turn import take_turn

COLUMN_NAMES = {"row": "source_row", "column": "source_column", "crs": "source_crs", "twin": "same_as_row"}
"""Columns of the frames that have other names in the tables."""
FOLDER = "folder"
"""Where a file lay, in what is said of how it was read; stores of earlier days do not say it."""


class Intake(Protocol):
    """What one file gave, as the reading side hands it over."""

    @property
    def kind(self) -> str:
        """``parcels``, ``footprints``, ``ledger`` or ``scenes``."""

    @property
    def register(self) -> str:
        """Of a ledger: which of its registers."""

    @property
    def file(self) -> str:
        """Name of the file."""

    @property
    def layer(self) -> str | None:
        """Layer in the file."""

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes, in hexadecimal."""

    @property
    def taken(self) -> pd.DataFrame:
        """Checked rows."""

    @property
    def notes(self) -> pd.DataFrame:
        """What was said of rows: columns row, identifier, code, params."""

    @property
    def refused(self) -> pd.DataFrame:
        """Rows that were refused: columns row, identifier, column, code, params, raw, and what they were."""

    @property
    def how(self) -> Mapping[str, object]:
        """How the file was to be read, as far as somebody said so, and in which ``folder`` it lay."""

    @property
    def retries(self) -> int | None:
        """Number of the intake whose refused rows were read again; None for a file."""


def add_intake(conn: Connection, intake: Intake, *, known_at: datetime) -> int:
    """Record a file that was read, with its notes and its refused rows; the rows taken are not added here.

    Returns
    -------
    int
        Number of the intake. ``add_parcels``, ``add_footprints`` and ``add_ledger`` call this themselves.

    Raises
    ------
    StoreError
        If something later than ``known_at`` is already known: what was known at a time must stay what it was.
    """
    refuse_earlier(conn, known_at)
    values = {name: getattr(intake, name) for name in ("kind", "file", "layer", "sha256", "retries")}
    values["how"] = dict(intake.how)
    intake_id = add_row(conn, tables.intake, **values, known_at=known_at, taken=len(intake.taken))
    for table, said in ((tables.note, intake.notes), (tables.refused, intake.refused)):
        add_frame(conn, table, said.rename(columns=COLUMN_NAMES).assign(intake_id=intake_id))
    return intake_id


def find_intake(conn: Connection, intake: Intake) -> datetime | None:
    """Return when the same bytes were taken in before, as the same kind and read the same way; None if never.

    The folder they lay in does not matter.
    """
    rows = tables.intake.c
    same = [rows[name] == getattr(intake, name) for name in ("kind", "sha256")]
    same.append(rows.layer.is_not_distinct_from(intake.layer))
    found = conn.execute(select(rows.known_at, rows.how).where(*same, rows.retries.is_(None)))
    how = _read_so(intake.how)
    return min((known_at for known_at, said in found if said is not None and _read_so(said) == how), default=None)


def _read_so(how: Mapping[str, object]) -> str:
    """Return how a file was read as text, wherever it lay."""
    return json_text({name: value for name, value in how.items() if name != FOLDER})


def refuse_earlier(conn: Connection, known_at: datetime) -> None:
    """Take the turn to write, and raise if something later than ``known_at`` is already known."""
    take_turn(conn)
    last = [conn.scalar(select(func.max(table.c.known_at))) for table in (tables.intake, tables.scene)]
    later = max((time for time in last if time is not None), default=known_at)
    if later > known_at:
        raise StoreError("store.clock_back", known_at=instant_text(known_at), last=instant_text(later))


def read_intakes(conn: Connection, *, known_at: datetime | None = None) -> pd.DataFrame:
    """Return the files taken in by a time, in order, and the times their refused rows were read again.

    Returns
    -------
    DataFrame
        intake_id, kind, file, layer, sha256, known_at, taken [rows, mended ones among them], how (dict, or None where
        an earlier version of the store did not keep it), retries (number of the intake whose refused rows these were).
    """
    query = select(tables.intake).order_by(tables.intake.c.intake_id)
    frame = read_frame(conn, query if known_at is None else query.where(tables.intake.c.known_at <= known_at))
    numbers = {"intake_id": "int64", "taken": "int64", "retries": "Int64"}
    return typed(frame, texts=("kind", "file", "layer", "sha256")).astype(numbers)


def read_notes(conn: Connection, *, known_at: datetime | None = None) -> pd.DataFrame:
    """Return what was mended or guessed in the last intake of each file, of those known at a time.

    What is the same file is said in `read_refused`.

    Returns
    -------
    DataFrame
        intake_id, kind, file, layer, row, identifier, code, params (dict).
    """
    last = [row.intake_id if row.retries is None else row.retries for row in _last_intakes(conn, known_at)]
    root = func.coalesce(tables.intake.c.retries, tables.intake.c.intake_id)
    return _said(conn, tables.note, root.in_(last), known_at)


def read_refused(conn: Connection, *, known_at: datetime | None = None) -> pd.DataFrame:
    """Return the rows that the last intake of each file refused, of those known at a time.

    Those of earlier intakes of the same file stay in the table, but are no longer listed; so do those that were read
    again since. The same file is one of the same kind, name and layer that lay in the same folder, or has the same
    bytes; where the store does not say in which folder one of the two lay, the name alone decides.

    Returns
    -------
    DataFrame
        intake_id, kind, file, layer, sha256, how, retries, row, identifier, column, code, params (dict), raw,
        attributes (dict) and outline (WKB) as they stood in the file, crs as it was declared, twin (row of the one that
        was taken under this identifier), occurrence (which of the rows with its identifier, of footprints).
    """
    last = [row.intake_id for row in _last_intakes(conn, known_at)]
    return _said(conn, tables.refused, tables.intake.c.intake_id.in_(last), known_at)


def _last_intakes(conn: Connection, known_at: datetime | None) -> list[Row[Any]]:
    """Return the last intake of each file, of those known at a time."""
    query = select(tables.intake).order_by(tables.intake.c.intake_id)
    last: dict[tuple[object, ...], list[Row[Any]]] = {}
    for row in conn.execute(query if known_at is None else query.where(tables.intake.c.known_at <= known_at)):
        named = last.setdefault((row.kind, row.file, row.layer), [])
        named[:] = [*(earlier for earlier in named if not _is_same_file(earlier, row)), row]
    return [row for named in last.values() for row in named]


def _is_same_file(earlier: Row[Any], later: Row[Any]) -> bool:
    """Whether two intakes of one name are of one file, as far as anybody knows."""
    folders = {(row.how or {}).get(FOLDER) for row in (earlier, later)}
    return earlier.sha256 == later.sha256 or len(folders) == 1 or None in folders


def _said(conn: Connection, table: Table, is_last: ColumnElement[bool], known_at: datetime | None) -> pd.DataFrame:
    intake, key = tables.intake.c, table.primary_key.columns[0]
    file = [intake[name] for name in ("kind", "file", "layer")]
    about = [*file, intake.sha256, intake.how, intake.retries] if table is tables.refused else file
    said = [column for column in table.c if column.name not in ("intake_id", key.name)]
    query: Select[tuple[object, ...]] = (
        select(table.c.intake_id, *about, *said)
        .join_from(table, tables.intake)
        .where(is_last, *([] if known_at is None else [intake.known_at <= known_at]))
        .order_by(key)
    )
    frame = read_frame(conn, query).rename(columns={stored: name for name, stored in COLUMN_NAMES.items()})
    texts = ("kind", "file", "layer", "sha256", "identifier", "column", "code", "raw", "crs")
    numbers = {name: "Int64" for name in ("row", "retries", "twin", "occurrence") if name in frame}
    return typed(frame, texts=texts).astype({"intake_id": "int64"} | numbers)
