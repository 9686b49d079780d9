"""Things of a layer that are no more: said of what a complete file leaves out, from its day on."""

from collections.abc import Collection

import pandas as pd
from sqlalchemy import Connection, Table, literal, literal_column, select

from geo.errors import SchemaError
from geo.store.intakes import Intake
from geo.store.versions import WITHDRAWN, Known, Stamp

AT_ONCE = 5000
"""Numbers in one statement."""


def absent_things(known: Known, named: Collection[str]) -> pd.DataFrame:
    """Return the rows of things that stand and that a file does not name, by the first column of their key."""
    standing = known.standing
    return standing[~standing[known.history.key[0]].isin(list(named))]


def named_things(intake: Intake, key: str) -> set[str]:
    """Return the names of all things of which a file says something, in rows taken or refused."""
    return {*intake.taken[key].dropna(), *intake.refused["identifier"].dropna()}


def withdraw(conn: Connection, known: Known, absent: pd.DataFrame, stamp: Stamp, intake: Intake) -> int:
    """Say of things that they are no more from the stamp's day on; what was true before stays true.

    Returns
    -------
    int
        How many.

    Raises
    ------
    SchemaError
        If nobody can tell what is absent: a refused row has no identifier, or there is no day from which it holds.
    """
    if stamp.valid_on is None:
        raise SchemaError("store.complete_without_day", file=stamp.file)
    nameless = intake.refused.loc[intake.refused["identifier"].isna(), "row"]
    if len(nameless):
        raise SchemaError("store.complete_unsure", file=stamp.file, row=int(nameless.iloc[0]), count=len(nameless))
    numbers = absent["supersedes"].astype(int).tolist()
    for start in range(0, len(numbers), AT_ONCE):
        _copy(conn, known.history.table, numbers[start : start + AT_ONCE], stamp)
    return len(numbers)


def _copy(conn: Connection, table: Table, numbers: list[int], stamp: Stamp) -> None:
    """Repeat rows as withdrawals."""
    number = table.primary_key.columns[0]
    said = {
        "valid_on": literal(stamp.valid_on, table.c.valid_on.type),
        "known_at": literal(stamp.known_at, table.c.known_at.type),
        "supersedes": number,
        "intake_id": literal(stamp.intake_id),
        "source_row": literal(None, table.c.source_row.type),
        WITHDRAWN: literal(1),
        "geom": literal_column("geom"),  # as text: as a column, it would be read out as WKB
    }
    names = [column.name for column in table.c if column is not number]
    copied = select(*(said.get(name, table.c[name]) for name in names)).where(number.in_(numbers)).order_by(number)
    conn.execute(table.insert().from_select(names, copied, include_defaults=False))
