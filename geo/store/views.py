"""Views: what is current, for programs that open the store themselves, such as QGIS.

``current_parcel`` and ``current_footprint`` hold what ``read_parcels`` and ``read_footprints`` give without a day;
``latest_finding`` what the last finished scan found, with the outline that it judged; ``current_ledger`` the cells of
all registers of the ledger. On PostGIS, ``inspector_ledger`` is the same without sums of money, for people who inspect
on the ground.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, literal_column, select

from geo.model import FINDING_COLUMNS
from geo.store import tables
from geo.store.footprints import FOOTPRINTS
from geo.store.geopackage import register_view
from geo.store.ledger import LEDGER
from geo.store.parcels import PARCELS
from geo.store.versions import History, is_current

Query = Select[Any]
Columns = list[ColumnElement[Any]]

FEATURE_NUMBER = "OGC_FID"
"""What GDAL wants the number of a row to be called in a view of a GeoPackage."""
LAYER_HIDDEN = frozenset({"supersedes", "intake_id", "source_row", "source_wkb", "geom", "is_withdrawn"})
"""Columns of a layer that its view leaves out, because they say how a row came to be or are always 0, or puts last."""
MONEY = "_yuan"
"""How the names of all fields end that hold money, in every register."""
CELLS = "current_ledger"
"""The view of the ledger's cells, which has no outlines."""
BARRED = "inspector_ledger"
"""The view that hides rows; PostgreSQL is told that no condition of a user's may look past it."""


def create_views(conn: Connection) -> None:
    """Make the views in a store that has the tables; a GeoPackage lists them among its layers."""
    dialect = conn.dialect.name
    for name, query in view_queries(dialect).items():
        sql = query.compile(conn, compile_kwargs={"literal_binds": True})
        option = " WITH (security_barrier)" if name == BARRED else ""
        conn.exec_driver_sql(f"CREATE VIEW {name}{option} AS {sql}")
        if dialect == "sqlite":
            register_view(conn, name, is_layer=name != CELLS)


def view_queries(dialect: str) -> dict[str, Query]:
    """Return what each view of a kind of store selects, by its name."""
    views = {
        "current_parcel": _current_layer(PARCELS, dialect),
        "current_footprint": _current_layer(FOOTPRINTS, dialect),
        "latest_finding": _latest_finding(dialect),
        CELLS: _current_ledger(dialect),
    }
    return views | ({BARRED: _inspector_ledger()} if dialect == "postgresql" else {})


def _current_layer(history: History, dialect: str) -> Query:
    told: Columns = [column for column in history.table.c if column.name not in LAYER_HIDDEN]
    told += [_outline(history.table.name)]
    number = _numbered(history.table.c[history.number], dialect)
    return select(*number, *told).where(is_current(history, as_of=None, known_at=None))


def _latest_finding(dialect: str) -> Query:
    finding, scan, parcel = tables.finding, tables.scan, tables.parcel
    last = (
        select(scan.c.scan_id, scan.c.month, scan.c.revision, scan.c.as_of)
        .where(scan.c.state == "done")
        .order_by(scan.c.month.desc(), scan.c.revision.desc())
        .limit(1)
        .subquery("last_scan")
    )
    judged = (
        select(tables.indicator.c.scan_id, parcel.c.parcel_id, parcel.c.enterprise, parcel.c.town, _outline("parcel"))
        .join_from(tables.indicator, parcel)
        .subquery("judged")
    )
    same = and_(judged.c.scan_id == finding.c.scan_id, judged.c.parcel_id == finding.c.parcel_id)
    told: Columns = [finding.c.finding_id, last.c.month, last.c.revision, last.c.as_of]
    told += [finding.c[name] for name in FINDING_COLUMNS]
    told += [judged.c.enterprise, judged.c.town, judged.c.geom]
    joined: FromClause = finding.join(last, last.c.scan_id == finding.c.scan_id).outerjoin(judged, same)
    return select(*_numbered(finding.c.finding_id, dialect), *told).select_from(joined)


def _current_ledger(dialect: str) -> Query:
    rows = LEDGER.table.c
    number = _numbered(rows.entry_id, dialect)
    told = (rows.entry_id, rows.register, rows.entry, rows.field, rows.kind, rows.value, rows.valid_on, rows.known_at)
    return select(*number, *told).where(is_current(LEDGER, as_of=None, known_at=None))


def _inspector_ledger() -> Query:
    return _current_ledger("postgresql").where(func.right(LEDGER.table.c.field, len(MONEY)) != MONEY)


def _numbered(number: ColumnElement[int], dialect: str) -> Columns:
    return [number.label(FEATURE_NUMBER)] if dialect == "sqlite" else []


def _outline(table: str) -> ColumnElement[object]:
    # as text: as a column, it would be read out as WKB
    return literal_column(f"{table}.geom").label("geom")
