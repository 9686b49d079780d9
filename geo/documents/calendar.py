"""iCalendar: one event a visit."""

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from geo.documents.plain import plain
from geo.documents.sheet import Sheet
from geo.documents.tracks import described

SHANGHAI = ZoneInfo("Asia/Shanghai")


def ics(sheet: Sheet) -> bytes:
    """Write a patrol as iCalendar: an event a visit, in UTC, so that no device needs a table of time zones."""
    from icalendar import Calendar, Event, vGeo  # noqa: PLC0415  # of the extra `patrol`

    calendar = Calendar()
    calendar.add("prodid", "-//parcelwatch//patrol//ZH")
    calendar.add("version", "2.0")
    stamp = datetime.combine(sheet.made_on, datetime.min.time(), SHANGHAI).astimezone(ZoneInfo("UTC"))
    for stop in sheet.stops:
        event = Event()
        name = hashlib.sha256(f"{sheet.source}|{stop.visit_id}".encode()).hexdigest()[:32]
        event.add("uid", f"{name}@parcelwatch")
        event.add("dtstamp", stamp)
        for key, moment in (("dtstart", stop.arrives), ("dtend", stop.leaves)):
            event.add(key, datetime.combine(sheet.day, moment, SHANGHAI).astimezone(ZoneInfo("UTC")))
        event.add("summary", plain(sheet.label(stop)))
        event.add("description", plain(described(stop)))
        event["geo"] = vGeo((stop.latitude, stop.longitude))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
