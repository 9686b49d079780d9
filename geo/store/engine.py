"""Making and opening a store: a file's path or a database's address."""

import hashlib
import os
from pathlib import Path

from sqlalchemy import Engine

from geo.errors import StoreError
from geo.store import embedded, postgis, tables
from geo.store.database import database_engine, parse_address, shown


def create_store(url_or_path: str | os.PathLike[str], *, roles: str | None = None) -> None:
    """Make an empty store: in a new GeoPackage, or in a PostgreSQL database that exists and holds none.

    All of it appears, or nothing.

    Parameters
    ----------
    url_or_path
        Path of a ``.gpkg`` file, or ``postgresql+psycopg://user:password@host/database``.
    roles
        On PostGIS: make the roles ``<roles>_owner``, ``_writer``, ``_reader`` and ``_inspector`` and grant each what is
        its own; see ``grant_roles``.

    Raises
    ------
    StoreError
        If the store exists; the path is not named ``.gpkg``, is on a network share or its folder is missing or cannot
        be written; the database cannot be reached, has no PostGIS or is not in UTF-8; or the extra ``postgis`` is not
        installed.
    """
    if is_address(url_or_path):
        postgis.create_in_database(str(url_or_path), roles=roles)
    elif roles is not None:
        raise StoreError("store.no_roles", file=str(url_or_path))
    else:
        embedded.create_file(Path(url_or_path))


def open_store(url_or_path: str | os.PathLike[str]) -> Engine:
    """Open a store.

    One ``with engine.begin() as conn:`` is one transaction: all of it is kept or nothing, and what it reads is one
    moment of the store. Whatever the database refuses comes out as ``StoreError``. No file and no connection stays open
    between transactions.

    Raises
    ------
    StoreError
        If there is no such store, it is no store, it was written by a newer or an older version of this program, the
        file is on a network share, the database cannot be reached, or the extra ``postgis`` is not installed.
    """
    if is_address(url_or_path):
        engine = database_engine(parse_address(str(url_or_path)))
        version = postgis.stored_version(engine)
    else:
        version = embedded.stored_version(Path(url_or_path))
        engine = embedded.file_engine(Path(url_or_path))
    if version != tables.SCHEMA_VERSION:
        code = "store.newer" if version > tables.SCHEMA_VERSION else "store.older"
        raise StoreError(code, file=store_name(url_or_path), found=version, known=tables.SCHEMA_VERSION)
    return engine


def store_name(url_or_path: str | os.PathLike[str]) -> str:
    """Return how a store may be named on a screen or in a log: a path as it is, an address without its secrets.

    Raises
    ------
    StoreError
        If the address is none that this program can use.

    Examples
    --------
    >>> store_name("postgresql+psycopg://clerk:secret@gis.example/land?sslmode=require")
    'postgresql+psycopg://clerk@gis.example/land'
    """
    if is_address(url_or_path):
        return shown(parse_address(str(url_or_path)))
    return str(url_or_path)


def cache_folder(engine: Engine) -> Path:
    """Return the folder for what can be made again: beside an embedded store, or else in the user's own cache.

    Whatever is in it may be deleted at any moment.
    """
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        return file.with_name(f"{file.name}.cache")
    name = hashlib.sha256(shown(engine.url).encode()).hexdigest()[:16]
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parcelwatch" / name


def is_address(url_or_path: str | os.PathLike[str]) -> bool:
    """Whether this names a database and not a file."""
    return "://" in str(url_or_path)
