import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pyogrio
import pytest
from sqlalchemy import func, insert, select, text

from geo.errors import StoreError
from geo.locale import say_error, sentences
from geo.store import add_parcels, begin_scan, create_store, open_store, read_parcels
from geo.store import engine as module
from geo.store.tables import intake, metadata, schema_version, subject

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def refusal(action, *args) -> str:
    with pytest.raises(StoreError) as caught:
        action(*args)
    assert say_error(caught.value, "zh")
    assert say_error(caught.value, "en")
    return caught.value.code


def test_the_same_call_makes_the_same_bytes(tmp_path):
    create_store(tmp_path / "a.gpkg")
    create_store(tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_a_store_is_not_made_over_another_file(store_path):
    before = store_path.read_bytes()
    assert refusal(create_store, store_path) == "store.exists"
    assert store_path.read_bytes() == before


def test_a_store_is_named_gpkg_and_its_folder_exists(tmp_path):
    assert refusal(create_store, tmp_path / "a.sqlite") == "store.wrong_suffix"
    assert refusal(create_store, tmp_path / "nowhere" / "a.gpkg") == "store.cannot_write"


def test_a_store_that_could_not_be_made_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "create_geopackage", lambda conn: conn.execute(text("CREATE nothing")))
    assert refusal(create_store, tmp_path / "a.gpkg") == "store.failed"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_refused_and_not_made(tmp_path):
    assert refusal(open_store, tmp_path / "a.gpkg") == "store.missing"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_store_is_refused(tmp_path, squares):
    (tmp_path / "text.gpkg").write_text("not a database, but long enough to be looked at\n" * 100)
    assert refusal(open_store, tmp_path / "text.gpkg") == "store.not_a_store"
    pyogrio.write_dataframe(squares(["a"]), tmp_path / "other.gpkg")
    assert refusal(open_store, tmp_path / "other.gpkg") == "store.not_a_store"
    with closing(sqlite3.connect(tmp_path / "plain.gpkg")) as raw, raw:
        raw.execute("CREATE TABLE schema_version (version INTEGER)")
    assert refusal(open_store, tmp_path / "plain.gpkg") == "store.not_a_store"


@pytest.mark.parametrize(("version", "code"), [(2, "store.newer"), (0, "store.older")])
def test_a_store_of_another_version_is_refused(store_path, version, code):
    with closing(sqlite3.connect(store_path)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = ?", (version,))
    assert refusal(open_store, store_path) == code


def test_a_database_address_is_refused_without_showing_its_password():
    with pytest.raises(StoreError) as caught:
        open_store("postgresql+psycopg://user:secret@host/db")
    assert caught.value.code == "store.not_a_file"
    assert "secret" not in str(caught.value) + say_error(caught.value, "zh")


def test_what_happens_in_a_transaction_is_kept_whole_or_not_at_all(store, day, intake, squares):
    class KilledError(Exception):
        pass

    def stopped():
        with store.begin() as conn:
            add_parcels(conn, intake("parcels", squares(["a", "b"])), known_at=day(1))
            assert len(read_parcels(conn)) == 2
            raise KilledError

    with pytest.raises(KilledError):
        stopped()
    with store.connect() as conn:
        counts = {name: conn.scalar(select(func.count()).select_from(t)) for name, t in metadata.tables.items()}
        assert counts == dict.fromkeys(counts, 0) | {"schema_version": 1}
        assert conn.scalar(text("SELECT count(*) FROM rtree_parcel_geom")) == 0


DYING_WRITER = """
import os, sys
from sqlalchemy import text
from geo.store import open_store
with open_store(sys.argv[1]).begin() as conn:
    conn.exec_driver_sql("PRAGMA cache_size = 10")
    for number in range(2000):
        row = {"id": number, "name": "x" * 500 + str(number)}
        conn.execute(text("INSERT INTO subject VALUES (:id, 1, :name, 0)"), row)
    os._exit(9)
"""


def test_a_process_that_dies_in_the_middle_of_writing_leaves_the_store_as_it_was(store, store_path, as_of):
    with store.begin() as conn:
        begin_scan(conn, "2026-01", as_of=as_of, known_at=NOW, inputs={})
    before = store_path.read_bytes()
    program = [sys.executable, "-c", DYING_WRITER, store_path]
    assert subprocess.run(program, check=False).returncode == 9
    assert store_path.read_bytes() != before  # it had begun to write into the file itself
    with open_store(store_path).connect() as conn:
        assert conn.scalar(select(func.count()).select_from(subject)) == 0
    assert store_path.read_bytes() == before
    assert list(store_path.parent.iterdir()) == [store_path]


def test_no_other_file_lies_beside_a_store_at_rest(store, store_path, day, intake, squares):
    with store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["a"])), known_at=day(1))
    assert list(store_path.parent.iterdir()) == [store_path]
    shutil.move(store_path, store_path.with_name("b.gpkg"))
    with open_store(store_path.with_name("b.gpkg")).connect() as conn:
        assert read_parcels(conn)["parcel_id"].tolist() == ["a"]


def test_what_the_database_refuses_is_an_error_of_ours(store):
    def add_orphan():
        with store.begin() as conn:
            conn.execute(text("INSERT INTO note (intake_id, code, params) VALUES (9, 'x', '{}')"))

    def add_nonsense():
        with store.begin() as conn:
            conn.execute(
                insert(intake).values(kind="weather", file="a", sha256="", known_at=NOW, taken=0),
            )

    def add_nothing():
        with store.begin() as conn:
            conn.execute(text("INSERT INTO nothing VALUES (1)"))

    assert refusal(add_orphan) == "store.constraint"
    assert refusal(add_nonsense) == "store.constraint"
    assert refusal(add_nothing) == "store.failed"


def test_a_second_writer_is_told_that_the_store_is_in_use(store_path, monkeypatch):
    monkeypatch.setattr(module, "WAIT_S", 0.0)
    one, other = open_store(store_path), open_store(store_path)

    def write_too():
        with other.begin() as conn:
            conn.execute(insert(schema_version).values(version=0))

    with one.begin() as conn:
        conn.execute(insert(schema_version).values(version=-1))
        assert refusal(write_too) == "store.locked"


@pytest.mark.parametrize("code", sorted({*module.CODES.values(), "store.failed"}))
def test_every_refusal_of_sqlite_has_a_sentence(code):
    assert code in sentences("zh")
    assert code in sentences("en")
