"""GPX and KML: numbered waypoints and a track that devices show without a network."""

from datetime import date, datetime, time
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # builds only; nothing is parsed here
from zoneinfo import ZoneInfo

from geo.documents.plain import plain
from geo.documents.sheet import Sheet, Stop

GPX = "http://www.topografix.com/GPX/1/1"
KML = "http://www.opengis.net/kml/2.2"
SHANGHAI = ZoneInfo("Asia/Shanghai")
UTC = ZoneInfo("UTC")


def gpx(sheet: Sheet) -> bytes:
    """Write a patrol as GPX 1.1: waypoints named ``01 parcel holder``, and the track from the depot and back.

    A track, not a route: phone apps reorder or drop routes. Its line is straight from stop to stop.
    """
    root = Element("gpx", version="1.1", creator="parcelwatch", xmlns=GPX)
    about = SubElement(root, "metadata")
    _text(about, "name", sheet.title)
    _text(about, "desc", sheet.source)
    _text(about, "time", _utc(sheet.made_on, time(0)))
    for stop in sheet.stops:
        point = SubElement(root, "wpt", lat=_degrees(stop.latitude), lon=_degrees(stop.longitude))
        _text(point, "time", _utc(sheet.day, stop.arrives))
        _text(point, "name", sheet.label(stop))
        _text(point, "desc", described(stop))
    track = SubElement(root, "trk")
    _text(track, "name", sheet.title)
    segment = SubElement(track, "trkseg")
    for longitude, latitude in sheet.track():
        SubElement(segment, "trkpt", lat=_degrees(latitude), lon=_degrees(longitude))
    return _bytes(root)


def kml(sheet: Sheet) -> bytes:
    """Write a patrol as KML 2.2: a folder of numbered placemarks, the outlines of the parcels, and the line."""
    root = Element("kml", xmlns=KML)
    document = SubElement(root, "Document")
    _text(document, "name", sheet.title)
    _text(document, "description", sheet.source)
    for stop in sheet.stops:
        mark = SubElement(document, "Placemark")
        _text(mark, "name", sheet.label(stop))
        _text(mark, "description", described(stop))
        several = SubElement(mark, "MultiGeometry")
        point = SubElement(several, "Point")
        _text(point, "coordinates", f"{_degrees(stop.longitude)},{_degrees(stop.latitude)}")
        for ring in _outer_rings(stop):
            polygon = SubElement(SubElement(several, "Polygon"), "outerBoundaryIs")
            _text(SubElement(polygon, "LinearRing"), "coordinates", ring)
    line = SubElement(document, "Placemark")
    _text(line, "name", sheet.title)
    way = " ".join(f"{_degrees(longitude)},{_degrees(latitude)}" for longitude, latitude in sheet.track())
    _text(SubElement(line, "LineString"), "coordinates", way)
    return _bytes(root)


def described(stop: Stop) -> str:
    """Say of a stop when and why, on one line each."""
    times = f"{stop.arrives:%H:%M}-{stop.leaves:%H:%M}"
    return "\n".join([f"{stop.visit_id} {times}", *stop.why])


def _outer_rings(stop: Stop) -> list[str]:
    parts = [] if stop.outline is None else list(getattr(stop.outline, "geoms", [stop.outline]))
    return [
        " ".join(f"{_degrees(x)},{_degrees(y)}" for x, y, *_ in part.exterior.coords)
        for part in parts
        if part.geom_type == "Polygon"
    ]


def _utc(day: date, moment: time) -> str:
    return datetime.combine(day, moment, SHANGHAI).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _degrees(value: float) -> str:
    return f"{value:.7f}"


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = plain(text)


def _bytes(root: Element) -> bytes:
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
