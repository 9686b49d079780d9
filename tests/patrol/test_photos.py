"""Marks of photos, worked by hand: a parcel 100 m wide, a camera beside it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import cos, radians
from zoneinfo import ZoneInfo

import pytest
import shapely

from geo.patrol.photos import METRES_PER_DEGREE, Occasion, find_marks
from geo.web_coordinates import to_gcj02

TOLERANCE = {"metres": 60, "minutes": 30, "degrees": 60, "editors": ["photoshop"]}
NORTH = 1 / METRES_PER_DEGREE
EAST = NORTH / cos(radians(30))
SQUARE = shapely.box(120, 30, 120 + 100 * EAST, 30 + 100 * NORTH)
DAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True)
class Photo:
    """As a camera tells it; in the middle of the square unless somebody says otherwise."""

    is_readable: bool = True
    taken_at: datetime | None = NOON
    changed_at: datetime | None = None
    fixed_at: datetime | None = None
    longitude: float | None = 120 + 50 * EAST
    latitude: float | None = 30 + 50 * NORTH
    error_m: float | None = None
    heading: float | None = None
    software: str = ""


def marks(photo: Photo, **occasion) -> tuple[str, ...]:
    return find_marks(photo, Occasion(**{"visited_on": DAY, "outline": SQUARE, **occasion}), TOLERANCE)


def test_nothing_is_odd_about_a_photo_taken_on_the_day_on_the_spot():
    assert marks(Photo(heading=13)) == ()
    assert marks(Photo(is_readable=False)) == ("unreadable",)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOON, ()),
        (NOON.replace(hour=8, minute=31), ()),  # within half an hour of nine
        (NOON.replace(hour=8, minute=29), ("other_time",)),
        (NOON.replace(hour=15, minute=31), ("other_time",)),
        (None, ("no_time",)),
    ],
)
def test_time_is_held_against_arrival_and_leaving(moment, expected):
    assert marks(Photo(taken_at=moment), arrived=time(9), left=time(15)) == expected


def test_without_noted_times_the_day_in_shanghai_counts():
    last = datetime(2026, 11, 9, 15, 59, tzinfo=UTC)
    assert marks(Photo(taken_at=last)) == ()
    assert marks(Photo(taken_at=last + timedelta(minutes=1))) == ("other_time",)


def test_a_camera_whose_clock_is_not_the_satellites_is_told_of():
    assert marks(Photo(fixed_at=NOON + timedelta(minutes=29))) == ()
    assert marks(Photo(fixed_at=NOON + timedelta(hours=8))) == ("other_clock",)


def test_editors_and_late_changes_are_told_of():
    assert marks(Photo(software="Adobe Photoshop 25.1")) == ("edited",)
    assert marks(Photo(changed_at=NOON + timedelta(minutes=10))) == ()
    assert marks(Photo(changed_at=NOON + timedelta(days=1))) == ("edited",)


@pytest.mark.parametrize(("metres", "error", "expected"), [(59, None, ()), (61, None, ("other_place",)), (75, 20, ())])
def test_place_is_held_against_the_outline_with_the_cameras_own_error(metres, error, expected):
    assert marks(Photo(longitude=120 - metres * EAST, error_m=error)) == expected


def test_a_place_that_fits_once_taken_for_gcj02_says_so():
    east, north = to_gcj02(120 + 50 * EAST, 30 + 50 * NORTH)
    assert marks(Photo(longitude=float(east), latitude=float(north))) == ("shifted_place",)
    assert marks(Photo(longitude=None)) == ("no_place",)


@pytest.mark.parametrize(
    ("heading", "expected"), [(90, ()), (30, ()), (150, ()), (270, ("looks_away",)), (330, ("looks_away",))]
)
def test_from_beside_the_parcel_it_must_look_towards_it(heading, expected):
    assert marks(Photo(longitude=120 - 50 * EAST, latitude=30 + 50 * NORTH, heading=heading)) == expected
