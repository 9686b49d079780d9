"""What other programs see: the current rows and the last findings, asked by SQL, through GDAL and geopandas."""

import json
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo.model import FINDING_COLUMNS, INDICATOR_COLUMNS, LEDGER_FIELDS
from geo.store import (
    add_footprints,
    add_indicators,
    add_ledger,
    add_parcels,
    begin_scan,
    finish_scan,
    read_footprints,
    read_parcels,
    write_findings,
    write_snapshot,
)
from geo.store.views import CELLS, view_queries

DAYS = st.none() | st.integers(1, 4).map(lambda number: date(2026, 5, number))
SAYINGS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 9), DAYS), min_size=1, max_size=6)


def outline_type(conn, view: str) -> tuple[str, int]:
    """Return the type and the coordinate system that a program is told of a view's outlines."""
    if conn.dialect.name == "postgresql":
        query = "SELECT type, srid FROM geometry_columns WHERE f_table_name = :view AND f_geometry_column = 'geom'"
    else:
        query = (
            "SELECT geometry_type_name, g.srs_id FROM gpkg_geometry_columns g JOIN gpkg_contents USING (table_name) "
            "WHERE table_name = :view AND data_type = 'features' AND column_name = 'geom'"
        )
    return tuple(conn.execute(text(query), {"view": view}).one())


@pytest.fixture
def judged(county, as_of, day):
    """Run a scan of a month that finds one thing of each parcel."""

    def judge(month: str, outcomes: dict[str, str], *, is_done: bool = True) -> None:
        names = list(outcomes)
        index = pd.Index(names, name="parcel_id")
        blank = dict.fromkeys(FINDING_COLUMNS, "x") | {"parcel_id": names, "outcome": list(outcomes.values())}
        findings = pd.DataFrame(blank).assign(is_boundary=False, is_limb_conflict=True)
        indicators = pd.DataFrame({"parcel_id": names, **dict.fromkeys(INDICATOR_COLUMNS[1:], 0.5)})
        with county.begin() as conn:
            scan = begin_scan(conn, month, as_of=as_of, known_at=day(20), inputs={"names": names})
            versions = read_parcels(conn).set_index("parcel_id")["parcel_version"]
            add_indicators(conn, scan.scan_id, indicators.assign(parcel_version=indicators["parcel_id"].map(versions)))
            write_snapshot(conn, scan.scan_id, pd.DataFrame(index=index), pd.DataFrame(index=index))
            write_findings(conn, scan.scan_id, findings)
            if is_done:
                finish_scan(conn, scan.scan_id, outputs_hash="")

    return judge


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SAYINGS)
def test_the_current_parcels_are_those_that_the_store_reads(store, intake, squares, day, sayings):
    with store.connect() as conn:  # and nothing is kept
        for number, (name, side, valid_on) in enumerate(sayings, 1):
            add_parcels(conn, intake("parcels", squares([name], side=side)), known_at=day(number), valid_on=valid_on)
        seen = conn.execute(text("SELECT parcel_id, parcel_version, area_m2 FROM current_parcel ORDER BY parcel_id"))
        read = read_parcels(conn)[["parcel_id", "parcel_version", "area_m2"]]
        assert [tuple(row) for row in seen] == list(read.itertuples(index=False, name=None))


def test_the_current_footprints_are_those_that_the_store_reads(store, intake, squares, day):
    def outlines(names, **columns):
        blank = {"storey_count": np.nan, "storey_height_m": np.nan, "height_m": np.nan, "part_of": None}
        frame = squares(names).rename(columns={"parcel_id": "footprint_id"})[["footprint_id", "row", "geometry"]]
        return frame.assign(**(blank | columns))

    with store.begin() as conn:
        add_footprints(conn, intake("footprints", outlines(["f", "g", "f"])), known_at=day(1))
        add_footprints(conn, intake("footprints", outlines(["g"], height_m=9.0)), known_at=day(2))
        seen = set(conn.scalars(text("SELECT footprint_version FROM current_footprint")))
        assert seen == set(read_footprints(conn)["footprint_version"]) == {1, 3, 4}


def test_the_latest_findings_are_of_the_last_finished_scan_with_the_outline_it_judged(
    county, judged, intake, squares, day
):
    judged("2026-01", {"a": "met"})
    judged("2026-02", {"a": "not_met"})
    judged("2026-02", {"a": "undetermined", "b": "met"})
    with county.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["a"], side=10.0)), known_at=day(21))
    judged("2026-01", {"a": "not_met"})
    judged("2026-03", {"b": "not_met"}, is_done=False)
    area = "ST_Area(geom::geography)" if county.dialect.name == "postgresql" else "geom"
    query = f"SELECT month, revision, parcel_id, outcome, {area} AS area FROM latest_finding ORDER BY parcel_id"
    with county.connect() as conn:
        rows = conn.execute(text(query)).all()
        assert [tuple(row)[:4] for row in rows] == [
            ("2026-02", 2, "a", "undetermined"),
            ("2026-02", 2, "b", "met"),
        ]
        if county.dialect.name == "postgresql":
            assert [row.area for row in rows] == pytest.approx([400, 400], abs=1)  # not the 100 surveyed later


def test_a_store_without_a_finished_scan_has_no_latest_finding(county, judged):
    judged("2026-03", {"b": "not_met"}, is_done=False)
    with county.connect() as conn:
        assert conn.execute(text("SELECT * FROM latest_finding")).all() == []


@pytest.mark.parametrize("view", sorted(set(view_queries("sqlite")) - {CELLS}))
def test_other_programs_are_told_what_outlines_a_view_has(store, view):
    with store.connect() as conn:
        assert outline_type(conn, view) == ("MULTIPOLYGON", 4490)


def test_gdal_lists_the_cells_of_the_ledger_as_a_table(file_store, store_path, intake, day):
    with file_store.begin() as conn:
        add_ledger(conn, intake("ledger", pd.DataFrame({"parcel_id": ["a"], "row": [2]})), known_at=day(1))
    cells = pyogrio.read_dataframe(store_path, layer="current_ledger")
    assert cells[["register", "entry", "field", "value"]].to_numpy().tolist() == [["ledger", "a", "parcel_id", "a"]]


def test_gdal_reads_the_views_of_the_file_and_finds_by_box(file_store, store_path, intake, squares, day):
    with file_store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["a", "b"])), known_at=day(1))
        add_parcels(conn, intake("parcels", squares(["a"], side=10.0)), known_at=day(2))
    info = pyogrio.read_info(store_path, layer="current_parcel")
    assert (info["crs"], info["geometry_type"], info["fid_column"]) == ("EPSG:4490", "MultiPolygon", "OGC_FID")
    parcels = pyogrio.read_dataframe(store_path, layer="current_parcel", fid_as_index=True).sort_index()
    assert parcels.index.tolist() == parcels["parcel_version"].tolist() == [2, 3]
    assert parcels["parcel_id"].tolist() == ["b", "a"]
    found = pyogrio.read_dataframe(store_path, layer="current_parcel", bbox=tuple(parcels.geometry[2].bounds))
    assert found["parcel_id"].tolist() == ["b"]


def test_geopandas_reads_the_views_of_the_database(database_store, intake, squares, day):
    with database_store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["a", "b"])), known_at=day(1))
    with database_store.connect() as conn:
        parcels = gpd.read_postgis("SELECT * FROM current_parcel ORDER BY parcel_id", conn, geom_col="geom")
    assert parcels["parcel_id"].tolist() == ["a", "b"]
    assert parcels.crs == "EPSG:4490"
    assert parcels.to_crs(4528).area.round().tolist() == [400, 400]


@pytest.mark.parametrize("layer", ["parcel", "footprint"])
def test_postgis_finds_by_box_in_a_view_through_the_index(database_store, layer):
    query = f"EXPLAIN (FORMAT JSON) SELECT * FROM current_{layer} WHERE geom && ST_MakeEnvelope(120, 31, 121, 32, 4490)"
    with database_store.begin() as conn:
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        (plan,) = conn.exec_driver_sql(query).scalar_one()
    assert f"{layer}_geom_index" in json.dumps(plan)


def test_the_inspectors_ledger_has_everything_current_but_money(database_store, intake, day):
    row = {
        name: pd.to_datetime(["2026-05-01"]) if kind == "date" else ["x"] if kind == "text" else [1.5]
        for name, kind in LEDGER_FIELDS.items()
    }
    with database_store.begin() as conn:
        for known, town in ((1, "东镇"), (2, "西镇")):
            ledger = pd.DataFrame(row | {"parcel_id": ["a"], "town": [town], "row": [2]})
            add_ledger(conn, intake("ledger", ledger), known_at=day(known))
        seen = dict(conn.execute(text("SELECT field, value FROM inspector_ledger")).all())
    money = {"price_yuan", "total_investment_yuan", "invested_yuan"}
    assert set(seen) == set(LEDGER_FIELDS) - money
    assert seen["town"] == "西镇"
