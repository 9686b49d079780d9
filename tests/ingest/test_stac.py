"""Static catalogues."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geo.ingest.scenes import find_scenes

Json = dict[str, object]


def band(path: Path, count: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = np.random.default_rng(0).integers(1, 200, (count, 32, 32)).astype("uint16")
    profile = {"driver": "GTiff", "height": 32, "width": 32, "count": count, "dtype": "uint16", "crs": "EPSG:32650"}
    with rasterio.open(path, "w", **profile, transform=from_origin(5e5, 26e5, 10, 10)) as image:
        image.write(numbers)


def save(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
    return path


def item(name: str = "S2A_50RMK_20241103_0_L2A", **parts: Json) -> Json:
    properties: Json = {"datetime": "2024-11-03T03:02:11Z"} | parts.get("properties", {})
    assets = parts.get("assets", {"blue": {"href": "./B02.tif", "eo:bands": [{"name": "b02", "common_name": "blue"}]}})
    return {"type": "Feature", "stac_version": "1.0.0", "id": name, "properties": properties, "assets": assets}


def catalogue(*links: tuple[str, str], **more: object) -> Json:
    return {"type": "Catalog", "id": "c", "links": [{"rel": rel, "href": href} for rel, href in links], **more}


def test_items_are_found_through_catalogues_and_collections(tmp_path: Path) -> None:
    save(tmp_path / "catalog.json", catalogue(("root", "./catalog.json"), ("child", "./a/collection.json")))
    save(tmp_path / "a" / "collection.json", catalogue(("item", "one/one.json"), ("parent", "../catalog.json")))
    save(tmp_path / "a" / "one" / "one.json", item())
    band(tmp_path / "a" / "one" / "B02.tif")
    for given in (tmp_path, tmp_path / "catalog.json", tmp_path / "a" / "one" / "one.json"):
        (scene,) = find_scenes([given]).scenes
        assert scene.scene_id == "S2A_50RMK_20241103_0_L2A"
        assert scene.acquired_at == datetime(2024, 11, 3, 3, 2, 11, tzinfo=UTC)
        assert scene.level == "L2A"
        assert [(asset.band, asset.layer, Path(asset.path).name) for asset in scene.assets] == [("B02", 1, "B02.tif")]


@pytest.mark.parametrize(
    ("asset", "properties", "expected"),
    [
        ({"raster:bands": [{"scale": 0.0001, "offset": -0.1}]}, {}, (1e-4, -0.1)),
        ({"raster:bands": [{"scale": 0.0001, "offset": -0.1}]}, {"earthsearch:boa_offset_applied": True}, (1e-4, 0.0)),
        ({"bands": [{"name": "B02", "raster:scale": 0.0001, "raster:offset": -0.1}]}, {}, (1e-4, -0.1)),
        ({"raster:scale": 0.0001}, {}, (1e-4, 0.0)),
    ],
)
def test_scale_and_offset_are_those_of_the_catalogue(
    asset: Json, properties: Json, expected: tuple[float, float], tmp_path: Path
) -> None:
    band(tmp_path / "B02.tif")
    found = item(assets={"B02": {"href": "B02.tif"} | asset}, properties=properties)
    (scene,) = find_scenes([save(tmp_path / "item.json", found)]).scenes
    assert (scene.scale, scene.offset) == expected


def test_layers_of_one_file_and_common_names_are_bands(tmp_path: Path) -> None:
    band(tmp_path / "all.tif", count=3)
    band(tmp_path / "scl.tif")
    entries = [{"name": "one", "common_name": "blue"}, {"name": "quality"}, {"name": "x", "eo:common_name": "swir16"}]
    assets = {
        "data": {"href": "all.tif", "bands": entries},
        "scl": {"href": "scl.tif"},
        "thumbnail": {"href": "t.png", "roles": ["thumbnail"], "eo:bands": [{"name": "B04"}]},
    }
    (scene,) = find_scenes([save(tmp_path / "item.json", item(assets=assets))]).scenes
    assert [(asset.band, asset.layer) for asset in scene.assets] == [("B02", 1), ("B11", 3), ("SCL", 1)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (item(assets={"B02": {"href": "https://example.org/B02.tif"}}), "observe.not_on_this_machine"),
        (item(assets={"B02": {"href": "/vsicurl/http://127.0.0.1/B02.tif"}}), "observe.not_on_this_machine"),
        (item(assets={"B02": {"href": "s3://bucket/B02.tif"}}), "observe.not_on_this_machine"),
        (item(assets={"B02": {"href": "gone.tif"}}), "observe.image_missing"),
        (item(assets={"B02": {"href": "link.vrt"}}), "observe.image_unreadable"),
        (item(assets={"data": {"href": "B02.tif"}}), "observe.no_light"),
        (item(properties={"datetime": None}), "observe.no_date"),
        ([1, 2], "observe.catalogue_unreadable"),
        (catalogue(("search", "https://example.org/search")), "observe.catalogue_is_a_service"),
        (catalogue(("item", "https://example.org/item.json")), "observe.not_on_this_machine"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_its_reason_and_nothing_is_fetched(
    content: object, code: str, tmp_path: Path
) -> None:
    band(tmp_path / "B02.tif")
    (tmp_path / "link.vrt").write_text("<VRTDataset/>", "utf-8")
    save(tmp_path / "bad.json", content)
    save(tmp_path / "good.json", item("good_20241103"))
    save(tmp_path / "catalog.json", catalogue(("item", "bad.json"), ("item", "good.json")))
    found = find_scenes([tmp_path])
    assert [scene.scene_id for scene in found.scenes] == ["good_20241103"]
    assert found.refused["code"].tolist() == [code]


def test_a_catalogue_that_is_no_json_or_nested_without_end_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[" * 100_000, "utf-8")
    (tmp_path / "b.json").write_text("{", "utf-8")
    save(tmp_path / "catalog.json", catalogue(("child", "a.json"), ("child", "b.json"), ("child", "none.json")))
    assert find_scenes([tmp_path]).refused["code"].tolist() == ["observe.catalogue_unreadable"] * 3


def test_catalogues_that_lead_to_each_other_or_too_deep_end(tmp_path: Path) -> None:
    save(tmp_path / "catalog.json", catalogue(("child", "0.json")))
    for number in range(20):
        save(tmp_path / f"{number}.json", catalogue(("child", f"{number + 1}.json"), ("child", "catalog.json")))
    assert find_scenes([tmp_path]).refused["code"].tolist() == ["observe.catalogue_too_deep"]


def test_bands_of_one_item_with_different_scales_are_no_scene(tmp_path: Path) -> None:
    for name in ("B02", "B03"):
        band(tmp_path / f"{name}.tif")
    assets = {f"B0{n}": {"href": f"B0{n}.tif", "raster:bands": [{"scale": n * 1e-4}]} for n in (2, 3)}
    found = find_scenes([save(tmp_path / "item.json", item(assets=assets))])
    assert found.refused["code"].tolist() == ["observe.mixed_scale"]


def test_of_a_band_in_several_sizes_the_finest_is_taken(tmp_path: Path) -> None:
    for name in ("fine", "coarse"):
        band(tmp_path / f"{name}.tif")
    assets = {
        "B02": {"href": "coarse.tif", "gsd": 20},
        "B02-10m": {"href": "fine.tif", "gsd": 10, "eo:bands": [{"name": "B02"}]},
        "B03": {"href": "coarse.tif", "gsd": "unknown"},
    }
    (scene,) = find_scenes([save(tmp_path / "item.json", item(assets=assets))]).scenes
    assert Path(scene.assets[0].path).name == "fine.tif"
