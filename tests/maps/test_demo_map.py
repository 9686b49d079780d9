"""The map that the demo leaves: the scan of the sample county, opened as an inspector would."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("sample")]

DRAFT = "《大埔县工业项目用地管理暂行规定（送审稿）》"
ADOPTED = "由云麓县自然资源局决定自 2022-01-01 起采用"


@pytest.fixture
def demo(open_page, sample_result):
    return open_page(sample_result.folder / "map.html")


def test_every_parcel_of_the_sample_county_is_listed_with_its_outcome(demo, sample_scan):
    outcomes = demo.page.locator(".pw-filters .pw-filter").all_inner_texts()
    counted = {name: int(count) for name, count in (text.split() for text in outcomes)}
    by_parcel = sample_scan.groupby("parcel_id")["outcome"].agg(set)
    met = by_parcel.map(lambda found: "met" in found)
    undetermined = ~met & by_parcel.map(lambda found: "undetermined" in found)
    expected = {"疑似": met.sum(), "待查": undetermined.sum(), "不构成": (~met & ~undetermined).sum()}
    assert counted == expected
    assert demo.shown() == len(by_parcel)


def test_a_parcel_clicked_on_the_map_says_outcome_article_and_the_adopted_draft(demo):
    row = demo.row_of("云麓2023-025")
    demo.click_on_map(row)
    said = demo.card_text()
    assert "云麓2023-025" in said
    assert demo.page.locator(".pw-card-outcome strong").inner_text() == "疑似"
    assert f"{DRAFT}第 5(1)2 条" in said
    assert "《闲置土地处置办法》第 2(2) 条" in said
    assert ADOPTED in said
    assert demo.page.locator(f"#pw-row-{row}").get_attribute("aria-selected") == "true"


def test_a_row_clicked_says_outcome_article_and_the_adopted_draft(demo):
    row = demo.row_of("云麓2020-021")
    demo.click_row(row)
    said = demo.card_text()
    assert demo.page.locator(".pw-card-outcome strong").inner_text() == "疑似"
    assert f"{DRAFT}第 6(1)3 条" in said
    assert ADOPTED in said
    assert demo.page.locator(".pw-series circle").count() > 0
    outline = "parcelwatch.shapes.boundsOf(parcelwatch.view.selected)"
    assert demo.page.evaluate(f"parcelwatch.view.map.getBounds().contains({outline})")


def test_the_map_reads_in_english(demo):
    demo.click_row(demo.row_of("云麓2023-025"))
    demo.page.click(".pw-language")
    assert "A clue to be checked on site, not proof" in demo.page.locator(".pw-bar").inner_text()
    said = demo.card_text()
    assert "suspected idle" in said
    assert "adopted by 云麓县自然资源局 from 2022-01-01" in said


def test_the_shading_ranks_the_latest_pair_of_scenes(demo, sample_result):
    changes = sample_result.assessment.evidence.changes
    latest = changes[changes["not_after"] == changes["not_after"].max()].set_index("parcel_id")["change_score"]
    demo.page.check(".pw-change-switch input")
    demo.click_row(demo.row_of(latest.idxmax()))
    assert f"第 1 / {latest.notna().sum()}" in demo.page.locator(".pw-change").inner_text()
    fill = demo.page.evaluate("parcelwatch.shapes.styleOf(parcelwatch.view.selected).fillColor")
    assert fill == demo.page.evaluate("parcelwatch.SHADES[0]")
