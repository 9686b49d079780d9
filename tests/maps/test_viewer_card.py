"""The card's proof, clocks and chips; further layers; measuring and drawing; on a page opened from disk."""

import base64
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Polygon, box

from geo.maps import triage_map
from geo.maps.chips import Chip, jpeg
from geo.maps.content import ConditionNote, Overlay, RulePart

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OPEN, MET, TINY = "441422-2023-003", "441422-2021-001", "441422-2024-012"

RULE = (
    RulePart(
        (
            ConditionNote("is_started", "in", "false", None, None),
            ConditionNote("as_of", ">", "agreed_start_on + P1Y", "agreed_start_on", "P1Y"),
            ConditionNote("developed_fraction", "<", "1/3", None, None),
        )
    ),
    RulePart(
        (ConditionNote("cause", "in", "government", None, None),),
        "measures-8",
        "8",
        {"zh": "政府原因", "en": "government"},
    ),
)


@pytest.fixture
def proven(content, make_county):
    findings = content.findings.assign(truths="yy?n", limits="2025-09-01", settles="developed_fraction")
    return make_county(findings=findings, rules={"measures-2-1": RULE})


def chip(day, shade):
    pixels = np.full((20, 30, 3), shade, dtype=np.uint8)
    return Chip(f"S2_{day:%Y%m%d}", day, pixels, box(5, 5, 25, 15), (10.0, 10.0))


def chips(number):
    return [chip(date(2024, 1, 1 + place), 40 * place) for place in range(number)]


def test_a_finding_shows_each_condition_what_is_known_and_how_it_came_out(open_map, proven):
    view = open_map(triage_map(proven))
    view.click_row(view.row_of(OPEN))
    view.page.locator(".pw-proof summary").first.click()
    proof = view.page.locator(".pw-proof").first
    lines = proof.locator("li").all_inner_texts()
    assert [line.splitlines()[0] for line in lines] == ["✓", "✓", "?", "✗"]
    assert "约定动工日（含延期） + 1 年（即 2025-09-01）" in lines[1]
    assert "现知：2026-10-31" in lines[1]
    assert "0.10 至 0.62" in lines[2]
    assert "第 8 条，政府原因" in proof.inner_text()
    assert proof.locator(".pw-truth").nth(2).get_attribute("aria-label") == "不明"
    view.page.click(".pw-language")
    assert "government" in view.page.locator(".pw-proof").first.text_content()


def test_what_would_settle_an_open_finding_is_said(open_map, proven):
    view = open_map(triage_map(proven))
    view.click_row(view.row_of(OPEN))
    assert "查明其中任一项即可定论" in view.page.locator(".pw-missing").first.inner_text()
    view.click_row(view.row_of(MET))
    assert view.page.locator(".pw-finding-met .pw-missing").count() == 0


def test_clocks_say_what_is_late(open_map, make_county):
    clocks = pd.DataFrame(
        [
            (OPEN, "investigation", "2026-09-01", "2026-10-01", "running", "第 5 条"),
            (OPEN, "answer", None, "2026-12-01", "running", None),
            (OPEN, "payment", None, "2025-01-01", "met", None),
        ],
        columns=["parcel_id", "clock", "starts_on", "due_on", "state", "article"],
    ).assign(label_zh="三十日内调查", label_en="Investigate within 30 days")
    view = open_map(triage_map(make_county(clocks=clocks)))
    view.click_row(view.row_of(OPEN))
    late = view.page.locator(".pw-late")
    assert late.count() == 1
    for said in ("2026-10-01", "已过期", "自 2026-09-01 起算", "第 5 条"):
        assert said in late.inner_text()
    assert "已办结" in view.card_text()
    assert "三十日内调查" in late.inner_text()
    view.page.click(".pw-language")
    assert "Investigate within 30 days" in view.page.locator(".pw-late").inner_text()


def test_months_are_a_band_behind_the_scenes_and_stand_alone_where_no_scene_does(open_map, make_county, content):
    months = pd.DataFrame(
        [
            (OPEN, "2026-01", 0.2, 0.1, 0.4),
            (OPEN, "2026-02", 0.3, 0.2, 0.4),
            (OPEN, "2026-03", None, None, None),
            (TINY, "2026-02", 0.5, 0.4, 0.6),
        ],
        columns=["parcel_id", "month", "built_fraction", "built_fraction_low", "built_fraction_high"],
    )
    view = open_map(triage_map(make_county(months=months)))
    view.click_row(view.row_of(OPEN))
    bands = "[...document.querySelectorAll('.pw-month')].map((one) => Number(one.getAttribute('height')))"
    high, low = view.page.evaluate(bands)
    assert high == pytest.approx(1.5 * low)  # 0.3 and 0.2 between the bounds
    assert "逐月估计" in view.card_text()
    view.click_row(view.row_of(TINY))
    assert view.page.locator(".pw-month").count() == 1
    assert view.page.locator(".pw-dot").count() == 0


def test_two_chips_are_swiped_by_key_and_by_mouse(open_map, make_county):
    view = open_map(triage_map(make_county(chips={OPEN: chips(2)})))
    view.click_row(view.row_of(OPEN))
    at = "getComputedStyle(document.querySelector('.pw-chip-after')).clipPath"
    assert "50%" in view.page.evaluate(at)
    view.page.focus(".pw-swipe")
    view.page.keyboard.press("End")
    assert "100%" in view.page.evaluate(at)
    box_ = view.page.locator(".pw-swipe").bounding_box()
    view.page.mouse.click(box_["x"] + box_["width"] * 0.25, box_["y"] + box_["height"] / 2)
    left = float(view.page.evaluate("document.querySelector('.pw-swipe').value"))
    assert 20 < left < 30
    days = view.page.locator(".pw-chip-day").all_inner_texts()
    assert days == ["2024-01-01", "2024-01-02"]
    assert view.page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth === 30)")
    assert "不是证据原件" in view.card_text()


def test_any_two_of_several_days_are_laid_over_each_other(open_map, make_county):
    view = open_map(triage_map(make_county(chips={OPEN: chips(4)})))
    view.click_row(view.row_of(OPEN))
    days = view.page.locator(".pw-chip-day")
    assert days.all_inner_texts() == ["2024-01-01", "2024-01-04"]
    view.page.click(".pw-strip button >> nth=2")
    assert days.all_inner_texts() == ["2024-01-01", "2024-01-03"]
    view.page.click(".pw-strip button >> nth=1")
    assert days.all_inner_texts() == ["2024-01-01", "2024-01-02"]


def test_chips_beyond_the_budget_are_left_out_and_the_card_says_so_and_links_the_evidence(open_map, make_county):
    given = {MET: chips(1), OPEN: chips(1)}
    budget = 2 * len(base64.b64encode(jpeg(chips(1)[0].pixels))) - 1
    evidence = {OPEN: "evidence/441422-2023-003.html"}
    view = open_map(triage_map(make_county(chips=given, chip_bytes=budget, evidence=evidence)))
    view.click_row(view.row_of(MET))
    assert view.page.locator(".pw-chip-single img").count() == 1
    view.click_row(view.row_of(OPEN))
    assert "没有附上" in view.card_text()
    assert view.page.locator(".pw-card a").get_attribute("href") == evidence[OPEN]
    view.click_row(view.row_of("441422-2024-004"))
    assert view.page.locator(".pw-chips").count() == 0


def pixels(view):
    """How many pixels of the sheet have each colour."""
    return view.page.evaluate(
        """async () => {
            await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
            const canvas = document.querySelector("canvas.pw-sheet");
            const empty = new OffscreenCanvas(canvas.width, canvas.height);
            const copy = empty.getContext("2d", { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            const seen = {};
            for (let i = 0; i < data.length; i += 4) {
                const colour = data.slice(i, i + 4).join();
                seen[colour] = (seen[colour] || 0) + 1;
            }
            return seen;
        }"""
    )


def test_further_layers_are_drawn_listed_in_the_legend_and_switched(open_map, make_county):
    route = gpd.GeoDataFrame(geometry=[LineString([(116.69, 24.34), (116.70, 24.345)])], crs=4490)
    flips = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(116.691, 24.341, 116.692, 24.342)], crs=4490)
    layers = [Overlay({"zh": "路线", "en": "Route"}, route, "#0000ff"), Overlay({"zh": "变动", "en": "Flips"}, flips)]
    view = open_map(triage_map(make_county(overlays=layers)))
    blue = "0,0,255,242"
    assert pixels(view)[blue] > 100
    assert "路线" in view.page.locator(".pw-legend").inner_text()
    view.page.uncheck(".pw-overlay-switch input >> nth=0")
    assert blue not in pixels(view)


def test_a_layer_may_wait_until_it_is_asked_for(open_map, make_county):
    flips = gpd.GeoDataFrame(geometry=[box(116.691, 24.341, 116.695, 24.345)], crs=4490)
    layer = Overlay({"zh": "变动", "en": "Flips"}, flips, "#0000ff", is_on=False)
    view = open_map(triage_map(make_county(overlays=[layer])))
    assert "0,0,255,242" not in pixels(view)
    view.page.check(".pw-overlay-switch input")
    assert pixels(view)["0,0,255,242"] > 100


def test_a_chip_in_degrees_is_shown_as_it_lies_on_the_ground(open_map, make_county):
    # 30 pixels of 5 m and 20 rows of 10 m: 150 m by 200 m
    narrow = [replace(one, metres=(5.0, 10.0)) for one in chips(2)]
    for shown in (narrow, narrow[:1]):
        view = open_map(triage_map(make_county(chips={OPEN: shown})))
        view.click_row(view.row_of(OPEN))
        side = view.page.locator(".pw-chips").bounding_box()
        assert side["width"] / side["height"] == pytest.approx(0.75, abs=0.01)
        assert view.page.locator(".pw-chip img").first.bounding_box() == side


def test_neighbours_that_share_an_edge_have_no_gap_between_them_at_any_zoom(open_map, make_county, content):
    # two strips that meet along a slanting, many-cornered line
    shared = [(116.7 + 0.0001 * np.sin(place), 24.34 + 0.0003 * place) for place in range(14)]
    west = [(116.69, 24.34), *shared, (116.69, shared[-1][1])]
    east = [*shared, (116.71, shared[-1][1]), (116.71, 24.34)]
    parcels = gpd.GeoDataFrame({"parcel_id": ["a", "b"]}, geometry=[Polygon(west), Polygon(east)], crs=4490)
    nothing = dict.fromkeys(("fact_values", "fact_sources", "footprints", "observations", "changes"))
    view = open_map(triage_map(make_county(parcels=parcels, findings=content.findings.iloc[:0], **nothing)))
    points = view.page.evaluate(
        """() => {
            const { parcels } = parcelwatch.view.data.outlines;
            const told = [];
            for (let zoom = 4; zoom <= 20; zoom += 0.25) {
                const rows = [0, 1].map((row) => {
                    const path = [];
                    const add = (x, y) => path.push(x + "," + y);
                    const pen = { moveTo: add, lineTo: add, closePath() {} };
                    const frame = { pen, scale: 2 ** (zoom - 24), fine: 2, east: 400.3, south: 300.7 };
                    parcelwatch.trace(frame, parcels, row);
                    return path;
                });
                told.push(rows);
            }
            return told;
        }"""
    )
    shares = [len(set(one) & set(other)) for one, other in points]
    assert shares[0] >= 1
    assert shares == sorted(shares)  # ever more of the common line as one comes nearer
    assert shares[-1] == 14


def test_length_and_area_are_measured_and_drawings_exported(open_map, content):
    view = open_map(triage_map(content))
    view.page.click(".pw-sketch-toggle")
    for place in ((560, 200), (760, 200), (760, 330)):
        view.page.mouse.click(*place)
    said = view.page.locator(".pw-sketch-panel p").inner_text()
    assert "长约" in said
    assert "亩" in said
    assert view.page.evaluate("parcelwatch.view.selected") is None  # a click drew and chose no parcel
    with view.page.expect_download() as waiting:
        view.page.click(".pw-sketch-panel button >> nth=3")
    assert waiting.value.suggested_filename == "勾绘_2026-10_第1版.geojson"
    [feature] = json.loads(Path(waiting.value.path()).read_text("utf-8"))["features"]
    drawn = gpd.GeoDataFrame.from_features([feature], crs=4326)
    metres = drawn.geometry.to_crs(32650)
    assert len(feature["geometry"]["coordinates"][0]) == 4
    assert feature["properties"]["area_m2"] == pytest.approx(metres.area.iloc[0], rel=0.01)
    view.page.click(".pw-sketch-toggle")
    view.click_on_map(view.row_of(MET))
    assert view.page.evaluate("parcelwatch.view.selected") == view.row_of(MET)


def test_a_place_that_may_not_be_known_is_a_sentence(open_map, content):
    view = open_map(triage_map(content))
    view.page.click(".leaflet-control-locate a")
    view.page.wait_for_selector(".pw-said")
    assert "无法定位" in view.page.locator(".pw-said").inner_text()


def test_the_buttons_on_the_map_speak_the_readers_language(open_map, content):
    view = open_map(triage_map(content))
    titles = "[...document.querySelectorAll('.leaflet-top.leaflet-left a')].map((link) => link.title)"
    assert {"全屏", "我的位置", "量测与勾绘"} <= set(view.page.evaluate(titles))
    view.page.click(".pw-language")
    assert {"Full screen", "Where I am", "Measure and draw"} <= set(view.page.evaluate(titles))


def test_of_many_open_findings_the_first_stand_on_the_card_and_the_others_behind_a_line(
    open_map, make_county, make_finding
):
    rules = [make_finding(MET, f"m{number}", "met" if number == 0 else "undetermined") for number in range(6)]
    view = open_map(triage_map(make_county(findings=pd.DataFrame(rules))))
    view.click_row(view.row_of(MET))
    findings = view.page.locator(".pw-card .pw-finding")
    assert findings.count() == 6
    assert [findings.nth(place).is_visible() for place in range(6)] == [True] * 3 + [False] * 3
    view.page.get_by_text("其余待查的 3 项").click()
    assert all(findings.nth(place).is_visible() for place in range(6))
