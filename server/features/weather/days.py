"""What the hall's calendar of releases says of each day."""

from __future__ import annotations

from datetime import date, timedelta

from server.database import Reader
from server.features.release.calendar import calendar_days
from shared.schemas.weather import Almanac, AlmanacDay


def almanac(reader: Reader, first: date, last: date) -> Almanac:
    """Each day, both included."""
    known = {row.day: row for row in calendar_days(reader, first, last)}
    found = []
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        row = known.get(day)
        found.append(
            AlmanacDay(day=day, kind=row.kind, name=row.name, name_en=row.name_en) if row else AlmanacDay(day=day)
        )
    return Almanac(today=reader.day, days=found)
