"""Snapshots: the facts that a scan was judged by, wide in frames and long in the table."""

import numpy as np
import pandas as pd
from pandas.api.types import pandas_dtype
from sqlalchemy import Connection, delete, select, update

from geo.errors import StoreError
from geo.model import FACTS, fact_columns
from geo.store import tables
from geo.store.bulk import add_frame
from geo.store.rows import day_texts, days_of, read_frame
from geo.store.scans import require_running

NUMBERS = ("value", "value_low", "value_high")
TEXTS = ("text", "text_low", "text_high")


def write_snapshot(conn: Connection, scan_id: int, values: pd.DataFrame, sources: pd.DataFrame) -> None:
    """Keep the facts of a running scan, in place of those that an interrupted run of it left, findings included.

    Parameters
    ----------
    conn
        A connection in a transaction.
    scan_id
        The scan.
    values
        Index parcel_id; for each fact the columns ``model.fact_columns``.
    sources
        Same index, one text column a fact.

    Raises
    ------
    StoreError
        If the scan is not running, or the database refuses a row.
    ValueError
        If the frames have different parcels, or the columns are not those of whole facts.
    """
    require_running(conn, scan_id)
    check_frames(values, sources)
    _forget(conn, scan_id)
    subjects = pd.DataFrame({"parcel_id": values.index, "position": range(len(values)), "scan_id": scan_id})
    add_frame(conn, tables.subject, subjects)
    facts = long_facts(values, sources)
    facts["subject_id"] = _subjects(conn, scan_id)["subject_id"].to_numpy()[facts.pop("position")]
    add_frame(conn, tables.fact, facts)
    columns = {
        "index": [values.index.name, str(values.index.dtype)],
        "values": [[name, str(values[name].dtype)] for name in values.columns],
        "sources": [[name, str(sources[name].dtype)] for name in sources.columns],
    }
    conn.execute(update(tables.scan).where(tables.scan.c.scan_id == scan_id).values(columns=columns))


def read_snapshot(conn: Connection, scan_id: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facts of a scan and their sources, equal to what was written: values, types, columns and order.

    In columns of type ``object`` what is unknown comes back as None, whatever it was before.

    Raises
    ------
    StoreError
        If the scan has no snapshot.
    """
    columns = conn.scalar(select(tables.scan.c.columns).where(tables.scan.c.scan_id == scan_id))
    if columns is None:
        raise StoreError("store.no_snapshot", scan_id=scan_id)
    query = select(tables.subject.c.position, tables.fact).join_from(tables.fact, tables.subject)
    facts = read_frame(conn, query.where(tables.subject.c.scan_id == scan_id))
    name, dtype = columns["index"]
    index = pd.Index(_subjects(conn, scan_id)["parcel_id"], dtype=dtype, name=name)
    return wide_values(facts, index, dict(columns["values"])), wide_sources(facts, index, dict(columns["sources"]))


def check_frames(values: pd.DataFrame, sources: pd.DataFrame) -> None:
    """Raise unless values and sources speak of the same parcels, in whole facts."""
    wanted = {column for fact in FACTS if fact in values.columns for column in fact_columns(fact)}
    if set(values.columns) != wanted or not set(sources.columns) <= set(values.columns) & set(FACTS):
        raise ValueError("columns that are no whole facts: " + ", ".join(sorted(set(values.columns) ^ wanted)))
    if not values.index.equals(sources.index):
        raise ValueError("values and sources of different parcels")


def long_facts(values: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return facts one row a parcel and fact, without those of which nothing is known and no source is given.

    Returns
    -------
    DataFrame
        position (of the parcel in the index), name, value, value_low, value_high [float], text, text_low, text_high
        [days as text], source; what does not apply is None. By position, then in the order of ``FACTS``.
    """
    facts = [fact for fact in FACTS if fact in values.columns]
    cells = {place: np.full((len(values), len(facts)), None, dtype=object) for place in (*NUMBERS, *TEXTS, "source")}
    for number, fact in enumerate(facts):
        for column, place in stored_places(fact).items():
            cells[place][:, number] = _stored(values[column], FACTS[fact].kind)
        if fact in sources.columns:
            cells["source"][:, number] = _stored(sources[fact], "text")
    long = pd.DataFrame({place: matrix.ravel() for place, matrix in cells.items()})
    long["position"] = np.repeat(np.arange(len(values)), len(facts))
    long["name"] = np.tile(np.array(facts, dtype=object), len(values))
    return long[long[list(cells)].notna().any(axis="columns")]


def wide_values(facts: pd.DataFrame, index: pd.Index, dtypes: dict[str, str]) -> pd.DataFrame:
    """Return the values of ``long_facts`` as columns of the types given, on the index."""
    origin = {column: (fact, place) for fact in FACTS for column, place in stored_places(fact).items()}
    parts = dict(list(facts.groupby("name")))
    frame = {}
    for column, dtype in dtypes.items():
        fact, place = origin[column]
        cells = _spread(parts.get(fact), place, len(index))
        frame[column] = _restored(cells, FACTS[fact].kind, dtype).set_axis(index)
    return pd.DataFrame(frame, index=index)


def wide_sources(facts: pd.DataFrame, index: pd.Index, dtypes: dict[str, str]) -> pd.DataFrame:
    """Return the sources of ``long_facts`` as columns of the types given, on the index."""
    parts = dict(list(facts.groupby("name")))
    cells = {fact: _spread(parts.get(fact), "source", len(index)) for fact in dtypes}
    frame = {fact: _restored(cells[fact], "text", dtype).set_axis(index) for fact, dtype in dtypes.items()}
    return pd.DataFrame(frame, index=index)


def stored_places(fact: str) -> dict[str, str]:
    """Return, for each column of a fact in a frame, the column of the table that holds it.

    Examples
    --------
    >>> stored_places("is_started")
    {'is_started': 'value'}
    """
    places = NUMBERS if FACTS[fact].kind in ("measure", "bool") else TEXTS
    return dict(zip(fact_columns(fact), places, strict=False))  # a bool or a text needs the first place only


def _stored(column: pd.Series, kind: str) -> pd.Series:
    if kind == "date":
        return day_texts(column)
    known = column.astype(object).where(column.notna(), None)
    return known.map(float, na_action="ignore") if kind == "bool" else known


def _restored(cells: np.ndarray, kind: str, dtype: str) -> pd.Series:
    if kind == "date":
        series = pd.Series(days_of(cells))
    else:
        series = pd.Series(cells, dtype=object)
        series = series.map(bool, na_action="ignore") if kind == "bool" else series
    return series.astype(pandas_dtype(dtype))


def _spread(part: pd.DataFrame | None, place: str, length: int) -> np.ndarray:
    cells = np.full(length, None, dtype=object)
    if part is not None:
        cells[part["position"].to_numpy(int)] = part[place].to_numpy()
    return cells


def _subjects(conn: Connection, scan_id: int) -> pd.DataFrame:
    table = tables.subject.c
    return read_frame(
        conn, select(table.subject_id, table.parcel_id).where(table.scan_id == scan_id).order_by(table.position)
    )


def _forget(conn: Connection, scan_id: int) -> None:
    subjects = select(tables.subject.c.subject_id).where(tables.subject.c.scan_id == scan_id)
    conn.execute(delete(tables.finding).where(tables.finding.c.scan_id == scan_id))
    conn.execute(delete(tables.fact).where(tables.fact.c.subject_id.in_(subjects)))
    conn.execute(delete(tables.subject).where(tables.subject.c.scan_id == scan_id))
