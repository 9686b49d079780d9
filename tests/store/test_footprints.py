import geopandas as gpd
import numpy as np
import pytest

from geo.store import Added, add_footprints, read_footprints

COLUMNS = ["footprint_id", "footprint_version", "storey_count", "storey_height_m", "height_m"]
COLUMNS += ["underground_storey_count", "part_of", "kind", "approval", "geometry"]


@pytest.fixture
def outlines(squares):
    def outlines(names: list[str], **columns: object) -> gpd.GeoDataFrame:
        blank = {"storey_count": np.nan, "storey_height_m": np.nan, "height_m": np.nan, "part_of": None}
        frame = squares(names).rename(columns={"parcel_id": "footprint_id"})[["footprint_id", "row", "geometry"]]
        return frame.assign(**(blank | columns))

    return outlines


@pytest.fixture
def add(store, intake, day):
    def add(frame: gpd.GeoDataFrame, known: int = 1) -> Added:
        with store.begin() as conn:
            return add_footprints(conn, intake("footprints", frame), known_at=day(known))

    return add


@pytest.fixture
def read(store):
    def read(**when) -> gpd.GeoDataFrame:
        with store.connect() as conn:
            return read_footprints(conn, **when)

    return read


def test_footprints_come_back_with_their_storeys_and_parts(add, read, outlines):
    taken = outlines(["f", "g"], storey_count=[3.0, np.nan], part_of=[None, "f"])
    add(taken)
    frame = read()
    assert list(frame.columns) == COLUMNS
    assert frame.crs == taken.crs
    assert frame.geometry.tolist() == taken.geometry.tolist()
    assert frame["storey_count"].fillna(-1).tolist() == [3.0, -1]
    assert frame["part_of"].fillna("").tolist() == ["", "f"]


def test_what_an_outline_is_and_an_approval_of_it_come_back(add, read, outlines):
    said = {"kind": ["yard", None], "approval": ["No. 5", None], "underground_storey_count": [np.nan, 2.0]}
    add(outlines(["f", "g"]).assign(**said))
    frame = read()
    assert frame[["kind", "approval"]].fillna("").to_numpy().tolist() == [["yard", "No. 5"], ["", ""]]
    assert frame["underground_storey_count"].fillna(0).tolist() == [0.0, 2.0]


def test_no_footprints_at_all_are_a_frame_with_its_columns(read):
    assert list(read().columns) == COLUMNS
    assert read().empty


def test_the_same_outlines_again_add_nothing(add, outlines):
    assert add(outlines(["f", "g"])) == Added(1, 2, 0, 0)
    assert add(outlines(["f", "g"]), 2) == Added(2, 0, 0, 2)


def test_a_height_learned_later_adds_a_version_and_keeps_the_storeys(add, read, outlines, day):
    add(outlines(["f"], storey_count=2.0))
    assert add(outlines(["f"], height_m=16.1), 2).changed == 1
    now = read()
    assert now[["footprint_version", "storey_count", "height_m"]].to_numpy().tolist() == [[2, 2.0, 16.1]]
    assert read(known_at=day(1))["height_m"].isna().all()


def test_an_identifier_that_a_register_gives_twice_is_two_footprints(add, read, outlines):
    taken = outlines(["f", "g", "f"], storey_count=[1.0, 2.0, 3.0])
    assert add(taken) == Added(1, 3, 0, 0)
    assert read()[["footprint_id", "storey_count"]].to_numpy().tolist() == [["f", 1.0], ["f", 3.0], ["g", 2.0]]
    assert add(taken, 2) == Added(2, 0, 0, 3)
    assert add(taken.assign(storey_count=[1.0, 2.0, 4.0]), 3) == Added(3, 0, 1, 2)
    assert read()["storey_count"].tolist() == [1.0, 4.0, 2.0]


def test_a_file_of_which_every_row_was_refused_is_an_intake_of_nothing(add, read, outlines):
    assert add(outlines(["f"]).iloc[:0]) == Added(1, 0, 0, 0)
    assert read().empty
