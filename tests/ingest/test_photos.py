"""What cameras write, and what they write wrong."""

from datetime import UTC, datetime

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from geo.ingest.photos import read_photos


def photo(path, first=None, camera=None, place=None):
    exif = Image.Exif()
    for tags, ifd in ((camera, IFD.Exif), (place, IFD.GPSInfo)):
        for tag, value in (tags or {}).items():
            exif.get_ifd(ifd)[tag] = value
    for tag, value in (first or {}).items():
        exif[tag] = value
    Image.new("RGB", (4, 4)).save(path, exif=exif)


@pytest.mark.parametrize(("offset", "hour"), [("+08:00", 2), ("", 2), ("+00:00", 10), ("east", 2)])
def test_a_time_without_a_zone_is_shanghais(tmp_path, offset, hour):
    photo(tmp_path / "a.jpg", camera={Base.DateTimeOriginal: "2026:11:09 10:00:00", Base.OffsetTimeOriginal: offset})
    [found] = read_photos(tmp_path)
    assert found.taken_at.astimezone(UTC) == datetime(2026, 11, 9, hour, tzinfo=UTC)


def test_place_heading_and_fix_are_read(tmp_path):
    place = {
        GPS.GPSLongitude: (119.0, 30.0, 36.0),
        GPS.GPSLongitudeRef: "E",
        GPS.GPSLatitude: (28.0, 18.0, 0.0),
        GPS.GPSLatitudeRef: "S",
        GPS.GPSImgDirection: 270.5,
        GPS.GPSHPositioningError: 4.0,
        GPS.GPSDateStamp: "2026:11:09",
        GPS.GPSTimeStamp: (2.0, 0.0, 7.0),
    }
    photo(tmp_path / "a.jpg", first={Base.Software: "Cam"}, place=place)
    [found] = read_photos(tmp_path)
    assert (found.longitude, found.latitude, found.heading, found.error_m) == (119.51, -28.3, 270.5, 4.0)
    assert found.fixed_at == datetime(2026, 11, 9, 2, 0, 7, tzinfo=UTC)
    assert found.software == "Cam"


@pytest.mark.parametrize(
    "place",
    [
        {GPS.GPSLongitude: (0.0, 0.0, 0.0), GPS.GPSLatitude: (0.0, 0.0, 0.0)},
        {GPS.GPSLongitude: (200.0, 0.0, 0.0), GPS.GPSLatitude: (91.0, 0.0, 0.0)},
        {GPS.GPSLongitude: (119.0, 30.0), GPS.GPSDateStamp: "yesterday", GPS.GPSTimeStamp: (1.0, 2.0)},
        {},
    ],
)
def test_what_cannot_be_a_place_is_none(tmp_path, place):
    photo(tmp_path / "a.jpg", camera={Base.DateTimeOriginal: "0000:00:00 00:00:00"}, place=place)
    [found] = read_photos(tmp_path)
    assert (found.longitude, found.latitude, found.fixed_at, found.taken_at) == (None, None, None, None)


def test_what_is_no_picture_is_hashed_all_the_same_and_other_files_are_left_alone(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "b.HEIC").write_bytes(b"x")
    (tmp_path / "c.txt").write_text("x")
    assert [(one.file, one.is_readable, len(one.sha256)) for one in read_photos(tmp_path)] == [
        ("a.jpg", False, 64),
        ("b.HEIC", False, 64),
    ]
