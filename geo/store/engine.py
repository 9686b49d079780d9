"""Making and opening a store."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, ExceptionContext, NullPool, create_engine, event, insert

from geo.errors import StoreError
from geo.store import tables
from geo.store.blob import register_functions
from geo.store.geopackage import APPLICATION_ID, create_geopackage

WAIT_S = 30.0
"""How long a writer waits for another one to finish [s]."""

CODES = {
    "SQLITE_BUSY": "store.locked",
    "SQLITE_LOCKED": "store.locked",
    "SQLITE_READONLY": "store.read_only",
    "SQLITE_CANTOPEN": "store.read_only",
    "SQLITE_FULL": "store.full",
    "SQLITE_CORRUPT": "store.damaged",
    "SQLITE_NOTADB": "store.not_a_store",
    "SQLITE_CONSTRAINT": "store.constraint",
}
"""Sentence by the beginning of SQLite's own name of an error; any other is ``store.failed``."""


def create_store(path: str | os.PathLike[str]) -> None:
    """Make an empty store: a GeoPackage with the layers ``parcel`` and ``footprint`` and the other tables.

    The file appears whole or not at all.

    Raises
    ------
    StoreError
        If the file exists, is not named ``.gpkg``, or its folder is missing or cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".gpkg":
        raise StoreError("store.wrong_suffix", file=str(path))
    if path.exists():
        raise StoreError("store.exists", file=str(path))
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
    """Make the tables of a store in an empty file."""
    with _engine(path).begin() as conn:
        create_geopackage(conn)
        conn.execute(insert(tables.schema_version).values(version=tables.SCHEMA_VERSION))


def open_store(url_or_path: str | os.PathLike[str]) -> Engine:
    """Open a store.

    One ``with engine.begin() as conn:`` is one transaction: all of it is kept or nothing. Whatever the database refuses
    comes out as ``StoreError``. No file stays open between transactions.

    Raises
    ------
    StoreError
        If there is no such file, it is no store, or it was written by a newer or an older version of this program.
    """
    if "://" in str(url_or_path):
        raise StoreError("store.not_a_file", kind=str(url_or_path).split("://", maxsplit=1)[0])
    path = Path(url_or_path)
    version = stored_version(path)
    if version != tables.SCHEMA_VERSION:
        code = "store.newer" if version > tables.SCHEMA_VERSION else "store.older"
        raise StoreError(code, file=str(path), found=version, known=tables.SCHEMA_VERSION)
    return _engine(path)


def stored_version(path: Path) -> int:
    """Return the schema version of the store in a file.

    Raises
    ------
    StoreError
        If there is no such file or it is no store.
    """
    if not path.is_file():
        raise StoreError("store.missing", file=str(path))
    with translated(path), closing(connect(path)) as raw:
        (application,) = raw.execute("PRAGMA application_id").fetchone()
        known = raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'").fetchone()
        if application != APPLICATION_ID or known == (0,):
            raise StoreError("store.not_a_store", file=str(path))
        (version,) = raw.execute("SELECT max(version) FROM schema_version").fetchone()
    return int(version)


def connect(path: Path) -> sqlite3.Connection:
    """Open an existing SQLite file for a store's use; transactions begin and end only where they are said to."""
    raw = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=WAIT_S, isolation_level=None)
    register_functions(raw)
    raw.execute("PRAGMA foreign_keys = ON")
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


def _engine(path: Path) -> Engine:
    # no pool: an idle connection would hold the file, and Windows could not rename it
    engine = create_engine("sqlite://", creator=partial(connect, path), poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", partial(_refuse, path))
    return engine


def _begin(conn: Connection) -> None:
    # the driver would begin only at the first change, and would leave tables and earlier reads outside
    conn.exec_driver_sql("BEGIN")


def _refuse(path: Path, context: ExceptionContext) -> None:
    if isinstance(context.original_exception, sqlite3.Error):
        raise store_error(context.original_exception, path) from context.original_exception
