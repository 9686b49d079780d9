"""A PostgreSQL database by its address: connecting to it, and saying what it refuses. No message holds a password."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import URL, Engine, ExceptionContext, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from geo.errors import StoreError

if TYPE_CHECKING:
    import psycopg

DRIVERS = ("postgresql", "postgresql+psycopg")
CONNECT_S = "10"
"""How long to wait for a server to answer [s], unless the address says otherwise."""
HIDDEN = "***"

CODES = {
    "08": "store.unreachable",
    "22": "store.constraint",
    "23": "store.constraint",
    "25006": "store.read_only",
    "28": "store.unreachable",
    "3D": "store.unreachable",
    "40": "store.busy",
    "42501": "store.not_allowed",
    "53": "store.unreachable",
    "53100": "store.full",
    "55P03": "store.busy",
    "57P": "store.unreachable",
    "XX001": "store.damaged",
    "XX002": "store.damaged",
}
"""Sentence by the beginning of an SQLSTATE (PostgreSQL's appendix A), the longest counts; else ``store.failed``."""


def parse_address(address: str) -> URL:
    """Return an address in its parts.

    Raises
    ------
    StoreError
        If it is not one of PostgreSQL, or cannot be taken apart; it is not repeated, for it may hold a password.
    """
    kind = address.split("://", maxsplit=1)[0]
    if kind not in DRIVERS:
        raise StoreError("store.not_a_file", kind=kind if re.fullmatch(r"[\w+.-]+", kind) else HIDDEN)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise StoreError("store.bad_address") from None
    if not url.database or "@" in f"{url.host}{url.database}":
        raise StoreError("store.bad_address")
    return url.set(drivername=DRIVERS[-1])


def shown(url: URL) -> str:
    """Return an address without its password and without its options."""
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()


def database_engine(url: URL) -> Engine:
    """Return what connects to a database anew for each transaction.

    Raises
    ------
    StoreError
        If the extra ``postgis`` is not installed.
    """
    require_extra(url)
    given: dict[str, object] = {"fallback_application_name": "parcelwatch"}
    if "connect_timeout" not in url.query:
        given["connect_timeout"] = CONNECT_S
    # a transaction reads one moment of the store, as in the embedded one
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ", connect_args=given)
    event.listen(engine, "handle_error", partial(_refuse, url))
    return engine


def require_extra(url: URL) -> None:
    """Raise unless the packages that only PostGIS needs are installed."""
    try:
        import alembic  # noqa: F401, PLC0415 - an optional extra
        import psycopg  # noqa: F401, PLC0415 - same
    except ImportError as error:
        raise StoreError("store.extra_missing", file=shown(url), extra="postgis") from error


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn what PostgreSQL refuses outside of SQLAlchemy into ``StoreError``."""
    import psycopg  # noqa: PLC0415 - an optional extra

    try:
        yield
    except psycopg.Error as error:
        raise store_error(error, url) from error


def store_error(error: "psycopg.Error", url: URL) -> StoreError:
    """Return what PostgreSQL, or its driver, refused as an error of this program."""
    detail = " ".join((error.diag.message_primary or str(error)).split())
    for secret in (url.password, url.query.get("password"), url.query.get("sslpassword")):
        if secret and isinstance(secret, str):
            detail = detail.replace(secret, HIDDEN)
    return StoreError(_code(error), file=shown(url), detail=detail)


def _code(error: "psycopg.Error") -> str:
    import psycopg  # noqa: PLC0415 - an optional extra

    if error.sqlstate is None:  # the driver's own: it could not connect, or could not send a value
        return "store.unreachable" if isinstance(error, psycopg.OperationalError) else "store.constraint"
    beginnings = (error.sqlstate[:length] for length in range(len(error.sqlstate), 1, -1))
    return next((CODES[start] for start in beginnings if start in CODES), "store.failed")


def _refuse(url: URL, context: ExceptionContext) -> None:
    import psycopg  # noqa: PLC0415 - an optional extra

    if isinstance(context.original_exception, psycopg.Error):
        raise store_error(context.original_exception, url) from context.original_exception
