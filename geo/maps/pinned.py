"""Scripts, styles and images pinned in ``assets.toml``: read only when they are what the list says."""

import base64
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from posixpath import dirname, join, normpath, splitext

from geo.errors import AssetError

MEDIA_TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".gif": "image/gif", ".woff2": "font/woff2"}

_STYLE_URL = re.compile(r"""url\(\s*(['"]?)([^'")]*)\1\s*\)""")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_SCRIPT_END = re.compile(r"</(?=script)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """One file of the list.

    Attributes
    ----------
    link
        What Folium calls the link that the file stands in for; empty for images and licences.
    licence
        ``package/path`` of the licence that the file comes under.
    """

    sha256: str
    link: str
    licence: str


@cache
def pinned_files() -> Mapping[str, PinnedFile]:
    """Every file of the list, by ``package/path``."""
    packages = tomllib.loads(files("geo.maps").joinpath("assets.toml").read_text("utf-8"))["package"]
    return {
        f"{package['name']}/{file['path']}": PinnedFile(
            file["sha256"], file.get("name", ""), f"{package['name']}/{package['license_file']}"
        )
        for package in packages
        for file in package["file"]
    }


def place_of(link: str) -> str:
    """``package/path`` of the file that stands in for a link of Folium's.

    Raises
    ------
    AssetError
        The list has no file for it.

    Examples
    --------
    >>> place_of("leaflet_css")
    'leaflet/dist/leaflet.css'
    """
    for place, file in pinned_files().items():
        if file.link == link:
            return place
    raise AssetError("map.asset_missing", asset=link)


@cache
def read_pinned(place: str) -> bytes:
    """Read a file of the list.

    Parameters
    ----------
    place
        ``package/path`` as in the list.

    Raises
    ------
    AssetError
        The list does not name it, it was not fetched, or it is not the file that the list names.
    """
    listed = pinned_files().get(place)
    resource = files("geo.maps").joinpath("assets", *place.split("/"))
    if listed is None or not resource.is_file():
        raise AssetError("map.asset_missing", asset=place)
    content = resource.read_bytes()
    if hashlib.sha256(content).hexdigest() != listed.sha256:
        raise AssetError("map.asset_altered", asset=place)
    return content


def data_url(place: str) -> str:
    """Write a file of the list as a ``data:`` URL."""
    kind = MEDIA_TYPES.get(splitext(place)[1], "application/octet-stream")
    return f"data:{kind};base64,{base64.b64encode(read_pinned(place)).decode()}"


@cache
def script_text(place: str) -> str:
    """Text of a script of the list: its licence first, no pointer to a source map, nothing that ends its element."""
    return _licensed(place, _SCRIPT_END.sub(r"<\\/", _SOURCE_MAP.sub("", _read_lines(place))))


@cache
def style_text(place: str) -> str:
    """Text of a style sheet of the list, its licence first, with every file that it names inside it."""

    def inlined(found: re.Match[str]) -> str:
        url = found.group(2).strip()
        if url.startswith(("data:", "#")):
            return found.group(0)
        return f'url("{data_url(normpath(join(dirname(place), re.split("[?#]", url)[0])))}")'

    return _licensed(place, _STYLE_URL.sub(inlined, _read_lines(place)))


def _licensed(place: str, text: str) -> str:
    """Put the licence before a text, as a comment."""
    return f"/*\n{_read_lines(pinned_files()[place].licence).strip()}\n*/\n{text.strip()}\n"


def _read_lines(place: str) -> str:
    """Text of a file of the list with plain line ends."""
    return read_pinned(place).decode("utf-8").replace("\r\n", "\n")
