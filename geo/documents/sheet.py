"""What is handed to a team: one sheet a patrol, in words that are ready to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit of a patrol.

    Attributes
    ----------
    visit_id
        Under which the answers come back.
    longitude, latitude
        CGCS2000 [degrees].
    outline
        Of the parcel; CGCS2000, longitude first.
    why, checks, photos
        Sentences.
    links
        Navigation links by name; empty unless somebody asked for them.
    """

    visit_id: str
    number: int
    parcel_id: str
    enterprise: str
    town: str
    longitude: float
    latitude: float
    arrives: time
    leaves: time
    is_must: bool
    why: tuple[str, ...]
    checks: tuple[str, ...]
    photos: tuple[str, ...]
    outline: BaseGeometry | None = None
    links: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One team on one day.

    Attributes
    ----------
    depot
        Longitude and latitude [degrees].
    made_on
        Day that the papers bear; never the day on which they were written.
    source
        Which scan and which plan it comes from.
    words
        What headings say, by code.
    """

    patrol_id: str
    title: str
    team: str
    day: date
    inspectors: tuple[str, ...]
    depot: tuple[float, float]
    stops: tuple[Stop, ...]
    made_on: date
    source: str
    clue: str
    words: Mapping[str, str]

    def label(self, stop: Stop) -> str:
        """Name of a stop on a device: its number, parcel and holder."""
        return " ".join(part for part in (f"{stop.number:02d}", stop.parcel_id, stop.enterprise) if part)

    def track(self) -> list[tuple[float, float]]:
        """Depot, stops in their order, depot: longitude and latitude [degrees]."""
        return [self.depot, *((stop.longitude, stop.latitude) for stop in self.stops), self.depot]
