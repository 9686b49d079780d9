"""One A4 page a parcel, to be taken along, filled in and sealed; an atlas binds those of a town."""

from io import BytesIO
from typing import TYPE_CHECKING

import shapely

from geo.documents.dossier import Dossier, Picture
from geo.documents.drawing import paint
from geo.documents.figures import NUMBERED, chip_figure, scale_of, site_plan
from geo.documents.fonts import register_font
from geo.documents.paper import LINE, MM, OUTCOME_INK, QUIET, furnish, place, said, styles_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

HIGH_MM, LEFT_MM, WIDE_MM = 297, 16, 178
PLAN = (LEFT_MM, 36, 118, 108)
"""Left, top, width and height on the page, from its upper left corner [mm]; so the others."""
CORNERS = (138, 36, 56, 108)
CHIPS = (LEFT_MM, 152, WIDE_MM, 52)
FINDINGS = (LEFT_MM, 210, 112, 52)
SEAL = (132, 210, 62, 52)
SIGN_MM = 266
SHOWN_CHIPS = 3
DOT = " · "
BOX = "□ "
GAP_MM = 4


def check_sheet(dossier: Dossier) -> bytes:
    """Write the check sheet of a parcel as a PDF of one page; equal dossiers give equal bytes."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  # same

    register_font()
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(f"{dossier.words['check_title']} {dossier.parcel_id}")
    draw_sheet(canvas, dossier, 1)
    canvas.save()
    return buffer.getvalue()


def draw_sheet(canvas: "Canvas", dossier: Dossier, number: int) -> None:
    """Draw the page of one parcel: plan, corners, chips, what was found, and room to sign and seal."""
    words, styles = dossier.words, styles_of(register_font())
    foot = f"{dossier.parcel_id}　{dossier.as_of}　{dossier.digest[:16]}"
    furnish(canvas, clue=words["clue"], left=foot, right=str(number))
    outcome = OUTCOME_INK.get(dossier.outcome, "")
    place(
        canvas,
        [said(words["check_title"], styles["quiet"]), said(dossier.name, styles["title"])],
        box=_box(LEFT_MM, 12, 130, 17),
    )
    place(canvas, [said(dossier.outcome_text, styles["head"], colour=outcome)], box=_box(150, 16, 44, 8))
    facts = DOT.join(f"{name} {value}" for name, value in dossier.about if name not in words["long_about"].split("|"))
    place(canvas, [said(facts, styles["quiet"])], box=_box(LEFT_MM, 26, WIDE_MM, 10))
    _draw_plan(canvas, dossier, styles)
    _draw_chips(canvas, dossier, styles)
    _draw_findings(canvas, dossier, styles)
    _draw_seal(canvas, dossier, styles)


def _box(left: float, top: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Turn millimetres from the upper left corner into points from the lower left one."""
    return left * MM, (HIGH_MM - top) * MM, width * MM, height * MM


def _draw_plan(canvas: "Canvas", dossier: Dossier, styles: "dict[str, ParagraphStyle]") -> None:
    left, top, width, height = PLAN
    words, site = dossier.words, dossier.site
    plan = site_plan(site, words, width * MM, height * MM)
    paint(canvas, plan, left * MM, (HIGH_MM - top - height) * MM)
    lines = (
        [site.crs, *site.notes]
        if site.outline is None
        else [words["scale"].format(scale=f"{scale_of(site, width * MM, height * MM):,}"), site.crs, *site.notes]
    )
    place(
        canvas,
        [said(DOT.join(line for line in lines if line), styles["quiet"])],
        box=_box(left, top + height + 0.5, WIDE_MM, 8),
    )
    place(canvas, _corners(dossier, styles), box=_box(*CORNERS))


def _corners(dossier: Dossier, styles: "dict[str, ParagraphStyle]") -> "Iterator[Flowable]":
    """Corners of the boundary, numbered as on the plan: x is north and y is east, as surveyors write them."""
    words, outline = dossier.words, dossier.site.outline
    yield said(words["corners"], styles["small"])
    if outline is None:
        return
    rings = shapely.get_rings(shapely.get_parts(outline))
    points = [point for ring in rings for point in shapely.get_coordinates(ring)[:-1]]
    for number, (east, north) in enumerate(points[:NUMBERED], 1):
        yield said(f"{number}　{north:.2f}　{east:.2f}", styles["quiet"])
    if len(points) > NUMBERED:
        yield said(words["more_corners"].format(count=len(points) - NUMBERED), styles["quiet"])


def _draw_chips(canvas: "Canvas", dossier: Dossier, styles: "dict[str, ParagraphStyle]") -> None:
    left, top, width, height = CHIPS
    chosen = _chosen(dossier)
    if not chosen:
        place(canvas, [said(dossier.pictures_note, styles["quiet"])], box=_box(*CHIPS))
    for number, picture in enumerate(chosen):
        side = (width - (SHOWN_CHIPS - 1) * GAP_MM) / SHOWN_CHIPS
        x = left + number * (side + GAP_MM)
        figure = chip_figure(picture, 100)
        drawn = chip_figure(picture, 100 * min(side * MM / figure.width, (height - 9) * MM / figure.height))
        paint(canvas, drawn, x * MM, (HIGH_MM - top) * MM - drawn.height)
        below = top + drawn.height / MM + 0.5
        lines = [said(f"{picture.day}　{'　'.join(picture.lines)}", styles["quiet"])]
        place(canvas, lines, box=_box(x, below, side, 9))


def _chosen(dossier: Dossier) -> list[Picture]:
    pictures = dossier.pictures
    if len(pictures) <= SHOWN_CHIPS:
        return list(pictures)
    return [pictures[0], pictures[len(pictures) // 2], pictures[-1]]


def _draw_findings(canvas: "Canvas", dossier: Dossier, styles: "dict[str, ParagraphStyle]") -> None:
    words = dossier.words
    articles: dict[tuple[str, str, str], dict[str, None]] = {}
    for one in dossier.findings:
        if one.outcome != "not_met":
            articles.setdefault((one.outcome, one.outcome_text, one.label), {})[one.article] = None
    settled = sum(one.outcome == "not_met" for one in dossier.findings)
    lines = [said(words["findings"], styles["head"])]
    for (outcome, text, label), of_label in articles.items():
        colour = OUTCOME_INK.get(outcome, "")
        lines.append(said(f"{text}{DOT}{label}", styles["small"], colour=colour))
        lines.append(said(words["listed"].join(of_label), styles["quiet"]))
    if settled or not articles:
        lines.append(said(words["settled"].format(count=settled), styles["quiet"]))
    left, top, width, height = FINDINGS
    done = place(canvas, lines, box=_box(left, top, width, height - 5))
    if done < len(lines):
        more = words["more_findings"].format(count=len(lines) - done)
        place(canvas, [said(more, styles["quiet"])], box=_box(left, top + height - 5, width, 5))


def _draw_seal(canvas: "Canvas", dossier: Dossier, styles: "dict[str, ParagraphStyle]") -> None:
    words = dossier.words
    left, top, width, height = SEAL
    canvas.setStrokeColor(LINE)
    canvas.setDash([3, 3])
    canvas.rect(left * MM, (HIGH_MM - top - height) * MM, width * MM, height * MM)
    canvas.setDash([])
    place(canvas, [said(words["seal"], styles["quiet"])], box=_box(left + 2, top + 1, width - 4, 6))
    canvas.setStrokeColor(QUIET)
    results = DOT.join(BOX + name for name in words["results"].split("|"))
    place(canvas, [said(f"{words['result']} {results}", styles["small"])], box=_box(LEFT_MM, SIGN_MM, 90, 6))
    for name, x, top, width in (("remarks", 106, 0, 88), ("reviewer", LEFT_MM, 9, 86), ("checked_on", 106, 9, 88)):
        place(canvas, [said(words[name], styles["small"])], box=_box(x, SIGN_MM + top, 26, 6))
        below = (HIGH_MM - SIGN_MM - top - 5) * MM
        canvas.line((x + 22) * MM, below, (x + width) * MM, below)
