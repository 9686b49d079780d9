"""The list as a tool: classes, search, order, address, download, and as many rows as there are."""

import csv
import io
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.maps import triage_map, write_offline
from geo.model import FINDING_COLUMNS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def choose(view, facet, one):
    view.page.click(f'.pw-filter[data-facet="{facet}"][data-class="{one}"]')


def count(view, facet, one):
    return int(view.page.locator(f'.pw-filter[data-facet="{facet}"][data-class="{one}"] b').inner_text())


def ids_in_order(view):
    return view.page.evaluate("parcelwatch.view.list.walk().map((row) => parcelwatch.view.data.parcels.id[row])")


def wait_until(page, condition):
    """Wait for a condition; the page's policy keeps Playwright's own way out."""
    page.evaluate(f"async () => {{ while (!({condition})) await new Promise((go) => setTimeout(go, 20)); }}")


def many(make_county, number):
    """A county of so many square parcels, of which no rule said anything."""
    at = np.arange(number)
    west, south = 116 + at % 100 * 0.002, 24 + at // 100 * 0.002
    frame = gpd.GeoDataFrame(
        {"parcel_id": [f"P{place:05d}" for place in at], "area_m2": at[::-1] + 1.0},
        geometry=shapely.box(west, south, west + 0.0015, south + 0.0015),
        crs=4490,
    )
    nothing = dict.fromkeys(("fact_values", "fact_sources", "footprints", "observations", "changes"))
    return make_county(parcels=frame, findings=pd.DataFrame(columns=list(FINDING_COLUMNS)), instruments={}, **nothing)


def test_classes_of_one_facet_add_up_and_facets_narrow_each_other(open_map, content):
    view = open_map(triage_map(content))
    view.page.click(".pw-more summary")
    choose(view, "town", "高陂镇")
    assert view.shown() == 3
    assert count(view, "town", "湖寮镇") == 3  # what it would add
    assert [count(view, "outcome", one) for one in ("met", "not_met", "none")] == [1, 1, 1]
    choose(view, "town", "湖寮镇")
    assert view.shown() == 6
    choose(view, "outcome", "met")
    assert view.shown() == 3
    assert "已选 2" in view.page.locator(".pw-more summary").inner_text()
    view.page.click(".pw-clear")
    assert view.shown() == 12
    assert view.page.locator(".pw-clear").is_hidden()


@pytest.mark.parametrize(
    ("facet", "one", "shown"),
    [("label", "suspected_low_efficiency", 4), ("size", "unknown", 2), ("confidence", "boundary", 1)],
)
def test_every_facet_narrows_the_list(open_map, content, facet, one, shown):
    view = open_map(triage_map(content))
    view.page.click(".pw-more summary")
    assert count(view, facet, one) == shown
    choose(view, facet, one)
    assert view.shown() == shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cltc", ["441422-2021-001"]),  # 翠岭陶瓷
        ("CLTC", ["441422-2021-001"]),
        ("粤地合0006", ["441422-2022-006"]),
        ("hlz", ["441422-2022-002", "441422-2022-006", "441422-2022-010"]),  # 湖寮镇
        ("合001", ["441422-2022-010", "441422-2023-011", "441422-2024-012"]),
    ],
)
def test_a_parcel_is_found_by_number_contract_name_and_initials(open_map, content, text, found):
    view = open_map(triage_map(content))
    view.page.keyboard.press("/")
    view.page.keyboard.type(text)
    assert sorted(ids_in_order(view)) == found


def test_no_search_reaches_from_one_parcel_into_the_next(open_map, content, make_county):
    parcels = content.parcels.assign(enterprise=[f"前\n后{place}" for place in range(12)])
    view = open_map(triage_map(make_county(parcels=parcels)))
    view.page.fill(".pw-search", "前 后7")
    assert view.shown() == 1
    # the town of one line and the identifier of the next stand side by side in the text that is searched
    assert (
        view.page.evaluate("""() => {
        const { filter, shown } = parcelwatch.view;
        filter.text = "z\\n441422";
        return filter.apply(shown).total;
    }""")
        == 0
    )


def test_the_list_is_ordered_by_area_and_by_what_is_due_on_demand(open_map, content):
    view = open_map(triage_map(content))
    view.page.select_option(".pw-order select", "area")
    areas = dict(zip(content.parcels["parcel_id"], content.parcels["area_m2"], strict=True))
    in_order = [areas[one] for one in ids_in_order(view)]
    assert in_order[:10] == sorted(in_order[:10], reverse=True)
    assert all(pd.isna(in_order[10:]))
    view.page.select_option(".pw-order select", "due")
    assert "到期 2024-09-01" in view.page.locator(".pw-row").first.inner_text()


def test_the_address_brings_the_same_view_back(open_map, content):
    view = open_map(triage_map(content))
    view.page.click(".pw-more summary")
    choose(view, "town", "湖寮镇")
    choose(view, "outcome", "met")
    view.page.fill(".pw-search", "441422")
    view.page.select_option(".pw-order select", "area")
    view.click_row(view.row_of("441422-2022-006"))
    view.page.check(".pw-change-switch input")
    view.page.click(".pw-language")
    wait_until(view.page, "location.hash.includes('lang=en') && location.hash.includes('parcel=')")
    address = view.page.evaluate("location.hash")
    asked = """() => {
        const { list, selected, order, language, isShaded, map } = parcelwatch.view;
        return [list.walk(), selected, order, language, isShaded, map.getZoom(), map.getCenter().lat.toFixed(4)];
    }"""
    before = view.page.evaluate(asked)
    again = view.page.context.new_page()
    again.goto(view.page.url, wait_until="load")
    assert again.evaluate("location.hash") == address
    assert again.evaluate(asked) == before
    # an address typed over the old one is followed too
    again.evaluate("location.hash = 'town=%E4%B8%89%E6%B2%B3%E9%95%87'")
    wait_until(again, "parcelwatch.view.list.walk().length === 3")
    again.close()


def test_an_address_that_makes_no_sense_opens_the_page_as_it_is(open_page, content, tmp_path):
    path = tmp_path / "map.html"
    write_offline(triage_map(content), path)
    view = open_page(path, address="#town=nowhere&order=colour&parcel=none&at=a,b,c&lang=xx&shaded=7")
    assert view.shown() == 12
    assert view.page.evaluate("parcelwatch.view.selected") is None
    assert view.page.evaluate("parcelwatch.view.language") == "zh"


def downloaded(view, selector=".pw-download"):
    with view.page.expect_download() as waiting:
        view.page.click(selector)
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_the_download_is_the_filtered_list_in_its_order(open_map, content):
    view = open_map(triage_map(content))
    choose(view, "outcome", "undetermined")
    view.page.select_option(".pw-order select", "area")
    name, written = downloaded(view)
    assert name == "线索清单_2026-10_第1版.csv"
    assert written.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(written), dtype=str, keep_default_na=False)
    assert table["宗地编号"].tolist() == ids_in_order(view)
    assert set(table["结果"]) == {"待查"}
    assert set(table["影像截至"]) == {"2026-10-18"}
    assert set(table["说明"]) == {"疑似线索，须人工核查，不是结论"}
    assert set(table["尚缺资料"]) == {"实际动工日、已开发面积占应开发面积"}


FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", " =1+1", "＝1+1", '甲"乙,丙\n丁', "正常")


def test_no_cell_of_the_download_is_a_formula_and_none_breaks_its_line(open_map, content, make_county):
    parcels = content.parcels.iloc[: len(FORMULAS)].assign(enterprise=list(FORMULAS))
    findings = content.findings[content.findings["parcel_id"].isin(parcels["parcel_id"])]
    view = open_map(triage_map(make_county(parcels=parcels, findings=findings)))
    _, written = downloaded(view)
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(FORMULAS)
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip(" \u3000\t").startswith(("=", "+", "-", "@", "＝"))]
    names = {row["企业"] for row in rows}
    assert {"'=1+1", '甲"乙,丙 丁', "正常"} <= names


def test_of_a_long_list_only_the_rows_in_sight_are_there_and_every_row_can_be_reached(open_map, make_county):
    view = open_map(triage_map(many(make_county, 3000)))
    there = view.page.locator(".pw-row")
    assert there.count() < 40
    view.page.focus(".pw-rows")
    view.page.keyboard.press("End")
    assert view.page.evaluate("parcelwatch.view.selected") == 2999
    last = view.page.locator("#pw-row-2999")
    assert last.get_attribute("aria-selected") == "true"
    assert last.get_attribute("aria-posinset") == last.get_attribute("aria-setsize") == "3000"
    assert view.page.evaluate(
        """() => {
            const [row, list] = [document.querySelector("#pw-row-2999"), document.querySelector(".pw-rows")];
            return row.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom + 1;
        }"""
    )
    assert there.count() < 40
    view.page.evaluate("document.querySelector('.pw-rows').scrollTop = 1500 * 80")
    view.page.wait_for_selector("#pw-row-1500")
    view.page.click("#pw-row-1500")
    assert "P01500" in view.card_text()


def test_rows_are_read_aloud_in_the_order_in_which_they_are_seen(open_map, make_county):
    view = open_map(triage_map(many(make_county, 300)))
    for top in (9000, 4000, 20000, 0):
        view.page.evaluate("(top) => { document.querySelector('.pw-rows').scrollTop = top; }", top)
        view.page.wait_for_selector(f"#pw-row-{top // 80 + 1}")
        seen = view.page.locator(".pw-row").evaluate_all("rows => rows.map((row) => Number(row.id.slice(7)))")
        assert seen == sorted(seen)
