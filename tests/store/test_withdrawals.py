"""What a complete file leaves out is no more from its day on, and was there before."""

from datetime import date

import numpy as np
import pytest
from sqlalchemy import text

from geo.errors import SchemaError
from geo.locale import say_error
from geo.store import Added, add_footprints, add_parcels, parcels_in_bbox, read_footprints, read_parcels

MAY, JUNE, JULY = date(2026, 5, 31), date(2026, 6, 1), date(2026, 7, 1)
REFUSED = {"row": 9, "identifier": "b", "column": None, "code": "ingest.zero_area", "params": {}, "raw": ""}


@pytest.fixture
def add(store, intake, day):
    def add(taken, known: int = 1, **said):
        refused = said.pop("refused", ())
        with store.begin() as conn:
            return add_parcels(conn, intake("parcels", taken, refused=refused), known_at=day(known), **said)

    return add


@pytest.fixture
def names(store, day):
    def names(**when) -> list[str]:
        with store.connect() as conn:
            return read_parcels(conn, **when)["parcel_id"].tolist()

    return names


def test_what_a_complete_file_leaves_out_ends_on_its_day(add, names, store, squares, day):
    add(squares(["a", "b", "c"]))
    assert add(squares(["a"]), 5, valid_on=JUNE, is_complete=True) == Added(2, 0, 0, 1, ("b", "c"), 2)
    assert names(as_of=MAY) == ["a", "b", "c"]
    assert names(as_of=JUNE) == names() == ["a"]
    assert names(as_of=JUNE, known_at=day(4)) == ["a", "b", "c"]
    with store.connect() as conn:
        assert parcels_in_bbox(conn, (-180, -90, 180, 90))["parcel_id"].tolist() == ["a"]
        assert list(conn.scalars(text("SELECT parcel_id FROM current_parcel"))) == ["a"]


def test_a_file_that_is_not_said_to_be_complete_withdraws_nothing(add, names, squares):
    add(squares(["a", "b"]))
    assert add(squares(["a"]), 5, valid_on=JUNE).absent == ("b",)
    assert names() == ["a", "b"]


def test_a_withdrawal_does_not_change_what_was_said_before(add, store, squares):
    add(squares(["a", "b"], town="east"))
    with store.connect() as conn:
        before = read_parcels(conn, as_of=MAY)
    add(squares(["a"], town="east"), 5, valid_on=JUNE, is_complete=True)
    with store.connect() as conn:
        after = read_parcels(conn, as_of=MAY)
        query = "SELECT supersedes, area_m2, town, is_withdrawn FROM parcel WHERE parcel_version = 3"
        assert conn.execute(text(query)).all() == [(2, 400.0, "east", 1)]
    assert after.equals(before)


def test_a_parcel_that_comes_back_stands_again_from_then_on(add, names, squares):
    add(squares(["a", "b"]))
    add(squares(["a"]), 5, valid_on=JUNE, is_complete=True)
    assert add(squares(["a", "b"]), 6, valid_on=JULY).changed == 1
    assert [names(as_of=day) for day in (MAY, JUNE, JULY)] == [["a", "b"], ["a"], ["a", "b"]]


def test_a_parcel_that_is_said_to_stand_without_a_day_never_ended(add, names, squares, day):
    add(squares(["a", "b"]))
    add(squares(["a"]), 5, valid_on=JUNE, is_complete=True)
    add(squares(["b"]), 6)
    assert names(as_of=JUNE) == ["a", "b"]
    assert names(as_of=JUNE, known_at=day(5)) == ["a"]


def test_a_parcel_is_withdrawn_once(add, squares):
    add(squares(["a", "b"]))
    add(squares(["a"]), 5, valid_on=JUNE, is_complete=True)
    assert add(squares(["a"]), 6, valid_on=JULY, is_complete=True) == Added(3, 0, 0, 1, (), 0)


def test_a_parcel_whose_row_was_refused_is_not_withdrawn(add, names, squares):
    add(squares(["a", "b", "c"]))
    added = add(squares(["a"]), 5, valid_on=JUNE, is_complete=True, refused=[REFUSED])
    assert added.absent == ("c",)
    assert names() == ["a", "b"]


def test_a_refused_row_that_nobody_can_name_keeps_a_file_from_being_complete(add, names, squares):
    add(squares(["a", "b"]))
    with pytest.raises(SchemaError) as caught:
        add(squares(["a"]), 5, valid_on=JUNE, is_complete=True, refused=[REFUSED | {"identifier": None}])
    assert caught.value.code == "store.complete_unsure"
    assert "--complete" in say_error(caught.value, "zh")
    assert names() == ["a", "b"]


def test_a_complete_file_needs_a_day(add, squares):
    add(squares(["a", "b"]))
    with pytest.raises(SchemaError, match=r"store\.complete_without_day"):
        add(squares(["a"]), 5, is_complete=True)


def test_a_parcel_that_begins_later_is_not_withdrawn_before(add, names, squares):
    add(squares(["a"]))
    add(squares(["b"]), 2, valid_on=JULY)
    add(squares(["a"]), 3, valid_on=JUNE, is_complete=True)
    assert names(as_of=JULY) == ["a", "b"]


def test_footprints_end_in_the_same_way(store, intake, squares, day):
    roofs = squares(["f", "g", "g"]).rename(columns={"parcel_id": "footprint_id"})[["footprint_id", "row", "geometry"]]
    roofs = roofs.assign(**dict.fromkeys(("storey_count", "storey_height_m", "height_m"), np.nan), part_of=None)
    with store.begin() as conn:
        add_footprints(conn, intake("footprints", roofs), known_at=day(1))
        one = intake("footprints", roofs.iloc[:1])
        added = add_footprints(conn, one, known_at=day(2), valid_on=JUNE, is_complete=True)
        assert (added.absent, added.withdrawn) == (("g", "g"), 2)
        assert read_footprints(conn, as_of=MAY)["footprint_id"].tolist() == ["f", "g", "g"]
        assert read_footprints(conn)["footprint_id"].tolist() == ["f"]
        assert list(conn.scalars(text("SELECT footprint_id FROM current_footprint"))) == ["f"]
