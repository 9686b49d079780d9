"""What all printed papers share: styles in the one font, texts that are never markup, a clue on every page."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from geo.documents.drawing import Drawing, paint
from geo.documents.fonts import register_font
from geo.escape import visible

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable, Paragraph, Table

MM = 72 / 25.4
"""A millimetre [points]."""
INK, QUIET, LINE, PALE, ACCENT, WARNING = "#1f2933", "#5b6672", "#c3ccd4", "#eef2f5", "#1d4f76", "#ffe3a3"
OUTCOME_INK = {"met": "#b23a10", "undetermined": "#7a5600", "not_met": "#2b5f8a"}
SIZES = {"title": (16, INK), "head": (11, ACCENT), "text": (9, INK), "small": (8, INK), "quiet": (7.5, QUIET)}
LONGEST = 400
"""Signs of one text that a paper shows: a row must fit on a page."""


def styles_of(font: str) -> "dict[str, ParagraphStyle]":
    """Return the styles of texts by name: ``title``, ``head``, ``text``, ``small``, ``quiet``."""
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415  # of the extra `patrol`

    return {
        name: ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.4, wordWrap="CJK", textColor=colour)
        for name, (size, colour) in SIZES.items()
    }


def safe(text: str) -> str:
    """Write a text as reportlab's markup takes it: nothing in it is markup.

    Examples
    --------
    >>> safe("<b>1</b>")
    '&lt;b&gt;1&lt;/b&gt;'
    """
    shown = "\n".join(visible(line) for line in text.split("\n"))
    return escape(shown if len(shown) <= LONGEST else shown[:LONGEST] + "…").replace("\n", "<br/>")


def said(text: str, style: "ParagraphStyle", *, colour: str = "") -> "Paragraph":
    """Return a text as a paragraph, perhaps in another colour than its style's."""
    from reportlab.platypus import Paragraph  # noqa: PLC0415  # of the extra `patrol`

    return Paragraph(f'<font color="{colour}">{safe(text)}</font>' if colour else safe(text), style)


def table(rows: Sequence[Sequence["Flowable"]], widths_mm: Sequence[float], *, has_head: bool = True) -> "Table":
    """Return a table with lines below its rows, its head repeated on each page."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.platypus import Table  # noqa: PLC0415  # same

    style: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LINE)),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    if has_head:
        style.append(("BACKGROUND", (0, 0), (-1, 0), HexColor(PALE)))
    widths = [width * MM for width in widths_mm]
    return Table(rows, colWidths=widths, repeatRows=int(has_head), hAlign="LEFT", style=style)


def drawn(drawing: Drawing) -> "Flowable":
    """Return a drawing as something that flows with the text."""
    from reportlab.platypus import Flowable  # noqa: PLC0415  # of the extra `patrol`

    class Drawn(Flowable):  # type: ignore[misc]  # reportlab is not typed
        def __init__(self) -> None:
            super().__init__()
            self.width, self.height = drawing.width, drawing.height

        def draw(self) -> None:
            paint(self.canv, drawing, 0, 0)

    return Drawn()


def furnish(canvas: "Canvas", *, clue: str, left: str, right: str) -> None:
    """Put on a page of A4 what stands on every one: the clue at its head, what it is and its number at its foot."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415  # of the extra `patrol`

    wide, high = A4
    canvas.saveState()
    canvas.setFillColor(WARNING)
    canvas.rect(0, high - 9 * MM, wide, 9 * MM, stroke=0, fill=1)
    canvas.setFont(register_font(), 9.5)
    canvas.setFillColor("#4a3500")
    canvas.drawCentredString(wide / 2, high - 6 * MM, visible(clue))
    canvas.setFont(register_font(), 7)
    canvas.setFillColor(QUIET)
    canvas.drawString(16 * MM, 8 * MM, visible(left))
    canvas.drawRightString(wide - 16 * MM, 8 * MM, visible(right))
    canvas.restoreState()


def place(canvas: "Canvas", flowables: Iterable["Flowable"], *, box: tuple[float, float, float, float]) -> int:
    """Put flowables below each other into a box, as many as it holds, and return how many there were.

    Parameters
    ----------
    box
        Left, top, width and height [points], from the lower left corner of the page.
    """
    left, top, width, height = box
    done, left_over = 0, height
    for flowable in flowables:
        _, needed = flowable.wrapOn(canvas, width, left_over)
        if needed > left_over:
            break
        flowable.drawOn(canvas, left, top - (height - left_over) - needed)
        left_over -= needed
        done += 1
    return done
