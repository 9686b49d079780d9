"""Append-only tables: which row is current, and which rows of a new file say something new.

A row is never changed. What a file says again adds nothing; what it says otherwise adds a row that ``supersedes`` the
one before; what it leaves blank erases nothing. Of the rows of one thing known by a time, the current one on a day is
the one with the latest ``valid_on`` up to that day (empty counts as earliest), and of these the one known last. A layer
has rows that say that a thing is no more: where such a row is the last one, nothing is current.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
from sqlalchemy import (
    ColumnCollection,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Table,
    and_,
    func,
    or_,
    select,
    true,
)

from geo.errors import SchemaError
from geo.store.bulk import add_frame
from geo.store.rows import read_frame

Columns = ColumnCollection[str, ColumnElement[object]]

WITHDRAWN = "is_withdrawn"
"""Column of a layer: this row says that from its day on the thing is no more."""


@dataclass(frozen=True, slots=True)
class History:
    """An append-only table: what names a thing in it, and which columns say what is known of the thing."""

    table: Table
    key: tuple[str, ...]
    content: tuple[str, ...]

    @property
    def number(self) -> str:
        """Name of the column that numbers the rows."""
        return self.table.primary_key.columns[0].name


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the rows of one intake have in common."""

    intake_id: int
    file: str
    known_at: datetime
    valid_on: date | None


@dataclass(frozen=True, slots=True)
class Added:
    """What one file added to the store.

    Attributes
    ----------
    intake_id
        Number of the intake; 0 only where nothing was taken in.
    added, changed, unchanged
        Rows of things not known before, of things now known otherwise, and rows that said nothing new.
    absent
        Of a layer: names of the things that were current and of which the file says nothing.
    withdrawn
        How many of those are no more from now on, because the file was said to be complete.
    """

    intake_id: int
    added: int
    changed: int
    unchanged: int
    absent: tuple[str, ...] = ()
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of the things in a history before a file is taken in.

    Attributes
    ----------
    history
        The table.
    rows
        One row a thing: ``supersedes`` (its number), ``valid_on``, the key and the content; things that are no more
        among them.
    """

    history: History
    rows: pd.DataFrame

    @property
    def standing(self) -> pd.DataFrame:
        """Those of the rows whose things are not withdrawn."""
        return self.rows[self.rows[WITHDRAWN] == 0] if WITHDRAWN in self.rows else self.rows


def among_current(
    number: ColumnElement[int], history: History, *, as_of: date | None, known_at: datetime | None
) -> ColumnElement[bool]:
    """Return the condition that a number is one of the rows that are current on a day, as known at a time.

    Parameters
    ----------
    number
        A column that holds numbers of the history's rows: its own, or one that points to it.
    history
        The table.
    as_of, known_at
        None is no limit.
    """
    # "IS true" keeps PostgreSQL from joining with the numbers: it takes them to be few and would compare each with each
    return number.in_(current(history, as_of=as_of, known_at=known_at)).is_(true())


def current(history: History, *, as_of: date | None, known_at: datetime | None) -> Select[tuple[int]]:
    """Return a query for the numbers of the rows that are current on a day, as known at a time; None is no limit."""
    ranked = _ranked(history, as_of, known_at)
    return select(ranked.c.number).where(ranked.c.place == 1, *_standing(ranked.c))


def is_current(history: History, *, as_of: date | None, known_at: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a row is the current one of its thing.

    The same rows as those of ``current``; but it is asked of each row by itself, so that who looks through a small
    window looks at the rows in that window only. For all rows of a table ``among_current`` is quicker.
    """
    rows, others = history.table.c, history.table.alias("other").c
    newest = (
        select(others[history.number])
        .where(*(others[name] == rows[name] for name in history.key), *_counting(others, as_of, known_at))
        .order_by(*_newest_first(history, others))
        .limit(1)
        .correlate(history.table)
    )
    return and_(rows[history.number] == newest.scalar_subquery(), *_standing(rows))


def _ranked(history: History, as_of: date | None, known_at: datetime | None) -> Subquery:
    """Return number, place among the rows of its thing (1 is the last word) and whether it is a withdrawal."""
    rows = history.table.c
    key = [rows[name] for name in history.key]
    rank = func.row_number().over(partition_by=key, order_by=_newest_first(history, rows))
    told: list[ColumnElement[int]] = [rows[history.number].label("number"), rank.label("place")]
    told += [rows[WITHDRAWN]] if WITHDRAWN in rows else []
    return select(*told).where(*_counting(rows, as_of, known_at)).subquery()


def _standing(rows: Columns) -> list[ColumnElement[bool]]:
    """Return the condition that a row does not say that its thing is no more."""
    return [rows[WITHDRAWN] == 0] if WITHDRAWN in rows else []


def _counting(rows: Columns, as_of: date | None, known_at: datetime | None) -> list[ColumnElement[bool]]:
    """Return the conditions that a row holds on a day and was known at a time."""
    holds = [or_(rows.valid_on.is_(None), rows.valid_on <= as_of)] if as_of is not None and "valid_on" in rows else []
    return holds + ([rows.known_at <= known_at] if known_at is not None else [])


def _newest_first(history: History, rows: Columns) -> list[ColumnElement[object]]:
    said: list[ColumnElement[object]] = [rows.known_at.desc(), rows[history.number].desc()]
    return [rows.valid_on.desc().nulls_last(), *said] if "valid_on" in rows else said


def add_versions(conn: Connection, history: History, new: pd.DataFrame, stamp: Stamp) -> Added:
    """Add what ``new`` says beyond what is known; see ``add_news``."""
    return add_news(conn, read_known(conn, history, as_of=stamp.valid_on), new, stamp)


def read_known(conn: Connection, history: History, *, as_of: date | None) -> Known:
    """Return the last word on each thing up to a day; None is no limit."""
    ranked = _ranked(history, as_of, None)
    is_last = history.table.c[history.number].in_(select(ranked.c.number).where(ranked.c.place == 1)).is_(true())
    wanted = (history.number, "valid_on", *history.key, *history.content)
    rows = read_frame(conn, select(*(history.table.c[name] for name in wanted)).where(is_last))
    return Known(history, rows.rename(columns={history.number: "supersedes"}))


def add_news(
    conn: Connection, known: Known, new: pd.DataFrame, stamp: Stamp, *, geometry: gpd.GeoSeries | None = None
) -> Added:
    """Add what ``new`` says beyond what is known.

    Parameters
    ----------
    conn
        A connection in a transaction.
    known
        What is known as of the stamp's ``valid_on``. Without one, what is said otherwise corrects the latest row of a
        thing and holds from the same day as that one.
    new
        Columns of the key, of the content, ``source_row``, and whatever else the table holds.
    stamp
        The intake.
    geometry
        For a layer: the outlines, on the index of ``new``.

    Raises
    ------
    SchemaError
        If ``new`` speaks twice of one thing: nobody can say which is right.
    """
    history = known.history
    refuse_repeated(new, history.key, stamp)
    rows = news(new, known.rows.drop(columns="valid_on"), key=history.key, content=history.content)
    before = rows["supersedes"].map(known.rows.set_index("supersedes")["valid_on"])
    valid_on = before if stamp.valid_on is None else stamp.valid_on
    known_at = pd.Series([stamp.known_at] * len(rows), index=rows.index, dtype=object)
    stamped = rows.assign(intake_id=stamp.intake_id, known_at=known_at, valid_on=valid_on)
    add_frame(conn, history.table, stamped, geometry=None if geometry is None else geometry.loc[rows.index])
    changed = int(rows["supersedes"].notna().sum())
    return Added(stamp.intake_id, len(rows) - changed, changed, len(new) - len(rows))


def refuse_repeated(new: pd.DataFrame, key: Sequence[str], stamp: Stamp) -> None:
    """Raise if two rows speak of one thing."""
    repeated = new[new.duplicated(list(key))]
    if not repeated.empty:
        first = repeated.iloc[0]
        row = None if pd.isna(first["source_row"]) else int(first["source_row"])
        raise SchemaError("store.repeated", file=stamp.file, row=row, identifier=" ".join(map(str, first[list(key)])))


def news(new: pd.DataFrame, known: pd.DataFrame, *, key: Sequence[str], content: Sequence[str]) -> pd.DataFrame:
    """Return the rows of ``new`` that say something not known, with what they leave blank filled from what is known.

    Parameters
    ----------
    new, known
        Both have the columns of the key and of the content; ``known`` has one row a thing and ``supersedes``, its
        number.

    Examples
    --------
    >>> known = pd.DataFrame({"id": ["a", "b"], "x": [1.0, 2.0], "y": ["u", "v"], "supersedes": [7, 8]})
    >>> new = pd.DataFrame({"id": ["a", "b", "c"], "x": [1.0, 3.0, 4.0], "y": ["u", None, None]})
    >>> news(new, known, key=["id"], content=["x", "y"]).astype(object).fillna("").values.tolist()
    [['b', 3.0, 'v', 8], ['c', 4.0, '', '']]
    """
    matched = new[list(key)].merge(known, on=list(key), how="left", validate="one_to_one")
    matched.index = new.index
    is_new = matched["supersedes"].isna()
    filled = new.copy()
    for name in content:
        filled[name] = new[name].astype(object).where(new[name].notna(), matched[name].astype(object))
        is_equal = (filled[name] == matched[name]) | (filled[name].isna() & matched[name].isna())
        is_new |= ~is_equal
    filled["supersedes"] = matched["supersedes"].astype("Int64").astype(object)
    return filled[is_new]
