"""What makes an SQLite file a GeoPackage 1.4: its own tables, the R-tree of each layer and its triggers.

Written from OGC 12-128r19: clause 1.1 (file), 2.1 (features), annex F.3 (R-tree), clause 2.4 (attributes).
"""

from datetime import datetime
from string import Template

from pyproj import CRS
from sqlalchemy import Connection, Table

from geo.store.column_types import instant_text
from geo.store.tables import LAYERS, STORED_SRID, metadata

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10400
RTREE = "gpkg_rtree_index"
NEVER = "1970-01-01T00:00:00.000Z"

SPEC_TABLES = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    """CREATE TABLE gpkg_extensions (
        table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
        CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
)

_HAS_NEW = "(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))"
_HAS_OLD = "(OLD.geom NOTNULL AND NOT ST_IsEmpty(OLD.geom))"
_NO_NEW = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
_NO_OLD = "(OLD.geom ISNULL OR ST_IsEmpty(OLD.geom))"
_BOX = "ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)"
_PUT = f"INSERT OR REPLACE INTO $rtree VALUES (NEW.$key, {_BOX});"  # noqa: S608 - of constants
_ADD = f"INSERT INTO $rtree VALUES (NEW.$key, {_BOX});"  # noqa: S608 - of constants
_MOVE = (
    "UPDATE $rtree SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom),"
    " miny = ST_MinY(NEW.geom), maxy = ST_MaxY(NEW.geom) WHERE id = NEW.$key;"
)
_DROP = "DELETE FROM $rtree WHERE id = OLD.$key;"
_DROP_BOTH = "DELETE FROM $rtree WHERE id IN (OLD.$key, NEW.$key);"
_SAME, _OTHER = "OLD.$key = NEW.$key", "OLD.$key != NEW.$key"

RTREE_TRIGGERS = {
    "insert": f"AFTER INSERT ON $table WHEN {_HAS_NEW} BEGIN {_PUT} END",
    "update6": f"AFTER UPDATE OF geom ON $table WHEN {_SAME} AND {_HAS_NEW} AND {_HAS_OLD} BEGIN {_MOVE} END",
    "update7": f"AFTER UPDATE OF geom ON $table WHEN {_SAME} AND {_HAS_NEW} AND {_NO_OLD} BEGIN {_ADD} END",
    "update2": f"AFTER UPDATE OF geom ON $table WHEN {_SAME} AND {_NO_NEW} BEGIN {_DROP} END",
    "update5": f"AFTER UPDATE ON $table WHEN {_OTHER} AND {_HAS_NEW} BEGIN {_DROP} {_PUT} END",
    "update4": f"AFTER UPDATE ON $table WHEN {_OTHER} AND {_NO_NEW} BEGIN {_DROP_BOTH} END",
    "delete": f"AFTER DELETE ON $table WHEN OLD.geom NOTNULL BEGIN {_DROP} END",
}
"""Triggers that keep an R-tree in step with its layer, by the name that the standard gives them."""


def create_geopackage(conn: Connection) -> None:
    """Make every table of the store in an empty SQLite file, as a GeoPackage.

    The same call makes the same bytes: the contents say that they were never changed until rows arrive.
    """
    conn.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    conn.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    for statement in SPEC_TABLES:
        conn.exec_driver_sql(statement)
    conn.exec_driver_sql("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _coordinate_systems())
    metadata.create_all(conn)
    for table in metadata.sorted_tables:
        _list(conn, table.name, is_layer=table in LAYERS)
    for layer in LAYERS:
        _index(conn, layer)


def register_view(conn: Connection, name: str, *, is_layer: bool) -> None:
    """List a view among a GeoPackage's layers, or among its tables if it has no outlines."""
    _list(conn, name, is_layer=is_layer)


def mark_changed(conn: Connection, layer: Table, known_at: datetime) -> None:
    """Say in a GeoPackage's contents when a layer and its view last took rows; PostGIS keeps no such list."""
    if conn.dialect.name == "sqlite":
        row = (instant_text(known_at)[:23] + "Z", layer.name, f"current_{layer.name}")
        conn.exec_driver_sql("UPDATE gpkg_contents SET last_change = ? WHERE table_name IN (?, ?)", row)


def rtree_name(layer: Table) -> str:
    """Return the name of a layer's R-tree."""
    return f"rtree_{layer.name}_geom"


def _coordinate_systems() -> list[tuple[object, ...]]:
    undefined = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ]
    return undefined + [_coordinate_system(number) for number in (4326, STORED_SRID)]


def _coordinate_system(number: int) -> tuple[object, ...]:
    crs = CRS.from_epsg(number)
    return (crs.name, number, "EPSG", number, crs.to_wkt("WKT1_GDAL"), "longitude and latitude in decimal degrees")


def _list(conn: Connection, name: str, *, is_layer: bool) -> None:
    conn.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES (?, ?, ?, ?, ?)",
        (name, "features" if is_layer else "attributes", name, NEVER, STORED_SRID if is_layer else None),
    )
    if is_layer:
        conn.exec_driver_sql(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', ?, 0, 0)", (name, STORED_SRID)
        )


def _index(conn: Connection, layer: Table) -> None:
    rtree = rtree_name(layer)
    conn.exec_driver_sql(f'CREATE VIRTUAL TABLE "{rtree}" USING rtree(id, minx, maxx, miny, maxy)')
    conn.exec_driver_sql(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', ?, ?, 'write-only')",
        (layer.name, RTREE, "http://www.geopackage.org/spec140/#extension_rtree"),
    )
    for trigger in RTREE_TRIGGERS:
        create_trigger(conn, layer, trigger)


def create_trigger(conn: Connection, layer: Table, trigger: str) -> None:
    """Make one of the triggers that keep a layer's R-tree in step."""
    rtree = rtree_name(layer)
    names = {"rtree": f'"{rtree}"', "table": f'"{layer.name}"', "key": layer.primary_key.columns[0].name}
    conn.exec_driver_sql(f'CREATE TRIGGER "{rtree}_{trigger}" {Template(RTREE_TRIGGERS[trigger]).substitute(names)}')


def drop_trigger(conn: Connection, layer: Table, trigger: str) -> None:
    """Drop one of the triggers that keep a layer's R-tree in step."""
    conn.exec_driver_sql(f'DROP TRIGGER "{rtree_name(layer)}_{trigger}"')
