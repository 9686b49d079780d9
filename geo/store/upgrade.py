"""Bring a store to this program's version.

In the embedded store every row is copied into a new file, which then takes the old one's place: the tables of a
GeoPackage are not altered, for SQLite would rebuild them without the triggers of their R-tree. In a database Alembic
runs what ``migrations`` holds.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from pathlib import Path

from geo.errors import StoreError
from geo.registers import FLAT
from geo.store import postgis, tables
from geo.store.embedded import connect, new_file, stored_version, translated, write_empty
from geo.store.engine import is_address
from geo.store.views import view_queries

Row = dict[str, object]
Step = Callable[[str, Row], Iterable[tuple[str, Row]]]
"""Takes a table's name and one of its rows, gives what becomes of the row: none, one or more, in whatever tables."""


VIEWS = frozenset(view_queries("sqlite"))


def _keep(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    return [(table, row)]


def _to_version_3(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    if table == "ledger_entry":
        row = {"register": FLAT} | {"entry" if name == "parcel_id" else name: value for name, value in row.items()}
    if table in ("parcel", "footprint"):
        row = row | {"is_withdrawn": 0}
    return [(table, row)]


STEPS: Mapping[int, Step] = {1: _keep, 2: _to_version_3, 3: _keep, 4: _keep}
"""What leads from a version to the next one, by the version it leads from. Version 2 has views, and the same rows; in
version 3 the ledger has several registers, and parcels and footprints can be no more; version 4 has a table of
months, and version 5 columns of it for what is known of parcels beside the image."""


def upgrade(
    url_or_path: str | os.PathLike[str], *, steps: Mapping[int, Step] = STEPS, roles: str | None = None
) -> bool:
    """Bring a store to this program's version.

    A file is copied into a new one that takes its name: until then the old one is as it was, whatever happens; nobody
    can write to it meanwhile. A database is changed in one transaction.

    Parameters
    ----------
    url_or_path
        As for ``open_store``.
    steps
        In a file: what leads from each version to the next.
    roles
        On PostGIS: grant the roles of this prefix what is theirs in the new version; see ``grant_roles``.

    Returns
    -------
    bool
        False if the store has this program's version already.

    Raises
    ------
    StoreError
        If there is no store, a newer program wrote it, or, in a file, a row fits into no table: somebody else's layers
        are not thrown away.
    """
    if is_address(url_or_path):
        return postgis.upgrade_database(str(url_or_path), roles=roles)
    path = Path(url_or_path)
    version = stored_version(path)
    if version == tables.SCHEMA_VERSION:
        return False
    if version > tables.SCHEMA_VERSION:
        raise StoreError("store.newer", file=str(path), found=version, known=tables.SCHEMA_VERSION)
    chain = [steps[number] for number in range(version, tables.SCHEMA_VERSION)]
    with new_file(path) as unfinished, translated(path):
        write_empty(unfinished)
        with closing(connect(path)) as old, closing(connect(unfinished)) as new:
            old.execute("BEGIN IMMEDIATE")
            _copy(old, new, chain, path)
    return True


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, chain: list[Step], path: Path) -> None:
    new.execute("PRAGMA foreign_keys = OFF")  # rows come table by table; all is checked at the end
    new.execute("BEGIN")
    for name in _own_tables(old):
        for table, rows in groupby(_moved(_rows(old, name), name, chain), key=lambda pair: pair[0]):
            if table not in tables.metadata.tables:
                raise StoreError("store.unknown_table", file=str(path), layer=table)
            _insert(new, table, (row for _, row in rows))
    broken = new.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise StoreError("store.damaged", file=str(path), detail=f"{broken[0]} -> {broken[2]}")
    new.execute("COMMIT")


def _own_tables(old: sqlite3.Connection) -> list[str]:
    query = "SELECT table_name FROM gpkg_contents WHERE table_name != 'schema_version' ORDER BY table_name"
    return [name for (name,) in old.execute(query).fetchall() if name not in VIEWS]


def _rows(old: sqlite3.Connection, table: str) -> Iterator[Row]:
    cursor = old.execute(f"SELECT * FROM {_quoted(table)}")  # noqa: S608 - a name cannot be a parameter; it is quoted
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def _moved(rows: Iterable[Row], table: str, chain: list[Step]) -> Iterator[tuple[str, Row]]:
    moved: Iterable[tuple[str, Row]] = ((table, row) for row in rows)
    for step in chain:
        moved = _through(step, moved)
    return iter(moved)


def _through(step: Step, rows: Iterable[tuple[str, Row]]) -> Iterator[tuple[str, Row]]:
    return (after for name, row in rows for after in step(name, row))


def _insert(new: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    for row in rows:
        names = ", ".join(map(_quoted, row))
        marks = ", ".join("?" * len(row))
        statement = f"INSERT INTO {_quoted(table)} ({names}) VALUES ({marks})"  # noqa: S608 - same
        new.execute(statement, tuple(row.values()))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
