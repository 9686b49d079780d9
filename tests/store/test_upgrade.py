"""A file of a version before the last that never was: ``town`` was ``township``, and there was a table ``weather``.

Real earlier versions are in ``test_migrate``.
"""

import sqlite3
from contextlib import closing

import pandas as pd
import pyogrio
import pytest
from sqlalchemy import text

from geo.errors import StoreError
from geo.locale import say_error
from geo.store import add_parcels, create_store, open_store, parcels_in_bbox, read_parcels, upgrade
from geo.store.tables import SCHEMA_VERSION
from geo.store.upgrade import STEPS
from geo.store.views import view_queries

LAST = SCHEMA_VERSION - 1


def rename_township(table, row):
    if table == "parcel":
        row = {"town" if name == "township" else name: value for name, value in row.items()}
    if table != "weather":
        yield table, row


@pytest.fixture
def filled(file_store, intake, squares, day):
    with file_store.begin() as conn:
        for known, side in ((1, 20.0), (2, 21.0)):
            add_parcels(conn, intake("parcels", squares(["a", "b"], side=side, town="东镇")), known_at=day(known))
    return file_store


@pytest.fixture
def old(filled, store_path):
    with closing(sqlite3.connect(store_path)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = ?", (LAST,))
        raw.execute("PRAGMA legacy_alter_table = ON")
        for view in view_queries("sqlite"):
            raw.execute(f"DROP VIEW {view}")
        raw.execute("ALTER TABLE parcel RENAME COLUMN town TO township")
        raw.execute("CREATE TABLE weather (id INTEGER PRIMARY KEY, rain DOUBLE)")
        raw.execute("INSERT INTO weather VALUES (1, 0.5)")
        raw.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('weather', 'attributes')")
    return store_path


def test_there_is_a_step_from_every_earlier_version():
    assert sorted(STEPS) == list(range(1, SCHEMA_VERSION))


def test_every_row_arrives_with_its_history_and_its_place_in_the_index(old):
    assert upgrade(old, steps={LAST: rename_township}) is True
    with open_store(old).connect() as conn:
        parcels = read_parcels(conn)
        assert parcels[["parcel_version", "town", "area_m2"]].to_numpy().tolist() == [
            [3, "东镇", 441],
            [4, "东镇", 441],
        ]
        assert conn.scalar(text("SELECT count(*) FROM rtree_parcel_geom")) == 4
        assert len(parcels_in_bbox(conn, tuple(parcels.to_crs(4490).total_bounds))) == 2
        assert conn.execute(text("PRAGMA foreign_key_check")).all() == []
    assert "weather" not in dict(pyogrio.list_layers(old))
    assert list(old.parent.iterdir()) == [old]


def test_an_upgraded_store_takes_rows_on(old, intake, squares, day):
    upgrade(old, steps={LAST: rename_township})
    with open_store(old).begin() as conn:
        assert add_parcels(conn, intake("parcels", squares(["a", "c"])), known_at=day(3)).intake_id == 3
        assert sorted(read_parcels(conn)["parcel_version"]) == [4, 5, 6]


def test_a_store_of_this_version_is_left_alone(filled, store_path):
    before = store_path.read_bytes()
    assert upgrade(store_path) is False
    assert store_path.read_bytes() == before


def test_steps_follow_each_other(old):
    def keep(table, row):
        yield table, row

    with closing(sqlite3.connect(old)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = ?", (LAST - 1,))
    upgrade(old, steps={LAST - 1: keep, LAST: rename_township})
    with open_store(old).connect() as conn:
        assert read_parcels(conn)["town"].tolist() == ["东镇", "东镇"]


def test_each_step_leads_from_its_own_version(old):
    """A step that is run twice, or in another's place, would find no column ``township``."""

    def back(table, row):
        if table == "parcel":
            row = {"township" if name == "borough" else name: value for name, value in row.items()}
        yield table, row

    with closing(sqlite3.connect(old)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = ?", (LAST - 1,))
        raw.execute("PRAGMA legacy_alter_table = ON")
        raw.execute("ALTER TABLE parcel RENAME COLUMN township TO borough")
    upgrade(old, steps={LAST - 1: back, LAST: rename_township})
    with open_store(old).connect() as conn:
        assert read_parcels(conn)["town"].tolist() == ["东镇", "东镇"]


def refused(path, **arguments) -> StoreError:
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        upgrade(path, **arguments)
    assert say_error(caught.value, "zh")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    return caught.value


def test_a_store_of_a_newer_program_is_refused(filled, store_path):
    with closing(sqlite3.connect(store_path)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = ?", (SCHEMA_VERSION + 1,))
    assert refused(store_path).code == "store.newer"


def test_a_layer_of_somebody_else_is_not_thrown_away(old):
    def with_weather(table, row):
        return [(table, row)] if table == "weather" else rename_township(table, row)

    error = refused(old, steps={LAST: with_weather})
    assert (error.code, error.params["layer"]) == ("store.unknown_table", "weather")


def test_a_column_that_has_no_place_stops_the_upgrade(old):
    def with_township(table, row):
        return [] if table == "weather" else [(table, row)]

    assert refused(old, steps={LAST: with_township}).code == "store.failed"


def test_a_row_that_points_nowhere_stops_the_upgrade(old):
    def without_intakes(table, row):
        return [] if table == "intake" else rename_township(table, row)

    assert refused(old, steps={LAST: without_intakes}).code == "store.damaged"


def test_a_step_that_fails_leaves_the_old_store(old):
    def broken(table, row):
        raise RuntimeError(table)

    before = old.read_bytes()
    with pytest.raises(RuntimeError):
        upgrade(old, steps={LAST: broken})
    assert old.read_bytes() == before
    assert list(old.parent.iterdir()) == [old]


def test_upgrading_what_is_not_there_says_so(tmp_path):
    with pytest.raises(StoreError, match=r"store\.missing"):
        upgrade(tmp_path / "a.gpkg")


def test_a_copy_is_the_same_store(filled, store_path, tmp_path):
    """The copy itself changes nothing: an earlier version with the columns of this one gives back every row."""

    def keep(table, row):
        yield table, row

    with filled.connect() as conn:
        before = pd.DataFrame(read_parcels(conn))
    with closing(sqlite3.connect(store_path)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = ?", (LAST,))
    upgrade(store_path, steps={LAST: keep})
    with open_store(store_path).connect() as conn:
        pd.testing.assert_frame_equal(pd.DataFrame(read_parcels(conn)), before)
    create_store(tmp_path / "empty.gpkg")
    layers = [dict(pyogrio.list_layers(path)) for path in (store_path, tmp_path / "empty.gpkg")]
    assert layers[0] == layers[1]
