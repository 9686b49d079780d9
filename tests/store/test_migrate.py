"""From every earlier version to this one, on both stores; and what is migrated is what is declared."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

import geo.store
from geo.errors import StoreError
from geo.store import (
    add_parcels,
    open_store,
    parcels_in_bbox,
    read_findings,
    read_footprints,
    read_intakes,
    read_ledger,
    read_monthly,
    read_observations,
    read_parcels,
    read_refused,
    read_scan,
    read_scenes,
    read_snapshot,
    upgrade,
)
from geo.store.blob import register_functions
from geo.store.database import database_engine, parse_address
from geo.store.migrate import migrate, revisions
from geo.store.tables import SCHEMA_VERSION, metadata
from geo.store.views import create_views

EARLIER = Path(__file__).with_name("earlier")
VERSIONS = range(1, SCHEMA_VERSION)

SHAPE = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relkind IN ('r', 'v')""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "views": """
        SELECT relname, reloptions::text, pg_get_viewdef(oid) FROM pg_class
        WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace""",
    "sequences": "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'",
}
"""All that makes up the form of a store."""


def shape_of(conn: Connection) -> dict[str, set[tuple[object, ...]]]:
    shape = {part: {tuple(row) for row in conn.execute(text(query))} for part, query in SHAPE.items()}
    return {part: {row for row in rows if "alembic_version" not in str(row)} for part, rows in shape.items()}


def test_what_the_migrations_make_is_what_is_declared(cluster, database, database_store):
    with database_engine(parse_address(database)).begin() as conn:
        before = shape_of(conn)
        metadata.create_all(conn)
        create_views(conn)
        declared = shape_of(conn)
    with database_store.connect() as conn:
        migrated = shape_of(conn)
    assert migrated == declared
    added = {row[0] for row in declared["columns"] - before["columns"]}
    assert added >= {*metadata.tables, "current_parcel", "inspector_ledger"}


def test_every_version_has_one_revision_that_leads_to_it():
    script = revisions()
    assert [revision.revision for revision in script.walk_revisions()] == [
        str(version) for version in range(SCHEMA_VERSION, 0, -1)
    ]


def test_both_counts_of_the_version_agree(database):
    engine = database_engine(parse_address(database))
    for version in range(1, SCHEMA_VERSION + 1):
        with engine.begin() as conn:
            migrate(conn, version)
            assert conn.scalar(text("SELECT version FROM schema_version")) == version
            assert conn.scalar(text("SELECT version_num FROM alembic_version")) == str(version)


def test_the_revisions_lie_in_the_package_that_is_shipped():
    folder = Path(geo.store.__file__).with_name("migrations")
    for version in range(1, SCHEMA_VERSION + 1):
        assert {path.name for path in folder.glob(f"version_{version}.*")} >= {
            f"version_{version}.py",
            f"version_{version}.sql",
        }


@pytest.fixture(params=VERSIONS, ids="from {}".format)
def version(request) -> int:
    return request.param


@pytest.fixture
def earlier_file(version, tmp_path) -> Path:
    path = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(path)) as raw:
        register_functions(raw)
        raw.executescript((EARLIER / f"geopackage_{version}.sql").read_text("utf-8"))
    return path


@pytest.fixture
def earlier_database(version, database) -> str:
    with database_engine(parse_address(database)).begin() as conn:
        migrate(conn, version)
        conn.exec_driver_sql((EARLIER / f"postgis_{version}.sql").read_text("utf-8"))
    return database


@pytest.fixture(params=["earlier_file", "earlier_database"])
def earlier(request, version) -> str:
    """A store of each earlier version and kind: two parcels of which one was surveyed again, and one of the rest."""
    return str(request.getfixturevalue(request.param))


def test_an_earlier_store_is_upgraded_with_everything_in_it(earlier, day, as_of):
    with pytest.raises(StoreError, match=r"store\.older"):
        open_store(earlier)
    assert upgrade(earlier) is True
    assert upgrade(earlier) is False
    with open_store(earlier).connect() as conn:
        parcels = read_parcels(conn)
        assert parcels[["parcel_id", "parcel_version", "town", "area_m2"]].to_numpy().tolist() == [
            ["乙", 2, "东镇", 400.0],
            ["甲", 3, "东镇", 441.0],
        ]
        assert parcels.area.tolist() == [400.0, 441.0]
        assert read_parcels(conn, as_of=date(2026, 1, 1))["area_m2"].tolist() == [400.0, 400.0]
        assert len(parcels_in_bbox(conn, tuple(parcels.to_crs(4490).total_bounds))) == 2
        assert read_footprints(conn)["height_m"].tolist() == [9.5]
        ledger = read_ledger(conn)
        assert ledger[["parcel_id", "price_yuan"]].to_numpy().tolist() == [["甲", 1.5e6]]
        assert len(read_scenes(conn, until=day(31))) == 2
        assert len(read_observations(conn, method="m", until=day(31))) == 2
        scan = read_scan(conn, "2026-01")
        assert (scan.as_of, scan.inputs, scan.state) == (as_of, {"seed": 7}, "done")
        assert read_findings(conn, scan.scan_id)["outcome"].tolist() == ["not_met", "undetermined"]
        assert read_snapshot(conn, scan.scan_id)[0]["is_started"].isna().tolist() == [False, True]
        assert read_intakes(conn)["file"].tolist() == ["a.gpkg", "b.gpkg", "a.gpkg", "l.xlsx"]
        assert read_refused(conn)["identifier"].tolist() == ["丙"]


def test_months_of_an_earlier_store_say_what_they_said(earlier, version):
    upgrade(earlier)
    with open_store(earlier).connect() as conn:
        months = read_monthly(conn, method="m")
    assert months[["parcel_id", "built_fraction", "band_high"]].to_numpy().tolist() == [["甲", 0.4, 0.5]] * (
        version > 3
    )
    assert months[["image_low", "known_low"]].isna().all(axis=None)


def test_an_upgraded_store_has_the_views_of_this_version(earlier):
    upgrade(earlier)
    with open_store(earlier).connect() as conn:
        query = "SELECT parcel_id, outcome FROM latest_finding ORDER BY finding_id"
        assert conn.execute(text(query)).all() == [("甲", "not_met"), ("乙", "undetermined")]
        assert set(conn.scalars(text("SELECT parcel_version FROM current_parcel"))) == {2, 3}


def test_an_upgraded_store_takes_rows_on_where_it_left_off(earlier, intake, squares, day):
    upgrade(earlier)
    with open_store(earlier).begin() as conn:
        assert add_parcels(conn, intake("parcels", squares(["丁"])), known_at=day(20)).intake_id == 5
        assert read_parcels(conn)["parcel_version"].max() == 4


def test_a_migration_that_fails_leaves_the_earlier_store(earlier_database):
    engine = database_engine(parse_address(earlier_database))
    with engine.begin() as conn:
        conn.exec_driver_sql(f"ALTER TABLE schema_version ADD CHECK (version < {SCHEMA_VERSION})")
        before = shape_of(conn)
    with pytest.raises(StoreError, match=r"store\.constraint"):
        upgrade(earlier_database)
    with engine.connect() as conn:
        assert shape_of(conn) == before


def test_a_store_made_between_two_versions_is_upgraded_too(store, squares, intake, day):
    """What version 4 adds was in some stores that called themselves version 3."""
    with store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["甲"])), known_at=day(1))
        conn.execute(text("UPDATE schema_version SET version = 3"))
        if conn.dialect.name != "sqlite":
            conn.execute(text("UPDATE alembic_version SET version_num = '3'"))
    at = store.url.render_as_string(hide_password=False) if store.dialect.name != "sqlite" else store.url.database
    assert upgrade(at) is True
    with open_store(at).connect() as conn:
        assert read_parcels(conn)["parcel_id"].tolist() == ["甲"]
        assert conn.scalar(text("SELECT count(*) FROM monthly")) == 0
