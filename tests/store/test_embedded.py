import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pyogrio
import pytest
from sqlalchemy import func, select, text

from geo.errors import StoreError
from geo.locale import say_error, sentences
from geo.store import add_parcels, begin_scan, create_store, embedded, open_store, read_parcels
from geo.store.tables import subject

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def refusal(action, *args, **options) -> str:
    with pytest.raises(StoreError) as caught:
        action(*args, **options)
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
    monkeypatch.setattr(embedded, "create_geopackage", lambda conn: conn.execute(text("CREATE nothing")))
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


@pytest.mark.parametrize(("version", "code"), [(99, "store.newer"), (0, "store.older")])
def test_a_store_of_another_version_is_refused(store_path, version, code):
    with closing(sqlite3.connect(store_path)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = ?", (version,))
    assert refusal(open_store, store_path) == code


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


def test_a_process_that_dies_in_the_middle_of_writing_leaves_the_store_as_it_was(file_store, store_path, as_of):
    with file_store.begin() as conn:
        begin_scan(conn, "2026-01", as_of=as_of, known_at=NOW, inputs={})
    before = store_path.read_bytes()
    program = [sys.executable, "-c", DYING_WRITER, store_path]
    assert subprocess.run(program, check=False).returncode == 9
    assert store_path.read_bytes() != before  # it had begun to write into the file itself
    with open_store(store_path).connect() as conn:
        assert conn.scalar(select(func.count()).select_from(subject)) == 0
    assert store_path.read_bytes() == before
    assert list(store_path.parent.iterdir()) == [store_path]


def test_a_journal_in_which_nothing_stands_goes_when_the_store_is_opened(store_path):
    journal = store_path.with_name("县.gpkg-journal")
    journal.touch()
    open_store(store_path)
    assert not journal.exists()


def test_the_journal_of_somebody_at_work_is_left_alone(file_store, store_path, as_of):
    with file_store.begin() as conn:
        begin_scan(conn, "2026-01", as_of=as_of, known_at=NOW, inputs={})
        journal = store_path.with_name("县.gpkg-journal")
        assert journal.exists()
        open_store(store_path)
        assert journal.exists()
    assert not journal.exists()


def test_no_other_file_lies_beside_a_store_at_rest(file_store, store_path, day, intake, squares):
    with file_store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["a"])), known_at=day(1))
    assert list(store_path.parent.iterdir()) == [store_path]
    shutil.move(store_path, store_path.with_name("b.gpkg"))
    with open_store(store_path.with_name("b.gpkg")).connect() as conn:
        assert read_parcels(conn)["parcel_id"].tolist() == ["a"]


@pytest.mark.parametrize("code", sorted({*embedded.CODES.values(), "store.failed"}))
def test_every_refusal_of_sqlite_has_a_sentence(code):
    assert code in sentences("zh")
    assert code in sentences("en")


def test_a_file_has_no_roles(tmp_path):
    assert refusal(create_store, tmp_path / "a.gpkg", roles="county") == "store.no_roles"
    assert list(tmp_path.iterdir()) == []
