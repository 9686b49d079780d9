"""What a dossier shows as drawings: the plan of the site, chips with the boundary, the series."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.documents.dossier import Dossier, Picture, Seen, Site
from geo.documents.drawing import Anchor, Drawing, Path, Photo, Points, Text, box

PARCEL, FOOTPRINT, NEIGHBOUR, INK, QUIET, GRID, CURVE = (
    *("#b23a10", "#8b929b", "#9aa5b1", "#1f2933", "#5b6672", "#d9dee4", "#1d4f76"),
)
POINT_M = 0.0254 / 72
"""A point of paper [m]."""
SCALES = (200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
"""Denominators that a plan may have."""
AROUND = 1.3
"""How much more than the parcel a plan shows."""
NUMBERED = 24
"""So many corners carry their number on a plan."""
SMALLEST_PX = 3.0
"""What is smaller on a chip gets a ring around it."""
EDGE = 30.0
"""So near the edge of a plan no coordinate is written [points]."""
KILOMETRE = 1000
AXIS = 26.0
"""Room for the numbers of an axis [points]."""
SIGHT = 120
"""An agreed day so far outside the scenes is still drawn [d]."""


def scale_of(site: Site, width: float, height: float) -> int:
    """Return the denominator of a plan of so many points: the largest scale of the list that the parcel fits in."""
    assert site.outline is not None  # the caller asked only where there is one
    west, south, east, north = site.outline.bounds
    needed = AROUND * max((east - west) / (width * POINT_M), (north - south) / (height * POINT_M))
    return next((scale for scale in SCALES if scale >= needed), math.ceil(needed))


def site_plan(site: Site, words: Mapping[str, str], width: float, height: float) -> Drawing:
    """Draw the parcel, its corners, footprints and neighbours, with coordinates, scale bar and north; north is up."""
    drawing = Drawing(width, height, words["plan"])
    drawing.parts.append(Path([box(0, 0, width, height)], fill="#ffffff"))
    if site.outline is None:
        drawing.parts.append(Text(width / 2, height / 2, words["no_plan"], 10, "middle", QUIET))
    else:
        west, south, east, north = site.outline.bounds
        metres = scale_of(site, width, height) * POINT_M
        corner = ((west + east) / 2 - width / 2 * metres, (south + north) / 2 + height / 2 * metres)
        drawing.parts.extend(_plan_parts(site, corner, metres, width, height))
        drawing.parts.extend(_scale_bar(metres, width, height))
        drawing.parts.extend(_north(words["north"], width))
    drawing.parts.append(Path([box(0.5, 0.5, width - 1, height - 1)], stroke=QUIET, width=0.8))
    return drawing


def _plan_parts(
    site: Site, corner: tuple[float, float], metres: float, width: float, height: float
) -> list[Path | Text | Photo]:
    def place(points: Points) -> Points:
        return (points - corner) * [1 / metres, -1 / metres]

    def rings(shape: BaseGeometry) -> list[Points]:
        return [place(shapely.get_coordinates(ring)[:-1]) for ring in shapely.get_rings(shapely.get_parts(shape))]

    parts: list[Path | Text | Photo] = _grid(corner, metres, width, height)
    parts += [Path(rings(shape), stroke=NEIGHBOUR, width=0.6) for shape in site.neighbours]
    parts += [Path(rings(shape), stroke=INK, width=0.4, fill=FOOTPRINT, opacity=0.6) for shape in site.footprints]
    own = rings(site.outline) if site.outline is not None else []
    parts += [Path(own, stroke="#ffffff", width=3.4), Path(own, stroke=PARCEL, width=1.8)]
    corners = [point for ring in own for point in ring]
    for number, (x, y) in enumerate(corners[:NUMBERED], 1):
        parts.append(Path([box(x - 1.2, y - 1.2, 2.4, 2.4)], stroke=PARCEL, width=0.6, fill="#ffffff"))
        parts.append(Text(x + 3, y - 3, str(number), 6.5, colour=PARCEL, has_halo=True))
    return parts


def _grid(corner: tuple[float, float], metres: float, width: float, height: float) -> list[Path | Text | Photo]:
    """Lines of round coordinates, with their numbers on the left and at the lower edge."""
    step = round_length(width * metres / 3)
    parts: list[Path | Text | Photo] = []
    for east in np.arange(math.ceil(corner[0] / step) * step, corner[0] + width * metres, step):
        x = (east - corner[0]) / metres
        parts.append(Path([np.array([[x, 0], [x, height]])], stroke=GRID, width=0.4, is_ring=False))
        if EDGE < x < width - EDGE:
            parts.append(Text(x, height - 4, f"{east:.0f}", 6, "middle", QUIET, has_halo=True))
    for north in np.arange(math.floor(corner[1] / step) * step, corner[1] - height * metres, -step):
        y = (corner[1] - north) / metres
        parts.append(Path([np.array([[0, y], [width, y]])], stroke=GRID, width=0.4, is_ring=False))
        if EDGE / 2 < y < height - EDGE:
            parts.append(Text(3, y - 2, f"{north:.0f}", 6, colour=QUIET, has_halo=True))
    return parts


def round_length(most: float) -> float:
    """Return the greatest of 1, 2 and 5 times a power of ten that is no more.

    Examples
    --------
    >>> round_length(70), round_length(0.3)
    (50, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(most))
    factor = next(one for one in (5, 2, 1) if one * power <= most)
    length = factor * power
    return int(length) if length >= 1 else length


def _scale_bar(metres: float, width: float, height: float) -> list[Path | Text | Photo]:
    length = round_length(width * metres / 4)
    long = length / metres
    x, y = width - long - 12, height - 28
    text = f"{length / 1000:g} km" if length >= KILOMETRE else f"{length:g} m"
    return [
        Path([box(x - 6, y - 12, long + 12, 22)], fill="#ffffff", opacity=0.85),
        Path([box(x, y, long / 2, 3)], stroke=INK, width=0.6, fill=INK),
        Path([box(x + long / 2, y, long / 2, 3)], stroke=INK, width=0.6, fill="#ffffff"),
        Text(x, y - 3, "0", 7, "middle", INK),
        Text(x + long, y - 3, text, 7, "end", INK),
    ]


def _north(word: str, width: float) -> list[Path | Text | Photo]:
    x, y = width - 18, 12
    arrow = np.array([[x, y], [x + 5, y + 20], [x, y + 15], [x - 5, y + 20]], dtype=float)
    return [
        Path([box(x - 10, y - 6, 20, 38)], fill="#ffffff", opacity=0.85),
        Path([arrow], stroke=INK, width=0.5, fill=INK),
        Text(x, y + 29, word, 8, "middle", INK),
    ]


def chip_figure(picture: Picture, width: float) -> Drawing:
    """Draw a chip as it lies on the ground, whatever the shape of its pixels, with the parcel's boundary."""
    columns, rows = picture.size
    height = width * rows * picture.metres[1] / (columns * picture.metres[0])
    drawing = Drawing(width, height, f"{picture.day} {picture.lines[0] if picture.lines else ''}".strip())
    factor = [width / columns, height / rows]
    rings = [shapely.get_coordinates(ring) * factor for ring in shapely.get_rings(shapely.get_parts(picture.outline))]
    drawing.parts.extend(
        [Photo(picture.image), Path(rings, stroke="#000000", width=2.4), Path(rings, stroke="#ffffff")]
    )
    west, north, east, south = picture.outline.bounds
    if max(east - west, south - north) < SMALLEST_PX:
        middle = np.array([(west + east) / 2, (north + south) / 2]) * factor
        turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        around = [middle + 8 * np.column_stack([np.cos(turns), np.sin(turns)])]
        drawing.parts.extend([Path(around, stroke="#000000", width=2.4), Path(around, stroke="#ffffff")])
    return drawing


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where days and shares lie on the drawing of a series."""

    days: tuple[int, int]
    width: float
    height: float
    top: float

    @property
    def right(self) -> float:
        return self.width - 8

    @property
    def bottom(self) -> float:
        return self.height - 16

    def x(self, day: int) -> float:
        return AXIS + (day - self.days[0]) / (self.days[1] - self.days[0]) * (self.right - AXIS)

    def y(self, share: float | None) -> float:
        return self.top + (1 - (share or 0.0)) * (self.bottom - self.top)


def series_figure(dossier: Dossier, width: float, height: float) -> Drawing | None:
    """Draw the built fraction of every day with its bounds, agreed and actual days; None where no day could be seen."""
    if all(one.value is None for one in dossier.series):
        return None
    days = [_day(one.day) for one in dossier.series]
    first, last = min(days), max(*days, _day(dossier.as_of))
    marks = [(name, _day(day)) for name, day in dossier.marks if first - SIGHT <= _day(day) <= last + SIGHT]
    every = [first, last, *(day for _, day in marks)]
    scale = _Scale((min(every) - 10, max(every) + 10), width, height, top=12.0 * len(marks) + 8)
    parts = [*_axes(scale), *_marks(scale, marks), *_curve(scale, dossier.series)]
    return Drawing(width, height, dossier.words["series"], parts)


def _axes(scale: _Scale) -> Iterator[Path | Text | Photo]:
    for share in (0.0, 0.5, 1.0):
        y = scale.y(share)
        yield Path([np.array([[AXIS, y], [scale.right, y]])], GRID, 0.6, is_ring=False)
        yield Text(AXIS - 4, y + 2.5, f"{share:g}", 7, "end", QUIET)
    first, last = (date.fromordinal(day).year for day in scale.days)
    for year in range(first + 1, last + 1):
        x = scale.x(date(year, 1, 1).toordinal())
        yield Path([np.array([[x, scale.top], [x, scale.bottom]])], GRID, 0.6, is_ring=False)
        yield Text(x, scale.height - 4, f"{year}-01", 7, "middle", QUIET)


def _marks(scale: _Scale, marks: Sequence[tuple[str, int]]) -> Iterator[Path | Text | Photo]:
    for number, (name, day) in enumerate(marks):
        x, y = scale.x(day), 9 + 12 * number
        yield Path([np.array([[x, y], [x, scale.bottom]])], PARCEL, 0.8, (3, 3), is_ring=False)
        anchor: Anchor = "end" if x > scale.width / 2 else "start"
        text = f"{name} {date.fromordinal(day).isoformat()}"
        yield Text(x - 3 if anchor == "end" else x + 3, y, text, 7, anchor, PARCEL)


def _curve(scale: _Scale, series: Sequence[Seen]) -> Iterator[Path | Text | Photo]:
    places = [(scale.x(_day(one.day)), one) for one in series]
    seen = [(x, one) for x, one in places if one.value is not None]
    ends = [np.array([[x, scale.y(one.low)], [x, scale.y(one.high)]]) for x, one in seen if one.high is not None]
    yield Path(ends, CURVE, 0.8, is_ring=False)
    points = [(x, scale.y(one.value)) for x, one in seen]
    yield Path([np.array(points)], CURVE, 0.5, (1, 2), is_ring=False)
    yield Path([box(x - 1.4, y - 1.4, 2.8, 2.8) for x, y in points], fill=CURVE)
    yield Path([box(x - 1, scale.bottom - 5, 2, 5) for x, one in places if one.value is None], fill=NEIGHBOUR)


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()
