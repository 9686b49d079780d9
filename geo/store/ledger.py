"""The ledger, one row a parcel and field, and how far each register is complete."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, insert, select

from geo.model import LEDGER_FIELDS, NONE_AGREED
from geo.store import tables
from geo.store.intakes import Intake, add_intake
from geo.store.rows import day_texts, days_of, read_frame
from geo.store.versions import Added, History, Stamp, add_versions, among_current

LEDGER = History(tables.ledger_entry, ("parcel_id", "field"), ("kind", "value"))


def add_ledger(
    conn: Connection,
    intake: Intake,
    *,
    known_at: datetime,
    complete_through: date | None = None,
    valid_on: date | None = None,
) -> Added:
    """Record an intake of the ledger and add what it says beyond what is known.

    Parameters
    ----------
    conn
        A connection in a transaction; one transaction an intake.
    intake
        ``taken`` has columns of ``LEDGER_FIELDS`` (missing ones absent), for dates ``<field>_is_none`` where the
        contract agrees none, and row. A value known already adds nothing, another one supersedes it. A cell that is
        blank does not erase what is known: a later file often has fewer columns filled.
    known_at
        When this is said [UTC].
    complete_through
        Until which day the file holds everything in the fields it has a column for; None leaves what was said before.
    valid_on
        The day from which the values hold. None means as long as anybody knows, or, where one corrects what is known,
        as long as that was taken to hold.

    Returns
    -------
    Added
        Counted in cells, not in rows.

    Raises
    ------
    SchemaError
        If a parcel has two rows in ``taken`` with the same field filled.
    StoreError
        If something later is already known, or the database refuses a row; nothing of the transaction may be kept then.
    """
    intake_id = add_intake(conn, intake, known_at=known_at)
    if complete_through is not None:
        said = {"complete_through": complete_through, "known_at": known_at, "intake_id": intake_id}
        fields = [field for field in LEDGER_FIELDS if field in intake.taken]
        conn.execute(insert(tables.register), [{"name": field, **said} for field in fields])
    return add_versions(conn, LEDGER, ledger_cells(intake.taken), Stamp(intake_id, intake.file, known_at, valid_on))


def complete_through(conn: Connection, *, known_at: datetime | None = None) -> dict[str, date]:
    """Return until which day the ledger holds everything in each field, as last said by a time.

    A field that no file with such a day had a column for is not there: its blanks say nothing.
    """
    register = tables.register.c
    query = select(register.name, register.complete_through).order_by(register.register_id)
    said = conn.execute(query if known_at is None else query.where(register.known_at <= known_at))
    last = {name: through for name, through in said}  # noqa: C416  # rows are not pairs to a type checker
    return {field: last[field] for field in LEDGER_FIELDS if field in last}


def read_ledger(conn: Connection, *, as_of: date | None = None, known_at: datetime | None = None) -> pd.DataFrame:
    """Return the ledger that is current on a day, as known at a time; None is no limit.

    Returns
    -------
    DataFrame
        One row a parcel, sorted by parcel_id: every one of ``LEDGER_FIELDS`` (text, float64 or datetime64[s]; empty
        where unknown), ``<field>_is_none`` (bool) for each date, and row and source (file) of what was last said of the
        parcel.
    """
    rows = tables.ledger_entry.c
    query = (
        select(rows.parcel_id, rows.field, rows.kind, rows.value, rows.source_row.label("row"), tables.intake.c.file)
        .join_from(tables.ledger_entry, tables.intake)
        .where(among_current(rows.entry_id, LEDGER, as_of=as_of, known_at=known_at))
        .order_by(rows.known_at, rows.entry_id)
    )
    return ledger_frame(read_frame(conn, query))


def ledger_cells(taken: pd.DataFrame) -> pd.DataFrame:
    """Return a ledger's filled cells, one row each: parcel_id, field, kind, value (text), source_row.

    Examples
    --------
    >>> taken = pd.DataFrame({"parcel_id": ["a"], "price_yuan": [1e6], "town": [None], "row": [2]})
    >>> ledger_cells(taken)[["field", "kind", "value"]].values.tolist()
    [['parcel_id', 'text', 'a'], ['price_yuan', 'measure', '1000000.0']]
    """
    fields = [name for name in LEDGER_FIELDS if name in taken.columns]
    blocks = [_cells(taken, field) for field in fields]
    return pd.concat(blocks, ignore_index=True).dropna(subset="value", ignore_index=True)


def ledger_frame(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells as one row a parcel; the opposite of ``ledger_cells``.

    Parameters
    ----------
    cells
        parcel_id, field, kind, value, row, file; in the order in which they were said.
    """
    last = cells.drop_duplicates("parcel_id", keep="last").set_index("parcel_id")[["row", "file"]].sort_index()
    parts = {field: part.set_index("parcel_id").reindex(last.index) for field, part in cells.groupby("field")}
    blank = pd.DataFrame(None, index=last.index, columns=["kind", "value"], dtype=object)
    columns: dict[str, object] = {}
    for field, kind in LEDGER_FIELDS.items():
        part = parts.get(field, blank)
        if kind == "date":
            is_none = (part["kind"] == NONE_AGREED).to_numpy(bool)
            columns[field] = days_of(part["value"].where(part["value"].notna() & ~is_none, None))
            columns[f"{field}_is_none"] = is_none
        else:
            columns[field] = part["value"].astype("str" if kind == "text" else "float64").array
    return pd.DataFrame(columns).assign(row=last["row"].astype("Int64").array, source=last["file"].astype("str").array)


def _cells(taken: pd.DataFrame, field: str) -> pd.DataFrame:
    kind = LEDGER_FIELDS[field]
    cells = pd.DataFrame({"parcel_id": taken["parcel_id"], "field": field, "kind": kind, "source_row": taken["row"]})
    cells["value"] = _TEXTS[kind](taken[field])
    if f"{field}_is_none" in taken.columns:
        is_none = taken[f"{field}_is_none"].fillna(value=False).astype(bool)
        cells.loc[is_none, ["kind", "value"]] = NONE_AGREED
    return cells


def _number_texts(numbers: pd.Series) -> pd.Series:
    return numbers.map(lambda number: repr(float(number)), na_action="ignore").astype(object)


def _texts(texts: pd.Series) -> pd.Series:
    return texts.astype(object)


_TEXTS: Mapping[str, Callable[[pd.Series], pd.Series]] = {"measure": _number_texts, "date": day_texts, "text": _texts}
