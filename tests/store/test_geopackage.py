"""GDAL is the reference: what it writes as a GeoPackage, and what it makes of ours."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from shapely.geometry import MultiPolygon, box
from sqlalchemy import delete, text, update

from geo.store import add_parcels
from geo.store.geopackage import RTREE_TRIGGERS
from geo.store.tables import LAYERS, metadata, parcel
from geo.store.views import view_queries

SQUARE = MultiPolygon([box(120, 31, 121, 32)])


def rtree(conn) -> dict[int, tuple[float, ...]]:
    return {row[0]: tuple(row[1:]) for row in conn.execute(text("SELECT * FROM rtree_parcel_geom"))}


@pytest.fixture
def filled(file_store, day, intake, squares):
    with file_store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["a", "b", "c"])), known_at=day(1))
    return file_store


def test_gdal_sees_layers_and_views_in_cgcs2000_and_the_rest_as_attributes(store_path):
    layers, views = dict(pyogrio.list_layers(store_path)), set(view_queries("sqlite"))
    drawn = {layer.name for layer in LAYERS} | (views - {"current_ledger"})
    assert {name for name, kind in layers.items() if kind is not None} == drawn
    assert set(layers) == set(metadata.tables) | views
    for layer in LAYERS:
        info = pyogrio.read_info(store_path, layer=layer.name)
        assert (info["crs"], info["geometry_type"], info["geometry_name"]) == ("EPSG:4490", "MultiPolygon", "geom")
        assert info["fid_column"] == layer.primary_key.columns[0].name
        assert info["capabilities"]["fast_spatial_filter"]
        assert set(info["fields"]) == set(layer.c.keys()) - {"geom", info["fid_column"]}


def test_gdal_finds_parcels_by_box_and_by_sql(filled, store_path):
    everything = pyogrio.read_dataframe(store_path, layer="parcel")
    assert everything["parcel_id"].tolist() == ["a", "b", "c"]
    found = pyogrio.read_dataframe(store_path, layer="parcel", bbox=tuple(everything.geometry[1].bounds))
    assert found["parcel_id"].tolist() == ["b"]
    asked = pyogrio.read_dataframe(store_path, sql="SELECT * FROM parcel WHERE parcel_id = 'c'")
    assert asked.geometry.tolist() == [everything.geometry[2]]
    assert asked.crs == "EPSG:4490"


def test_gdal_may_add_a_row_and_both_keep_the_index_in_step(filled, store_path):
    row = pyogrio.read_dataframe(store_path, layer="parcel", max_features=1)
    moved = row.assign(intake_id=1, parcel_id="d").set_geometry([SQUARE], crs=4490)
    pyogrio.write_dataframe(moved, store_path, layer="parcel", append=True)
    with filled.connect() as conn:
        assert rtree(conn)[4] == (120, 121, 31, 32)


def triggers(path: Path, key: str) -> dict[str, str]:
    """Read the triggers of the parcels' R-tree, in one spelling."""
    with closing(sqlite3.connect(path)) as raw:
        found = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_parcel%'")
        plain = {name: re.sub(r"[();,\s]+", " ", sql.replace('"', "")).lower().strip() for name, sql in found}
    return {name: sql.replace(key, "key").replace("not null", "notnull") for name, sql in plain.items()}


def test_the_triggers_say_what_gdals_say(tmp_path, store_path):
    frame = gpd.GeoDataFrame({"x": [1]}, geometry=[SQUARE], crs=4490)
    gdal_path = tmp_path / "gdal.gpkg"
    names = {"GEOMETRY_NAME": "geom", "FID": "fid"}
    pyogrio.write_dataframe(frame, gdal_path, layer="parcel", layer_options=names, dataset_options={"VERSION": "1.4"})
    ours = triggers(store_path, "parcel_version")
    assert len(ours) == len(RTREE_TRIGGERS)
    assert ours == {name: sql for name, sql in triggers(gdal_path, "fid").items() if name.startswith("rtree")}


def test_the_index_follows_every_kind_of_change(filled):
    version = parcel.c.parcel_version
    with filled.begin() as conn:
        start = rtree(conn)
        assert sorted(start) == [1, 2, 3]
        conn.execute(update(parcel).where(version == 1).values(geom=SQUARE))
        assert rtree(conn)[1] == (120, 121, 31, 32)
        conn.execute(update(parcel).where(version == 2).values(geom=MultiPolygon()))
        assert sorted(rtree(conn)) == [1, 3]
        conn.execute(update(parcel).where(version == 2).values(geom=SQUARE))
        assert rtree(conn)[2] == (120, 121, 31, 32)
        conn.execute(update(parcel).where(version == 3).values(parcel_version=7))
        assert rtree(conn)[7] == start[3]
        conn.execute(update(parcel).where(version == 7).values(parcel_version=8, geom=MultiPolygon()))
        conn.execute(delete(parcel).where(version == 1))
        assert sorted(rtree(conn)) == [2]


def test_the_file_says_that_it_is_a_geopackage(store_path):
    header = store_path.read_bytes()[:100]
    assert header[68:72] == b"GPKG"
    assert int.from_bytes(header[60:64]) == 10400


def test_the_contents_say_when_a_layer_last_took_rows(filled, day):
    query = (
        "SELECT table_name, last_change FROM gpkg_contents WHERE table_name LIKE '%parcel' OR table_name = 'footprint'"
    )
    with filled.connect() as conn:
        assert dict(conn.execute(text(query)).all()) == {
            "parcel": "2026-01-01T12:00:00.000Z",
            "current_parcel": "2026-01-01T12:00:00.000Z",
            "footprint": "1970-01-01T00:00:00.000Z",
        }


def test_the_database_finds_itself_in_order(filled):
    with filled.connect() as conn:
        assert conn.execute(text("PRAGMA integrity_check")).all() == [("ok",)]
        assert conn.execute(text("PRAGMA foreign_key_check")).all() == []
        boxes = np.array(list(rtree(conn).values()))
    assert (boxes[:, 0] < boxes[:, 1]).all()
