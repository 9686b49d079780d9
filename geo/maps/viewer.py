"""The triage map: a list beside a map and a card for each parcel, in one Folium map."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, cast

from branca.element import Figure, MacroElement
from jinja2 import Template

from geo.escape import escape_text, json_block
from geo.maps.basemap import Basemap, tile_layer
from geo.maps.content import LANGUAGES, MapContent, check_content
from geo.maps.offline import Markup, OfflineMap, inlined_script, inlined_style
from geo.maps.payload import build_payload

SCRIPTS = (
    "texts.js",
    "outlines.js",
    "data.js",
    "styles.js",
    "sheet.js",
    "labels.js",
    "shapes.js",
    "legend.js",
    "filter.js",
    "facets.js",
    "list.js",
    "download.js",
    "series.js",
    "proof.js",
    "facts.js",
    "chips.js",
    "card.js",
    "controls.js",
    "sketch.js",
    "address.js",
    "viewer.js",
)
"""Scripts of the page in the order in which they need each other."""

PLUGINS = (
    ("Control.FullScreen.css", "Control.Fullscreen.js"),
    ("Control_locate_min_css", "Control_locate_min_js"),
)
"""Folium's names for the links of its Fullscreen and LocateControl, whose pinned files the page carries."""

MIDDLE_OF_CHINA = (35.0, 104.0)
FAR_ZOOM = 4
CLOSEST_ZOOM = 21
ZOOM_STEP = 0.25


class Triage(MacroElement):
    """What the page adds to a Folium map: its style and scripts, its frame, its data.

    Nothing of the data enters a template: it travels as one JSON block and becomes text nodes. What a macro writes is
    compiled as a template once more by branca, so the blocks are no part of one.
    """

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        {{ this.plugins }}<style>{{ this.style }}</style>
        {% for script in this.scripts %}<script>{{ script }}</script>
        {% endfor %}
        {% endmacro %}
        {% macro html(this, kwargs) %}
        {{ this.frame }}
        {% endmacro %}
        {% macro script(this, kwargs) %}
        parcelwatch.open({{ this._parent.get_name() }}, ...document.querySelectorAll("#pw-data, #pw-outlines"));
        {% endmacro %}
        """
    )

    def __init__(self, content: MapContent) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca did not annotate it
        self._name = "Triage"
        self.plugins = "".join(inlined_style(style) + inlined_script(script) for style, script in PLUGINS)
        self.style = read_page("viewer.css")
        self.scripts = [read_page(name) for name in SCRIPTS]
        self.frame = read_page("page.html")
        payload = build_payload(content)
        outlines = payload.pop("outlines")  # apart, because it is large and plain ASCII
        self.blocks = {"pw-data": json_block(payload), "pw-outlines": json_block(outlines)}

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401  # branca returns nothing here
        """Put the page's frame, scripts and data where they belong."""
        super().render(**kwargs)  # type: ignore[no-untyped-call]  # branca did not annotate it
        html = cast("Figure", self.get_root()).html
        for name, block in self.blocks.items():
            html.add_child(Markup(f'<script type="application/json" id="{name}">{block}</script>'), name=name)


def triage_map(content: MapContent, *, basemaps: Sequence[Basemap] = ()) -> OfflineMap:
    """Make the triage map of one revision of a month.

    Parameters
    ----------
    content
        What it shows.
    basemaps
        Online maps below the parcels, the lowest first; with any, ``write_offline`` must be told that it is for the
        office.

    Returns
    -------
    OfflineMap
        A Folium map that can be shown in a notebook, be added to, and be written by ``write_offline``.

    Raises
    ------
    SchemaError, CRSMismatchError
        As ``geo.maps.content.check_content``.
    AssetError
        The map assets were not fetched.
    """
    check_content(content)
    west, south, east, north = content.parcels.total_bounds
    has_shapes = bool(west <= east)
    made = OfflineMap(
        location=((south + north) / 2, (west + east) / 2) if has_shapes else MIDDLE_OF_CHINA,
        zoom_start=FAR_ZOOM,
        tiles=None,
        prefer_canvas=True,
        attribution_control=bool(basemaps),
    )
    made.options |= {"max_zoom": CLOSEST_ZOOM, "zoom_snap": ZOOM_STEP}
    cast("Figure", made.get_root()).title = escape_text(content.texts[LANGUAGES[0]]["map.title"])
    for basemap in basemaps:
        tile_layer(basemap, closest_zoom=CLOSEST_ZOOM).add_to(made)
    made.add_child(Triage(content))
    return made


def read_page(name: str) -> str:
    """Read one file of the page."""
    return files("geo.maps").joinpath("page", name).read_text("utf-8").replace("\r\n", "\n")
