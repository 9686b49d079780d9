"""The embedded store: a GeoPackage written through the standard library's sqlite3."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, ExceptionContext, NullPool, create_engine, event, insert

from geo.errors import StoreError
from geo.store import tables, turn
from geo.store.blob import register_functions
from geo.store.geopackage import APPLICATION_ID, create_geopackage
from geo.store.shares import refuse_network_share
from geo.store.views import create_views

CACHE_KIB = 65536
"""Memory for pages of the file: a large load stays in it longer before it has to write [KiB]."""

CODES = {
    "SQLITE_BUSY": "store.busy",
    "SQLITE_LOCKED": "store.busy",
    "SQLITE_READONLY": "store.read_only",
    "SQLITE_CANTOPEN": "store.read_only",
    "SQLITE_FULL": "store.full",
    "SQLITE_CORRUPT": "store.damaged",
    "SQLITE_NOTADB": "store.not_a_store",
    "SQLITE_CONSTRAINT": "store.constraint",
}
"""Sentence by the beginning of SQLite's own name of an error; any other is ``store.failed``."""


def create_file(path: Path) -> None:
    """Make an empty store in a file that appears whole or not at all.

    Raises
    ------
    StoreError
        If the file exists, is not named ``.gpkg``, would be on a network share, or its folder is missing or cannot be
        written.
    """
    if path.suffix.lower() != ".gpkg":
        raise StoreError("store.wrong_suffix", file=str(path))
    if path.exists():
        raise StoreError("store.exists", file=str(path))
    refuse_network_share(path)
    with new_file(path) as unfinished:
        write_empty(unfinished)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it takes the place of ``path`` if all goes well, and goes if not.

    Raises
    ------
    StoreError
        If the folder is missing or cannot be written.
    """
    unfinished = path.with_name(f"{path.stem}.unfinished.gpkg")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch()
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise StoreError("store.cannot_write", file=str(path), detail=error.strerror) from error
    finally:
        unfinished.unlink(missing_ok=True)


def write_empty(path: Path) -> None:
    """Make the tables and views of a store in an empty file."""
    with file_engine(path).begin() as conn:
        create_geopackage(conn)
        create_views(conn)
        conn.execute(insert(tables.schema_version).values(version=tables.SCHEMA_VERSION))


def stored_version(path: Path) -> int:
    """Return the schema version of the store in a file.

    Raises
    ------
    StoreError
        If there is no such file, it is on a network share, or it is no store.
    """
    if not path.is_file():
        raise StoreError("store.missing", file=str(path))
    refuse_network_share(path)
    with translated(path), closing(connect(path)) as raw:
        _sweep(raw, path)
        (application,) = raw.execute("PRAGMA application_id").fetchone()
        known = raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'").fetchone()
        if application != APPLICATION_ID or known == (0,):
            raise StoreError("store.not_a_store", file=str(path))
        (version,) = raw.execute("SELECT max(version) FROM schema_version").fetchone()
    return int(version)


def _sweep(raw: sqlite3.Connection, path: Path) -> None:
    """Remove a journal in which nothing stands yet: left by a program killed at once, and otherwise lying for ever."""
    journal = path.with_name(f"{path.name}-journal")
    if not journal.exists():
        return
    raw.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a journal in which something stands is undone here
    raw.execute("PRAGMA busy_timeout = 0")
    with suppress(sqlite3.OperationalError, OSError):  # somebody is at work, and it is his; or we may not
        raw.execute("BEGIN EXCLUSIVE")
        journal.unlink(missing_ok=True)
    if raw.in_transaction:
        raw.execute("ROLLBACK")


def connect(path: Path) -> sqlite3.Connection:
    """Open an existing SQLite file for a store's use; transactions begin and end only where they are said to."""
    raw = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=turn.WAIT_S, isolation_level=None)
    try:
        register_functions(raw)
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    except sqlite3.Error:  # what is no database shows it here
        raw.close()
        raise
    return raw


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite refuses into ``StoreError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(error, path) from error


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """Return what SQLite refused as an error of this program."""
    name = getattr(error, "sqlite_errorname", None) or ""
    code = next((code for start, code in CODES.items() if name.startswith(start)), "store.failed")
    return StoreError(code, file=str(path), detail=str(error))


def file_engine(path: Path) -> Engine:
    """Return what opens the file anew for each transaction."""
    # no pool: an idle connection would hold the file, and Windows could not rename it
    engine = create_engine(URL.create("sqlite", database=str(path)), creator=partial(connect, path), poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", partial(_refuse, path))
    return engine


def _begin(conn: Connection) -> None:
    # the driver would begin only at the first change, and would leave tables and earlier reads outside
    conn.exec_driver_sql("BEGIN")


def _refuse(path: Path, context: ExceptionContext) -> None:
    if isinstance(context.original_exception, sqlite3.Error):
        raise store_error(context.original_exception, path) from context.original_exception
