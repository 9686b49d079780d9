"""The evidence page in a real browser, with the network off."""

import pytest

from geo.steps.evidence import Asked, write_evidence
from geo.steps.map import evidence_beside, map_month
from geo.store import open_store

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("sample")]

IDLE = "云麓2023-025"


@pytest.fixture(scope="module")
def folder(sample_settings, sample_result, known_at, tmp_path_factory):
    """A map of the sample county with the evidence of one parcel beside it."""
    made = tmp_path_factory.mktemp("handed-on") / "2026-10" / "revision-1"
    asked = Asked(as_of=sample_result.scan.as_of, known_at=known_at, language="zh")
    write_evidence(sample_settings, [IDLE], asked, made / "evidence")
    engine = open_store(sample_settings.store)
    map_month(engine, sample_settings, "2026-10", revision=1, out=made.parents[1])
    return made


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_evidence_shows_plan_chips_series_and_hashes_and_nothing_is_cut_off(open_page, folder, size):
    view = open_page(folder / "evidence" / f"{IDLE}.html", size=size)
    assert view.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert view.page.locator("svg[role=img]").count() >= 4
    loaded = "[...document.querySelectorAll('svg image')].map((one) => one.getBoundingClientRect().width)"
    assert min(view.page.evaluate(loaded)) > 100
    assert "疑似线索" in view.page.locator(".clue").inner_text()
    view.page.mouse.wheel(0, 4000)
    assert view.page.locator(".clue").is_visible()


def test_the_card_leads_to_the_evidence_that_lies_beside_the_map(open_page, folder):
    view = open_page(folder / "map.html")
    view.click_row(view.row_of(IDLE))
    link = view.page.locator(".pw-card a", has_text="打开举证材料")
    with view.page.context.expect_page() as opened:
        view.page.evaluate("(one) => { one.target = '_blank'; }", link.element_handle())
        link.click()
    assert IDLE in opened.value.locator("dl").inner_text()
    view.problems.clear()  # the evidence itself was asked for, by a click


def test_only_evidence_that_is_there_is_linked(tmp_path):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "A_B.html").touch()
    assert evidence_beside(tmp_path / "map.html", ["A/B", "C"]) == {"A/B": "evidence/A_B.html"}
