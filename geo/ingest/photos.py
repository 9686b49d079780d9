"""What the camera says of a photo: hash of the original, time, place, heading, and what touched it since."""

import hashlib
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import GPS, IFD, Base

SUFFIXES = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".tif", ".tiff", ".webp")
SHANGHAI = ZoneInfo("Asia/Shanghai")
SOUTH_OR_WEST = ("S", "W")
STAMP = "%Y:%m:%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One photo as it came.

    Attributes
    ----------
    file
        Path in the folder of photos, with slashes.
    sha256
        Of the original's bytes, in hexadecimal.
    is_readable
        Whether it could be opened as a picture.
    taken_at, changed_at, fixed_at
        When it was taken and last changed by the camera's clock, and when the satellites fixed its place; time zone
        Shanghai where the camera names none. None where it does not say.
    longitude, latitude, error_m, heading
        Degrees, metres, and degrees from north; None where it does not say.
    software
        What wrote the file, as it says itself.
    """

    file: str
    sha256: str
    is_readable: bool
    taken_at: datetime | None = None
    changed_at: datetime | None = None
    fixed_at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None
    error_m: float | None = None
    heading: float | None = None
    software: str = ""


def read_photos(folder: Path) -> list[Photo]:
    """Read every photo below a folder, in the order of their paths; nothing is written and no picture decoded."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
    return [_read(path, path.relative_to(folder).as_posix()) for path in paths]


def _read(path: Path, name: str) -> Photo:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata and large pictures: only the header is read
            with Image.open(path) as picture:
                exif = picture.getexif()
                first, camera, place = dict(exif), exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return Photo(file=name, sha256=sha256, is_readable=False)
    return Photo(
        file=name,
        sha256=sha256,
        is_readable=True,
        taken_at=_moment(camera.get(Base.DateTimeOriginal), camera.get(Base.OffsetTimeOriginal)),
        changed_at=_moment(first.get(Base.DateTime), camera.get(Base.OffsetTime)),
        fixed_at=_fixed(place),
        longitude=_degrees(place, GPS.GPSLongitude, GPS.GPSLongitudeRef, most=180),
        latitude=_degrees(place, GPS.GPSLatitude, GPS.GPSLatitudeRef, most=90),
        error_m=_number(place.get(GPS.GPSHPositioningError)),
        heading=_number(place.get(GPS.GPSImgDirection)),
        software=str(first.get(Base.Software) or "").strip("\x00 "),
    )


def _moment(text: object, offset: object) -> datetime | None:
    try:
        moment = datetime.strptime(str(text).strip("\x00 "), STAMP)  # noqa: DTZ007  # its zone comes apart from it
    except ValueError:
        return None
    return moment.replace(tzinfo=_zone(str(offset or "").strip("\x00 ")))


def _zone(offset: str) -> timezone | ZoneInfo:
    """Return the zone of an offset such as ``+08:00``; Shanghai where there is none."""
    try:
        found = datetime.strptime(offset, "%z").utcoffset()
    except ValueError:
        return SHANGHAI
    return SHANGHAI if found is None else timezone(found)


def _fixed(place: Mapping[int, Any]) -> datetime | None:
    """Return when the satellites fixed the place [UTC]."""
    try:
        day = datetime.strptime(str(place[GPS.GPSDateStamp]).strip("\x00 "), "%Y:%m:%d").replace(tzinfo=UTC)
        hours, minutes, seconds = (float(part) for part in place[GPS.GPSTimeStamp])
        return day + timedelta(hours=hours, minutes=minutes, seconds=int(seconds))
    except (KeyError, ValueError, TypeError, ZeroDivisionError, OverflowError):
        return None


def _degrees(place: Mapping[int, Any], part: int, side: int, *, most: int) -> float | None:
    numbers = _numbers(place.get(part))
    if numbers is None:
        return None
    degrees, minutes, seconds = numbers
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 < value <= most:  # zero is what cameras write that do not know
        return None
    return round(-value if place.get(side) in SOUTH_OR_WEST else value, 7)


def _numbers(parts: object) -> tuple[float, float, float] | None:
    given = list(parts) if isinstance(parts, Iterable) else []
    numbers = [_number(part) for part in given]
    if len(numbers) != len(("degrees", "minutes", "seconds")) or None in numbers:
        return None
    degrees, minutes, seconds = (float(number) for number in numbers if number is not None)
    return degrees, minutes, seconds


def _number(value: object) -> float | None:
    """Return a rational of a camera; None where it is none, or divides by zero."""
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever stands there
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if number == number and abs(number) < float("inf") else None  # noqa: PLR0124  # NaN is none
