"""Four roles, tried with SET ROLE: each can do its work and nothing else."""

from dataclasses import replace

import pandas as pd
import pytest
from sqlalchemy import text

from geo.errors import StoreError
from geo.locale import say_error
from geo.model import FINDING_COLUMNS, INDICATOR_COLUMNS
from geo.store import (
    add_footprints,
    add_indicators,
    add_ledger,
    add_observations,
    add_parcels,
    add_scenes,
    begin_scan,
    create_store,
    finish_scan,
    grant_roles,
    open_store,
    read_findings,
    read_ledger,
    read_parcels,
    tables,
    upgrade,
    write_findings,
    write_snapshot,
)
from geo.store.roles import FOR_INSPECTORS, ROLES, TABLES, VIEWS

FILES_SAID = (
    tables.intake,
    tables.note,
    tables.refused,
    tables.parcel,
    tables.footprint,
    tables.ledger_entry,
    tables.register,
    tables.scene,
    tables.observation,
    tables.change,
)


@pytest.fixture
def roles(cluster, database_store):
    """The store's roles and a way to act as one of them."""
    with database_store.begin() as conn:
        grant_roles(conn, "county")
    yield {role: f"county_{role}" for role in ROLES}
    cluster.drop_database(database_store.url.database)
    for role in ROLES:
        cluster.ask(f"DROP ROLE county_{role}")
    cluster.ask(f"CREATE DATABASE {database_store.url.database}")  # for whoever made it to drop


@pytest.fixture
def try_as(database_store, roles):
    """Do something as a role, for nothing; return the code of the refusal, or None."""

    def try_as(role: str, action) -> str | None:
        with database_store.connect() as conn:
            conn.exec_driver_sql(f"SET ROLE {roles[role]}")
            try:
                conn.exec_driver_sql(action) if isinstance(action, str) else action(conn)
            except StoreError as error:
                return error.code
        return None

    return try_as


@pytest.fixture
def month(intake, squares, scene, observed, day, as_of):  # noqa: PLR0917 - all that a month needs
    """Do all that a month asks of a writer."""

    def month(conn) -> None:
        parcels = squares(["a"])
        roofs = parcels.rename(columns={"parcel_id": "footprint_id"})[["footprint_id", "row", "geometry"]]
        blank = {"storey_count": 1.0, "storey_height_m": 4.0, "height_m": 5.0, "part_of": None}
        bad = {"row": 4, "identifier": "z", "column": "x", "code": "ingest.bad", "params": {}, "raw": "?"}
        add_parcels(conn, intake("parcels", parcels, refused=[bad]), known_at=day(1))
        add_parcels(conn, intake("parcels", squares(["a"], side=10.0)), known_at=day(2))
        add_footprints(conn, intake("footprints", roofs.assign(**blank)), known_at=day(2))
        ledger = pd.DataFrame({"parcel_id": ["a"], "price_yuan": [7654321.5], "row": [2]})
        add_ledger(conn, intake("ledger", ledger), known_at=day(3), complete_through=as_of)
        paid = pd.DataFrame({"contract_number": ["K"], "payment": ["price"], "paid_yuan": [7654321.5], "row": [2]})
        add_ledger(conn, replace(intake("ledger", paid), register="payment_made"), known_at=day(3))
        for _ in range(2):  # the second time, files have only moved
            add_scenes(conn, [scene(3)], {scene(3).scene_id: "1" * 64}, known_at=day(14))
        add_observations(conn, observed({"a": 2}, scene(3)), method="m")
        index = pd.Index(["a"], name="parcel_id")
        facts = pd.DataFrame({"is_started": pd.array([True], dtype="boolean")}, index=index)
        sources = pd.DataFrame({"is_started": ["ledger:row 2"]}, index=index)
        findings = pd.DataFrame([dict.fromkeys(FINDING_COLUMNS, "x")]).assign(
            parcel_id="a", outcome="met", is_boundary=False, is_limb_conflict=False
        )
        indicators = pd.DataFrame({"parcel_version": [2], **dict.fromkeys(INDICATOR_COLUMNS[1:], 0.5)})
        scan = begin_scan(conn, "2026-01", as_of=as_of, known_at=day(20), inputs={})
        for _ in range(2):  # as after a stop
            add_indicators(conn, scan.scan_id, indicators)
            write_snapshot(conn, scan.scan_id, facts, sources)
            write_findings(conn, scan.scan_id, findings)
        finish_scan(conn, scan.scan_id, outputs_hash="")
        assert len(read_findings(conn, scan.scan_id)) == 1

    return month


def test_a_writer_can_do_all_that_a_month_asks(try_as, month):
    assert try_as("writer", month) is None


def test_a_writer_cannot_unsay_what_files_said(try_as):
    said = [
        action.format(table.name, next(iter(table.c)).name)
        for table in FILES_SAID
        for action in ("DELETE FROM {}", "UPDATE {0} SET {1} = NULL", "TRUNCATE {}", "DROP TABLE {}")
    ]
    assert {statement: try_as("writer", statement) for statement in said} == dict.fromkeys(said, "store.not_allowed")


@pytest.mark.parametrize("action", ["UPDATE schema_version SET version = 9", "CREATE TABLE x (y INTEGER)"])
def test_a_writer_cannot_change_the_form_of_a_store(try_as, action):
    if action.startswith("CREATE"):
        assert try_as("owner", action) is None
    assert try_as("writer", action) == "store.not_allowed"


def test_a_reader_reads_everything_and_adds_nothing(try_as, intake, squares, day):
    for name in (*TABLES, *VIEWS):
        assert try_as("reader", f"SELECT * FROM {name}") is None
    assert try_as("reader", read_ledger) is None
    add = intake("parcels", squares(["a"]))
    assert try_as("reader", lambda conn: add_parcels(conn, add, known_at=day(1))) == "store.not_allowed"


def test_an_inspector_sees_the_views_and_no_money(database_store, roles, try_as, month):
    with database_store.begin() as conn:
        month(conn)
    for name in TABLES:
        assert try_as("inspector", f"SELECT * FROM {name}") == "store.not_allowed"
    assert try_as("inspector", "SELECT * FROM current_ledger") == "store.not_allowed"
    for name in FOR_INSPECTORS:
        assert try_as("inspector", f"SELECT * FROM {name}") is None
        assert try_as("inspector", f"DELETE FROM {name}") in ("store.not_allowed", "store.failed")  # or it never can be
    with database_store.connect() as conn:
        conn.exec_driver_sql(f"SET ROLE {roles['inspector']}")
        seen = "".join(str(row) for name in FOR_INSPECTORS for row in conn.execute(text(f"SELECT * FROM {name}")))
    assert "'a'" in seen
    assert "7654321.5" not in seen


def test_a_condition_of_an_inspectors_own_does_not_see_the_hidden_rows(database_store, roles, month):
    """A cheap function in a query would be asked before the view's own condition, were it not barred."""
    with database_store.connect() as conn:
        month(conn)
        conn.exec_driver_sql(
            "CREATE FUNCTION public.told(value TEXT) RETURNS BOOLEAN LANGUAGE plpgsql COST 0.0001 "
            "AS $$BEGIN IF value LIKE '7654321%%' THEN RAISE 'seen'; END IF; RETURN true; END$$"
        )
        conn.exec_driver_sql(f"SET ROLE {roles['inspector']}")
        rows = conn.exec_driver_sql("SELECT field FROM inspector_ledger WHERE told(value)").all()
    assert {field for (field,) in rows} == {"parcel_id", "contract_number", "payment"}


def test_the_owner_upgrades_and_grants_anew(try_as, database_store):
    assert try_as("owner", lambda conn: grant_roles(conn, "county")) is None
    address = database_store.url.render_as_string(hide_password=False)
    assert upgrade(address, roles="county") is False
    assert try_as("reader", read_parcels) is None


def test_a_store_is_made_with_its_roles(cluster, database):
    create_store(database, roles="land")
    with open_store(database).connect() as conn:
        conn.exec_driver_sql("SET ROLE land_reader")
        assert read_parcels(conn).empty
    name = open_store(database).url.database
    assert cluster.ask("SELECT count(*) FROM pg_tables WHERE tableowner = 'land_owner'", name) == str(len(TABLES) + 1)
    cluster.ask("DROP OWNED BY land_owner, land_writer, land_reader, land_inspector CASCADE", name)
    for role in ROLES:
        cluster.ask(f"DROP ROLE land_{role}")


def test_somebody_who_may_not_make_roles_is_told_so(cluster, database):
    name = open_store_name(database)
    cluster.ask("CREATE ROLE plain LOGIN")
    cluster.ask(f"GRANT ALL ON DATABASE {name} TO plain")
    cluster.ask("GRANT ALL ON SCHEMA public TO plain", name)
    with pytest.raises(StoreError) as caught:
        create_store(database.replace("postgres@", "plain@"), roles="land")
    assert caught.value.code == "store.not_allowed"
    assert say_error(caught.value, "en")
    assert cluster.ask("SELECT to_regclass('parcel') IS NULL", name) == "t"
    cluster.ask("DROP OWNED BY plain", name)
    cluster.ask("DROP OWNED BY plain")
    cluster.ask("DROP ROLE plain")


def test_somebody_who_may_make_roles_need_not_be_administrator(cluster, database):
    name = open_store_name(database)
    cluster.ask("CREATE ROLE chief LOGIN CREATEROLE")
    cluster.ask("ALTER SCHEMA public OWNER TO chief", name)
    create_store(database.replace("postgres@", "chief@"), roles="land")
    assert cluster.ask("SELECT tableowner FROM pg_tables WHERE tablename = 'parcel'", name) == "land_owner"
    cluster.ask("DROP OWNED BY land_owner, land_writer, land_reader, land_inspector, chief CASCADE", name)
    for role in (*(f"land_{role}" for role in ROLES), "chief"):
        cluster.ask(f"DROP ROLE {role}")


def open_store_name(address: str) -> str:
    return address.split("/")[3].split("?", maxsplit=1)[0]


@pytest.mark.parametrize("prefix", ["", "Land", "land; DROP TABLE parcel", 'l"and', "1land", "l" * 42, "地"])
def test_a_prefix_that_is_no_plain_name_is_refused(database_store, prefix):
    with database_store.connect() as conn, pytest.raises(StoreError) as caught:
        grant_roles(conn, prefix)
    assert caught.value.code == "store.bad_role"
    assert say_error(caught.value, "zh")


def test_a_file_has_no_roles(file_store):
    with file_store.connect() as conn, pytest.raises(StoreError, match=r"store\.no_roles"):
        grant_roles(conn, "county")
