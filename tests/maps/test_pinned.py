import base64
import hashlib
import tomllib
from importlib.resources import files

import pytest

from geo.errors import AssetError
from geo.maps import pinned


def test_every_pinned_file_is_there_with_the_hash_of_the_list():
    for place, listed in pinned.pinned_files().items():
        assert hashlib.sha256(pinned.read_pinned(place)).hexdigest() == listed.sha256


def test_the_list_pins_each_package_by_an_exact_version_a_sha512_and_its_licence():
    for package in tomllib.loads(files("geo.maps").joinpath("assets.toml").read_text("utf-8"))["package"]:
        assert all(part.isdigit() for part in package["version"].split("."))
        algorithm, digest = package["integrity"].split("-", 1)
        assert (algorithm, len(base64.b64decode(digest))) == ("sha512", 64)
        assert package["license_file"] in [file["path"] for file in package["file"]]


def test_the_list_names_no_address():
    assert "://" not in files("geo.maps").joinpath("assets.toml").read_text("utf-8")


def test_a_file_that_was_not_listed_is_missing_with_its_name():
    with pytest.raises(AssetError) as refused:
        pinned.read_pinned("jquery/dist/jquery.min.js")
    assert (refused.value.code, refused.value.params) == ("map.asset_missing", {"asset": "jquery/dist/jquery.min.js"})


def test_a_link_that_nothing_stands_in_for_is_missing_with_its_name():
    with pytest.raises(AssetError) as refused:
        pinned.place_of("jquery")
    assert (refused.value.code, refused.value.params) == ("map.asset_missing", {"asset": "jquery"})


def test_a_file_with_other_bytes_than_the_list_says_is_not_used(monkeypatch):
    place = "leaflet/dist/leaflet.js"
    other = {**pinned.pinned_files(), place: pinned.PinnedFile("0" * 64, "leaflet", "leaflet/LICENSE")}
    monkeypatch.setattr(pinned, "pinned_files", lambda: other)
    pinned.read_pinned.cache_clear()
    with pytest.raises(AssetError) as refused:
        pinned.read_pinned(place)
    pinned.read_pinned.cache_clear()
    assert refused.value.code == "map.asset_altered"


def test_a_style_sheet_carries_its_images_and_its_licence_inside():
    text = pinned.style_text("leaflet/dist/leaflet.css")
    image = base64.b64encode(pinned.read_pinned("leaflet/dist/images/layers.png")).decode()
    assert f'url("data:image/png;base64,{image}")' in text
    assert "url(images" not in text
    assert text.startswith("/*\nBSD 2-Clause License")


def test_a_script_comes_with_its_licence_and_points_to_no_source_map():
    text = pinned.script_text("leaflet/dist/leaflet.js")
    assert text.startswith("/*\nBSD 2-Clause License")
    assert "sourceMappingURL" not in text
    assert "</script" not in text
