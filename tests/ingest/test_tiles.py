"""Images read by their tiles: what is unpacked, what is kept, and what is no data."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

from geo.ingest import tiles
from geo.ingest.tiles import TileKeeper

SIDE, TILE = 64, 16
ALL = (0, SIDE)


class Watched:
    """An open image that remembers which of its tiles were unpacked, by row and column of tiles."""

    def __init__(self, image: rasterio.DatasetReader) -> None:
        self.image = image
        self.unpacked: list[tuple[int, int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.image, name)

    def read(self, layer: int, window: Window) -> np.ndarray:
        self.unpacked.append((window.row_off // TILE, window.col_off // TILE))
        return self.image.read(layer, window=window)


def numbers(kind: str = "uint16") -> np.ndarray:
    """Numbers from 1 that all differ."""
    return np.arange(1, SIDE * SIDE + 1).reshape(SIDE, SIDE).astype(kind)


def image_of(path: Path, array: np.ndarray, nodata: float | None = None) -> Watched:
    profile = {"driver": "GTiff", "height": SIDE, "width": SIDE, "count": 1, "dtype": array.dtype, "nodata": nodata}
    profile |= {"tiled": True, "blockxsize": TILE, "blockysize": TILE, "crs": "EPSG:32650"}
    with rasterio.open(path, "w", **profile, transform=rasterio.Affine(10, 0, 0, 0, -10, 0)) as image:
        image.write(array, 1)
    return Watched(rasterio.open(path))


def test_windows_that_go_down_an_image_unpack_each_tile_once(tmp_path: Path) -> None:
    image, keeper = image_of(tmp_path / "a.tif", numbers()), TileKeeper()
    for top, left in ((top, left) for top in (0, 10, 26, 42) for left in (0, 10, 30)):
        found = keeper.read(image, 1, ((top, top + 22), (left, left + 34)))
        assert found.tolist() == numbers()[top : top + 22, left : left + 34].tolist()
    assert sorted(image.unpacked) == [(i, j) for i in range(4) for j in range(4)]


def test_what_lies_far_above_is_forgotten_and_unpacked_again_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "KEPT_ROWS", 2 * TILE)
    image, keeper = image_of(tmp_path / "a.tif", numbers()), TileKeeper()
    for top in (0, 16, 32):  # the third row of tiles, and of its first column alone
        keeper.read(image, 1, ((top, top + 16), (0, 16) if top == 32 else ALL))
    image.unpacked.clear()
    assert keeper.read(image, 1, ((16, 32), ALL)).tolist() == numbers()[16:32].tolist()
    assert image.unpacked == []
    assert keeper.read(image, 1, ((0, 16), ALL)).tolist() == numbers()[:16].tolist()
    assert image.unpacked == [(0, 0)]


def test_no_more_is_kept_than_may_be_and_what_was_used_last_stays(tmp_path: Path) -> None:
    image, keeper = image_of(tmp_path / "a.tif", numbers()), TileKeeper(most=2 * TILE * TILE * 2)
    for left in (0, 16, 0, 32, 0, 16):  # two tiles of two bytes a pixel
        keeper.read(image, 1, ((0, 16), (left, left + 16)))
    assert image.unpacked == [(0, 0), (0, 1), (0, 2), (0, 1)]
    keeper.clear()
    keeper.read(image, 1, ((0, 16), (16, 32)))
    assert image.unpacked[-1] == (0, 1)


@pytest.mark.parametrize(
    ("kind", "nodata", "nothing"),
    [
        ("uint16", 0, 0),
        ("uint16", 9, 9),
        ("uint16", None, 0),  # Sentinel-2 products declare nothing and write 0
        ("int16", -9999, -9999),
        ("float32", -9999, -9999),
        ("float32", -9999, np.nan),  # whatever is declared
        ("float32", np.nan, np.nan),
        ("float32", None, np.inf),
    ],
)
def test_a_pixel_without_data_is_masked_and_windows_of_full_tiles_have_no_mask(
    tmp_path: Path, kind: str, nodata: float | None, nothing: float
) -> None:
    holed = numbers("uint16").astype(kind)
    holed[holed == 9] = 10
    holed[20, 20] = nothing
    image, keeper = image_of(tmp_path / "a.tif", holed, nodata), TileKeeper()
    assert keeper.read(image, 1, ((0, 16), ALL)).mask is np.ma.nomask
    found = keeper.read(image, 1, ((10, 30), (10, 30)))
    assert np.argwhere(found.mask).tolist() == [[10, 10]]
    assert found.sum() == np.delete(holed[10:30, 10:30], 10 * 20 + 10).sum()


def test_what_no_integer_of_the_kind_can_be_is_no_pixels_nothing(tmp_path: Path) -> None:
    image = image_of(tmp_path / "a.tif", numbers("int32"))
    for nodata in (0.5, 1e12):
        image.nodatavals = (nodata,)
        assert TileKeeper().read(image, 1, (ALL, ALL)).mask is np.ma.nomask


def test_a_mask_in_the_file_is_heeded_in_every_window(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image_of(path, numbers())
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as image:
        shown = np.full((SIDE, SIDE), 255, dtype=np.uint8)
        shown[40, :] = 0
        image.write_mask(shown)
    watched, keeper = Watched(rasterio.open(path)), TileKeeper()
    assert keeper.read(watched, 1, ((0, 32), ALL)).mask is np.ma.nomask
    found = keeper.read(watched, 1, ((39, 42), (3, 5)))
    assert found.mask.tolist() == [[False, False], [True, True], [False, False]]


def test_files_of_single_rows_are_read_many_rows_at_a_time(tmp_path: Path) -> None:
    profile = {"driver": "GTiff", "height": 600, "width": 8, "count": 1, "dtype": "uint16", "crs": "EPSG:32650"}
    array = np.arange(1, 4801, dtype=np.uint16).reshape(600, 8)
    with rasterio.open(
        tmp_path / "a.tif", "w", **profile, blockysize=1, transform=rasterio.Affine(10, 0, 0, 0, -10, 0)
    ) as image:
        image.write(array, 1)
    watched, keeper = Watched(rasterio.open(tmp_path / "a.tif")), TileKeeper()
    assert keeper.read(watched, 1, ((250, 520), (2, 5))).tolist() == array[250:520, 2:5].tolist()
    assert len(watched.unpacked) == 3
