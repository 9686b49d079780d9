"""Settings: one file, checked at the door."""

from datetime import date
from pathlib import Path

import pytest

from geo.errors import SchemaError
from geo.settings import Settings, read_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "parcelwatch.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARCELWATCH_STORE", raising=False)
    assert read_settings() == Settings()


def test_a_file_is_read_and_the_environment_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, 'store = "a.gpkg"\njurisdictions = ["cn", "cn-441422"]\nlang = "en"\n')
    monkeypatch.setenv("PARCELWATCH_STORE", "b.gpkg")
    settings = read_settings(path)
    assert (settings.store, settings.jurisdictions, settings.lang) == ("b.gpkg", ("cn", "cn-441422"), "en")


def test_an_adopted_draft_says_by_whom_and_since_when(tmp_path: Path) -> None:
    path = written(tmp_path, '[[adopt]]\ninstrument = "x/y"\nadopted_by = "局"\nadopted_on = 2024-01-01\n')
    (adopted,) = read_settings(path).adopt
    assert (adopted.instrument, adopted.adopted_by, adopted.adopted_on) == ("x/y", "局", date(2024, 1, 1))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("stor = 1", "settings.unknown_key"),  # a misspelt key
        ("store = 1", "settings.wrong_kind"),  # a number where a text belongs
        ('lang = "fr"', "settings.wrong_kind"),  # a language we do not speak
        ("store = ", "settings.not_toml"),  # not TOML
        ('[[adopt]]\ninstrument = "x"', "settings.wrong_kind"),  # adopted, but not by whom
        ('[[adopt]]\ninstrument = "x"\nadopted_by = "y"\nadopted_on = "soon"', "settings.not_a_day"),  # no day
    ],
)
def test_a_wrong_settings_file_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(SchemaError) as caught:
        read_settings(written(tmp_path, text))
    assert caught.value.code == code


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        read_settings(tmp_path / "none.toml")
    assert caught.value.code == "settings.missing"


ONLINE = """[[basemap]]
name = "影像"
url = "https://t{s}.tianditu.gov.cn/img_w/wmts?LAYER=img&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
attribution = "天地图"
subdomains = "01234567"
"""


def test_an_online_map_has_a_place_for_its_key_and_not_the_key(tmp_path: Path) -> None:
    (online,) = read_settings(written(tmp_path, ONLINE)).basemap
    assert (online.name, online.subdomains, online.max_zoom) == ("影像", "01234567", 18)
    assert online.url.endswith("&tk={key}")


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("tk={key}", "tk=0123456789abcdef", "settings.basemap_key"),  # the key itself
        ("tk={key}", "TK=a", "settings.basemap_key"),  # however it is written
        ("tk={key}", "tk={key}0", "settings.basemap_key"),  # and half of it
        ("{z}", "{zoom}", "settings.basemap_address"),  # a place that nobody fills
        ("https:", "file:", "settings.basemap_address"),  # no server
        ("t{s}.", "{key}.", "settings.basemap_address"),  # a key that every name server would see
        ("t{s}.tianditu.gov.cn", "wprd0{s}.is.autonavi.com:443", "settings.basemap_shifted"),  # beside the ground
        ('name = "影像"', 'name = "{{ 7 }}"', "settings.basemap_incomplete"),  # a template
        ('attribution = "天地图"', 'attribution = ""', "settings.basemap_incomplete"),  # nobody's map
        ('attribution = "天地图"', "", "settings.wrong_kind"),  # nothing said
        ("subdomains", "server", "settings.wrong_kind"),  # a misspelt key
    ],
)
def test_an_online_map_that_cannot_be_used_is_refused(tmp_path: Path, before: str, after: str, code: str) -> None:
    assert before in ONLINE
    with pytest.raises(SchemaError) as caught:
        read_settings(written(tmp_path, ONLINE.replace(before, after)))
    assert caught.value.code == code
