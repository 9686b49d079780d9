"""What the names of images, layers and folders tell: band, time and product level."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from geo.errors import SceneError
from geo.ingest.images import Layer
from geo.model import Level

MASKS = ("SCL", "FMASK")
"""Layers that hold classes, not light."""
BAND = re.compile(
    r"^(?P<scene>.*?)_?(?P<band>B0[1-9]|B1[0-2]|B8A|SCL|FMASK)(?:_(?P<metres>10|20|60)m)?$", re.IGNORECASE
)
NO_BAND = re.compile(r"(?:^|_)(?:AOT|WVP|TCI|PVI)(?:_\d+m)?$", re.IGNORECASE)
"""Images that belong to a product but hold no band."""
MOMENT = re.compile(r"(?<!\d)(?P<day>\d{8})(?:T(?P<time>\d{6}))?(?!\d)")
OLD_NAME = re.compile(r"^S2[A-D]_OPER_", re.IGNORECASE)
"""Names of Sentinel-2 files before December 2016 tell when they were made, not when the picture was taken."""
LANDSAT = re.compile(r"L(?P<sensor>[CEMOT])0?(?P<number>[4-9])\d{6}(?P<year>\d{4})(?P<day>\d{3})(?!\d)")
"""Names of Landsat scenes before Collection 1: path and row, then the year and the day of the year."""
LANDSAT_BAND = re.compile(r"^(?P<scene>.*?)_(?:sr_)?b(?:and)?(?P<number>[1-7])$", re.IGNORECASE)
LANDSAT_BANDS = {
    "old": {"1": "B02", "2": "B03", "3": "B04", "4": "B08", "5": "B11", "7": "B12"},
    "new": {"1": "B01", "2": "B02", "3": "B03", "4": "B04", "5": "B08", "6": "B11", "7": "B12"},
}
"""The Sentinel-2 band that lies where a band of Landsat 4 to 7, or of 8 and 9, does."""
SHORT = re.compile(r"^B(?P<number>[1-9])$", re.IGNORECASE)
COMMON_NAMES = {
    "coastal": "B01",
    "blue": "B02",
    "green": "B03",
    "red": "B04",
    "rededge071": "B05",
    "rededge1": "B05",
    "rededge074": "B06",
    "rededge2": "B06",
    "rededge078": "B07",
    "rededge3": "B07",
    "nir": "B08",
    "nir08": "B8A",
    "nir09": "B09",
    "cirrus": "B10",
    "swir16": "B11",
    "swir22": "B12",
    "scl": "SCL",
    "fmask": "FMASK",
}
"""Names that the eo extension of STAC, and the catalogues of Sentinel-2, give bands."""
WAVELENGTHS_UM = (
    ("B01", 0.43, 0.455),
    ("B02", 0.455, 0.52),
    ("B03", 0.53, 0.60),
    ("B04", 0.63, 0.69),
    ("B05", 0.695, 0.715),
    ("B06", 0.73, 0.75),
    ("B07", 0.77, 0.80),
    ("B08", 0.81, 0.85),
    ("B8A", 0.855, 0.88),
    ("B09", 0.93, 0.96),
    ("B10", 1.36, 1.39),
    ("B11", 1.55, 1.75),
    ("B12", 2.08, 2.35),
)
"""In which band the middle of a layer's band lies [micrometres]."""


@dataclass(frozen=True, slots=True)
class Named:
    """A layer of an image whose band is known.

    Attributes
    ----------
    scene
        What the name says beside the band: the same for all images of one scene.
    metres
        Size of its pixels as the name tells it, or 0 [m].
    layer
        Which layer of the file; None for the only one.
    """

    path: Path
    scene: str
    band: str
    metres: int
    layer: int | None = None


def read_name(path: Path) -> Named | None:
    """Return what the name of an image tells, or None where it tells no band.

    Examples
    --------
    >>> found = read_name(Path("T50RMK_20241103T025941_B02_10m.tif"))
    >>> found.scene, found.band, found.metres
    ('T50RMK_20241103T025941', 'B02', 10)
    >>> read_name(Path("LE70350322008118EDC00_b3.tif")).band
    'B04'
    """
    if match := BAND.match(path.stem):
        return Named(path, match["scene"], match["band"].upper(), int(match["metres"] or 0))
    satellite, match = LANDSAT.search(path.stem), LANDSAT_BAND.match(path.stem)
    if satellite is None or match is None:
        return None
    band = LANDSAT_BANDS["new" if satellite["number"] in "89" else "old"].get(match["number"])
    return Named(path, match["scene"], band, 0) if band else None


def band_of(text: str) -> str | None:
    """Return the band that a description, an asset's key or a common name means, or None.

    Examples
    --------
    >>> [band_of(text) for text in ("B02", "B8A, 20 m", "b4", "swir16", "nir", "elevation")]
    ['B02', 'B8A', 'B04', 'B11', 'B08', None]
    """
    word = re.split(r"[\s,;:(]", text.strip(), maxsplit=1)[0]
    if short := SHORT.match(word):
        return f"B0{short['number']}"
    match = BAND.match(word)
    return match["band"].upper() if match and not match["scene"] else COMMON_NAMES.get(word.lower())


def band_of_layer(layer: Layer) -> str | None:
    """Return the band of a layer by its description, or else by its wavelength.

    Examples
    --------
    >>> band_of_layer(Layer("Resize (Band 7)", 2.223))
    'B12'
    """
    by_light = (band for band, low, high in WAVELENGTHS_UM if low <= layer.wavelength_um < high)
    return band_of(layer.description) or next(by_light, None)


def scene_name(name: str, acquired_at: datetime, level: Level) -> str:
    """Return a name that holds the day and, where it is known, the level.

    Examples
    --------
    >>> scene_name("T49QCD_20161209T031122", datetime(2016, 12, 9, tzinfo=UTC), "L1C")
    'T49QCD_20161209T031122_L1C'
    """
    day = f"{acquired_at:%Y%m%d}"
    parts = [name, day if day not in name else "", level if level != "unknown" and level not in name.upper() else ""]
    return "_".join(part for part in parts if part)


def read_level(text: str, bands: set[str]) -> Level:
    """Return the product level that names, or else bands, tell.

    Examples
    --------
    >>> read_level("imgs_1 T49QCD_20161209T031122", {"B02", "B10"})
    'L1C'
    """
    for level in ("L2A", "L1C"):
        if level in text.upper():
            return level
    return "L2A" if "SCL" in bands else "L1C" if "B10" in bands else "unknown"


def read_time(folder: Path, name: str) -> datetime:
    """Return when a picture was taken, by the name of its file or folder, corrected by ``dates.txt``."""
    told = read_dates(folder)
    if told is None and OLD_NAME.match(name):
        raise SceneError("observe.processing_time", file=str(folder / name))
    named = parse_moment(name) or parse_moment(folder.name)
    if told is not None and (named is None or named.date() != told):
        return datetime.combine(told, time(), UTC)
    if named is None:
        raise SceneError("observe.no_date", file=str(folder / name))
    return named


def parse_moment(text: str) -> datetime | None:
    """Return the first time in a text.

    Examples
    --------
    >>> parse_moment("T50RMK_20241103T025941_B02").isoformat()
    '2024-11-03T02:59:41+00:00'
    >>> parse_moment("LE70350322008118EDC00").date()
    datetime.date(2008, 4, 27)
    """
    for match in MOMENT.finditer(text):
        try:
            return datetime.strptime(match["day"] + (match["time"] or "000000"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            continue
    if landsat := LANDSAT.search(text):
        moment = datetime(int(landsat["year"]), 1, 1, tzinfo=UTC) + timedelta(days=int(landsat["day"]) - 1)
        return moment if moment.year == int(landsat["year"]) else None
    return None


def read_dates(folder: Path) -> date | None:
    """Return the day that ``dates.txt`` beside a folder tells for it: ``date_1`` for a name that ends in ``_1``."""
    number, path = re.search(r"_(\d+)$", folder.name), folder.parent / "dates.txt"
    if number is None or not path.is_file():
        return None
    line = re.search(rf"^date_{number[1]}\s*:\s*(\S+)", path.read_text("utf-8", errors="replace"), re.MULTILINE)
    moment = line and parse_moment(line[1])
    return moment.date() if moment else None
