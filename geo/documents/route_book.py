"""The route book: a patrol on paper, with a code to scan at every stop."""

from io import BytesIO
from typing import TYPE_CHECKING

from geo.documents.fonts import register_font
from geo.documents.paper import safe, styles_of
from geo.documents.plain import plain
from geo.documents.sheet import Sheet, Stop

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable

MARGIN_MM = 16
CODE_MM = 30
BOX = "□ "


def route_book(sheet: Sheet) -> bytes:
    """Write a patrol as a PDF on A4: an overview with times, then every stop with reasons, checklist, photos and code.

    The code holds the first navigation link where links were asked for, else the visit, the parcel and its position.
    """
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.lib.units import mm  # noqa: PLC0415  # same
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer  # noqa: PLC0415  # same

    styles = styles_of(register_font())
    buffer = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN_MM * mm)
    paper = SimpleDocTemplate(buffer, pagesize=A4, title=plain(sheet.title), invariant=1, **margins)
    story: list[Flowable] = [Paragraph(safe(sheet.title), styles["title"])]
    who = "，".join(sheet.inspectors)
    lines = [f"{sheet.words['inspectors']}: {who}" if who else "", sheet.source, sheet.clue]
    story += [Paragraph(safe(line), styles["small"]) for line in lines if line]
    story += [Spacer(1, 4 * mm), _overview(sheet, styles)]
    for stop in sheet.stops:
        story += [Spacer(1, 6 * mm), _stop(sheet, stop, styles)]
    footer = _footer(sheet)
    paper.build(story, onFirstPage=footer, onLaterPages=footer)
    return buffer.getvalue()


def _overview(sheet: Sheet, styles: "dict[str, ParagraphStyle]") -> "Flowable":
    from reportlab.lib.colors import HexColor  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.lib.units import mm  # noqa: PLC0415  # same
    from reportlab.platypus import Paragraph, Table  # noqa: PLC0415  # same

    names = ("number", "arrives", "leaves", "parcel", "holder", "town")
    rows = [[Paragraph(safe(sheet.words[name]), styles["text"]) for name in names]]
    for stop in sheet.stops:
        cells = [str(stop.number), f"{stop.arrives:%H:%M}", f"{stop.leaves:%H:%M}"]
        cells += [stop.parcel_id, stop.enterprise, stop.town]
        rows.append([Paragraph(safe(cell), styles["text"]) for cell in cells])
    widths = [width * mm for width in (12, 16, 16, 40, 66, 28)]
    grey, pale = HexColor("#888888"), HexColor("#DDE6EE")
    return Table(
        rows,
        colWidths=widths,
        repeatRows=1,
        style=[("GRID", (0, 0), (-1, -1), 0.4, grey), ("BACKGROUND", (0, 0), (-1, 0), pale)],
    )


def _stop(sheet: Sheet, stop: Stop, styles: "dict[str, ParagraphStyle]") -> "Flowable":
    from reportlab.lib.colors import HexColor  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.lib.units import mm  # noqa: PLC0415  # same
    from reportlab.platypus import KeepTogether, Paragraph, Table  # noqa: PLC0415  # same

    words = sheet.words
    kind = words["must"] if stop.is_must else words["optional"]
    facts = [
        f"{stop.arrives:%H:%M}-{stop.leaves:%H:%M}　{kind}　{words['visit']} {stop.visit_id}",
        f"{words['position']}: {stop.longitude:.6f}, {stop.latitude:.6f}",
    ]
    left = [
        Paragraph(safe(sheet.label(stop)), styles["head"]),
        *(Paragraph(safe(one), styles["small"]) for one in facts),
    ]
    left += [Paragraph(safe(one), styles["text"]) for one in stop.why]
    head = Table(
        [[left, _code(_coded(stop))]], colWidths=[146 * mm, 32 * mm], style=[("VALIGN", (0, 0), (-1, -1), "TOP")]
    )
    lists = [
        [
            Paragraph(safe(words[name]), styles["text"]),
            *(Paragraph(safe(BOX + item), styles["small"]) for item in items),
        ]
        for name, items in (("checks", stop.checks), ("photos", stop.photos))
    ]
    line = HexColor("#888888")
    body = Table(
        [lists],
        colWidths=[100 * mm, 78 * mm],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEABOVE", (0, 0), (-1, 0), 0.4, line)],
    )
    return KeepTogether([head, body])


def _coded(stop: Stop) -> str:
    for link in (stop.links or {}).values():
        return link
    return f"{stop.visit_id} {stop.parcel_id} {stop.longitude:.6f},{stop.latitude:.6f}"


def _code(text: str) -> "Drawing":
    """Draw a QR code as vector shapes."""
    import segno  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.graphics.shapes import Drawing, Path  # noqa: PLC0415  # same
    from reportlab.lib.colors import black  # noqa: PLC0415  # same
    from reportlab.lib.units import mm  # noqa: PLC0415  # same

    rows = [list(row) for row in segno.make(plain(text), error="m", micro=False).matrix_iter(border=2)]
    side = CODE_MM * mm / len(rows)
    drawing = Drawing(CODE_MM * mm, CODE_MM * mm)
    dark = Path(strokeColor=None, fillColor=black)
    for number, row in enumerate(rows):
        low, high = (len(rows) - 1 - number) * side, (len(rows) - number) * side
        for begin, end in _runs(row):
            left, right = begin * side, end * side
            dark.moveTo(left, low)
            for x, y in ((right, low), (right, high), (left, high)):
                dark.lineTo(x, y)
            dark.closePath()
    drawing.add(dark)
    return drawing


def _runs(row: list[int]) -> list[tuple[int, int]]:
    edges = [i for i in range(len(row) + 1) if (row[i - 1] if i else 0) != (row[i] if i < len(row) else 0)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _footer(sheet: Sheet):  # type: ignore[no-untyped-def]  # noqa: ANN202  # reportlab's callback has no types
    def draw(canvas, paper) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # same
        canvas.setFont(register_font(), 8)
        canvas.drawString(45, 24, plain(f"{sheet.patrol_id}  {sheet.source}"))
        canvas.drawRightString(550, 24, str(paper.page))

    return draw
