"""What the page's scripts make of changes: shading, its legend, the card, the order of the list."""

import numpy as np
import pandas as pd
import pytest

from geo.maps import triage_map
from geo.model import FINDING_COLUMNS, OBSERVATION_COLUMNS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST, SECOND, UNSEEN, LEAST = "441422-2024-004", "441422-2024-008", "441422-2022-006", "441422-2023-007"
SWITCH = ".pw-change-switch input"


def without_findings(make_county, **other):
    return make_county(findings=pd.DataFrame(columns=list(FINDING_COLUMNS)), instruments={}, **other)


def style_of(view, parcel_id):
    return view.page.evaluate("(row) => parcelwatch.shapes.styleOf(row)", view.row_of(parcel_id))


def rows_in_order(view):
    return view.page.evaluate("parcelwatch.view.list.walk()")


def test_the_switch_fills_parcels_by_rank_and_leaves_their_outcome_in_the_stroke(open_map, content):
    view = open_map(triage_map(content))
    shades = view.page.evaluate("parcelwatch.SHADES")
    plain = style_of(view, MOST)
    view.page.check(SWITCH)
    fills = [style_of(view, parcel_id)["fillColor"] for parcel_id in (MOST, SECOND, LEAST)]
    assert fills == [shades[0], shades[1], shades[4]]
    assert style_of(view, UNSEEN)["fillOpacity"] == 0
    strokes = {style_of(view, f"441422-{name}")["color"] for name in ("2021-001", "2023-003", "2024-004", "2021-009")}
    assert len(strokes) == 4  # met, undetermined, not met, not assessed
    view.page.uncheck(SWITCH)
    assert style_of(view, MOST) == plain


def test_the_shades_darken_with_change(open_map, content):
    shades = open_map(triage_map(content)).page.evaluate("parcelwatch.SHADES")
    channels = [[int(shade[place : place + 2], 16) / 255 for place in (1, 3, 5)] for shade in shades]
    linear = np.where(
        np.array(channels) <= 0.04045, np.array(channels) / 12.92, ((np.array(channels) + 0.055) / 1.055) ** 2.4
    )
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    lightness = 116 * np.cbrt(luminance) - 16
    assert (np.diff(lightness) > 8).all()  # each step is told from the next without any hue


def test_the_legend_says_the_two_days_and_that_it_is_a_ranking(open_map, content):
    view = open_map(triage_map(content))
    legend = view.page.locator(".pw-legend")
    assert "2025-10-08" not in legend.inner_text()
    view.page.check(SWITCH)
    for said in ("比较 2025-10-08 与 2026-10-18 两天的影像", "11 宗之间的排序，不是概率", "前 5%", "其余", "不填色"):
        assert said in legend.inner_text()
    view.page.click(".pw-language")
    assert view.page.locator(SWITCH).is_checked()
    assert "no probability" in legend.inner_text()


def test_a_filter_fades_shaded_parcels_and_gives_them_back(open_map, content):
    view = open_map(triage_map(content))
    view.page.check(SWITCH)
    shaded = style_of(view, MOST)
    view.page.fill(".pw-search", UNSEEN)
    faded = style_of(view, MOST)
    assert faded["fillOpacity"] < 0.1
    assert faded["fillColor"] == shaded["fillColor"]
    view.page.fill(".pw-search", "")
    assert style_of(view, MOST) == shaded


def test_shading_keeps_faded_what_a_filter_left_out(open_map, content):
    view = open_map(triage_map(content))
    view.page.fill(".pw-search", UNSEEN)
    view.page.check(SWITCH)
    assert style_of(view, MOST)["fillOpacity"] < 0.1


def test_the_card_says_score_rank_and_days(open_map, content):
    view = open_map(triage_map(content))
    view.click_row(view.row_of(MOST))
    said = view.page.locator(".pw-change").inner_text()
    for part in ("第 1 / 11", "变化得分 14.6", "2025-10-08", "2026-10-18", "不是概率"):
        assert part in said
    view.click_row(view.row_of(UNSEEN))
    assert "没有变化得分" in view.page.locator(".pw-change").inner_text()


def test_the_list_is_ordered_by_change_on_demand_and_the_keyboard_follows(open_map, content):
    view = open_map(triage_map(content))
    assert rows_in_order(view) == list(range(12))
    assert view.page.locator(".pw-row-rank:visible").count() == 0
    view.page.select_option(".pw-order select", "change")
    order = rows_in_order(view)
    assert order[:2] == [view.row_of(MOST), view.row_of(SECOND)]
    assert order[-1] == view.row_of(UNSEEN)
    assert view.page.locator(".pw-row-rank:visible").count() == 11
    view.page.focus(".pw-rows")
    view.page.keyboard.press("ArrowDown")
    view.page.keyboard.press("ArrowDown")
    assert view.page.evaluate("parcelwatch.view.selected") == view.row_of(SECOND)
    view.page.click(".pw-language")
    assert rows_in_order(view) == order
    assert view.page.locator('[aria-selected="true"]').get_attribute("id") == f"pw-row-{view.row_of(SECOND)}"
    view.page.select_option(".pw-order select", "urgency")
    assert rows_in_order(view) == list(range(12))


@pytest.mark.parametrize("how", ["absent", "empty", "unseen"])
def test_where_no_parcel_has_a_score_nothing_speaks_of_change(open_map, content, make_county, how):
    frames = {"absent": None, "empty": content.changes.iloc[:0], "unseen": content.changes.assign(change_score=np.nan)}
    view = open_map(triage_map(make_county(changes=frames[how])))
    assert view.page.locator(SWITCH).count() == 0
    assert view.page.locator(".pw-order option[value=change]").count() == 0
    view.page.click("#pw-row-0")
    assert view.page.locator(".pw-change").count() == 0


def test_where_no_rule_spoke_the_page_opens_shaded_and_ordered_by_change(open_map, make_county):
    view = open_map(triage_map(without_findings(make_county)))
    assert view.page.locator(SWITCH).is_checked()
    assert rows_in_order(view)[0] == view.row_of(MOST)
    legend = view.page.locator(".pw-legend").inner_text()
    assert "未评定" in legend
    assert "疑似" not in legend
    view.click_on_map(view.row_of(MOST))
    assert "没有规则对这宗地作出评定" in view.card_text()
    assert "第 1 / 11" in view.card_text()


def test_scenes_of_which_none_could_be_used_are_a_sentence_and_no_empty_drawing(open_map, content, make_county):
    unusable = content.observations.assign(built_fraction=np.nan)[list(OBSERVATION_COLUMNS)]
    view = open_map(triage_map(make_county(observations=unusable)))
    view.click_row(view.row_of(MOST))
    scenes = (unusable["parcel_id"] == MOST).sum()
    assert f"{scenes} 景影像都看不清或不能用" in view.card_text()
    assert view.page.locator(".pw-series").count() == 0


def test_no_parcel_lies_under_the_legend_when_the_page_opens_or_when_one_is_chosen(open_map, make_county):
    view = open_map(triage_map(without_findings(make_county)))
    hidden = """() => {
        const legend = document.querySelector(".pw-legend").getBoundingClientRect();
        const { map } = parcelwatch.view;
        const own = map.getContainer().getBoundingClientRect();
        return parcelwatch.view.data.parcels.id.map((_, row) => {
            const bounds = parcelwatch.shapes.boundsOf(row);
            if (!bounds) return false;
            const [low, high] = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) =>
                map.latLngToContainerPoint(corner).add([own.left, own.top]));
            return low.x < legend.right && high.x > legend.left && high.y < legend.bottom && low.y > legend.top;
        });
    }"""
    assert not any(view.page.evaluate(hidden))
    row = view.row_of(MOST)
    view.click_row(view.row_of(SECOND))  # the card is open: the map no longer changes its size
    view.page.evaluate(
        """(row) => {
            const { map } = parcelwatch.view;
            const own = map.getContainer().getBoundingClientRect();
            const legend = document.querySelector(".pw-legend").getBoundingClientRect();
            const at = map.latLngToContainerPoint(parcelwatch.shapes.boundsOf(row).getSouthWest());
            map.panBy([at.x + own.left - legend.left - 5, at.y + own.top - legend.bottom + 5], { animate: false });
        }""",
        row,
    )
    assert view.page.evaluate(hidden)[row]
    view.click_row(row)
    assert not view.page.evaluate(hidden)[row]
