"""Any Folium map as one file that asks the network for nothing; one for the office may ask for its basemaps."""

import base64
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from jinja2 import Template

from geo.errors import SchemaError
from geo.maps import pinned
from geo.maps.basemap import origins
from geo.maps.page_scan import scan_page

LEAFLET_ICONS = {
    "iconUrl": "leaflet/dist/images/marker-icon.png",
    "iconRetinaUrl": "leaflet/dist/images/marker-icon-2x.png",
    "shadowUrl": "leaflet/dist/images/marker-shadow.png",
}


class Markup(Element):
    """HTML that goes into the page as it is; never a text of the data's."""

    _template = Template("{{ this.markup }}")

    def __init__(self, markup: str) -> None:
        super().__init__()
        self._name = "Markup"
        self.markup = markup


class OfflineMap(folium.Map):
    """Folium map that needs Leaflet alone and carries it inside, in a notebook too.

    Takes what ``folium.Map`` takes. Nothing that needs jQuery or Bootstrap (popups, Font Awesome icons) works on it.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  # Folium changes this list in place; ours is never its own
    default_css: list[tuple[str, str]] = []  # noqa: RUF012  # same

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401  # Folium returns nothing here
        """Put Leaflet into the page's head, then do as every Folium map."""
        header = _figure_of(self).header
        header.add_child(Markup(inlined_style("leaflet_css")), name="leaflet_css")
        header.add_child(Markup(inlined_script("leaflet")), name="leaflet")
        super().render(**kwargs)  # type: ignore[no-untyped-call]  # Folium did not annotate it


def inlined_script(link: str) -> str:
    """Script element that holds the pinned file which stands in for a link of Folium's."""
    place = pinned.place_of(link)
    icons = f"<script>{_icons_inside()}</script>\n" if place == "leaflet/dist/leaflet.js" else ""
    return f"<script>{pinned.script_text(place)}</script>\n{icons}"


def inlined_style(link: str) -> str:
    """Style element that holds the pinned file which stands in for a link of Folium's."""
    return f"<style>{pinned.style_text(pinned.place_of(link))}</style>\n"


def render_offline(folium_map: folium.Map, *, for_office: bool = False) -> str:
    """Render a map as one self-contained page: scripts, styles and images inside; equal maps give equal bytes.

    Links are replaced by the pinned files that stand in for them. Ids that Folium draws at random are numbered in the
    order in which they appear. A content security policy lets the scripts of this very page run and no other, and
    forbids every request.

    Parameters
    ----------
    folium_map
        Any Folium map whose links all have a pinned file.
    for_office
        Whether tile layers are let through, and their servers asked for images. Their addresses may carry a key: such a
        page stays in the office.

    Raises
    ------
    AssetError
        A link has no pinned file, or the pinned files were not fetched.
    SchemaError
        Something in the page would still be asked from elsewhere, a tile layer for example.
    """
    figure = _figure_of(folium_map)
    page = figure.render().replace("\r\n", "\n")
    elements = list(_elements_of(figure))
    for link in elements:
        if isinstance(link, JavascriptLink | CssLink):
            page = page.replace(link.render(), _inlined(link, figure))
    page = _numbered(page, {element._id for element in elements})  # noqa: SLF001  # branca has no public name for it
    scan = scan_page(page)
    asked = origins(layer for layer in elements if isinstance(layer, folium.TileLayer)) if for_office else {}
    outside = [
        reference
        for reference in scan.references(allowed_scripts=_allowed_scripts())
        if not reference.startswith(tuple(asked))
    ]
    if outside:
        raise SchemaError("map.external_reference", reference=outside[0], count=len(outside))
    servers = sorted({server for ones in asked.values() for server in ones})
    return page.replace("<head>", f"<head>\n{_policy(scan.scripts, servers)}", 1)


def write_offline(folium_map: folium.Map, path: Path, *, for_office: bool = False) -> None:
    """Write a map as one self-contained file, entirely or not at all.

    Parameters
    ----------
    folium_map
        Any Folium map whose links all have a pinned file.
    path
        The file to write; its folder is made where it is missing.
    for_office
        As ``render_offline``.

    Raises
    ------
    AssetError, SchemaError
        As ``render_offline``.
    """
    page = render_offline(folium_map, for_office=for_office)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(page, "utf-8", newline="\n")
    partial.replace(path)


def _figure_of(folium_map: folium.Map) -> Figure:
    """Page that a map stands on."""
    return cast("Figure", folium_map.get_root())


def _elements_of(root: Element) -> Iterator[Element]:
    """Every element of a page: children, and elements that another one holds as an attribute."""
    waiting, seen = [root], {id(root)}
    while waiting:
        element = waiting.pop()
        yield element
        held = [*vars(element).values(), *element._children.values()]  # noqa: SLF001  # branca's tree has no other door
        for other in held:
            if isinstance(other, Element) and id(other) not in seen:
                seen.add(id(other))
                waiting.append(other)


def _inlined(link: JavascriptLink | CssLink, figure: Figure) -> str:
    """Replace a link by the pinned file of its name."""
    names = {id(child): name for name, child in figure.header._children.items()}  # noqa: SLF001  # as above
    name = names.get(id(link), link.url)
    return inlined_script(name) if isinstance(link, JavascriptLink) else inlined_style(name)


def _numbered(page: str, drawn: set[str]) -> str:
    """Replace ids drawn at random by numbers, in the order in which they appear."""
    there = sorted((at, drawn_id) for drawn_id in drawn if (at := page.find(drawn_id)) >= 0)
    for number, (_, drawn_id) in enumerate(there):
        page = page.replace(drawn_id, f"{number:x}")
    return page


def _icons_inside() -> str:
    """Script that gives Leaflet's default marker its images, which it would otherwise look for beside the page."""
    images = ",".join(f'{option}:"{pinned.data_url(place)}"' for option, place in LEAFLET_ICONS.items())
    return f'L.Icon.Default.imagePath="";L.Icon.Default.mergeOptions({{{images}}});'


def _allowed_scripts() -> set[str]:
    """Texts of the pinned scripts: looked at once, when they were pinned, and known by their hash."""
    return {
        pinned.script_text(place)
        for place, file in pinned.pinned_files().items()
        if file.link and place.endswith(".js")
    }


def _policy(scripts: list[str], servers: list[str]) -> str:
    """Content security policy: these scripts and no other, no request but for images of these servers."""
    hashes = sorted({base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts})
    runs = " ".join(f"'sha256-{digest}'" for digest in hashes)
    images = " ".join(["data:", "blob:", *servers])
    return (
        '<meta http-equiv="Content-Security-Policy" content="'
        f"default-src 'none'; script-src {runs}; style-src 'unsafe-inline'; img-src {images}; font-src data:; "
        "base-uri 'none'; form-action 'none'\"/>"
    )
