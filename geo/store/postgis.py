"""The store in a PostgreSQL database with PostGIS: made, looked at, brought to a new version."""

from sqlalchemy import URL, Connection, Engine, func, inspect, select

from geo.errors import StoreError
from geo.store import tables
from geo.store.database import database_engine, parse_address, shown
from geo.store.migrate import migrate
from geo.store.roles import grant_roles


def create_in_database(address: str, *, roles: str | None) -> None:
    """Make an empty store in a database, in one transaction; see ``engine.create_store``."""
    url = parse_address(address)
    with database_engine(url).begin() as conn:
        encoding = conn.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise StoreError("store.not_utf8", file=shown(url), encoding=encoding)
        if inspect(conn).has_table(tables.schema_version.name):
            raise StoreError("store.exists", file=shown(url))
        _require_postgis(conn, url)
        migrate(conn)
        if roles is not None:
            grant_roles(conn, roles)


def upgrade_database(address: str, *, roles: str | None) -> bool:
    """Bring the store in a database to this program's version, in one transaction; see ``upgrade.upgrade``."""
    url = parse_address(address)
    engine = database_engine(url)
    version = stored_version(engine)
    if version > tables.SCHEMA_VERSION:
        raise StoreError("store.newer", file=shown(url), found=version, known=tables.SCHEMA_VERSION)
    with engine.begin() as conn:
        migrate(conn)
        if roles is not None:
            grant_roles(conn, roles)
    return version < tables.SCHEMA_VERSION


def stored_version(engine: Engine) -> int:
    """Return the schema version of the store in a database.

    Raises
    ------
    StoreError
        If the database cannot be reached or holds no store.
    """
    with engine.connect() as conn:
        if not inspect(conn).has_table(tables.schema_version.name):
            raise StoreError("store.missing", file=shown(engine.url))
        version = conn.scalar(select(func.max(tables.schema_version.c.version)))
    return int(version or 0)


def _require_postgis(conn: Connection, url: URL) -> None:
    """Add PostGIS to a database that lacks it, if this user may."""
    if conn.exec_driver_sql("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").scalar():
        return
    try:
        conn.exec_driver_sql("CREATE EXTENSION postgis")
    except StoreError as error:
        raise StoreError("store.no_postgis", file=shown(url), detail=error.params["detail"]) from error
