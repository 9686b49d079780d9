"""Two at once: one writes, the other waits and is told; readers go on."""

import pytest

from geo.errors import StoreError
from geo.locale import say_error
from geo.store import add_parcels, add_scenes, begin_scan, finish_scan, read_parcels, read_scan, turn


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(turn, "WAIT_S", 0.2)


@pytest.fixture
def writers(intake, squares, scene, day, as_of):
    """Everything that adds to what is known, or to a scan."""
    return {
        "parcels": lambda conn: add_parcels(conn, intake("parcels", squares(["c"])), known_at=day(20)),
        "scenes": lambda conn: add_scenes(conn, [scene(4)], {scene(4).scene_id: "3" * 64}, known_at=day(20)),
        "scan": lambda conn: begin_scan(conn, "2026-01", as_of=as_of, known_at=day(20), inputs={}),
        "end": lambda conn: finish_scan(conn, 1, outputs_hash=""),
    }


@pytest.mark.parametrize("second", ["parcels", "scenes", "scan", "end"])
def test_a_second_writer_is_told_that_the_store_is_busy(county, writers, second):
    with county.begin() as conn:
        writers["scan"](conn)
    with county.begin() as first:
        writers["parcels"](first)
        with pytest.raises(StoreError) as caught, county.begin() as conn:
            writers[second](conn)
    assert caught.value.code == "store.busy"
    assert say_error(caught.value, "zh")
    with county.begin() as conn:
        assert read_parcels(conn)["parcel_id"].tolist() == ["a", "b", "c"]
        writers["end"](conn)
        assert read_scan(conn, "2026-01").state == "done"


def test_readers_read_what_was_there_before_while_somebody_writes(county, writers):
    with county.begin() as first:
        writers["parcels"](first)
        with county.connect() as conn:
            assert read_parcels(conn)["parcel_id"].tolist() == ["a", "b"]


def test_the_second_writer_builds_on_what_the_first_one_said(county, intake, squares, day):
    """His turn comes before he looks: what he then sees is all that is known."""
    with county.begin() as conn:
        turn.take_turn(conn)
        assert add_parcels(conn, intake("parcels", squares(["a"], side=10.0)), known_at=day(20)).changed == 1
    with county.begin() as conn:
        assert add_parcels(conn, intake("parcels", squares(["a"], side=10.0)), known_at=day(21)).unchanged == 1
