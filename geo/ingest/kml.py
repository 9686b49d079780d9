"""Placemarks of a KML. The driver for KML renames columns in Chinese out of recognition; this does not."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, iterparse

import numpy as np
import pandas as pd
import shapely

from geo.errors import SchemaError
from geo.ingest.files import check_file
from geo.ingest.layers import Layer, Rows
from geo.ingest.markup import check_markup
from geo.ingest.report import Journal

SUFFIX, DRIVER = ".kml", "KML"
SYSTEM = "EPSG:4326"
"""The only system KML has."""

NAMED_CHILDREN = ("name", "description", "address")
FEWEST_NUMBERS = 2
GEOMETRIES = frozenset({"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"})


class Placemark(NamedTuple):
    """One placemark.

    Attributes
    ----------
    said
        Text by name.
    geometry
        Its geometry, or None.
    reason, drawn
        Why there is no geometry though one was drawn, and what was drawn.
    is_closed_here
        Some ring was not closed in the file.
    """

    said: Mapping[str, str]
    geometry: shapely.Geometry | None
    reason: str | None
    drawn: str
    is_closed_here: bool


def open_kml(path: str | Path) -> Layer:
    """Open a KML: row n is its n-th placemark, in whatever folder; columns are what the placemarks say.

    Links to other files and addresses are not followed.

    Raises
    ------
    SchemaError
        The file is no KML, or declares a document type.
    """
    file = check_file(path, (SUFFIX,))
    check_markup(file, root="kml")
    placemarks = list(_placemarks(file))
    fields = tuple(dict.fromkeys(name for placemark in placemarks for name in placemark.said))
    return Layer(file, str(file), DRIVER, file.stem, fields, SYSTEM, read=partial(_read, placemarks))


def _read(placemarks: Sequence[Placemark], columns: Sequence[str], _: str | None, journal: Journal) -> Rows:
    """Return the placemarks; one whose geometry cannot be built is refused."""
    geometry = np.full(len(placemarks), None)
    for row, placemark in enumerate(placemarks, start=1):
        geometry[row - 1] = placemark.geometry
        if placemark.reason is not None:
            reason = {"raw": placemark.drawn, "reason": placemark.reason}
            journal.refuse("ingest.bad_geometry", row=row, identifier=None, **reason)
        elif placemark.is_closed_here:
            journal.note("ingest.ring_closed", row=row)
    values = {name: [placemark.said.get(name) for placemark in placemarks] for name in columns}
    index = range(1, len(placemarks) + 1)
    return pd.DataFrame(values, index=index, columns=list(columns), dtype=object), geometry


def _placemarks(file: Path) -> Iterator[Placemark]:
    """Yield the placemarks of a file, one at a time in memory."""
    try:
        for _, element in iterparse(file):  # noqa: S314  # it declares no document type: that was checked
            if _local(element) == "Placemark":
                yield _placemark(element)
                element.clear()
    except (ParseError, ValueError) as error:
        raise SchemaError("ingest.unreadable", file=str(file), reason=str(error)) from error


def _local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _placemark(element: Element) -> Placemark:
    """Read one placemark."""
    said: dict[str, str] = {}
    for child in element.iter():
        name, text = _local(child), (child.text or "").strip()
        if name == "Data":
            values = [(value.text or "").strip() for value in child if _local(value) == "value"]
            said[child.get("name", "")] = values[0] if values else ""
        elif name == "SimpleData":
            said[child.get("name", "")] = text
    for child in element:
        if _local(child) in NAMED_CHILDREN:
            said.setdefault(_local(child), (child.text or "").strip())
    drawn = next((child for child in element if _local(child) in GEOMETRIES), None)
    if drawn is None:
        return Placemark(said, None, None, "", is_closed_here=False)
    closed: list[bool] = []
    try:
        return Placemark(said, _geometry(drawn, closed), None, "", is_closed_here=any(closed))
    except (ValueError, shapely.errors.ShapelyError) as error:
        text = " ".join(" ".join(drawn.itertext()).split())
        return Placemark(said, None, str(error), f"{_local(drawn)} {text}", is_closed_here=False)


def _geometry(element: Element, closed: list[bool]) -> shapely.Geometry:
    """Build a geometry; tell of every ring whether it had to be closed."""
    kind = _local(element)
    if kind == "MultiGeometry":
        parts = [_geometry(child, closed) for child in element if _local(child) in GEOMETRIES]
        polygons = [part for part in parts if isinstance(part, shapely.Polygon)]
        is_polygonal = len(polygons) == len(parts) > 0
        return shapely.MultiPolygon(polygons) if is_polygonal else shapely.GeometryCollection(parts)
    if kind != "Polygon":
        corners = _corners(element)
        return shapely.Point(corners[0]) if kind == "Point" else shapely.LineString(corners)
    rings: dict[str, list[list[tuple[float, float]]]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for boundary in element:
        if _local(boundary) in rings:
            rings[_local(boundary)] += [_corners(ring) for ring in boundary if _local(ring) == "LinearRing"]
    [shell] = rings["outerBoundaryIs"] or [[]]
    closed += [ring[0] != ring[-1] for ring in (shell, *rings["innerBoundaryIs"]) if ring]
    return shapely.Polygon(shell, rings["innerBoundaryIs"])


def _corners(element: Element) -> list[tuple[float, float]]:
    """Return the corners of a line or ring; heights are left out, every KML has them."""
    corners = []
    for child in element:
        if _local(child) == "coordinates":
            for corner in (child.text or "").split():
                numbers = [float(number) for number in corner.split(",")]
                if len(numbers) < FEWEST_NUMBERS:
                    raise ValueError(f"{corner} is no corner")
                corners.append((numbers[0], numbers[1]))
    return corners
