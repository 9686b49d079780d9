"""Frames to rows of a table and back, by columns."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

DAYS = np.dtype("datetime64[s]")


def to_rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return a frame as rows: numbers and texts of Python, None for what is unknown.

    Examples
    --------
    >>> to_rows(pd.DataFrame({"x": [0.5, np.nan], "n": [1, 2]}))
    [{'x': 0.5, 'n': 1}, {'x': None, 'n': 2}]
    """
    columns = {name: plain_values(frame[name]) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def add_rows(conn: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    """Add rows to a table; no rows is fine."""
    if rows:
        conn.execute(insert(table), rows)


def add_row(conn: Connection, table: Table, **values: object) -> int:
    """Add one row to a table and return its number."""
    key = conn.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None  # it is one row
    return int(key[0])


def add_missing_rows(conn: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    """Add the rows whose key is not in the table yet."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    if rows:
        conn.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def read_frame(conn: Connection, query: Select[tuple[object, ...]]) -> pd.DataFrame:
    """Return what a query gives, one column each, as Python objects."""
    result = conn.execute(query)
    names = list(result.keys())
    columns = list(zip(*result.all(), strict=True)) or [()] * len(names)
    series = {name: pd.Series(values, dtype=object) for name, values in zip(names, columns, strict=True)}
    return pd.DataFrame(series, columns=names)


def typed(frame: pd.DataFrame, *, texts: Iterable[str] = (), numbers: Iterable[str] = ()) -> pd.DataFrame:
    """Return a frame with columns of text and of float64 [NaN where unknown]; the other columns as they are."""
    kinds = dict.fromkeys(texts, "str") | dict.fromkeys(numbers, "float64")
    return frame.astype({name: kind for name, kind in kinds.items() if name in frame.columns})


def day_texts(days: pd.Series) -> pd.Series:
    """Return days without zone as ``2026-10-31``, None where unknown.

    Raises
    ------
    ValueError
        If one of them is not a day but a time in it, or has a zone.

    Examples
    --------
    >>> day_texts(pd.Series(pd.to_datetime(["2026-10-31", None]))).tolist()
    ['2026-10-31', None]
    """
    days = pd.to_datetime(days)
    values = days.to_numpy("datetime64[us]")
    whole = values.astype("datetime64[D]")
    if days.dt.tz is not None or not (np.isnat(values) | (whole == values)).all():
        raise ValueError("not a day without zone")
    texts = pd.Series(np.datetime_as_string(whole), index=days.index, dtype=object)
    return texts.where(days.notna(), None)


def days_of(texts: Iterable[object]) -> np.ndarray:
    """Return texts like ``2026-10-31`` as datetime64[s], NaT for None.

    Examples
    --------
    >>> days_of(["2026-10-31", None]).tolist()
    [datetime.datetime(2026, 10, 31, 0, 0), None]
    """
    return np.array(list(texts), dtype="datetime64[D]").astype(DAYS)


def plain_values(column: pd.Series) -> list[object]:
    """Return a column as numbers and texts of Python, None for what is unknown."""
    values = column.astype(object)
    plain: list[object] = values.where(column.notna(), None).tolist()
    return plain
