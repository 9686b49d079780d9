"""Online maps: in the office only, and nothing else is asked for."""

import base64
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from geo.errors import SchemaError
from geo.maps import Basemap, render_offline, triage_map, write_offline
from geo.maps.offline import Markup

KEY = "0123456789abcdef"
URL = f"https://t{{s}}.tiles.example/img?z={{z}}&y={{y}}&x={{x}}&tk={KEY}"
IMAGES = Basemap("影像 <b>", URL, "某局 <i>", "01", 17)
NAMES = Basemap("注记", "https://names.example:8443/{z}/{x}/{y}.png", "某局", "abc", 18)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def policy_of(page: str) -> str:
    return re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1)


def test_a_page_with_an_online_map_is_refused_unless_it_is_for_the_office(content):
    with pytest.raises(SchemaError) as refused:
        render_offline(triage_map(content, basemaps=[IMAGES]))
    assert refused.value.code == "map.external_reference"


def test_a_page_for_the_office_may_ask_the_servers_of_its_maps_for_images_and_nobody_for_anything_else(content):
    page = render_offline(triage_map(content, basemaps=[IMAGES, NAMES]), for_office=True)
    assert (
        "img-src data: blob: https://names.example:8443 https://t0.tiles.example https://t1.tiles.example;"
        in policy_of(page)
    )
    assert policy_of(page).count("https:") == 3


def test_a_page_for_the_office_without_an_online_map_is_as_closed_as_any(content):
    assert render_offline(triage_map(content), for_office=True) == render_offline(triage_map(content))


def test_another_address_in_a_page_for_the_office_is_still_refused(content):
    made = triage_map(content, basemaps=[NAMES])
    made.get_root().html.add_child(Markup('<script>load("https://names.example:8443.elsewhere.example/a")</script>'))
    with pytest.raises(SchemaError) as refused:
        render_offline(made, for_office=True)
    assert refused.value.code == "map.external_reference"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_tiles_lie_below_the_parcels_are_switched_and_their_absence_is_said(chromium, content, tmp_path):
    path = tmp_path / "map_office.html"
    write_offline(triage_map(content, basemaps=[IMAGES, NAMES]), path, for_office=True)
    asked, problems = set(), []
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))

    def answer(route):
        asked.add(urlsplit(route.request.url).hostname)
        if "tiles.example" in route.request.url:
            route.fulfill(body=PIXEL, content_type="image/png")
        else:
            route.abort()

    page.route(re.compile("^https?:"), answer)
    page.goto(path.as_uri(), wait_until="load")
    page.locator(".leaflet-tile-loaded").first.wait_for(state="attached")
    assert page.locator(".pw-office").inner_text() == "仅限办公室：含在线底图，不得外发"
    assert page.locator(".leaflet-control-attribution").inner_text() == "某局 <i>, 某局"
    said = page.locator(".pw-said")
    said.wait_for()
    assert "取不到底图“注记”" in said.inner_text()
    switches = page.locator(".pw-basemap-switch")
    assert switches.all_inner_texts() == ["影像 <b>", "注记"]
    switches.first.locator("input").uncheck()
    assert page.locator(".leaflet-tile-loaded").count() == 0
    switches.first.locator("input").check()
    page.locator(".leaflet-tile-loaded").first.wait_for(state="attached")
    layers = page.locator(".leaflet-tile-pane .leaflet-layer")
    assert layers.evaluate_all("all => all.map((one) => one.style.zIndex).sort()") == ["1", "2"]
    assert {"t0.tiles.example", "t1.tiles.example"} <= asked
    assert not {host for host in asked if not host.endswith((".tiles.example", "names.example"))}
    assert problems == []
    context.close()


SETTINGS = """
[[basemap]]
name = "影像"
url = "https://t{s}.tianditu.gov.cn/img_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
attribution = "天地图"
subdomains = "01"
"""


def test_the_key_comes_from_the_environment_and_stands_in_the_page_for_the_office_alone(
    command, sample_settings, sample_result, tmp_path, monkeypatch
):
    own = Path(sample_settings.out) / "parcelwatch.toml"
    settings = tmp_path / "own.toml"
    common = ("--config", settings, "map", "2026-10", "--out", tmp_path / "maps")
    settings.write_text(own.read_text("utf-8"), "utf-8")
    monkeypatch.delenv("PARCELWATCH_BASEMAP_KEY", raising=False)
    assert "没有设置在线底图" in command(*common, "--office").err
    settings.write_text(own.read_text("utf-8") + SETTINGS, "utf-8")
    said = command(*common, "--office")
    assert (said.code, "PARCELWATCH_BASEMAP_KEY" in said.err) == (3, True)
    monkeypatch.setenv("PARCELWATCH_BASEMAP_KEY", f"{KEY}&")
    assert command(*common).code == 0
    said = command(*common, "--office")
    assert said.code == 0
    assert "不要外发" in said.err
    assert KEY not in said.out + said.err
    folder = tmp_path / "maps" / "2026-10" / "revision-1"
    assert f"tk={KEY}%26" in json.loads(f'"{_script_of(folder / "map_office.html")}"')
    assert KEY not in (folder / "map.html").read_text("utf-8")
    assert "tianditu" not in (folder / "map.html").read_text("utf-8")


def _script_of(path: Path) -> str:
    """Return the address of the tiles as the page's script holds it."""
    return re.search(r'L\.tileLayer\(\s*"([^"]*)"', path.read_text("utf-8")).group(1)
