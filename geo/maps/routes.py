"""Routes of patrols on a map: one layer a team-day, and beside it what is covered and what is not."""

from collections.abc import Sequence
from dataclasses import dataclass

import folium

from geo.escape import escape_text
from geo.maps.offline import Markup, OfflineMap

COLOURS = ("#1f6fb4", "#d1495b", "#2e8b57", "#8e5ea2", "#c77d0a", "#17808f", "#7a5c3e", "#555555")

PANEL = (
    "position:fixed;right:10px;bottom:24px;z-index:900;max-height:45%;overflow:auto;background:#fff;padding:8px 12px;"
    "border:1px solid #999;font:13px/1.5 sans-serif"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One patrol: its name, its way (longitude, latitude), and what is said of each stop."""

    name: str
    way: Sequence[tuple[float, float]]
    stops: Sequence[str]


@dataclass(frozen=True, slots=True)
class Left:
    """A candidate that is not planned: where it is, what is said of it, and whether it is a must."""

    place: tuple[float, float]
    said: str
    is_must: bool


def route_map(
    lines: Sequence[Line], left: Sequence[Left], *, left_name: str, table: Sequence[Sequence[str]]
) -> OfflineMap:
    """Draw patrols as layers that can be switched, candidates that are not planned, and a table beside them.

    Parameters
    ----------
    lines
        Patrols; the ends of a way are the depot.
    left_name
        Name of the layer of candidates that are not planned.
    table
        Rows of cells; the first row is the heading.
    """
    places = [place for line in lines for place in line.way] + [one.place for one in left]
    drawn = OfflineMap(tiles=None, prefer_canvas=True, control_scale=True, location=[0, 0], zoom_start=2)
    for number, line in enumerate(lines):
        _add_line(drawn, line, COLOURS[number % len(COLOURS)])
    if left:
        layer = folium.FeatureGroup(name=escape_text(left_name)).add_to(drawn)
        for one in left:
            _mark(one.place, one.said, "#b00020" if one.is_must else "#999999", radius=5 if one.is_must else 3).add_to(
                layer
            )
    folium.LayerControl(collapsed=False).add_to(drawn)
    if places:
        longitudes, latitudes = zip(*places, strict=True)
        drawn.fit_bounds([[min(latitudes), min(longitudes)], [max(latitudes), max(longitudes)]])
    drawn.get_root().html.add_child(Markup(_panel(table)))  # type: ignore[attr-defined]  # branca is not annotated
    return drawn


def _add_line(drawn: OfflineMap, line: Line, colour: str) -> None:
    layer = folium.FeatureGroup(name=f'<span style="color:{colour}">&#9632;</span> {escape_text(line.name)}').add_to(
        drawn
    )
    way = [(latitude, longitude) for longitude, latitude in line.way]
    folium.PolyLine(way, color=colour, weight=3, opacity=0.8).add_to(layer)  # type: ignore[no-untyped-call]  # not annotated
    for place, said in zip(line.way[1:-1], line.stops, strict=True):
        _mark(place, said, colour, radius=7).add_to(layer)


def _mark(place: tuple[float, float], said: str, colour: str, *, radius: int) -> folium.CircleMarker:
    text = "<br>".join(escape_text(part) for part in said.split("\n"))
    return folium.CircleMarker(
        (place[1], place[0]), radius=radius, color=colour, fill=True, fill_opacity=0.7, tooltip=folium.Tooltip(text)
    )


def _panel(table: Sequence[Sequence[str]]) -> str:
    rows = [
        "<tr>"
        + "".join(f'<{tag} style="text-align:left;padding-right:12px">{escape_text(cell)}</{tag}>' for cell in row)
        + "</tr>"
        for tag, row in zip(["th", *["td"] * len(table)], table, strict=False)
    ]
    return f'<div id="patrols" style="{PANEL}"><table>{"".join(rows)}</table></div>'
