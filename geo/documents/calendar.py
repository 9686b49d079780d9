"""iCalendar: one event a visit, or one a day that something is due."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from geo.documents.plain import plain
from geo.documents.sheet import Sheet
from geo.documents.tracks import described

SHANGHAI, UTC = ZoneInfo("Asia/Shanghai"), ZoneInfo("UTC")


PATROL, CLOCKS = "patrol", "clocks"


@dataclass(frozen=True, slots=True)
class DayEvent:
    """Something of a whole day. ``name`` tells it from all others and stays the same from month to month."""

    name: str
    day: date
    summary: str
    description: str


def ics(sheet: Sheet) -> bytes:
    """Write a patrol as iCalendar: an event a visit, in UTC, so that no device needs a table of time zones."""
    from icalendar import Event, vGeo  # noqa: PLC0415  # of the extra `patrol`

    calendar = _calendar(PATROL)
    for stop in sheet.stops:
        event = Event()
        event.add("uid", _uid(f"{sheet.source}|{stop.visit_id}"))
        event.add("dtstamp", _begin_of(sheet.made_on))
        for key, moment in (("dtstart", stop.arrives), ("dtend", stop.leaves)):
            event.add(key, datetime.combine(sheet.day, moment, SHANGHAI).astimezone(UTC))
        event.add("summary", plain(sheet.label(stop)))
        event.add("description", plain(described(stop)))
        event["geo"] = vGeo((stop.latitude, stop.longitude))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def day_calendar(events: Iterable[DayEvent], *, made_on: date) -> bytes:
    """Write events of whole days, which leave a calendar free; one that comes again with its name takes its place."""
    from icalendar import Event  # noqa: PLC0415  # of the extra `patrol`

    calendar = _calendar(CLOCKS)
    for one in events:
        event = Event()
        event.add("uid", _uid(one.name))
        event.add("dtstamp", _begin_of(made_on))
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
        event.add("summary", plain(one.summary))
        event.add("description", plain(one.description))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _calendar(about: str) -> Any:  # noqa: ANN401  # of a package that may not be there
    from icalendar import Calendar  # noqa: PLC0415  # of the extra `patrol`

    calendar = Calendar()
    calendar.add("prodid", f"-//parcelwatch//{about}//ZH")
    calendar.add("version", "2.0")
    return calendar


def _uid(name: str) -> str:
    return f"{hashlib.sha256(name.encode()).hexdigest()[:32]}@parcelwatch"


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), SHANGHAI).astimezone(UTC)
