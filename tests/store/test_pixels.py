"""Pixels kept from scene to scene."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS

from geo.change_detection.boxes import Box
from geo.change_detection.grid import Grid
from geo.model import Scene
from geo.store import PixelStore, parcel_keys, pixels, scene_stamp

GRID = Grid(CRS.from_epsg(32650).to_wkt(), (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_120.0), (40, 50))
SCENE = Scene("S", datetime(2025, 7, 1, 3, tzinfo=UTC), "L2A", ())
CORNER = Box(10, 20, 12, 16)
"""The part of the grid that was read."""
BANDS = ("B04", "B08")
BOXES = {"a": Box(11, 22, 3, 4), "b": Box(10, 20, 12, 16), "gone": Box(0, 0, 0, 0)}
STAMP = scene_stamp(SCENE, "abc")


def picture(seed: int = 0) -> dict[str, np.ndarray]:
    """Numbers as uint16 files hold them, some of them interpolated, some missing."""
    rng = np.random.default_rng(seed)
    bands = {band: rng.integers(1, 65_536, CORNER[2:]).astype(np.float32) for band in BANDS}
    bands["B08"] += 0.25
    bands["B04"][2, 3] = np.nan
    return bands


CLEAR = np.indices(CORNER[2:]).sum(axis=0) % 3 != 0


def keep(folder: Path, boxes: Mapping[str, Box] = BOXES, scene: Scene = SCENE) -> Path:
    """Keep the picture and return its file."""
    with PixelStore(folder).writing(STAMP, scene, GRID, BANDS) as draft:
        draft.add(boxes, picture(), CLEAR, CORNER)
    (path,) = folder.rglob("*.parquet")
    return path


def read(folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    with PixelStore(folder) as store:
        return store.read(store.spots(STAMP), BANDS)


def test_what_is_kept_comes_back_as_it_was_read_rounded_where_it_was_interpolated(tmp_path: Path) -> None:
    keep(tmp_path)
    found = read(tmp_path)
    assert set(found) == {"a", "b"}
    part = slice(1, 4), slice(2, 6)
    for key, window in (("a", part), ("b", (slice(None), slice(None)))):
        numbers, clear = found[key]
        wanted = np.stack([np.rint(picture()[band][window]) for band in BANDS])
        np.testing.assert_array_equal(numbers, wanted)
        np.testing.assert_array_equal(clear, CLEAR[window])
    assert np.isnan(found["a"][0][0, 1, 1])


def test_a_box_that_the_scene_does_not_show_is_known_to_be_empty(tmp_path: Path) -> None:
    keep(tmp_path, {"gone": Box(0, 0, 0, 0)})
    with PixelStore(tmp_path) as store:
        assert store.spots(STAMP)["gone"].box.size == 0
    assert read(tmp_path) == {}


def test_where_a_box_lies_is_kept_with_its_grid(tmp_path: Path) -> None:
    keep(tmp_path)
    with PixelStore(tmp_path) as store:
        spot = store.spots(STAMP)["a"]
    assert (spot.box, spot.grid) == (BOXES["a"], GRID)


def test_reflectance_itself_is_not_rounded(tmp_path: Path) -> None:
    keep(tmp_path, scene=replace(SCENE, scale=1.0))
    np.testing.assert_array_equal(read(tmp_path)["b"][0][1], picture()["B08"])


def test_each_block_is_a_row_group_of_its_own(tmp_path: Path) -> None:
    with PixelStore(tmp_path).writing(STAMP, SCENE, GRID, BANDS) as draft:
        draft.add({"a": BOXES["a"]}, picture(), CLEAR, CORNER)
        draft.add({}, picture(), CLEAR, CORNER)
        draft.add({"b": BOXES["b"]}, picture(1), CLEAR, CORNER)
    (path,) = tmp_path.rglob("*.parquet")
    assert [pq.ParquetFile(path).metadata.row_group(n).num_rows for n in range(2)] == [12, 192]
    found = read(tmp_path)
    np.testing.assert_array_equal(found["a"][0][0], picture()["B04"][1:4, 2:6])
    np.testing.assert_array_equal(found["b"][0][0], picture(1)["B04"])


def test_a_block_of_many_pixels_has_several_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(keep(tmp_path / "one").parents[1])
    monkeypatch.setattr(pixels, "GROUP_PIXELS", 100)
    path = keep(tmp_path / "some")
    assert pq.ParquetFile(path).metadata.num_row_groups == 2
    found = read(path.parents[1])
    assert set(found) == set(whole)
    for key, (numbers, clear) in whole.items():
        np.testing.assert_array_equal(found[key][0], numbers)
        np.testing.assert_array_equal(found[key][1], clear)


def test_the_same_pixels_make_the_same_bytes(tmp_path: Path) -> None:
    one, other = keep(tmp_path / "one"), keep(tmp_path / "other")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def test_what_is_added_later_stands_beside_it(tmp_path: Path) -> None:
    keep(tmp_path, {"a": BOXES["a"]})
    with PixelStore(tmp_path).writing(STAMP, SCENE, GRID, BANDS) as draft:
        draft.add({"b": BOXES["b"]}, picture(), CLEAR, CORNER)
    assert set(read(tmp_path)) == {"a", "b"}


@pytest.mark.parametrize("kept", [0, 4, 100, -1, -30])
def test_a_file_cut_short_is_thrown_away(kept: int, tmp_path: Path) -> None:
    path = keep(tmp_path)
    path.write_bytes(path.read_bytes()[:kept])
    assert read(tmp_path) == {}
    assert not path.exists()


def test_a_file_with_a_wrong_byte_is_thrown_away(tmp_path: Path) -> None:
    path = keep(tmp_path)
    whole = bytearray(path.read_bytes())
    whole[120] ^= 255
    path.write_bytes(whole)
    assert read(tmp_path) == {}
    assert not path.exists()


def test_a_file_of_another_program_is_thrown_away(tmp_path: Path) -> None:
    path = keep(tmp_path)
    pq.write_table(pq.read_table(path), path)
    assert read(tmp_path) == {}


def test_nothing_stays_of_a_scene_that_could_not_be_read_to_its_end(tmp_path: Path) -> None:
    def half() -> None:
        with PixelStore(tmp_path).writing(STAMP, SCENE, GRID, BANDS) as draft:
            draft.add(BOXES, picture(), CLEAR, CORNER)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_made_only_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with PixelStore(tmp_path / "file").writing(STAMP, SCENE, GRID, BANDS) as draft:
        draft.add(BOXES, picture(), CLEAR, CORNER)
    assert read(tmp_path / "file") == {}


def test_a_disk_that_is_full_only_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with PixelStore(tmp_path).writing(STAMP, SCENE, GRID, BANDS) as draft:
        draft.add(BOXES, picture(), CLEAR, CORNER)
        draft.add(BOXES, picture(), CLEAR, CORNER)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_few_files_are_open_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.store.pixels.OPEN_MOST", 1)
    keep(tmp_path, {"a": BOXES["a"]})
    with PixelStore(tmp_path).writing(STAMP, SCENE, GRID, BANDS) as draft:
        draft.add({"b": BOXES["b"]}, picture(), CLEAR, CORNER)
    assert set(read(tmp_path)) == {"a", "b"}


def test_another_file_another_reading_and_another_outline_are_kept_apart() -> None:
    others = (replace(SCENE, offset=-0.1), "abc"), (replace(SCENE, level="L1C"), "abc"), (SCENE, "abd")
    assert len({STAMP, *(scene_stamp(*other) for other in others)}) == 4
    parcels = gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 2), None], crs=4490)
    assert len({*parcel_keys(parcels), *parcel_keys(parcels.set_crs(4326, allow_override=True))}) == 6
    assert parcel_keys(parcels)[0] == parcel_keys(parcels[:1])[0]
