"""Addresses: what is understood of them, what is shown of them, and what is said when nobody answers."""

import sys
import traceback

import pytest
from sqlalchemy import text

from geo.errors import StoreError
from geo.locale import say_error, sentences
from geo.store import create_store, database, open_store, store_name, upgrade
from geo.store.database import database_engine, parse_address, shown

SECRET = "s3cret"


def refusal(action, *args) -> StoreError:
    with pytest.raises(StoreError) as caught:
        action(*args)
    said = [say_error(caught.value, language) for language in ("zh", "en")]
    everything = [str(caught.value), *said, *traceback.format_exception(caught.value)]
    assert SECRET not in "".join(everything)
    return caught.value


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_an_address_is_taken_apart(scheme):
    url = parse_address(f"{scheme}://li:s3cret%40@host:5433/land?sslmode=require")
    assert (url.drivername, url.username, url.password, url.host, url.port, url.database) == (
        "postgresql+psycopg",
        "li",
        "s3cret@",
        "host",
        5433,
        "land",
    )


@pytest.mark.parametrize(
    "address",
    [
        f"mysql://li:{SECRET}@host/land",
        f"sqlite:///{SECRET}.gpkg",
        f"li:{SECRET}@host://land",
        f"postgresql+psycopg2://li:{SECRET}@host/land",
    ],
)
@pytest.mark.parametrize("action", [create_store, open_store, upgrade, store_name])
def test_another_kind_of_database_is_refused(address, action):
    assert refusal(action, address).code == "store.not_a_file"


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://li:pa@{SECRET}@host/land",
        f"postgresql://li:pa@{SECRET}/x@host/land",
        f"postgresql://li:pa@host:{SECRET}/land",
        f"postgresql://li:{SECRET}@host",
        "postgresql://",
    ],
)
def test_an_address_that_cannot_be_understood_is_not_repeated(address):
    assert refusal(open_store, address).code == "store.bad_address"


@pytest.mark.parametrize(
    "address", [f"postgresql://li:{SECRET}@host:1/land?password={SECRET}", f"postgresql://li:{SECRET}@host:1/land"]
)
def test_neither_password_nor_options_are_shown(address):
    assert store_name(address) == "postgresql+psycopg://li@host:1/land"


def test_a_path_is_shown_as_it_is():
    assert store_name("县/a.gpkg") == "县/a.gpkg"


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql+psycopg://li:{SECRET}@127.0.0.1:1/land",
        f"postgresql+psycopg://li:{SECRET}@/land?host=/nowhere",
        f"postgresql+psycopg:///land?host=/nowhere&user=li&password={SECRET}",
    ],
)
@pytest.mark.parametrize("action", [create_store, open_store, upgrade])
def test_a_server_that_does_not_answer_is_said_to_be_out_of_reach(address, action):
    error = refusal(action, address)
    assert error.code == "store.unreachable"
    assert "@" in error.params["file"] or error.params["file"].endswith(":///land")


def test_a_database_or_user_that_is_not_there_is_said_not_to_be(cluster):
    error = refusal(open_store, cluster.url("nowhere"))
    assert (error.code, '"nowhere" does not exist' in error.params["detail"]) == ("store.unreachable", True)
    assert refusal(open_store, cluster.url(user=f"nobody:{SECRET}")).code == "store.unreachable"


def test_a_password_in_what_the_server_says_is_blotted_out(cluster):
    engine = database_engine(parse_address(cluster.url(user=f"postgres:{SECRET}")))

    def ask():
        with engine.connect() as conn:
            conn.execute(text(f"SELECT {SECRET}"))

    with pytest.raises(StoreError) as caught:
        ask()
    assert caught.value.params["detail"] == 'column "***" does not exist'
    assert shown(engine.url) == "postgresql+psycopg://postgres@/postgres"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DO $$BEGIN RAISE sqlstate '53100'; END$$", "store.full"),
        ("DO $$BEGIN RAISE sqlstate '53300'; END$$", "store.unreachable"),
        ("DO $$BEGIN RAISE sqlstate '40001'; END$$", "store.busy"),
        ("DO $$BEGIN RAISE sqlstate '23514'; END$$", "store.constraint"),
        ("DO $$BEGIN RAISE sqlstate 'XX001'; END$$", "store.damaged"),
        ("DO $$BEGIN RAISE sqlstate '57P01'; END$$", "store.unreachable"),
        ("SELECT nothing", "store.failed"),
    ],
)
def test_what_the_server_refuses_is_an_error_of_ours(cluster, statement, code):
    def ask():
        with database_engine(parse_address(cluster.url())).connect() as conn:
            conn.exec_driver_sql(statement)

    assert refusal(ask).code == code


def test_a_text_that_postgresql_cannot_hold_is_refused(cluster):
    def ask():
        with database_engine(parse_address(cluster.url())).connect() as conn:
            conn.execute(text("SELECT CAST(:value AS TEXT)"), {"value": "a\0b"})

    assert refusal(ask).code == "store.constraint"


@pytest.mark.parametrize("code", sorted({*database.CODES.values(), "store.failed"}))
def test_every_refusal_of_postgresql_has_a_sentence(code):
    assert code in sentences("zh")
    assert code in sentences("en")


@pytest.mark.parametrize("package", ["psycopg", "alembic"])
@pytest.mark.parametrize("action", [create_store, open_store, upgrade])
def test_without_the_extra_it_is_said_what_to_install(monkeypatch, package, action):
    monkeypatch.setitem(sys.modules, package, None)
    error = refusal(action, f"postgresql://li:{SECRET}@host/land")
    assert error.code == "store.extra_missing"
    assert "pip install 'parcelwatch[postgis]'" in say_error(error, "en")
