import math

import pytest

from geo.errors import StoreError
from geo.model import Asset
from geo.store import Added, add_observations, add_scenes, observed_versions, read_scenes


@pytest.fixture
def add(store, day):
    def add(scenes, known: int = 20, content: str = "1") -> Added:
        with store.begin() as conn:
            return add_scenes(conn, scenes, {s.scene_id: content * 64 for s in scenes}, known_at=day(known))

    return add


@pytest.fixture
def read(store, day):
    def read(until: int = 31, known: int | None = None):
        with store.connect() as conn:
            return read_scenes(conn, until=day(until), known_at=None if known is None else day(known))

    return read


def test_scenes_come_back_in_order_of_time_with_their_bands(add, read, scene):
    later, earlier = scene(13, level="L1C", scale=2e-4, offset=-0.1), scene(3)
    assert add([later, earlier]) == Added(0, 2, 0, 0)
    assert read() == [earlier, later]


def test_only_scenes_acquired_and_known_by_then_are_read(add, read, scene):
    add([scene(3)], 4)
    add([scene(13)], 14)
    assert read(until=12) == [scene(3)]
    assert read(until=31, known=13) == [scene(3)]
    assert read(until=2) == []


def test_an_unknown_offset_stays_unknown(add, read, scene):
    add([scene(3, offset=math.nan)])
    (back,) = read()
    assert math.isnan(back.offset)
    assert add([scene(3, offset=math.nan)], 21) == Added(0, 0, 0, 1)


def test_files_that_moved_are_found_where_they_are_now(add, read, scene):
    add([scene(3)])
    moved = scene(3, assets=(Asset("B04", "elsewhere/B04.tif"),))
    assert add([moved], 21) == Added(0, 0, 0, 1)
    assert read() == [moved]


def test_other_bytes_under_the_same_name_are_observed_again(county, scene, observed, day):
    with county.begin() as conn:
        add_observations(conn, observed({"a": 1}, scene(3)), method="m")
        assert observed_versions(conn, scene(3).scene_id, method="m") == {1}
        added = add_scenes(conn, [scene(3)], {scene(3).scene_id: "2" * 64}, known_at=day(15))
        assert added == Added(0, 0, 1, 0)
        assert observed_versions(conn, scene(3).scene_id, method="m") == set()
        assert len(read_scenes(conn, until=day(31))) == 2


def test_a_scene_cannot_become_known_in_the_past(add, scene):
    add([scene(3)], 10)
    with pytest.raises(StoreError, match=r"store\.clock_back"):
        add([scene(4)], 9)
