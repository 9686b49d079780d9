"""Online basemaps: only on pages for the office, for their addresses may carry a key."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

import folium

from geo.escape import escape_text


class Basemap(NamedTuple):
    """Tiles that a page asks the network for.

    Attributes
    ----------
    name
        What the legend calls them.
    url
        Address with ``{z}``, ``{x}``, ``{y}`` and, where there are several servers, ``{s}``; a key stands in it.
    attribution
        Whose map it is.
    subdomains
        A letter or digit for each server.
    max_zoom
        The closest zoom of which there are tiles; they are stretched beyond it.
    """

    name: str
    url: str
    attribution: str
    subdomains: str
    max_zoom: int


def tile_layer(basemap: Basemap, *, closest_zoom: int) -> folium.TileLayer:
    """Return the Folium layer of a basemap."""
    return folium.TileLayer(
        basemap.url,
        attr=escape_text(basemap.attribution),
        name=escape_text(basemap.name),
        subdomains=basemap.subdomains,
        max_zoom=closest_zoom,
        max_native_zoom=basemap.max_zoom,
        title=basemap.name,
    )


def origins(layers: Iterable[folium.TileLayer]) -> dict[str, list[str]]:
    """Say which servers layers ask: by how an address begins as it is written, the origins that it stands for.

    Examples
    --------
    >>> origins([folium.TileLayer("https://t{s}.example.org/{z}/{x}/{y}", attr="nobody", subdomains="01")])
    {'https://t{s}.example.org/': ['https://t0.example.org', 'https://t1.example.org']}
    """
    found: dict[str, list[str]] = {}
    for layer in layers:
        parts = urlsplit(str(layer.tiles))
        begins = f"{parts.scheme}://{parts.netloc}"
        found[f"{begins}/"] = sorted({begins.replace("{s}", one) for one in str(layer.options["subdomains"])})
    return found
