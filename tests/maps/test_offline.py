import hashlib
import re

import folium
import pytest
from folium.plugins import Fullscreen, LocateControl, MeasureControl

from geo.errors import AssetError, SchemaError
from geo.maps import OfflineMap, pinned, render_offline, triage_map, write_offline
from geo.maps.page_scan import scan_page

OUTLINE = {
    "type": "Feature",
    "properties": {"sha": hashlib.md5(b"not an id of Folium's").hexdigest()},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[116.69, 24.34], [116.70, 24.34], [116.70, 24.35], [116.69, 24.34]]],
    },
}


def plain_map():
    made = OfflineMap(location=(24.345, 116.695), zoom_start=15, tiles=None)
    folium.GeoJson(OUTLINE, name="outline").add_to(made)
    folium.CircleMarker((24.345, 116.695), radius=9).add_to(made)
    return made


def test_two_renders_of_one_month_are_equal_to_the_byte(make_county):
    assert render_offline(triage_map(make_county())) == render_offline(triage_map(make_county()))


def test_two_renders_of_any_map_are_equal_to_the_byte():
    assert render_offline(plain_map()) == render_offline(plain_map())


def test_rendering_the_same_triage_map_again_changes_nothing(content):
    made = triage_map(content)
    assert render_offline(made) == render_offline(made)


def test_a_text_of_the_data_that_looks_like_a_drawn_id_is_left_as_it_is():
    assert OUTLINE["properties"]["sha"] in render_offline(plain_map())


def test_a_page_names_nothing_outside_itself(content):
    page = render_offline(triage_map(content))
    places = [place for place, file in pinned.pinned_files().items() if file.link and place.endswith(".js")]
    scripts = {pinned.script_text(place) for place in places}
    assert scan_page(page).references(allowed_scripts=scripts) == []
    for script in scripts:
        page = page.replace(script, "")
    assert not re.findall(r"(?:src|href)=", page)


def test_a_county_without_much_in_it_stays_a_small_file(content):
    assert len(render_offline(triage_map(content)).encode()) < 400_000


def test_the_policy_lets_each_script_of_the_page_run_and_forbids_every_request(content):
    page = render_offline(triage_map(content))
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"/>', page).group(1)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert policy.count("'sha256-") == len(set(scan_page(page).scripts))
    assert "script-src 'unsafe-inline'" not in policy
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_a_tile_layer_is_refused_by_its_address():
    made = plain_map()
    folium.TileLayer("https://tile.example.org/{z}/{x}/{y}.png", attr="nobody").add_to(made)
    with pytest.raises(SchemaError) as refused:
        render_offline(made)
    assert refused.value.code == "map.external_reference"
    assert refused.value.params["reference"].startswith("https://tile.example.org/")


def test_a_plugin_whose_files_are_not_pinned_is_refused_by_the_name_of_its_link():
    made = plain_map()
    MeasureControl().add_to(made)
    with pytest.raises(AssetError) as refused:
        render_offline(made)
    assert refused.value.code == "map.asset_missing"
    assert "measure" in refused.value.params["asset"].lower()


def test_a_plugin_whose_files_are_pinned_is_put_inside():
    made = plain_map()
    Fullscreen().add_to(made)
    LocateControl().add_to(made)
    page = render_offline(made)
    assert "L.control.locate" in page
    assert "cdn" not in "".join(scan_page(page).links)


def test_a_map_of_folium_itself_is_refused_because_it_needs_more_than_is_pinned():
    with pytest.raises(AssetError) as refused:
        render_offline(folium.Map(tiles=None))
    assert refused.value.code == "map.asset_missing"


def test_a_link_of_folium_that_is_pinned_is_put_inside():
    made = OfflineMap(tiles=None)
    made.add_js_link("leaflet", "https://cdn.example.org/leaflet.js")
    try:
        page = render_offline(made)
    finally:
        OfflineMap.default_js.clear()
    assert "cdn.example.org" not in page
    assert page.count("* Leaflet 1.9.4, a JS library") == 1


def test_a_map_carries_leaflet_in_a_notebook_too():
    assert "* Leaflet 1.9.4, a JS library" in plain_map().get_root().render()


def test_writing_makes_the_folder_and_leaves_no_partial_file(tmp_path):
    write_offline(plain_map(), tmp_path / "new" / "线索图.html")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["线索图.html"]
    assert (tmp_path / "new" / "线索图.html").read_bytes() == render_offline(plain_map()).encode()


def test_a_map_that_is_refused_leaves_an_earlier_file_alone(tmp_path):
    path = tmp_path / "map.html"
    path.write_text("earlier")
    with pytest.raises(AssetError):
        write_offline(folium.Map(tiles=None), path)
    assert path.read_text() == "earlier"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_map_with_markers_and_outlines_opens_without_a_network(open_map):
    made = plain_map()
    folium.Marker((24.345, 116.695)).add_to(made)
    folium.LayerControl(collapsed=False).add_to(made)
    page = open_map(made).page
    icon = page.locator("img.leaflet-marker-icon")
    assert icon.get_attribute("src").startswith("data:image/png;base64,")
    assert icon.evaluate("image => image.complete && image.naturalWidth") == 25


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_browser_itself_refuses_requests_and_foreign_scripts(open_map):
    page, problems = open_map(plain_map())
    blocked = page.evaluate(
        """() => new Promise((settle) => {
            const blocked = [];
            document.addEventListener("securitypolicyviolation", (event) => {
                blocked.push(event.effectiveDirective);
                if (blocked.length === 3) settle(blocked.sort());
            });
            fetch("https://example.org/").catch(() => null);
            const script = document.createElement("script");
            script.textContent = "window.pwned = 1";
            document.body.append(script);
            const box = document.createElement("div");
            box.innerHTML = '<img src="data:," onerror="window.pwned = 1">';
            document.body.append(box);
        })"""
    )
    assert blocked == ["connect-src", "script-src-attr", "script-src-elem"]
    assert page.evaluate("window.pwned") is None
    assert all("Content Security Policy" in problem for problem in problems)
    problems.clear()
