"""The atlas of a town: an index, then the check sheet of every parcel, one page each."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from geo.documents.check_sheet import HIGH_MM, LEFT_MM, WIDE_MM, draw_sheet
from geo.documents.dossier import Dossier
from geo.documents.fonts import register_font
from geo.documents.paper import MM, OUTCOME_INK, furnish, place, said, styles_of, table

LINES = 36
"""Parcels on a page of the index."""
COLUMNS_MM = (10, 42, 60, 20, 46)


def atlas(dossiers: Sequence[Dossier], title: str, words: Mapping[str, str]) -> bytes:
    """Write an atlas as a PDF on A4; equal dossiers give equal bytes.

    Parameters
    ----------
    dossiers
        In the order of the pages.
    """
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415  # of the extra `patrol`
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  # same

    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    pages = max(1, -(-len(dossiers) // LINES))
    for page in range(pages):
        shown = list(enumerate(dossiers, pages + 1))[page * LINES : (page + 1) * LINES]
        furnish(canvas, clue=words["clue"], left=title, right=str(page + 1))
        _draw_index(canvas, shown, title=title, words=words)
        canvas.showPage()
    for number, dossier in enumerate(dossiers, pages + 1):
        canvas.bookmarkPage(f"sheet-{number}")
        draw_sheet(canvas, dossier, number)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_index(canvas, shown: Sequence[tuple[int, Dossier]], *, title: str, words: Mapping[str, str]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # reportlab's canvas
    styles = styles_of(register_font())
    rows = [[said(cell, styles["quiet"]) for cell in words["index_head"].split("|")]]
    for number, one in shown:
        cells = [said(text[:60], styles["small"]) for text in (str(number), one.parcel_id, one.name)]
        rows.append(
            [
                *cells,
                said(one.outcome_text, styles["small"], colour=OUTCOME_INK.get(one.outcome, "")),
                said(dict(one.about).get(words["area"], "")[:40], styles["small"]),
            ]
        )
    index = table(rows, COLUMNS_MM)
    place(canvas, [said(title, styles["title"])], box=(LEFT_MM * MM, (HIGH_MM - 14) * MM, WIDE_MM * MM, 12 * MM))
    place(canvas, [index], box=(LEFT_MM * MM, (HIGH_MM - 26) * MM, WIDE_MM * MM, 255 * MM))
