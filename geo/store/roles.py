"""Roles of a store on PostGIS: who may change its form, write, read, or see everything but sums of money."""

import re

from sqlalchemy import Connection

from geo.errors import StoreError
from geo.store import tables
from geo.store.views import CELLS, view_queries

ROLES = ("owner", "writer", "reader", "inspector")
TABLES = tuple(table.name for table in tables.metadata.sorted_tables)
VIEWS = tuple(view_queries("postgresql"))
FOR_INSPECTORS = tuple(name for name in VIEWS if name != CELLS)
"""Views in which no money stands."""
REWRITTEN = tuple(table.name for table in (tables.asset, tables.indicator, tables.subject, tables.fact, tables.finding))
"""Where a writer may delete: where files lie, and what an unfinished scan left. All else is only ever added to."""
PREFIX = re.compile(r"[a-z][a-z0-9_]{0,40}")


def grant_roles(conn: Connection, prefix: str) -> None:
    """Make the four roles of a store where they are missing, and grant each what is its own.

    A role is a group without login: an administrator grants it to people (``GRANT parcelwatch_reader TO li``). The
    *owner* owns tables and views and may upgrade the store; the *writer* adds to it, and can neither change nor delete
    what files said; the *reader* reads everything; the *inspector* reads the views alone, in which no money stands.

    Parameters
    ----------
    conn
        A connection in a transaction, to a store on PostGIS, as its owner or an administrator.
    prefix
        What the roles' names begin with; each store of a server has its own.

    Raises
    ------
    StoreError
        If the store is a file, the prefix is more than small letters, digits and ``_``, or this user may not.
    """
    if conn.dialect.name != "postgresql":
        raise StoreError("store.no_roles")
    if not PREFIX.fullmatch(prefix):
        raise StoreError("store.bad_role", value=prefix)
    names = {role: f"{prefix}_{role}" for role in ROLES}
    for name in names.values():
        if not conn.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).scalar():
            conn.exec_driver_sql(f"CREATE ROLE {name} NOLOGIN")
    schema = conn.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    conn.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(names.values())}")
    _give_to_owner(conn, names["owner"], schema)
    for statement in _grants(names):
        conn.exec_driver_sql(statement)


def _give_to_owner(conn: Connection, owner: str, schema: str) -> None:
    if not conn.exec_driver_sql("SELECT pg_has_role(%s, 'USAGE')", (owner,)).scalar():
        conn.exec_driver_sql(f"GRANT {owner} TO CURRENT_USER")  # nobody can give to a role that he is not in
    conn.exec_driver_sql(f"GRANT CREATE ON SCHEMA {schema} TO {owner}")
    for name in (*TABLES, *VIEWS, "alembic_version"):
        conn.exec_driver_sql(f"ALTER TABLE {name} OWNER TO {owner}")


def _grants(names: dict[str, str]) -> list[str]:
    added = [name for name in TABLES if name != tables.schema_version.name]
    counters = [f"{name}_{tables.metadata.tables[name].primary_key.columns[0].name}_seq" for name in added]
    return [
        f"GRANT SELECT ON {', '.join((*TABLES, *VIEWS))} TO {names['reader']}, {names['writer']}",
        f"GRANT INSERT ON {', '.join(added)} TO {names['writer']}",
        f"GRANT USAGE ON SEQUENCE {', '.join(counters)} TO {names['writer']}",
        f"GRANT UPDATE ON {tables.scan.name} TO {names['writer']}",
        f"GRANT DELETE ON {', '.join(REWRITTEN)} TO {names['writer']}",
        f"GRANT SELECT ON {', '.join(FOR_INSPECTORS)} TO {names['inspector']}",
    ]
