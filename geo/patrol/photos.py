"""What is odd about a photo of a visit: taken elsewhere, at another time, looking away, or changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from geo.patrol.distances import EARTH_M
from geo.web_coordinates import from_gcj02

SHANGHAI = ZoneInfo("Asia/Shanghai")
METRES_PER_DEGREE = EARTH_M * np.pi / 180
FAR_M = 2_000
SIDES = 25
"""Corners of the rim of what a camera sees."""


class Taken(Protocol):
    """What a camera says of a photo; see ``geo.ingest.photos.Photo``."""

    @property
    def is_readable(self) -> bool: ...  # noqa: D102  # named there
    @property
    def taken_at(self) -> datetime | None: ...  # noqa: D102  # same
    @property
    def changed_at(self) -> datetime | None: ...  # noqa: D102  # same
    @property
    def fixed_at(self) -> datetime | None: ...  # noqa: D102  # same
    @property
    def longitude(self) -> float | None: ...  # noqa: D102  # same
    @property
    def latitude(self) -> float | None: ...  # noqa: D102  # same
    @property
    def error_m(self) -> float | None: ...  # noqa: D102  # same
    @property
    def heading(self) -> float | None: ...  # noqa: D102  # same
    @property
    def software(self) -> str: ...  # noqa: D102  # same


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The visit that a photo is said to be of.

    Attributes
    ----------
    outline
        Of the parcel; longitude and latitude [degrees].
    arrived, left
        Times of day in Shanghai, where they were noted.
    """

    visited_on: date
    outline: BaseGeometry
    arrived: time | None = None
    left: time | None = None


def find_marks(photo: Taken, occasion: Occasion, tolerance: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is odd about a photo; a mark is for people to look at and says nothing by itself.

    Parameters
    ----------
    tolerance
        ``metres``, ``minutes``, ``degrees`` and ``editors``, as the table of duties has them.

    Returns
    -------
    tuple
        Of ``unreadable``; ``no_time``, ``other_time``, ``other_clock``; ``edited``; ``no_place``, ``other_place``,
        ``shifted_place`` (it fits once taken for GCJ-02); ``looks_away``.
    """
    if not photo.is_readable:
        return ("unreadable",)
    return (
        *_time_marks(photo, occasion, timedelta(minutes=tolerance["minutes"])),
        *_edit_marks(photo, timedelta(minutes=tolerance["minutes"]), tolerance["editors"]),
        *_place_marks(photo, occasion.outline, tolerance),
    )


def _time_marks(photo: Taken, occasion: Occasion, slack: timedelta) -> list[str]:
    if photo.taken_at is None:
        return ["no_time"]
    first = datetime.combine(occasion.visited_on, occasion.arrived or time.min, SHANGHAI)
    last = datetime.combine(occasion.visited_on, occasion.left or time.max, SHANGHAI)
    earliest = first - slack if occasion.arrived else first
    latest = last + slack if occasion.left else last
    is_other_clock = photo.fixed_at is not None and abs(photo.fixed_at - photo.taken_at) > slack
    marks = [] if earliest <= photo.taken_at <= latest else ["other_time"]
    return marks + ["other_clock"] * is_other_clock


def _edit_marks(photo: Taken, slack: timedelta, editors: Sequence[str]) -> list[str]:
    """Say whether a program for changing pictures wrote the file, or it was written long after it was taken."""
    is_late = photo.taken_at is not None and photo.changed_at is not None and photo.changed_at - photo.taken_at > slack
    is_editor = any(name in photo.software.casefold() for name in editors)
    return ["edited"] if is_late or is_editor else []


def _place_marks(photo: Taken, outline: BaseGeometry, tolerance: Mapping[str, Any]) -> list[str]:
    if photo.longitude is None or photo.latitude is None:
        return ["no_place"]
    reach = tolerance["metres"] + (photo.error_m or 0.0)
    plane = _plane(outline, photo.longitude, photo.latitude)
    here = shapely.Point(0.0, 0.0)
    if here.distance(plane) > reach:
        east, north = (float(value) for value in from_gcj02(photo.longitude, photo.latitude))
        return ["shifted_place" if here.distance(_plane(outline, east, north)) <= reach else "other_place"]
    if photo.heading is None or plane.contains(here):
        return []
    return [] if _sees(plane, photo.heading, tolerance["degrees"]) else ["looks_away"]


def _plane(outline: BaseGeometry, longitude: float, latitude: float) -> BaseGeometry:
    """Return an outline in metres east and north of a camera; good to a few parts in a thousand within kilometres."""
    north = METRES_PER_DEGREE
    east = north * np.cos(np.radians(latitude))
    plane: BaseGeometry = affine_transform(outline, [east, 0, 0, north, -east * longitude, -north * latitude])
    return plane


def _sees(plane: BaseGeometry, heading: float, degrees: float) -> bool:
    """Whether the outline reaches into the angle before a camera at the origin, which is below 90 degrees each side."""
    angles = np.radians(heading + np.linspace(-degrees, degrees, SIDES))
    rim = zip(FAR_M * np.sin(angles), FAR_M * np.cos(angles), strict=True)
    return bool(shapely.Polygon([(0.0, 0.0), *rim]).intersects(plane))
