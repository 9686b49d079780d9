"""Bands brought onto one grid, and scenes written."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import CRS, Transformer
from rasterio.env import get_gdal_config

from geo.change_detection.grid import Grid
from geo.errors import SceneError
from geo.ingest.images import LIBRARY_MB
from geo.ingest.reader import RasterioReader, Reader, read_scene, scene_grid, write_scene
from geo.ingest.scenes import find_scenes
from geo.model import Asset, Scene

UTM50 = CRS.from_epsg(32650).to_wkt()
GRID = Grid(UTM50, (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_120.0), (12, 16))
COARSE = Grid(UTM50, (20.0, 0.0, 500_000.0, 0.0, -20.0, 2_600_120.0), (6, 8))
DAY = datetime(2025, 7, 1, tzinfo=UTC)


class MemoryReader:
    """Images in memory; remembers what was asked of it."""

    def __init__(self, images: Mapping[str, tuple[Grid, np.ndarray]]) -> None:
        self.images = images
        self.asked: list[tuple[str, tuple[tuple[int, int], tuple[int, int]]]] = []

    def grid(self, asset: Asset) -> Grid:
        return self.images[asset.path][0]

    def read(self, asset: Asset, window: tuple[tuple[int, int], tuple[int, int]]) -> np.ma.MaskedArray:
        self.asked.append((asset.band, window))
        rows, columns = window
        return np.ma.masked_equal(self.images[asset.path][1][slice(*rows), slice(*columns)], 0)


def scene_of(images: Mapping[str, tuple[Grid, np.ndarray]]) -> tuple[Reader, Scene]:
    reader: Reader = MemoryReader(images)
    return reader, Scene("S", DAY, "L2A", tuple(Asset(band, band) for band in images))


def numbers(grid: Grid, start: int = 1) -> np.ndarray:
    return np.arange(start, start + grid.shape[0] * grid.shape[1], dtype=np.uint16).reshape(grid.shape)


def slope(grid: Grid) -> np.ndarray:
    """Numbers that rise by 1 a metre eastwards and by 2 a metre southwards."""
    west, _, _, north = grid.bounds
    a, _, c, _, e, f = grid.transform
    x = c + a * (np.arange(grid.shape[1]) + 0.5) - west
    y = north - (f + e * (np.arange(grid.shape[0]) + 0.5))
    return (100 + x[None, :] + 2 * y[:, None]).astype(np.uint16)


def test_the_grid_of_a_scene_is_that_of_its_ten_metre_bands() -> None:
    reader, scene = scene_of({"B05": (COARSE, numbers(COARSE)), "B04": (GRID, numbers(GRID))})
    assert scene_grid(reader, scene) == GRID


def test_without_a_ten_metre_band_it_is_that_of_the_finest() -> None:
    coarser = Grid(UTM50, (60.0, 0.0, 500_000.0, 0.0, -60.0, 2_600_120.0), (2, 3))
    reader, scene = scene_of({"B01": (coarser, numbers(coarser)), "B11": (COARSE, numbers(COARSE))})
    assert scene_grid(reader, scene) == COARSE


def test_a_scene_without_light_has_no_grid() -> None:
    reader, scene = scene_of({"SCL": (COARSE, numbers(COARSE))})
    with pytest.raises(SceneError):
        scene_grid(reader, scene)


def test_a_window_of_the_same_grid_is_copied_and_nothing_else_is_read() -> None:
    reader, scene = scene_of({"B02": (GRID, numbers(GRID))})
    assert isinstance(reader, MemoryReader)
    found = read_scene(reader, scene, GRID.part((2, 5), (3, 9)))["B02"]
    assert found.tolist() == numbers(GRID)[2:5, 3:9].tolist()
    assert reader.asked == [("B02", ((2, 5), (3, 9)))]


def test_a_window_over_the_edge_is_nan_beyond_it() -> None:
    reader, scene = scene_of({"B02": (GRID, numbers(GRID))})
    west = Grid(UTM50, (10.0, 0.0, 499_980.0, 0.0, -10.0, 2_600_140.0), (4, 5))
    found = read_scene(reader, scene, west)["B02"]
    assert np.isnan(found[:2]).all()
    assert np.isnan(found[:, :2]).all()
    assert found[2:, 2:].tolist() == numbers(GRID)[:2, :3].tolist()


def test_a_window_beside_the_image_is_all_nan_and_nothing_is_read() -> None:
    reader, scene = scene_of({"B02": (GRID, numbers(GRID)), "B05": (COARSE, numbers(COARSE))})
    assert isinstance(reader, MemoryReader)
    away = Grid(UTM50, (10.0, 0.0, 600_000.0, 0.0, -10.0, 2_600_120.0), (4, 5))
    found = read_scene(reader, scene, away)
    assert all(np.isnan(array).all() for array in found.values())
    assert reader.asked == []


def test_a_twenty_metre_band_is_interpolated_between_its_four_nearest_pixels() -> None:
    reader, scene = scene_of({"B05": (COARSE, slope(COARSE))})
    found = read_scene(reader, scene, GRID)["B05"]
    inside = slice(1, -1), slice(1, -1)
    np.testing.assert_allclose(found[inside], slope(GRID)[inside], atol=1e-3)


def test_classes_are_taken_from_the_nearest_pixel_and_never_mixed() -> None:
    classes = np.where(numbers(COARSE) % 2, 4, 9).astype(np.uint8)
    reader, scene = scene_of({"SCL": (COARSE, classes)})
    assert read_scene(reader, scene, GRID)["SCL"].tolist() == np.kron(classes, np.ones((2, 2))).tolist()


def test_no_data_never_leaks_into_its_neighbours() -> None:
    stored = np.full(COARSE.shape, 5_000, dtype=np.uint16)
    stored[:, 4:] = 0
    reader, scene = scene_of({"B05": (COARSE, stored)})
    found = read_scene(reader, scene, GRID)["B05"]
    assert set(found[np.isfinite(found)].tolist()) == {5_000.0}
    assert np.isfinite(found[:, :8]).all()
    assert np.isnan(found[:, 10:]).all()


def test_another_zone_is_brought_onto_the_grid() -> None:
    """A slope of 1 a metre eastwards in the next zone, found again where its coordinates lie."""
    to_next = Transformer.from_crs(32650, 32649, always_xy=True)
    x, y = to_next.transform(500_080, 2_600_060)
    next_zone = CRS.from_epsg(32649).to_wkt()
    wide = Grid(next_zone, (10.0, 0.0, round(x, -1) - 500, 0.0, -10.0, round(y, -1) + 500), (100, 100))
    reader, scene = scene_of({"B02": (wide, slope(wide))})
    found = read_scene(reader, scene, GRID)["B02"]
    columns, rows = np.meshgrid(500_005 + 10 * np.arange(16), 2_600_115 - 10 * np.arange(12))
    east, north = to_next.transform(columns, rows)
    np.testing.assert_allclose(found, 100 + (east - wide.bounds[0]) + 2 * (wide.bounds[3] - north), atol=2)


def test_only_the_bands_asked_for_are_read() -> None:
    reader, scene = scene_of({"B01": (GRID, numbers(GRID)), "B02": (GRID, numbers(GRID)), "SCL": (GRID, numbers(GRID))})
    assert set(read_scene(reader, scene, GRID)) == {"B02", "SCL"}
    assert set(read_scene(reader, scene, GRID, bands=["SCL", "B12"])) == {"SCL"}


def test_a_written_scene_is_found_and_read_back_to_the_digit(tmp_path: Path) -> None:
    odd = GRID.part((0, 11), (0, 15))
    coarse = Grid(UTM50, (20.0, 0.0, 500_000.0, 0.0, -20.0, 2_600_120.0), (6, 8))
    bands = {"B02": numbers(odd), "B11": numbers(coarse), "SCL": numbers(coarse) % 12}
    paths = write_scene(tmp_path / "a" / "b", "T50RMK_20241103T025941", bands, odd)
    assert [path.name for path in paths] == [
        "T50RMK_20241103T025941_B02_10m.tif",
        "T50RMK_20241103T025941_B11_20m.tif",
        "T50RMK_20241103T025941_SCL_20m.tif",
    ]
    (scene,) = find_scenes([tmp_path / "a" / "b"]).scenes
    assert (scene.level, scene.scale, scene.offset) == ("L2A", 1e-4, 0.0)
    reader = RasterioReader()
    whole = scene_grid(reader, scene)
    assert (whole.transform, whole.shape) == (odd.transform, odd.shape)
    assert read_scene(reader, scene, odd)["B02"].tolist() == bands["B02"].tolist()
    back = read_scene(reader, scene, coarse, bands=["B11", "SCL"])
    assert back["B11"].tolist() == bands["B11"].tolist()
    assert np.isnan(back["SCL"][bands["SCL"] == 0]).all()
    assert np.nanmax(back["SCL"]) == 11


def test_the_same_numbers_make_the_same_bytes(tmp_path: Path) -> None:
    written = [write_scene(tmp_path / name, "T_20241103", {"B02": numbers(GRID)}, GRID)[0] for name in "ab"]
    assert written[0].read_bytes() == written[1].read_bytes()


def test_zero_is_no_data_where_a_file_declares_none(tmp_path: Path) -> None:
    profile = {"driver": "GTiff", "height": 1, "width": 3, "count": 1, "dtype": "uint16", "crs": "EPSG:32650"}
    for name, nodata in (("none", None), ("nine", 9)):
        with rasterio.open(
            tmp_path / f"{name}.tif", "w", **profile, nodata=nodata, transform=rasterio.Affine(10, 0, 0, 0, -10, 0)
        ) as image:
            image.write(np.array([[[0, 9, 5]]], dtype=np.uint16))
    reader = RasterioReader()
    masks = [
        reader.read(Asset("B02", str(tmp_path / f"{name}.tif")), ((0, 1), (0, 3))).mask for name in ("none", "nine")
    ]
    assert [mask.tolist() for mask in masks] == [[[True, False, False]], [[False, True, False]]]


def test_an_image_that_breaks_off_while_it_is_read_names_its_file(tmp_path: Path) -> None:
    (path,) = write_scene(tmp_path, "T_20241103", {"B02": np.random.default_rng(0).integers(1, 9_999, (64, 64))}, GRID)
    asset = Asset("B02", str(path))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SceneError) as caught:
        RasterioReader().read(asset, ((0, 64), (0, 64)))
    assert caught.value.params["file"] == str(path)
    path.unlink()
    with pytest.raises(SceneError):
        RasterioReader().grid(asset)


def test_only_local_images_of_known_kinds_are_opened() -> None:
    for path in ("/vsicurl/http://127.0.0.1/x.vrt", "x.vrt"):
        with pytest.raises(SceneError):
            RasterioReader().grid(Asset("B02", path))


def test_every_tile_of_a_file_is_unpacked_once_for_windows_that_overlap(tmp_path: Path) -> None:
    wide = Grid(UTM50, (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_120.0), (64, 80))
    (path,) = write_scene(tmp_path, "T_20241103", {"B02": numbers(wide)}, wide, tile_px=16)
    asset = Asset("B02", str(path))
    with RasterioReader() as reader:
        stored = [reader.read(asset, ((top, top + 20), (5, 77))) for top in (3, 14, 40)]
        path.write_bytes(b"")  # the tiles that are kept are not asked for again
        again = reader.read(asset, ((3, 23), (5, 77)))
    for top, found in zip((3, 14, 40), stored, strict=True):
        assert found.tolist() == numbers(wide)[top : top + 20, 5:77].tolist()
        assert found.dtype == np.uint16
    assert again.tolist() == stored[0].tolist()


def test_the_library_underneath_keeps_little_in_every_thread_as_long_as_a_reader_is_used() -> None:
    def asked() -> list[int]:
        with ThreadPoolExecutor(1) as pool:
            return [get_gdal_config("GDAL_CACHEMAX"), pool.submit(get_gdal_config, "GDAL_CACHEMAX").result()]

    before = asked()
    with RasterioReader(), RasterioReader():
        assert asked() == [LIBRARY_MB, LIBRARY_MB]
    assert asked() == before


def test_a_closed_reader_reads_afresh(tmp_path: Path) -> None:
    (path,) = write_scene(tmp_path, "T_20241103", {"B02": numbers(GRID)}, GRID)
    reader, asset = RasterioReader(), Asset("B02", str(path))
    assert reader.read(asset, ((0, 1), (0, 1))).tolist() == [[1]]
    reader.close()
    write_scene(tmp_path, "T_20241103", {"B02": numbers(GRID, 7)}, GRID)
    assert reader.read(asset, ((0, 1), (0, 1))).tolist() == [[7]]
