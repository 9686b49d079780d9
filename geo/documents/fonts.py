"""The one font of printed papers: pinned by hash, put into every PDF as far as it is used."""

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from io import BytesIO

from geo.errors import AssetError, PackageError

FONT = "NotoSansSC"


@cache
def register_font() -> str:
    """Make the font known to reportlab and return its name there.

    Raises
    ------
    AssetError
        It was not fetched, or is not the pinned one.
    PackageError
        The packages that write papers are not installed.
    """
    try:
        from reportlab.pdfbase.pdfmetrics import registerFont  # noqa: PLC0415  # of the extra `patrol`
        from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415  # same
    except ModuleNotFoundError as error:
        raise PackageError("evidence.extra_missing", extra="patrol") from error

    registerFont(TTFont(FONT, BytesIO(read_font())))
    return FONT


def read_font() -> bytes:
    """Read the pinned font file."""
    package = tomllib.loads(files("geo.documents").joinpath("assets.toml").read_text("utf-8"))["package"][0]
    wanted = next(file for file in package["file"] if file["path"].endswith(".ttf"))
    place = f"{package['name']}/{wanted['path']}"
    resource = files("geo.documents").joinpath("assets", *place.split("/"))
    if not resource.is_file():
        raise AssetError("map.asset_missing", asset=place)
    content = resource.read_bytes()
    if hashlib.sha256(content).hexdigest() != wanted["sha256"]:
        raise AssetError("map.asset_altered", asset=place)
    return content
