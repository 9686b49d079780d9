"""Small drawings, made once and painted twice: as SVG in a page and with a pen on paper."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from geo.documents.fonts import register_font
from geo.escape import escape_text, visible

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Points = NDArray[np.float64]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Lines or rings, painted as one: what lies in an odd number of rings is filled.

    Attributes
    ----------
    lines
        Each of shape (n, 2): x to the right and y down [points].
    is_ring
        Whether each line's last point is joined to its first.
    """

    lines: Sequence[Points]
    stroke: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()
    fill: str = ""
    opacity: float = 1.0
    is_ring: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """A short text on one line; ``halo`` puts white behind its letters."""

    x: float
    y: float
    text: str
    size: float = 8
    anchor: Anchor = "start"
    colour: str = "#1f2933"
    has_halo: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG over all of the drawing."""

    image: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """Parts from the back to the front, on a sheet of so many points; what lies outside it is cut off."""

    width: float
    height: float
    title: str
    parts: list[Path | Text | Photo] = field(default_factory=list)


def box(x: float, y: float, width: float, height: float) -> Points:
    """Return the corners of a rectangle."""
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], dtype=float)


def svg(drawing: Drawing) -> str:
    """Write a drawing as an SVG element that stands in a page; no text in it is markup.

    Examples
    --------
    >>> svg(Drawing(2, 1, "<b>"))
    '<svg viewBox="0 0 2 1" role="img" aria-label="&lt;b&gt;"></svg>'
    """
    parts = "".join(_element(part, drawing) for part in drawing.parts)
    size = f"{drawing.width:g} {drawing.height:g}"
    return f'<svg viewBox="0 0 {size}" role="img" aria-label="{_safe(drawing.title)}">{parts}</svg>'


def _safe(text: str) -> str:
    return escape_text(visible(text))


def _element(part: Path | Text | Photo, drawing: Drawing) -> str:
    if isinstance(part, Photo):
        address = f"data:image/jpeg;base64,{base64.b64encode(part.image).decode()}"
        size = f'width="{drawing.width:g}" height="{drawing.height:g}"'
        return f'<image {size} preserveAspectRatio="none" href="{address}"/>'
    if isinstance(part, Text):
        halo = ' stroke="#ffffff" stroke-width="2.5" paint-order="stroke"' if part.has_halo else ""
        place = f'x="{part.x:.2f}" y="{part.y:.2f}" font-size="{part.size:g}" text-anchor="{part.anchor}"'
        return f'<text {place} fill="{part.colour}"{halo}>{_safe(part.text)}</text>'
    end = "Z" if part.is_ring else ""
    way = "".join("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in line) + end for line in part.lines)
    style = f'fill="{part.fill or "none"}" fill-rule="evenodd" fill-opacity="{part.opacity:g}"'
    if part.stroke:
        style += f' stroke="{part.stroke}" stroke-width="{part.width:g}" stroke-linejoin="round"'
    if part.dash:
        style += f' stroke-dasharray="{" ".join(f"{length:g}" for length in part.dash)}"'
    return f'<path d="{way}" {style}/>'


def paint(canvas: "Canvas", drawing: Drawing, left: float, bottom: float) -> None:
    """Paint a drawing on paper, its lower left corner at a place [points]."""
    canvas.saveState()
    canvas.translate(left, bottom)
    frame = canvas.beginPath()
    frame.rect(0, 0, drawing.width, drawing.height)
    canvas.clipPath(frame, stroke=0, fill=0)
    for part in drawing.parts:
        canvas.saveState()
        if isinstance(part, Photo):
            _paint_photo(canvas, part, drawing)
        elif isinstance(part, Text):
            _paint_text(canvas, part, drawing.height)
        else:
            _paint_path(canvas, part, drawing.height)
        canvas.restoreState()
    canvas.restoreState()


def _paint_photo(canvas: "Canvas", photo: Photo, drawing: Drawing) -> None:
    from io import BytesIO  # noqa: PLC0415  # beside its only use

    from reportlab.lib.utils import ImageReader  # noqa: PLC0415  # of the extra `patrol`

    canvas.drawImage(ImageReader(BytesIO(photo.image)), 0, 0, drawing.width, drawing.height)


def _paint_text(canvas: "Canvas", text: Text, height: float) -> None:
    draw = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}[text.anchor]
    canvas.setFont(register_font(), text.size)
    if text.has_halo:
        canvas.setStrokeColor("#ffffff")
        canvas.setLineWidth(2)
        draw(text.x, height - text.y, visible(text.text), mode=1)
    canvas.setFillColor(text.colour)
    draw(text.x, height - text.y, visible(text.text), mode=0)


def _paint_path(canvas: "Canvas", part: Path, height: float) -> None:
    drawn = canvas.beginPath()
    for line in part.lines:
        for number, (x, y) in enumerate(line):
            (drawn.lineTo if number else drawn.moveTo)(float(x), height - float(y))
        if part.is_ring:
            drawn.close()
    if part.fill:
        canvas.setFillColor(part.fill)
        canvas.setFillAlpha(part.opacity)
    if part.stroke:
        canvas.setStrokeColor(part.stroke)
        canvas.setLineWidth(part.width)
        canvas.setLineJoin(1)
        canvas.setDash(list(part.dash))
    canvas.drawPath(drawn, stroke=int(bool(part.stroke)), fill=int(bool(part.fill)), fillMode=0)
