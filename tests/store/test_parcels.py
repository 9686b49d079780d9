from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import box

from geo.errors import SchemaError, StoreError
from geo.store import Added, add_parcels, parcels_in_bbox, read_intakes, read_parcels

COLUMNS = [
    "parcel_id",
    "parcel_version",
    "area_m2",
    "ellipsoidal_area_m2",
    "geometry_hash",
    "enterprise",
    "town",
    "contract_number",
    "contract_area_m2",
    "geometry",
]


@pytest.fixture
def add(store, intake, day):
    def add(frame: gpd.GeoDataFrame, known: int = 1, **when: date) -> Added:
        with store.begin() as conn:
            return add_parcels(conn, intake("parcels", frame), known_at=day(known), **when)

    return add


@pytest.fixture
def read(store):
    def read(**when) -> gpd.GeoDataFrame:
        with store.connect() as conn:
            return read_parcels(conn, **when)

    return read


def test_an_empty_store_has_no_parcels_but_their_columns(read):
    frame = read()
    assert (list(frame.columns), len(frame)) == (COLUMNS, 0)
    assert frame.crs == "EPSG:4490"


def test_parcels_come_back_with_the_exact_coordinates_of_their_source(add, read, squares):
    taken = squares(["乙", "甲"], enterprise=["厂", None], contract_area_m2=[400.0, np.nan])
    assert add(taken) == Added(1, 2, 0, 0)
    frame = read()
    assert list(frame.columns) == COLUMNS
    assert frame.crs == taken.crs
    assert frame["parcel_id"].tolist() == sorted(["乙", "甲"])
    assert frame["parcel_id"].dtype == "str"
    back = frame.set_index("parcel_id").loc[["乙", "甲"]]
    assert back.geometry.tolist() == taken.geometry.tolist()
    assert back["geometry_hash"].tolist() == taken["geometry_hash"].tolist()
    assert back["area_m2"].tolist() == [400.0, 400.0]
    assert back["enterprise"].isna().tolist() == [False, True]
    assert back["contract_area_m2"].fillna(-1).tolist() == [400.0, -1]
    assert back["contract_number"].isna().all()


@pytest.mark.parametrize("crs", [4490, 4326])
def test_parcels_of_a_geographic_source_come_back_in_cgcs2000(add, read, squares, crs):
    taken = squares(["a"], crs=crs)
    add(taken)
    frame = read()
    assert frame.crs == "EPSG:4490"
    assert frame.geometry[0].equals_exact(shapely.multipolygons([taken.geometry[0]]), 1e-9)


def test_parcels_of_two_zones_come_back_in_cgcs2000(add, read, squares):
    add(squares(["a"]))
    add(squares(["b"], crs=4529), 2)
    frame = read()
    assert frame.crs == "EPSG:4490"
    area, _ = Geod(ellps="GRS80").geometry_area_perimeter(frame.geometry[1])
    assert abs(area) == pytest.approx(400, abs=1)


def test_the_same_file_again_adds_nothing_but_is_recorded(add, read, store, squares):
    add(squares(["a", "b"]))
    before = read()
    assert add(squares(["a", "b"]), 2) == Added(2, 0, 0, 2)
    pd.testing.assert_frame_equal(pd.DataFrame(before), pd.DataFrame(read()))
    with store.connect() as conn:
        assert len(read_intakes(conn)) == 2


def test_a_changed_outline_is_a_new_version_and_the_old_one_stays_known(add, read, squares, day):
    add(squares(["a", "b"], town="east"))
    assert add(squares(["a", "c"], side=21.0), 5) == Added(2, 1, 1, 0, absent=("b",))
    now = read()
    assert now[["parcel_id", "parcel_version", "area_m2"]].to_numpy().tolist() == [
        ["a", 3, 441.0],
        ["b", 2, 400.0],
        ["c", 4, 441.0],
    ]
    assert now["town"].tolist()[:2] == ["east", "east"]  # the newer file is blank there
    assert read(known_at=day(4))["parcel_version"].tolist() == [1, 2]


def test_a_changed_owner_or_coordinate_system_is_a_new_version_of_the_same_outline(add, squares):
    add(squares(["a"], enterprise="one"))
    assert add(squares(["a"], enterprise="two"), 2).changed == 1
    declared_otherwise = squares(["a"], enterprise="two").set_crs(4529, allow_override=True)
    assert add(declared_otherwise, 3).changed == 1


def test_a_split_on_a_day_holds_from_that_day_on(add, read, squares):
    add(squares(["a"]))
    add(squares(["a"], side=10.0), 2, valid_on=date(2026, 5, 1))
    assert read(as_of=date(2026, 4, 30))["area_m2"].tolist() == [400.0]
    assert read(as_of=date(2026, 5, 1))["area_m2"].tolist() == [100.0]


def test_a_parcel_that_stands_twice_in_a_file_is_refused(add, read, squares):
    with pytest.raises(SchemaError, match=r"store\.repeated"):
        add(squares(["a", "a"]))
    assert read().empty


def test_a_parcel_without_area_is_refused_by_the_database(add, squares):
    with pytest.raises(StoreError, match="parcel_area_check"):
        add(squares(["a"]).assign(area_m2=0.0))


def test_parcels_are_found_by_box_through_the_index(add, store, squares, day):
    add(squares([f"p{n:03d}" for n in range(100)]))
    add(squares(["p050"], side=10.0), 2)
    with store.connect() as conn:
        target = read_parcels(conn).to_crs(4490).geometry[7]
        assert parcels_in_bbox(conn, target.bounds)["parcel_id"].tolist() == ["p007"]
        everywhere = parcels_in_bbox(conn, (-180, -90, 180, 90))
        assert len(everywhere) == 100
        assert 101 in everywhere["parcel_version"].tolist()
        assert len(parcels_in_bbox(conn, (-180, -90, 180, 90), known_at=day(1))) == 100
        nowhere = parcels_in_bbox(conn, (0, 0, 1, 1))
        assert (len(nowhere), nowhere.crs) == (0, "EPSG:4490")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.floats(110, 120), st.floats(25, 35)), min_size=1, max_size=8),
    st.tuples(st.floats(109, 121), st.floats(24, 36), st.floats(0, 5), st.floats(0, 5)),
)
def test_the_index_finds_what_looking_at_every_box_finds(store, intake, day, corners, wanted):
    geometry = gpd.GeoSeries([box(x, y, x + 0.01, y + 0.01) for x, y in corners], crs=4490)
    values = {"area_m2": 1.0, "ellipsoidal_area_m2": 1.0, "row": 1}
    names = [f"{n}" for n in range(len(corners))]
    taken = gpd.GeoDataFrame({"parcel_id": names, "geometry_hash": names} | values, geometry=geometry)
    x, y, width, height = wanted
    with store.connect() as conn:  # and nothing is kept
        add_parcels(conn, intake("parcels", taken), known_at=day(1))
        found = parcels_in_bbox(conn, (x, y, x + width, y + height))["parcel_id"].tolist()
    assert found == [
        name
        for name, square in zip(names, geometry, strict=True)
        if square.intersects(box(x, y, x + width, y + height))
    ]


def test_a_file_of_which_every_row_was_refused_is_an_intake_of_nothing(add, read, squares):
    assert add(squares(["a"]).iloc[:0]) == Added(1, 0, 0, 0)
    assert read().empty
