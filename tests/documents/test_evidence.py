"""Evidence, check sheet and atlas: what they hold, on every page a clue, and nothing in them that runs."""

import base64
import re
import sys
from dataclasses import replace

import pytest
import shapely
from reportlab.pdfgen.canvas import Canvas

from geo.documents import check_sheet as sheet
from geo.documents import fonts
from geo.documents.atlas import atlas
from geo.documents.check_sheet import check_sheet
from geo.documents.drawing import Drawing, Path, Text, svg
from geo.documents.evidence import evidence_book
from geo.documents.evidence_page import evidence_page
from geo.documents.figures import chip_figure, scale_of, series_figure, site_plan
from geo.errors import PackageError
from geo.maps.page_scan import scan_page

PAYLOADS = (
    '<img src=x onerror="window.pwned=1">',
    "</script><script>window.pwned=1</script>",
    "${window.pwned=1}`;window.pwned=1;`",
    '"><svg onload="window.pwned=1">',
    "{{ 7 * 7 }}\u202egnp.exe\x07",
)
PAPERS = {"book": evidence_book, "sheet": check_sheet, "atlas": lambda one: atlas([one, one], "甲镇", one.words)}


@pytest.fixture
def pages(monkeypatch):
    """Texts that were drawn in the middle of a line, by page."""
    drawn: dict[tuple[int, int], list[str]] = {}
    centred = Canvas.drawCentredString

    def recorded(canvas, x, y, text, **how):
        drawn.setdefault((id(canvas), canvas.getPageNumber()), []).append(text)
        centred(canvas, x, y, text, **how)

    monkeypatch.setattr(Canvas, "drawCentredString", recorded)
    return drawn


def count_pages(paper):
    return len(re.findall(rb"/Type /Page\b(?!s)", paper))


@pytest.mark.parametrize("write", [*PAPERS.values(), lambda one: evidence_page(one).encode()], ids=[*PAPERS, "page"])
def test_equal_dossiers_give_equal_bytes(dossier, write):
    assert write(dossier) == write(dossier)


@pytest.mark.parametrize("write", PAPERS.values(), ids=PAPERS)
def test_the_clue_stands_on_every_page_of_every_paper(dossier, pages, write):
    written = write(dossier)
    assert count_pages(written) == len(pages)
    assert all(dossier.words["clue"] in texts for texts in pages.values())
    assert b"/FontFile2" in written


def test_the_page_shows_every_part_of_the_dossier(dossier):
    page = evidence_page(dossier)
    wanted = [value for _, value in dossier.about] + [dossier.digest, dossier.words["clue"], dossier.findings_note]
    wanted += [one.label for one in dossier.findings] + [link.sha256 for link in dossier.chain]
    wanted += [cell for row in (*dossier.facts, *dossier.looks) for cell in row.cells]
    assert [text for text in wanted if text not in page] == []
    assert base64.b64encode(dossier.pictures[0].image).decode() in page
    assert page.count("<svg") == 4  # plan, two chips, series


def test_the_page_runs_no_script_and_asks_for_nothing(dossier):
    scan = scan_page(evidence_page(dossier))
    assert scan.scripts == []
    assert scan.references(allowed_scripts=[]) == []
    linked = replace(dossier, links={"amap": "amapuri://x"})
    assert scan_page(evidence_page(linked)).references(allowed_scripts=[]) == ["amapuri://x"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_the_data_becomes_markup(make_dossier, payload):
    page = evidence_page(make_dossier(payload))
    plain_page = evidence_page(make_dossier("甲"))
    tags = re.compile(r"<[a-z/!][^>]*>", re.IGNORECASE)
    kinds = [[tag.split()[0] for tag in tags.findall(text)] for text in (page, plain_page)]
    assert kinds[0] == kinds[1]
    assert "\u202e" not in page
    for write in PAPERS.values():
        written = write(make_dossier(payload))
        assert not re.search(rb"/(JavaScript|JS|URI|Launch|OpenAction|EmbeddedFile)\b", written)


@pytest.mark.parametrize("write", PAPERS.values(), ids=PAPERS)
def test_a_text_of_any_length_still_makes_a_paper(make_dossier, write):
    assert write(make_dossier("长" * 20_000)).startswith(b"%PDF-")


def test_of_very_many_findings_the_sheet_says_how_many_are_left_out(make_dossier, monkeypatch):
    dossier = make_dossier("甲")
    many = tuple(replace(dossier.findings[0], label=f"标记{number}") for number in range(40))
    said = []
    original = sheet.said
    monkeypatch.setattr(sheet, "said", lambda text, *more, **how: said.append(text) or original(text, *more, **how))
    check_sheet(replace(dossier, findings=many))
    left_out = [text for text in said if text.startswith("另有") and text.endswith("见举证材料。")]
    assert len(left_out) == 1


def test_a_parcel_with_nothing_to_draw_makes_every_paper_and_says_why(make_dossier):
    nothing = make_dossier("甲", outline=None)
    assert "没有可画的图形" in evidence_page(nothing)
    assert nothing.site.notes[0] in evidence_page(nothing)
    for write in PAPERS.values():
        assert write(nothing).startswith(b"%PDF-")


def test_a_dossier_without_findings_images_or_facts_says_so(make_dossier):
    empty = replace(
        make_dossier("甲"), findings=(), findings_note="", pictures=(), series=(), facts=(), looks=(), outcome=""
    )
    page = evidence_page(empty)
    for code in ("no_findings", "no_series", "no_facts", "no_looks"):
        assert empty.words[code] in page
    for write in PAPERS.values():
        assert write(empty).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("outline", "scale"),
    [
        (shapely.box(0, 0, 1, 1), 200),  # 1 m: the largest scale there is
        (shapely.box(0, 0, 100, 100), 2000),  # 100 m times 1.3 on 100 mm need 1:1300
        (shapely.box(0, 0, 5_000_000, 1), 65_000_000),  # beyond the list: what it needs
    ],
)
def test_the_scale_is_the_largest_of_the_list_that_the_parcel_fits_in(make_dossier, outline, scale):
    side = 100 / 25.4 * 72
    assert scale_of(make_dossier("甲", outline=outline).site, side, side) == pytest.approx(scale, rel=1e-6)


def test_a_hole_and_every_part_are_drawn_and_numbered(make_dossier):
    hole = shapely.Polygon(shapely.box(0, 0, 90, 90).exterior, [shapely.box(30, 30, 60, 60).exterior])
    both = shapely.MultiPolygon([hole, shapely.box(100, 0, 120, 20)])
    site = make_dossier("甲", outline=both).site
    plan = site_plan(site, make_dossier("甲").words, 300, 300)
    red = [part for part in plan.parts if isinstance(part, Path) and part.stroke == "#b23a10" and part.width == 1.8]
    assert [len(line) for line in red[0].lines] == [4, 4, 4]
    numbers = [part.text for part in plan.parts if isinstance(part, Text) and part.text.isdigit() and part.size == 6.5]
    assert numbers == [str(number) for number in range(1, 13)]


def test_the_scale_bar_is_as_long_as_it_says(make_dossier):
    site = make_dossier("甲", outline=shapely.box(0, 0, 100, 100)).site
    side = 100 / 25.4 * 72
    plan = site_plan(site, make_dossier("甲").words, side, side)
    zero, end = (
        next(part for part in plan.parts if isinstance(part, Text) and part.text == text and part.size == 7)
        for text in ("0", "50 m")
    )
    # 50 m at 1:2000 are 25 mm
    assert end.x - zero.x == pytest.approx(25 / 25.4 * 72)


def test_a_chip_whose_pixels_are_not_square_is_drawn_as_it_lies_on_the_ground(dossier):
    picture = replace(dossier.pictures[0], size=(40, 20), metres=(5.0, 10.0))
    figure = chip_figure(picture, 300)
    assert (figure.width, figure.height) == (300, 300)


def test_a_parcel_too_small_to_be_seen_gets_a_ring_on_its_chip(dossier):
    tiny = replace(dossier.pictures[0], outline=shapely.box(20, 20, 20.1, 20.1))
    assert len(chip_figure(tiny, 300).parts) == len(chip_figure(dossier.pictures[0], 300).parts) + 2


def test_the_series_shows_bounds_unseen_days_and_agreed_days(dossier):
    figure = series_figure(dossier, 400, 200)
    assert figure is not None
    whiskers, unseen = (
        next(part for part in figure.parts if isinstance(part, Path) and wanted(part))
        for wanted in (
            lambda part: part.stroke == "#1d4f76" and part.width == 0.8,
            lambda part: part.fill == "#9aa5b1",
        )
    )
    assert len(whiskers.lines) == 2
    assert len(unseen.lines) == 1
    # from low to high of the first day, on a scale of 0 at the foot and 1 at the head
    foot, head = 200 - 16, 12 + 8  # one of the two agreed days lies within sight
    assert foot - whiskers.lines[0][0][1] == pytest.approx(0.1 * (foot - head))
    assert foot - whiskers.lines[0][1][1] == pytest.approx(0.3 * (foot - head))
    assert any(isinstance(part, Text) and part.text == "约定动工日 2025-06-01" for part in figure.parts)


def test_text_and_title_of_a_drawing_are_escaped():
    drawn = svg(Drawing(10, 10, '"><script>', [Text(1, 1, "<script>`${1}`</script>", has_halo=True)]))
    assert "<script" not in drawn
    assert drawn.count("<") == 4  # svg, text and their ends


def test_without_the_packages_for_paper_the_error_says_what_to_install(monkeypatch):
    fonts.register_font.cache_clear()
    monkeypatch.setitem(sys.modules, "reportlab.pdfbase.pdfmetrics", None)
    with pytest.raises(PackageError) as caught:
        fonts.register_font()
    assert caught.value.code == "evidence.extra_missing"
