import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

import geo
from geo.errors import SchemaError
from geo.locale import sentences
from geo.maps import InstrumentNote, render_offline, triage_map
from geo.maps.content import CLOCK_STATES
from geo.maps.listing import FIRMNESS, SIZES_MU
from geo.maps.viewer import SCRIPTS, read_page
from geo.model import FINDING_COLUMNS

browser = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAYLOADS = (
    '<img src=x onerror="window.pwned=1">',
    "</script><script>window.pwned=1</script>",
    "${window.pwned=1}",
    "`;window.pwned=1;`",
    "{{ 7 * 7 }}",
    "' onclick='window.pwned=1",
)

PHONE = (390, 844)


def opened(open_map, content, **how):
    return open_map(triage_map(content), **how)


def test_every_sentence_that_the_page_asks_for_stands_in_both_languages():
    source = "".join(read_page(name) for name in (*SCRIPTS, "page.html"))
    asked = set(re.findall(r'"(map\.[a-z_0-9]+)"', source)) | {
        f"map.{code}" for code in re.findall(r'data-say="map\.([a-z_0-9]+)"', source)
    }
    asked -= {code for code in asked if code.endswith("_")}  # the rest of these is a code of the data's
    asked |= {f"map.legend_{outcome}" for outcome in ("met", "undetermined", "not_met", "none")}
    asked |= {f"map.order_{order}" for order in ("urgency", "area", "due", "change")}
    asked |= {f"map.size_{size}" for size in (0, *SIZES_MU, "unknown")}
    asked |= {f"map.deadline_{name}" for name in ("overdue_year", "overdue", "soon", "year", "later", "unknown")}
    asked |= {f"map.confidence_{name}" for name in (*FIRMNESS, "none")}
    asked |= {f"map.clock_{name}" for name in CLOCK_STATES}
    assert len(asked) > 40
    for language in ("zh", "en"):
        assert asked <= set(sentences(language))


def test_every_sentence_of_the_map_is_used():
    package = Path(geo.__file__).parent
    source = "".join(path.read_text("utf-8") for kind in ("py", "js", "html") for path in package.rglob(f"*.{kind}"))
    made_up = tuple(f"map.{kind}_" for kind in ("legend", "unit", "order", "size", "deadline", "confidence", "clock"))
    for code in sentences("zh"):
        if code.startswith("map.") and not code.startswith(made_up):
            assert f'"{code}"' in source, code


def test_no_script_of_the_page_writes_html():
    for name in SCRIPTS:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|bindPopup|bindTooltip", read_page(name)
        )


def test_content_that_cannot_be_shown_truthfully_makes_no_map(content, make_county):
    with pytest.raises(SchemaError):
        triage_map(make_county(parcels=content.parcels.drop(columns="parcel_id")))


@pytest.mark.parametrize("name", ["{{ 7 * 7 }}", "{% for i in 'ab' %}x{% endfor %}", "{# gone #}", "{% raw %}", "{{"])
def test_no_text_of_the_data_is_run_as_a_template_when_the_page_is_made(content, make_county, name):
    parcels = content.parcels.assign(enterprise=name)
    page = render_offline(triage_map(make_county(parcels=parcels)))
    block = re.search(r'<script type="application/json" id="pw-data">(.*?)</script>', page, re.DOTALL).group(1)
    assert json.loads(block)["parcels"]["enterprise"]["text"] == [name]


class TestInTheBrowser:
    pytestmark = browser

    def test_the_page_opens_with_its_date_month_revision_and_warning(self, open_map, content):
        view = opened(open_map, content)
        bar = view.page.locator(".pw-bar").inner_text()
        for said in ("2026-10", "第 1 版", "2026-10-18", "2026-10-31", "疑似线索，须人工核查，不是结论"):
            assert said in bar
        assert view.page.evaluate("document.documentElement.lang") == "zh-CN"
        assert view.page.title() == "2026-10 第 1 版 · 工业用地批后监管线索图"
        assert view.page.locator(".pw-row").count() == 12

    def test_a_parcel_clicked_on_the_map_opens_its_card_and_marks_its_row(self, open_map, content):
        view = opened(open_map, content)
        row = view.row_of("441422-2021-001")
        view.click_on_map(row)
        assert "翠岭陶瓷有限公司" in view.card_text()
        assert view.page.locator(f"#pw-row-{row}").get_attribute("aria-selected") == "true"
        assert view.page.locator('[aria-selected="true"]').count() == 1

    def test_a_row_clicked_opens_the_card_and_marks_the_parcel_on_the_map(self, open_map, content):
        view = opened(open_map, content)
        row = view.row_of("441422-2022-006")
        view.click_row(row)
        assert "河口新型建材有限公司" in view.card_text()
        assert view.page.evaluate(
            """(row) => {
                const { map, selected } = parcelwatch.view;
                return selected === row && map.getBounds().contains(parcelwatch.shapes.boundsOf(row));
            }""",
            row,
        )

    def test_a_click_beside_the_parcels_closes_the_card(self, open_map, content):
        view = opened(open_map, content)
        view.page.click("#pw-row-0")
        view.page.mouse.click(500, 60)
        assert view.page.locator(".pw-card").is_hidden()

    def test_the_card_says_article_standing_adoption_marks_and_what_is_missing(self, open_map, content):
        view = opened(open_map, content)
        view.click_row(view.row_of("441422-2022-006"))
        said = view.card_text()
        assert "《大埔县工业项目用地管理暂行规定（送审稿）》第 6(1)2 条" in said
        assert "由示例县自然资源局决定自 2026-01-01 起采用" in said
        assert "同一条的两项标准结论不一" in said
        view.click_row(view.row_of("441422-2022-002"))
        assert "恰好落在界限上" in view.card_text()
        view.click_row(view.row_of("441422-2023-003"))
        assert "尚缺：" in view.card_text()

    def test_a_draft_says_who_adopted_it_even_where_it_does_not_apply(self, open_map, content):
        view = opened(open_map, content)
        view.click_row(view.row_of("441422-2024-004"))
        assert "由示例县自然资源局决定自 2026-01-01 起采用" in view.card_text()

    def test_facts_show_value_bounds_and_source(self, open_map, content):
        view = opened(open_map, content)
        view.click_row(view.row_of("441422-2021-001"))
        facts = view.page.locator(".pw-facts").inner_text()
        for said in ("0.31", "0.27 至 0.36", "2024-09-01", "不低于 0.25", "2025-08-02 至 2025-09-13"):
            assert said in facts
        assert "S2B_MSIL2A_20261018" in facts

    def test_the_series_draws_a_dot_for_each_scene_that_was_seen(self, open_map, content):
        view = opened(open_map, content)
        view.click_row(view.row_of("441422-2022-002"))
        own = content.observations[content.observations["parcel_id"] == "441422-2022-002"]
        assert view.page.locator(".pw-series circle").count() == own["built_fraction"].notna().sum()
        assert view.page.locator(".pw-series .pw-unseen").count() == own["built_fraction"].isna().sum()

    def test_search_and_filter_leave_the_rows_that_fit(self, open_map, content):
        view = opened(open_map, content)
        view.page.fill(".pw-search", "高陂")  # a town, and part of an enterprise's name
        assert view.shown() == 4
        view.page.fill(".pw-search", "２０２２－００６")  # full-width signs count as plain ones
        assert view.shown() == 1
        view.page.fill(".pw-search", "nowhere")
        assert view.shown() == 0
        assert view.page.locator(".pw-nothing").is_visible()
        view.page.fill(".pw-search", "")
        view.page.click(".pw-filter >> nth=1")
        assert view.shown() == 3
        view.page.click(".pw-filter >> nth=0")
        assert view.shown() == 7
        assert view.page.locator(".pw-fold").inner_text() == "宗地清单：7 / 12 宗"
        assert view.page.locator(".pw-row").count() == 7

    def test_the_keyboard_walks_through_the_rows_that_are_shown(self, open_map, content):
        view = opened(open_map, content)
        view.page.click(".pw-filter >> nth=1")
        view.page.focus(".pw-rows")
        seen = []
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Home"):
            view.page.keyboard.press(key)
            seen.append(view.page.evaluate("parcelwatch.view.selected"))
        assert seen == [4, 5, 6, 6, 5, 4]
        view.page.keyboard.press("Escape")
        assert view.page.locator(".pw-card").is_hidden()

    def test_the_switch_turns_every_sentence_into_english(self, open_map, content):
        view = opened(open_map, content)
        view.click_row(view.row_of("441422-2021-001"))
        view.page.click(".pw-language")
        assert view.page.evaluate("document.documentElement.lang") == "en"
        assert "A clue to be checked on site, not proof" in view.page.locator(".pw-bar").inner_text()
        assert "Measures for the Disposal of Idle Land, art. 2(1)" in view.card_text()
        assert "Suspected" in view.page.locator(".pw-legend").inner_text()
        view.page.click(".pw-language")
        assert "疑似线索" in view.page.locator(".pw-bar").inner_text()

    def test_the_legend_switches_the_footprints(self, open_map, content):
        view = opened(open_map, content)
        drawn = "parcelwatch.view.layers.footprints"
        assert view.page.evaluate(drawn)
        view.page.uncheck(".pw-footprint-switch input")
        assert not view.page.evaluate(drawn)
        view.page.check(".pw-footprint-switch input")
        assert view.page.evaluate(drawn)

    def test_a_parcel_without_a_shape_is_listed_and_says_so(self, open_map, content):
        view = opened(open_map, content)
        for parcel_id in ("441422-2022-010", "441422-2023-011"):
            row = view.row_of(parcel_id)
            view.click_row(row)
            assert "无图形" in view.page.locator(f"#pw-row-{row}").inner_text()
            assert "没有可画的图形" in view.card_text()

    def test_a_parcel_of_a_square_metre_is_brought_near_enough_to_see(self, open_map, content):
        view = opened(open_map, content)
        row = view.row_of("441422-2024-012")
        view.click_row(row)
        assert view.page.evaluate("parcelwatch.view.map.getZoom()") == 20

    def test_a_hole_does_not_belong_to_its_parcel(self, open_map, content):
        view = opened(open_map, content)
        row = view.row_of("441422-2024-004")
        centre = content.parcels.geometry.iloc[3].centroid
        at = "([y, x]) => parcelwatch.shapes.rowAt(L.latLng(y, x))"
        assert view.page.evaluate(at, [centre.y, centre.x]) is None
        edge = content.parcels.geometry.iloc[3].representative_point()
        assert view.page.evaluate(at, [edge.y, edge.x]) == row

    def test_chinese_is_drawn_as_glyphs_and_not_as_boxes(self, open_map, content):
        view = opened(open_map, content)
        inks = view.page.evaluate(
            """() => [..."宗地疑似"].map((sign) => {
                const canvas = document.createElement("canvas");
                const pen = canvas.getContext("2d");
                pen.font = "48px " + getComputedStyle(document.body).fontFamily;
                pen.textBaseline = "top";
                pen.fillText(sign, 4, 4);
                return [...pen.getImageData(0, 0, 60, 60).data].join();
            })"""
        )
        # a font without Chinese draws one and the same box four times: install one (make browser)
        assert len(set(inks)) == 4

    def test_parcels_are_really_drawn(self, open_map, content):
        view = opened(open_map, content)
        colours = view.page.evaluate(
            """() => {
                const canvas = document.querySelector("canvas.pw-sheet");
                const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                const seen = new Set();
                for (let i = 0; i < data.length; i += 4) if (data[i + 3]) seen.add(data.slice(i, i + 4).join());
                return seen.size;
            }"""
        )
        assert colours > 10

    def test_a_phone_shows_map_list_and_card_one_after_the_other(self, open_map, content):
        view = opened(open_map, content, size=PHONE, touch=True)
        assert view.page.locator(".pw-rows").is_hidden()
        view.page.tap(".pw-fold")
        assert view.page.locator(".pw-rows").is_visible()
        view.page.tap("#pw-row-1")
        card = view.page.locator(".pw-card").bounding_box()
        assert card["width"] == PHONE[0]
        assert card["y"] + card["height"] == PHONE[1]
        assert view.page.locator(".pw-rows").is_hidden()
        assert view.page.locator(".folium-map").bounding_box()["height"] > 200
        assert view.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        for said in ("2026-10", "2026-10-18", "不是结论"):
            assert said in view.page.locator(".pw-bar").inner_text()
        view.page.tap(".pw-close")
        assert view.page.locator(".pw-card").is_hidden()

    def test_parcels_without_any_shape_finding_or_footprint_are_still_a_page(self, open_map, content, make_county):
        bare = make_county(
            parcels=content.parcels[["parcel_id", "geometry"]].set_geometry([None] * 12, crs="EPSG:4490"),
            findings=pd.DataFrame(columns=list(FINDING_COLUMNS)),
            instruments={},
            data_through=None,
            fact_values=None,
            fact_sources=None,
            footprints=None,
            observations=None,
            changes=None,
        )
        view = opened(open_map, bare)
        assert view.page.locator(".pw-row").count() == 12
        assert "没有影像" in view.page.locator(".pw-bar").inner_text()
        view.page.click("#pw-row-0")
        assert "没有规则对这宗地作出评定" in view.card_text()

    def test_a_county_without_a_parcel_is_a_page_that_says_so(self, open_map, content, make_county):
        empty = make_county(
            parcels=content.parcels.iloc[:0],
            findings=content.findings.iloc[:0],
            fact_values=None,
            fact_sources=None,
            observations=None,
            changes=None,
        )
        view = opened(open_map, empty)
        assert view.page.locator(".pw-nothing").is_visible()

    def test_no_text_of_the_data_runs_in_any_place_where_it_is_shown(self, open_map, make_county, make_finding):
        parcels = gpd.GeoDataFrame(
            {
                "parcel_id": [f"{payload}{number}" for number, payload in enumerate(PAYLOADS)],
                "enterprise": list(PAYLOADS),
                "town": list(PAYLOADS),
            },
            geometry=[box(116 + number / 100, 24, 116.008 + number / 100, 24.01) for number in range(len(PAYLOADS))],
            crs="EPSG:4490",
        )
        everywhere = ("article", "label", "modality", "basis", "standing", "missing", "summary_zh")
        findings = pd.DataFrame(
            [
                make_finding(parcel_id, "rule", "met") | {"instrument_id": payload} | dict.fromkeys(everywhere, payload)
                for parcel_id, payload in zip(parcels["parcel_id"], PAYLOADS, strict=True)
            ]
        )
        values = pd.DataFrame({"cause": list(PAYLOADS)}, index=parcels["parcel_id"])
        hostile = make_county(
            month=PAYLOADS[0],
            parcels=parcels,
            findings=findings,
            instruments={text: InstrumentNote({"zh": text, "en": text}, adopted_by=text) for text in PAYLOADS},
            fact_values=values,
            fact_sources=values,
            footprints=None,
            observations=None,
            changes=None,
        )
        view = opened(open_map, hostile)
        for row in range(len(PAYLOADS)):
            view.click_row(row)
            payload = view.page.evaluate(
                "(row) => parcelwatch.textAt(parcelwatch.view.data.parcels.enterprise, row)", row
            )
            assert payload in PAYLOADS
            assert view.page.locator(".pw-card h2").evaluate("heading => heading.textContent") == payload
            assert view.page.locator(".pw-summary").evaluate("said => said.textContent") == payload
        view.page.click(".pw-language")
        assert view.page.evaluate("window.pwned") is None
        assert view.page.locator("img, iframe, [onerror], [onclick]").count() == 0

    def test_signs_that_turn_text_round_show_as_what_they_are(self, open_map, content, make_county):
        parcels = content.parcels.copy()
        parcels.loc[0, "enterprise"] = "公司\u202egnp.exe"
        view = opened(open_map, make_county(parcels=parcels))
        view.click_row(view.row_of("441422-2021-001"))
        assert view.page.locator(".pw-card h2").inner_text() == "公司[U+202E]gnp.exe"
