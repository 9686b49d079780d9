"""Photos of visits: real JPEG files with what cameras write into them."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

from geo.ingest.crs import to_store
from geo.store import open_store, read_parcels, read_registers

pytestmark = pytest.mark.xdist_group("sample")

NOON = datetime(2026, 11, 9, 12, 0)  # noqa: DTZ001  # cameras write none


def degrees(value: float) -> tuple[IFDRational, ...]:
    whole, rest = divmod(value, 1)
    minutes, seconds = divmod(rest * 60, 1)
    return IFDRational(int(whole)), IFDRational(int(minutes)), IFDRational(round(seconds * 60 * 10_000), 10_000)


def photograph(path: Path, *, at: tuple[float, float] | None, on: datetime | None = NOON, **said: Any) -> None:
    """Write a photo; ``heading``, ``software``, ``changed`` and ``colour`` as keywords."""
    exif = Image.Exif()
    if on is not None:
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = on.strftime("%Y:%m:%d %H:%M:%S")
        exif.get_ifd(IFD.Exif)[Base.OffsetTimeOriginal] = "+08:00"
    if "changed" in said:
        exif[Base.DateTime] = said["changed"].strftime("%Y:%m:%d %H:%M:%S")
    exif[Base.Software] = said.get("software", "Camera 1.0")
    if at is not None:
        place = exif.get_ifd(IFD.GPSInfo)
        place[GPS.GPSLongitudeRef], place[GPS.GPSLatitudeRef] = "E", "N"
        place[GPS.GPSLongitude], place[GPS.GPSLatitude] = degrees(at[0]), degrees(at[1])
        if "heading" in said:
            place[GPS.GPSImgDirection] = IFDRational(said["heading"])
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 8), said.get("colour", "red")).save(path, exif=exif)


def test_photos_are_matched_hashed_checked_and_kept(field: Any) -> None:
    visit, other = field.visits[:2]
    with open_store(field.settings.store).connect() as conn:
        outlines = to_store(read_parcels(conn)).set_index("parcel_id").geometry
    west, south, east, north = outlines[visit.parcel_id].bounds
    inside = tuple(outlines[visit.parcel_id].representative_point().coords[0])
    beside = (west - 30 / 98_000, (south + north) / 2)
    folder = field.folder / "photos"
    mine = folder / visit.visit_id
    photograph(mine / "good.jpg", at=inside, heading=200)
    photograph(mine / "towards.jpg", at=beside, heading=90, colour="blue")
    photograph(mine / "away.jpg", at=beside, heading=270, colour="green")
    photograph(mine / "elsewhere.jpg", at=(east + 0.05, north), colour="white")
    photograph(mine / "late.jpg", at=inside, on=NOON + timedelta(days=1), colour="black")
    photograph(mine / "edited.jpg", at=inside, software="Adobe Photoshop 25", colour="pink")
    photograph(mine / "bare.jpg", at=None, on=None, colour="gold")
    photograph(folder / f"{other.visit_id}_1.jpg", at=inside, heading=200)  # the very same picture
    (mine / "broken.jpg").write_bytes(b"no picture")
    photograph(folder / "stray.jpg", at=inside, colour="cyan")
    said = {"visited_on": "2026-11-09", "site_state": "working"}
    book = field.csv(
        "a.csv",
        {"visit_id": visit.visit_id, **said, "photo": "good.jpg lost.jpg"},
        {"visit_id": other.visit_id, **said, "photo": ""},
    )
    back = field.run("patrol", "return", book, "--photos", "photos", "--json")
    assert back.code == 0, back.err
    photos = json.loads(back.out)["photos"]
    marks = {Path(one["file"]).stem: set(one["marks"]) for one in photos["marked"]}
    assert marks["towards"] == set()
    assert marks["away"] == {"looks_away"}
    assert marks["elsewhere"] == {"other_place"}
    assert marks["late"] == {"other_time"}
    assert marks["edited"] == {"edited"}
    assert marks["bare"] == {"no_time", "no_place"}
    assert marks["broken"] == {"unreadable"}
    assert "used_twice" in marks["good"]
    assert photos["unmatched"] == ["stray.jpg"]
    assert photos["missing"][visit.visit_id]["files"] == ["lost.jpg"]
    assert photos["missing"][other.visit_id]["count"] == max(0, other.photos - 1)
    with open_store(field.settings.store).connect() as conn:
        kept = read_registers(conn)["photo"].set_index("photo_file")
    good = f"{visit.visit_id}/good.jpg"
    assert kept.loc[good, "photo_sha256"] == hashlib.sha256((mine / "good.jpg").read_bytes()).hexdigest()
    assert kept.loc[good, "photo_taken"] == "2026-11-09T12:00:00+08:00"
    photograph(mine / "towards.jpg", at=beside, heading=90, colour="grey")
    again = field.run("patrol", "return", book, "--photos", "photos")
    assert "与先前收到的原片不同" in again.out
    assert "lost.jpg" in again.out
    assert "stray.jpg" in again.out


def test_a_folder_that_is_not_there_stops_everything(field: Any) -> None:
    book = field.csv("a.csv", {"visit_id": field.visits[0].visit_id, "visited_on": "2026-11-09"})
    said = field.run("patrol", "return", book, "--photos", "nowhere")
    assert said.code == 3
    with open_store(field.settings.store).connect() as conn:
        assert read_registers(conn)["visit"].empty
