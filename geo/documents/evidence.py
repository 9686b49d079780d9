"""The evidence of one parcel on paper, in as many pages as it takes; the clue stands on every one."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from geo.documents.dossier import Dossier, Row
from geo.documents.figures import chip_figure, scale_of, series_figure, site_plan
from geo.documents.fonts import register_font
from geo.documents.paper import MM, OUTCOME_INK, drawn, furnish, said, styles_of, table

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable
    from reportlab.platypus.doctemplate import BaseDocTemplate

SIDE_MM, HEAD_MM, FOOT_MM = 16, 15, 15
WIDE_MM = 210 - 2 * SIDE_MM
PLAN_MM = (WIDE_MM, 96)
ABREAST = 3
"""Chips beside each other."""
GAP_MM = 4
Styles = "dict[str, ParagraphStyle]"


def evidence_book(dossier: Dossier) -> bytes:
    """Write the evidence of a parcel as a PDF on A4; equal dossiers give equal bytes."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415  # same

    styles = styles_of(register_font())
    buffer = BytesIO()
    paper = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title=f"{dossier.words['title']} {dossier.parcel_id}",
        leftMargin=SIDE_MM * MM,
        rightMargin=SIDE_MM * MM,
        topMargin=HEAD_MM * MM,
        bottomMargin=FOOT_MM * MM,
        invariant=1,
    )

    def furnished(canvas: "Canvas", _: "BaseDocTemplate") -> None:
        left = f"{dossier.parcel_id}　{dossier.as_of}　{dossier.digest[:16]}"
        furnish(canvas, clue=dossier.words["clue"], left=left, right=str(canvas.getPageNumber()))

    paper.build(list(_story(dossier, styles)), onFirstPage=furnished, onLaterPages=furnished)
    return buffer.getvalue()


def _story(dossier: Dossier, styles: "dict[str, ParagraphStyle]") -> "Iterator[Flowable]":
    from reportlab.platypus import Spacer  # noqa: PLC0415  # of the extra `patrol`

    words = dossier.words
    yield said(words["title"], styles["quiet"])
    yield said(dossier.name, styles["title"])
    yield said(dossier.outcome_text, styles["head"], colour=OUTCOME_INK.get(dossier.outcome, ""))
    yield Spacer(1, 2 * MM)
    yield table(
        [[said(name, styles["quiet"]), said(value, styles["small"])] for name, value in dossier.about],
        (38, 140),
        has_head=False,
    )
    yield from _headed(words["plan"], styles)
    yield drawn(site_plan(dossier.site, words, *(side * MM for side in PLAN_MM)))
    yield said("　".join(plan_lines(dossier)), styles["quiet"])
    yield from _headed(words["pictures"], styles, room_mm=85 if dossier.pictures else 30)
    yield from _pictures(dossier, styles)
    yield from _headed(words["findings"], styles)
    yield from _findings(dossier, styles)
    yield from _headed(words["clocks"], styles)
    yield (
        _rows(words["clocks_head"], dossier.clocks, (30, 118, 30), styles)
        if dossier.clocks
        else said(words["no_clocks"], styles["small"])
    )
    yield from _headed(words["series"], styles)
    figure = series_figure(dossier, WIDE_MM * MM, 52 * MM)
    yield said(words["no_series"], styles["small"]) if figure is None else drawn(figure)
    if figure is not None:
        yield said(words["series_note"], styles["quiet"])
    yield from _headed(words["looks"], styles)
    yield (
        _rows(words["looks_head"], dossier.looks, (22, 62, 28, 18, 48), styles)
        if dossier.looks
        else said(words["no_looks"], styles["small"])
    )
    yield from _headed(words["facts"], styles)
    yield (
        _rows(words["facts_head"], dossier.facts, (44, 30, 44, 60), styles)
        if dossier.facts
        else said(words["no_facts"], styles["small"])
    )
    yield from _headed(words["chain"], styles)
    yield said(words["chain_note"], styles["quiet"])
    chain = [Row((link.kind, link.name, link.sha256 or "-")) for link in dossier.chain]
    yield _rows(words["chain_head"], chain, (26, 62, 90), styles)
    yield said(f"{words['digest']} {dossier.digest}", styles["small"])


def plan_lines(dossier: Dossier) -> list[str]:
    """Return what stands below a plan that is ``PLAN_MM`` large: system, scale, and what it cannot show."""
    words, site = dossier.words, dossier.site
    lines = [site.crs] if site.crs else []
    if site.outline is not None:
        lines.append(words["scale"].format(scale=f"{scale_of(site, *(side * MM for side in PLAN_MM)):,}"))
        lines.append(words["plan_note"])
    return [*lines, *site.notes]


def _headed(heading: str, styles: "dict[str, ParagraphStyle]", *, room_mm: float = 30) -> "Iterator[Flowable]":
    from reportlab.platypus import CondPageBreak, Spacer  # noqa: PLC0415  # of the extra `patrol`

    yield CondPageBreak(room_mm * MM)
    yield Spacer(1, 4 * MM)
    yield said(heading, styles["head"])
    yield Spacer(1, 1 * MM)


def _pictures(dossier: Dossier, styles: "dict[str, ParagraphStyle]") -> "Iterator[Flowable]":
    from reportlab.platypus import Table  # noqa: PLC0415  # of the extra `patrol`

    width = (WIDE_MM - (ABREAST - 1) * GAP_MM) / ABREAST
    for first in range(0, len(dossier.pictures), ABREAST):
        row = [
            [
                drawn(chip_figure(one, width * MM)),
                said(one.day, styles["small"]),
                *(said(line, styles["quiet"]) for line in one.lines),
            ]
            for one in dossier.pictures[first : first + ABREAST]
        ]
        row += [[]] * (ABREAST - len(row))
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), GAP_MM * MM),
        ]
        yield Table([row], colWidths=[(width + GAP_MM) * MM] * ABREAST, hAlign="LEFT", style=style)
    if dossier.pictures_note:
        yield said(dossier.pictures_note, styles["quiet"])


def _findings(dossier: Dossier, styles: "dict[str, ParagraphStyle]") -> "Iterator[Flowable]":
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.platypus import Spacer  # noqa: PLC0415  # same

    for one in dossier.findings:
        heading = ParagraphStyle("finding", parent=styles["text"], fontSize=10, leading=14, keepWithNext=1)
        yield said(f"{one.label}　{one.outcome_text}", heading, colour=OUTCOME_INK.get(one.outcome, ""))
        for depth, line in one.lines:
            yield said(line, ParagraphStyle("line", parent=styles["small"], leftIndent=depth * 4 * MM))
        yield Spacer(1, 2 * MM)
    if not dossier.findings:
        yield said(dossier.words["no_findings"], styles["small"])
    if dossier.findings_note:
        yield said(dossier.findings_note, styles["quiet"])


def _rows(
    head: str, rows: Sequence[Row], widths_mm: Sequence[float], styles: "dict[str, ParagraphStyle]"
) -> "Flowable":
    lines = [[said(cell, styles["quiet"]) for cell in head.split("|")]]
    lines += [[said(cell, styles["quiet" if row.is_quiet else "small"]) for cell in row.cells] for row in rows]
    return table(lines, widths_mm)
