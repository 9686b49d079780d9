"""What the names of images and folders tell: band, time and product level."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from geo.errors import SceneError
from geo.model import Level

BAND = re.compile(r"^(?P<scene>.*?)_?(?P<band>B0[1-9]|B1[0-2]|B8A|SCL)(?:_(?P<metres>10|20|60)m)?$", re.IGNORECASE)
NO_BAND = re.compile(r"(?:^|_)(?:AOT|WVP|TCI|PVI)(?:_\d+m)?$", re.IGNORECASE)
"""Images that belong to a product but hold no band."""
MOMENT = re.compile(r"(?<!\d)(?P<day>\d{8})(?:T(?P<time>\d{6}))?(?!\d)")
OLD_NAME = re.compile(r"^S2[A-D]_OPER_", re.IGNORECASE)
"""Names of Sentinel-2 files before December 2016 tell when they were made, not when the picture was taken."""


@dataclass(frozen=True, slots=True)
class Named:
    """An image whose name tells its band."""

    path: Path
    scene: str
    band: str
    metres: int


def read_name(path: Path) -> Named | None:
    """Return what the name of an image tells, or None where it tells no band.

    Examples
    --------
    >>> found = read_name(Path("T50RMK_20241103T025941_B02_10m.tif"))
    >>> found.scene, found.band, found.metres
    ('T50RMK_20241103T025941', 'B02', 10)
    """
    match = BAND.match(path.stem)
    return match and Named(path, match["scene"], match["band"].upper(), int(match["metres"] or 0))


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
    """
    for match in MOMENT.finditer(text):
        try:
            return datetime.strptime(match["day"] + (match["time"] or "000000"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def read_dates(folder: Path) -> date | None:
    """Return the day that ``dates.txt`` beside a folder tells for it: ``date_1`` for a name that ends in ``_1``."""
    number, path = re.search(r"_(\d+)$", folder.name), folder.parent / "dates.txt"
    if number is None or not path.is_file():
        return None
    line = re.search(rf"^date_{number[1]}\s*:\s*(\S+)", path.read_text("utf-8", errors="replace"), re.MULTILINE)
    moment = line and parse_moment(line[1])
    return moment.date() if moment else None
