"""Many rows at once are the same rows as one by one."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy import func, insert, select, text

from geo.errors import StoreError
from geo.store import add_parcels, bulk, parcels_in_bbox, read_parcels, rtree
from geo.store.bulk import add_frame
from geo.store.tables import intake as intake_table
from geo.store.tables import note, parcel, register


@pytest.fixture
def intake_id(store, day):
    values = {"kind": "ledger", "file": "a", "sha256": "", "known_at": day(1), "taken": 0}
    with store.begin() as conn:
        conn.execute(insert(intake_table).values(**values))
    return 1


@pytest.fixture(params=[1, 2, 10_000], ids="pieces of {}".format)
def _pieces(request, monkeypatch):
    monkeypatch.setattr(bulk, "PIECE", request.param)


@pytest.mark.usefixtures("_pieces")
def test_every_kind_of_value_arrives_as_if_added_alone(store, intake_id, day):
    rows = [
        {"name": "甲", "complete_through": date(2026, 1, 31), "known_at": day(1), "intake_id": intake_id},
        {"name": "乙", "complete_through": date(1, 1, 1), "known_at": day(1), "intake_id": intake_id},
        {"name": "", "complete_through": date(9999, 12, 31), "known_at": day(2), "intake_id": intake_id},
    ]
    said = [
        {"intake_id": 1, "source_row": 3, "identifier": None, "code": "x", "params": {"a": [1, None], "县": "县"}},
        {"intake_id": 1, "source_row": None, "identifier": "a\tb\n\\N", "code": "NULL", "params": {}},
    ]
    with store.begin() as conn:
        for table, given in ((register, rows), (note, said)):
            key = next(iter(table.primary_key.columns))
            columns = [column for column in table.c if column is not key]
            query = select(*columns).order_by(key)
            conn.execute(insert(table), given)
            alone = conn.execute(query).all()
            add_frame(conn, table, pd.DataFrame(given, dtype=object))
            assert conn.execute(query).all() == [*alone, *alone]


def test_numbers_arrive_as_they_are(county, day):
    values = [0.1, -2.5, 1e-320, 1.7976931348623157e308, np.inf, -np.inf, np.nan]
    with county.begin() as conn:
        add_frame(
            conn,
            parcel,
            pd.DataFrame(
                {
                    "parcel_id": [f"n{n}" for n in range(len(values))],
                    "contract_area_m2": values,
                    "area_m2": 1.0,
                    "ellipsoidal_area_m2": 1.0,
                    "known_at": pd.Series([day(14)] * len(values), dtype=object),
                    "intake_id": 1,
                    "geometry_hash": "",
                    "source_crs": "EPSG:4490",
                    "is_withdrawn": 0,
                }
            ),
            geometry=gpd.GeoSeries([MultiPolygon([Polygon([(0, 0), (1, 0), (0, 1)])])] * len(values), crs=4490),
        )
        query = select(parcel.c.contract_area_m2).where(parcel.c.parcel_id.like("n%")).order_by(parcel.c.parcel_id)
        back = list(conn.scalars(query))
    assert back[:-1] == values[:-1]
    assert back[-1] is None


def test_no_rows_are_fine(store):
    with store.begin() as conn:
        add_frame(conn, note, pd.DataFrame(columns=["intake_id", "code", "params"]))
        assert conn.scalar(select(func.count()).select_from(note)) == 0


@pytest.mark.usefixtures("_pieces")
def test_a_row_that_the_database_refuses_undoes_all_of_them(store, intake_id):
    frame = pd.DataFrame({"intake_id": [1, 1, 1, 99], "code": "x", "params": [{}] * 4})

    def add():
        with store.begin() as conn:
            add_frame(conn, note, frame)

    with pytest.raises(StoreError, match=r"store\.constraint"):
        add()
    with store.connect() as conn:
        assert conn.scalar(select(func.count()).select_from(note)) == 0


@pytest.fixture(params=[1, 100], ids=["tree at once", "by trigger"])
def _least(request, monkeypatch):
    monkeypatch.setattr(rtree, "LEAST", request.param)
    monkeypatch.setattr(bulk, "LEAST", request.param)


@pytest.mark.usefixtures("_pieces", "_least")
def test_a_large_load_gives_the_same_layer_as_a_small_one(store, intake, squares, day):
    """However the rows come in, and into whatever is there already, versions and index are the same."""
    with store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["b", "a"])), known_at=day(1))
        add_parcels(conn, intake("parcels", squares(["a", "b", "c", "d"], side=10.0)), known_at=day(2))
        add_parcels(conn, intake("parcels", squares(["e"])), known_at=day(3))
    with store.connect() as conn:
        parcels = read_parcels(conn)
        assert parcels[["parcel_id", "parcel_version", "area_m2"]].to_numpy().tolist() == [
            ["a", 3, 100],
            ["b", 4, 100],
            ["c", 5, 100],
            ["d", 6, 100],
            ["e", 7, 400],
        ]
        for name, outline in parcels.to_crs(4490).set_index("parcel_id").geometry.items():
            assert name in parcels_in_bbox(conn, outline.bounds)["parcel_id"].tolist()
        assert len(parcels_in_bbox(conn, (-180, -90, 180, 90))) == 5
        if store.dialect.name == "sqlite":
            assert conn.scalar(text("SELECT rtreecheck('rtree_parcel_geom')")) == "ok"
            assert conn.scalar(text("SELECT count(*) FROM rtree_parcel_geom")) == 7


def test_many_parcels_are_found_again_through_a_tree_written_at_once(file_store, intake, squares, day):
    names = [f"p{n:04d}" for n in range(2 * rtree.LEAST)]
    with file_store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(names)), known_at=day(1))
        parcels = read_parcels(conn).to_crs(4490)
        for number in (0, 7, 1999):
            found = parcels_in_bbox(conn, parcels.geometry[number].bounds)
            assert found["parcel_id"].tolist() == [names[number]]
        assert conn.scalar(text("SELECT rtreecheck('rtree_parcel_geom')")) == "ok"
        assert conn.execute(text("PRAGMA integrity_check")).all() == [("ok",)]
