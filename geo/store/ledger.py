"""The ledger: the cells of all its registers, and how far each register is complete."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, insert, select

from geo.model import LEDGER_FIELDS, NONE_AGREED
from geo.registers import FLAT, REGISTERS, Register
from geo.store import tables
from geo.store.intakes import Intake, add_intake
from geo.store.rows import day_texts, days_of, read_frame
from geo.store.versions import Added, History, Stamp, add_versions, among_current

LEDGER = History(tables.ledger_entry, ("register", "entry", "field"), ("kind", "value"))
DISPUTED = "disputed"
"""Kind of a cell of which one file says several things; its value is a list of them."""


def add_ledger(
    conn: Connection,
    intake: Intake,
    *,
    known_at: datetime,
    complete_through: date | None = None,
    valid_on: date | None = None,
) -> Added:
    """Record an intake of one register of the ledger and add what it says beyond what is known.

    Parameters
    ----------
    conn
        A connection in a transaction; one transaction an intake.
    intake
        ``taken`` has fields of the intake's register (missing ones absent), for dates ``<field>_is_none`` where there
        is none, and row. A value known already adds nothing, another one supersedes it. A cell that is blank does not
        erase what is known: a later file often has fewer columns filled. Where rows of one entry say different things
        in a field, all of them are kept and the field is disputed, until a later file says one.
    known_at
        When this is said [UTC].
    complete_through
        Until which day the file holds everything: of the ledger with one row a parcel, in the fields it has a column
        for; of another register, every entry. None leaves what was said before.
    valid_on
        The day from which the values hold. None means as long as anybody knows, or, where one corrects what is known,
        as long as that was taken to hold.

    Returns
    -------
    Added
        Counted in cells, not in rows.

    Raises
    ------
    StoreError
        If something later is already known, or the database refuses a row; nothing of the transaction may be kept then.
    """
    register = REGISTERS[intake.register]
    intake_id = add_intake(conn, intake, known_at=known_at)
    if complete_through is not None:
        said = {"complete_through": complete_through, "known_at": known_at, "intake_id": intake_id}
        names = [name for name in register.fields if name in intake.taken] if register.is_flat else [register.name]
        conn.execute(insert(tables.register), [{"name": name, **said} for name in names])
    cells = ledger_cells(intake.taken, register)
    return add_versions(conn, LEDGER, cells, Stamp(intake_id, intake.file, known_at, valid_on))


def complete_through(conn: Connection, *, known_at: datetime | None = None) -> dict[str, date]:
    """Return until which day the ledger holds everything, as last said by a time.

    By field of the ledger with one row a parcel, and by name of each other register. What no file with such a day
    had a column or a sheet for is not there: its blanks say nothing.
    """
    register = tables.register.c
    query = select(register.name, register.complete_through).order_by(register.register_id)
    said = conn.execute(query if known_at is None else query.where(register.known_at <= known_at))
    last = {name: through for name, through in said}  # noqa: C416  # rows are not pairs to a type checker
    known = [*LEDGER_FIELDS, *(name for name in REGISTERS if name != FLAT)]
    return {name: last[name] for name in known if name in last}


def read_ledger(conn: Connection, *, as_of: date | None = None, known_at: datetime | None = None) -> pd.DataFrame:
    """Return the ledger with one row a parcel that is current on a day, as known at a time; see ``read_registers``."""
    return read_registers(conn, as_of=as_of, known_at=known_at)[FLAT]


def read_registers(
    conn: Connection, *, as_of: date | None = None, known_at: datetime | None = None
) -> dict[str, pd.DataFrame]:
    """Return every register that is current on a day, as known at a time; None is no limit.

    Returns
    -------
    dict
        By name, one row an entry, sorted by it: every field of the register (text, float64 or datetime64[s]; empty
        where unknown), ``<field>_is_none`` (bool) for each date, row and source (file) of what was last said of the
        entry, and, where a file said several things in a field, ``<field>_disputed`` (text; what was said).
    """
    rows = tables.ledger_entry.c
    told = (rows.register, rows.entry, rows.field, rows.kind, rows.value, rows.source_row.label("row"))
    query = (
        select(*told, tables.intake.c.file)
        .join_from(tables.ledger_entry, tables.intake)
        .where(among_current(rows.entry_id, LEDGER, as_of=as_of, known_at=known_at))
        .order_by(rows.known_at, rows.entry_id)
    )
    cells = read_frame(conn, query)
    parts = dict(iter(cells.groupby("register")))
    return {name: ledger_frame(parts.get(name, cells.iloc[:0]), register) for name, register in REGISTERS.items()}


def ledger_cells(taken: pd.DataFrame, register: Register = REGISTERS[FLAT]) -> pd.DataFrame:
    """Return a register's filled cells, one row each: register, entry, field, kind, value (text), source_row.

    Examples
    --------
    >>> taken = pd.DataFrame({"parcel_id": ["a", "a"], "price_yuan": [1e6, 2e6], "town": [None, "x"], "row": [2, 3]})
    >>> ledger_cells(taken)[["field", "kind", "value"]].values.tolist()
    [['parcel_id', 'text', 'a'], ['town', 'text', 'x'], ['price_yuan', 'disputed', '["1000000.0", "2000000.0"]']]
    """
    entries = _entries(taken, register)
    fields = [name for name in register.fields if name in taken.columns]
    blocks = [_cells(taken, register, field).assign(register=register.name, entry=entries) for field in fields]
    cells = pd.concat(blocks, ignore_index=True).dropna(subset="value", ignore_index=True)
    same = cells.drop_duplicates(["entry", "field", "kind", "value"])
    first = same.drop_duplicates(["entry", "field"])
    if len(first) < len(same):
        several = same[same.duplicated(["entry", "field"], keep=False)].groupby(["entry", "field"])["value"].agg(list)
        at = pd.MultiIndex.from_frame(first[["entry", "field"]])
        is_disputed = at.isin(several.index)
        said = [json.dumps(several[key], ensure_ascii=False) for key in at[is_disputed]]
        first = first.copy()
        first.loc[is_disputed, "kind"] = DISPUTED
        first.loc[is_disputed, "value"] = said
    return first.reset_index(drop=True)


def ledger_frame(cells: pd.DataFrame, register: Register = REGISTERS[FLAT]) -> pd.DataFrame:
    """Return cells as one row an entry; the opposite of ``ledger_cells``.

    Parameters
    ----------
    cells
        entry, field, kind, value, row, file; in the order in which they were said.
    register
        What they belong to.
    """
    last = cells.drop_duplicates("entry", keep="last").set_index("entry")[["row", "file"]].sort_index()
    parts = {field: part.set_index("entry").reindex(last.index) for field, part in cells.groupby("field")}
    blank = pd.DataFrame(None, index=last.index, columns=["kind", "value"], dtype=object)
    columns: dict[str, object] = {}
    for name, field in register.fields.items():
        part = parts.get(name, blank)
        is_disputed = (part["kind"] == DISPUTED).to_numpy(bool)
        if is_disputed.any():
            columns[f"{name}_disputed"] = part["value"].where(is_disputed, None).astype("str").array
        value = part["value"].mask(is_disputed, None)
        if field.kind == "date":
            is_none = (part["kind"] == NONE_AGREED).to_numpy(bool)
            columns[name] = days_of(value.where(value.notna() & ~is_none, None))
            columns[f"{name}_is_none"] = is_none
        else:
            columns[name] = value.astype("str" if field.kind == "text" else "float64").array
    return pd.DataFrame(columns).assign(row=last["row"].astype("Int64").array, source=last["file"].astype("str").array)


def _entries(taken: pd.DataFrame, register: Register) -> pd.Series:
    """Return what names each row's entry: its key, or a list of the parts of it."""
    blank = pd.Series(None, index=taken.index, dtype=object)
    parts = [_TEXTS[register.fields[name].kind](taken[name]) if name in taken else blank for name in register.key]
    if len(parts) == 1:
        return parts[0]
    named = zip(*(part.where(part.notna(), "") for part in parts), strict=True)
    return pd.Series([json.dumps(one, ensure_ascii=False) for one in named], index=taken.index, dtype=object)


def entry_key(register: Register, entry: str) -> dict[str, str]:
    """Return the parts of an entry's name, by field of the key.

    Examples
    --------
    >>> entry_key(REGISTERS["lease"], '["P1", "2"]')
    {'parcel_id': 'P1', 'number': '2'}
    """
    parts = [entry] if len(register.key) == 1 else json.loads(entry)
    return dict(zip(register.key, parts, strict=True))


def _cells(taken: pd.DataFrame, register: Register, field: str) -> pd.DataFrame:
    kind = register.fields[field].kind
    cells = pd.DataFrame({"field": field, "kind": kind, "source_row": taken["row"]})
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
