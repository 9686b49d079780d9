"""Sentinel-2 products; there is no real one beside the checkout, so these are made after the published form."""

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geo.errors import SceneError, SchemaError
from geo.ingest.safe import parse_time, read_description
from geo.ingest.scenes import find_scenes

PRODUCT = "S2A_MSIL2A_20241103T025941_N0511_R032_T50RMK_20241103T055612"
OLD = "S2A_MSIL2A_20210103T025941_N0214_R032_T50RMK_20210103T055612"
GRANULE = "GRANULE/L2A_T50RMK_A048921_20241103T030011/IMG_DATA"


def image(path: Path) -> None:
    """A little image under a product's name; it is a GeoTIFF only where its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = np.random.default_rng(0).integers(1, 200, (1, 64, 64)).astype("uint16")
    profile = {"driver": "JP2OpenJPEG", "height": 64, "width": 64, "count": 1, "dtype": "uint16", "QUALITY": "100"}
    with rasterio.open(path, "w", **profile, crs="EPSG:32650", transform=from_origin(5e5, 26e5, 10, 10)) as made:
        made.write(numbers)


def description(folder: Path, *, level: str = "2A", head: str = "", **said: str | None) -> Path:
    """Write the description of a product; a key with None is left out."""
    values: dict[str, str | None] = {
        "PRODUCT_URI": f"{folder.name}",
        "PROCESSING_BASELINE": "05.11",
        "DATATAKE_SENSING_START": "2024-11-03T02:59:41.024Z",
        "BOA_QUANTIFICATION_VALUE": "10000",
    } | said
    lines = "".join(f"<{key}>{value}</{key}>" for key, value in values.items() if value is not None)
    images = "".join(
        f"<IMAGE_FILE>{GRANULE}/{sub}/T50RMK_20241103T025941_{band}_{sub[1:]}</IMAGE_FILE>"
        for sub, band in (("R10m", "B02"), ("R10m", "TCI"), ("R20m", "B02"), ("R20m", "B11"), ("R20m", "SCL"))
    )
    path = folder / f"MTD_MSIL{level}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<?xml version="1.0"?>{head}<n1:P xmlns:n1="https://psd-14.sentinel2.eo.esa.int/x">{lines}{images}</n1:P>',
        "utf-8",
    )
    return path


def product(folder: Path, **said: str | None) -> Path:
    for sub, band in (("R10m", "B02"), ("R20m", "B02"), ("R20m", "B11"), ("R20m", "SCL")):
        image(folder / GRANULE / sub / f"T50RMK_20241103T025941_{band}_{sub[1:]}.jp2")
    return description(folder, **said)


def test_a_product_is_a_scene_with_the_offset_it_tells(tmp_path: Path) -> None:
    folder = tmp_path / f"{PRODUCT}.SAFE"
    product(folder, BOA_ADD_OFFSET="-1000")
    for given in (folder, tmp_path):
        (scene,) = find_scenes([given]).scenes
        assert scene.scene_id == PRODUCT
        assert scene.acquired_at == datetime(2024, 11, 3, 2, 59, 41, 24_000, tzinfo=UTC)
        assert (scene.level, scene.scale, scene.offset) == ("L2A", 1e-4, -0.1)
        names = [Path(asset.path).name for asset in scene.assets]
        assert names == [f"T50RMK_20241103T025941_{band}.jp2" for band in ("B02_10m", "B11_20m", "SCL_20m")]


@pytest.mark.parametrize(
    ("said", "offset"),
    [
        ({"PROCESSING_BASELINE": "02.14"}, 0.0),
        ({"PROCESSING_BASELINE": "05.11"}, math.nan),
        ({"PROCESSING_BASELINE": None}, math.nan),
        ({"PROCESSING_BASELINE": "02.14", "BOA_ADD_OFFSET": "-1000"}, -0.1),
        ({"BOA_ADD_OFFSET": "0"}, 0.0),
    ],
)
def test_the_offset_is_what_is_told_and_none_before_baseline_four(
    said: dict[str, str | None], offset: float, tmp_path: Path
) -> None:
    assert read_description(description(tmp_path / PRODUCT, **said)).offset == pytest.approx(offset, nan_ok=True)


def test_a_top_of_atmosphere_product_has_names_of_its_own(tmp_path: Path) -> None:
    name = PRODUCT.replace("MSIL2A", "MSIL1C")
    said = {"BOA_QUANTIFICATION_VALUE": None, "QUANTIFICATION_VALUE": "10000", "RADIO_ADD_OFFSET": "-1000"}
    found = read_description(description(tmp_path / f"{name}.SAFE", level="1C", **said))
    assert (found.name, found.level, found.offset) == (name, "L1C", -0.1)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"DATATAKE_SENSING_START": "2024-11-04T02:59:41Z"}, "observe.misdated"),
        ({"DATATAKE_SENSING_START": None}, "observe.not_described"),
        ({"DATATAKE_SENSING_START": "yesterday"}, "observe.not_described"),
        ({"BOA_QUANTIFICATION_VALUE": "0"}, "observe.not_described"),
        ({"BOA_QUANTIFICATION_VALUE": "many"}, "observe.not_described"),
        ({"BOA_ADD_OFFSET": "-1000</BOA_ADD_OFFSET><BOA_ADD_OFFSET>-900"}, "observe.mixed_scale"),
    ],
)
def test_a_product_that_contradicts_itself_or_says_too_little_is_left_out(
    said: dict[str, str | None], code: str, tmp_path: Path
) -> None:
    with pytest.raises(SceneError) as caught:
        read_description(description(tmp_path / f"{PRODUCT}.SAFE", **said))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE P [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE P [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE P SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
def test_a_description_with_entities_is_refused_and_the_run_goes_on(head: str, tmp_path: Path) -> None:
    product(tmp_path / f"{PRODUCT}.SAFE", head=head, PRODUCT_URI=f"{PRODUCT}.SAFE")
    product(tmp_path / f"{OLD}.SAFE", DATATAKE_SENSING_START="2021-01-03T02:59:41Z", PROCESSING_BASELINE="02.14")
    found = find_scenes([tmp_path])
    assert [scene.scene_id for scene in found.scenes] == [OLD]
    assert found.refused["code"].tolist() == ["ingest.xml_entities"]


def test_what_is_no_xml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "MTD_MSIL2A.xml"
    path.write_text("<a><b></a>", "utf-8")
    with pytest.raises(SchemaError):
        read_description(path)


@pytest.mark.parametrize("listed", ["../other/T50RMK_20241103T025941_B02_10m", "/etc/T50RMK_20241103T025941_B02_10m"])
def test_an_image_outside_the_product_is_not_read(listed: str, tmp_path: Path) -> None:
    folder = tmp_path / f"{PRODUCT}.SAFE"
    product(folder, IMAGE_FILE=listed)
    found = find_scenes([tmp_path])
    assert found.scenes == []
    assert found.refused["code"].tolist() == ["observe.image_outside"]


def test_a_band_that_was_taken_away_is_missing_and_without_light_it_is_no_scene(tmp_path: Path) -> None:
    folder = tmp_path / f"{PRODUCT}.SAFE"
    product(folder)
    for path in folder.rglob("*_B11_*.jp2"):
        path.unlink()
    (scene,) = find_scenes([folder]).scenes
    assert [asset.band for asset in scene.assets] == ["B02", "SCL"]
    for path in folder.rglob("*.jp2"):
        path.unlink()
    assert find_scenes([folder]).refused["code"].tolist() == ["observe.no_light"]


def test_another_description_of_the_same_images_is_another_hash(tmp_path: Path) -> None:
    folder = tmp_path / f"{PRODUCT}.SAFE"
    hashes = []
    for offset in ("-1000", "0"):
        product(folder, BOA_ADD_OFFSET=offset)
        hashes.append(find_scenes([folder]).sha256[PRODUCT])
    assert hashes[0] != hashes[1]


def test_times_are_in_utc_whether_they_say_so_or_not() -> None:
    assert parse_time("2024-11-03T10:59:41+08:00") == parse_time("2024-11-03T02:59:41")
    assert parse_time("no time") is None
