"""A store in a database: made whole or not at all, refused where it cannot be."""

import psycopg
import pytest
from sqlalchemy import insert, text

from geo.errors import StoreError
from geo.locale import say_error
from geo.store import add_parcels, create_store, open_store, postgis, read_parcels, upgrade
from geo.store.database import database_engine, parse_address
from geo.store.tables import SCHEMA_VERSION, schema_version


def refusal(action, *args, **options) -> StoreError:
    with pytest.raises(StoreError) as caught:
        action(*args, **options)
    assert say_error(caught.value, "zh")
    assert say_error(caught.value, "en")
    return caught.value


def tables_of(address: str) -> set[str]:
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    with database_engine(parse_address(address)).connect() as conn:
        return set(conn.scalars(text(query)))


def test_a_new_store_is_empty_and_of_this_version(database):
    assert refusal(open_store, database).code == "store.missing"
    create_store(database)
    with open_store(database).connect() as conn:
        assert read_parcels(conn).empty
        assert conn.scalar(text("SELECT version FROM schema_version")) == SCHEMA_VERSION


def test_a_store_is_not_made_over_another_one(database_store):
    address = database_store.url.render_as_string(hide_password=False)
    assert refusal(create_store, address).code == "store.exists"


def test_a_store_that_could_not_be_made_leaves_nothing(database, monkeypatch):
    monkeypatch.setattr(postgis, "grant_roles", lambda conn, prefix: conn.exec_driver_sql("CREATE nothing"))
    before = tables_of(database)
    assert refusal(create_store, database, roles="county").code == "store.failed"
    assert tables_of(database) == before
    assert "parcel" not in before


def test_a_database_without_postgis_gets_it_from_who_may_add_it(cluster):
    name = cluster.make_database("template1")
    cluster.ask("CREATE ROLE clerk LOGIN")
    cluster.ask(f"GRANT CREATE ON DATABASE {name} TO clerk")
    error = refusal(create_store, cluster.url(name, user="clerk"))
    assert error.code == "store.no_postgis"
    assert "postgis" in error.params["detail"]
    create_store(cluster.url(name))
    assert cluster.ask("SELECT postgis_version() IS NOT NULL", name) == "t"
    cluster.drop_database(name)
    cluster.ask("DROP ROLE clerk")


def test_a_database_that_cannot_hold_chinese_is_refused(cluster):
    cluster.ask("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    error = refusal(create_store, cluster.url("latin"))
    assert (error.code, error.params["encoding"]) == ("store.not_utf8", "LATIN1")
    cluster.drop_database("latin")


@pytest.mark.parametrize(("version", "code"), [(99, "store.newer"), (1, "store.older")])
def test_a_store_of_another_version_is_refused(database_store, version, code):
    address = database_store.url.render_as_string(hide_password=False)
    with database_store.begin() as conn:
        conn.execute(schema_version.delete())
        conn.execute(insert(schema_version).values(version=version))
    assert refusal(open_store, address).code == code
    if version > SCHEMA_VERSION:
        assert refusal(upgrade, address).code == code


def test_a_transaction_reads_one_moment_of_the_store(database_store, intake, squares, day):
    with database_store.connect() as reader:
        assert read_parcels(reader).empty
        with database_store.begin() as writer:
            add_parcels(writer, intake("parcels", squares(["a"])), known_at=day(1))
        assert read_parcels(reader).empty
    with database_store.connect() as reader:
        assert read_parcels(reader)["parcel_id"].tolist() == ["a"]


def test_a_connection_that_is_cut_is_an_error_of_ours_and_leaves_nothing(cluster, database_store, intake, squares, day):
    def cut():
        with database_store.begin() as conn:
            add_parcels(conn, intake("parcels", squares(["a"])), known_at=day(1))
            number = conn.scalar(text("SELECT pg_backend_pid()"))
            cluster.ask(f"SELECT pg_terminate_backend({number}, 5000)")
            add_parcels(conn, intake("parcels", squares(["b"])), known_at=day(1))

    assert refusal(cut).code == "store.unreachable"
    with database_store.connect() as conn:
        assert read_parcels(conn).empty


def test_no_connection_stays_open_between_transactions(cluster, database_store):
    with database_store.connect() as conn:
        read_parcels(conn)
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database_store.url.database}'"
    assert cluster.ask(query) == "0"


def test_a_store_in_a_schema_of_its_own_is_found_by_the_search_path(cluster, database):
    cluster.ask("CREATE SCHEMA land", database.split("/")[3].split("?")[0])
    address = f"{database}&options=-csearch_path%3Dland,public"
    create_store(address, roles=None)
    assert "parcel" not in tables_of(database)
    with open_store(address).connect() as conn:
        assert read_parcels(conn).empty
    with psycopg.connect(database.replace("+psycopg", "")) as raw:
        assert raw.execute("SELECT count(*) FROM land.parcel").fetchone() == (0,)
