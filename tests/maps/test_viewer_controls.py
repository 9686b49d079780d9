"""Each control of the page by itself, by mouse and by key, with the network off."""

import pytest

from geo.maps import triage_map

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

INSIDE = {"latitude": 24.3445, "longitude": 116.697, "accuracy": 30}
MET = "441422-2021-001"


def until(page, is_so):
    """Wait for what an expression says; the page's policy lets nobody evaluate one inside it."""
    for _ in range(200):
        if page.evaluate(is_so):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"never so: {is_so}")


def test_full_screen_takes_list_and_card_along_and_is_left_again(open_map, content):
    view = open_map(triage_map(content))
    full = "document.fullscreenElement === document.documentElement"
    view.page.click(".leaflet-control-zoom-fullscreen")
    until(view.page, full)
    view.page.click("#pw-row-0")
    assert view.page.locator(".pw-card").is_visible()
    view.page.click(".leaflet-control-zoom-fullscreen")
    until(view.page, f"!({full})")
    assert view.page.locator(".pw-list").is_visible()


def test_one_s_own_place_is_shown_on_the_map(open_map, content):
    view = open_map(triage_map(content))
    view.page.context.grant_permissions(["geolocation"])
    view.page.context.set_geolocation(INSIDE)
    view.page.click(".leaflet-control-locate a")
    view.page.locator(".leaflet-control-locate-location, .leaflet-control-locate-marker").first.wait_for(
        state="attached"
    )
    around = view.page.evaluate("parcelwatch.view.map.getBounds().toBBoxString()")
    west, south, east, north = (float(side) for side in around.split(","))
    assert west < INSIDE["longitude"] < east
    assert south < INSIDE["latitude"] < north
    view.page.click(".leaflet-control-locate a")
    assert view.page.locator(".leaflet-control-locate-marker").count() == 0


def test_every_control_is_worked_by_key(open_map, content):
    view = open_map(triage_map(content))
    page = view.page
    page.focus(".pw-sketch-toggle")
    page.keyboard.press("Enter")
    assert page.locator(".pw-sketch-toggle").get_attribute("aria-pressed") == "true"
    page.focus(".pw-sketch-toggle")
    page.keyboard.press("Enter")
    assert page.locator(".pw-sketch-panel").is_hidden()
    page.focus(".pw-footprint-switch input")
    page.keyboard.press("Space")
    assert page.evaluate("parcelwatch.view.layers.footprints") is False
    page.focus(".pw-language")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.focus(".pw-more summary")
    page.keyboard.press("Enter")
    assert page.locator(".pw-facets").is_visible()
    page.focus(".pw-rows")
    page.keyboard.press("ArrowDown")
    assert page.locator(".pw-card").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".pw-card").is_hidden()
    page.focus(".pw-download")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.endswith(".csv")
    zoom = page.evaluate("parcelwatch.view.map.getZoom()")
    page.focus(".leaflet-control-zoom-in")
    page.keyboard.press("Enter")
    until(page, f"parcelwatch.view.map.getZoom() > {zoom}")


def test_nobody_is_lost_going_round_by_the_tabulator(open_map, content):
    view = open_map(triage_map(content))
    view.click_row(view.row_of(MET))
    seen = []
    for _ in range(60):
        view.page.keyboard.press("Tab")
        seen.append(view.page.evaluate("document.activeElement.className.split(' ')[0]"))
    assert {"pw-search", "pw-rows", "pw-download", "pw-sketch-toggle", "pw-language", "pw-close"} <= set(seen)


def test_what_the_address_says_is_found_again_and_a_changed_address_is_followed(open_map, content):
    view = open_map(triage_map(content))
    view.click_row(view.row_of(MET))
    until(view.page, f"location.hash.includes('parcel={MET}')")
    view.page.evaluate("location.hash = '#lang=en&q=clt'")
    until(view.page, "document.documentElement.lang === 'en'")
    assert view.shown() == 1
    assert view.page.locator(".pw-card").is_hidden()
