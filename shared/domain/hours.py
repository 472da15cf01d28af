"""Opening hours of a hall's services, in the hall's own time, and the days that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Week = Mapping[str, Sequence[tuple[str, str]]]
SATURDAY = 5


class DateKind(StrEnum):
    """What kind of day it is. ADJUSTED: a weekend day that is worked in exchange for a holiday."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    ADJUSTED = "adjusted"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that differ: closed from first to last day (both included), days opened like another weekday, and days
    that are special for another reason, such as a campaign; a special day may be opened like another weekday too.
    """

    closed: tuple[tuple[date, date], ...] = ()
    opens_like: Mapping[date, str] = field(default_factory=dict)
    special: frozenset[date] = frozenset()

    def kind(self, day: date) -> DateKind:
        if day in self.special:
            return DateKind.SPECIAL
        if any(first <= day <= last for first, last in self.closed):
            return DateKind.HOLIDAY
        if day in self.opens_like:
            return DateKind.ADJUSTED
        return self.usual_kind(day)

    def usual_kind(self, day: date) -> DateKind:
        """What it is by the day of the week it is opened like."""
        late = self.weekday(day) in WEEKDAYS[SATURDAY:]
        return DateKind.WEEKEND if late else DateKind.WEEKDAY

    def weekday(self, day: date) -> str:
        """The day of the week it is opened like."""
        return self.opens_like.get(day, WEEKDAYS[day.weekday()])


def spans(week: Week, day: date, calendar: Calendar | None = None) -> Sequence[tuple[str, str]]:
    """When a service is open on a day: ranges of ``HH:MM``; the end is not part of a range.

    A holiday closes everything that is not open on every day of the week: self-service stays open.
    """
    days = calendar or Calendar()
    every_day = all(week.get(name) for name in WEEKDAYS)
    if not every_day and any(first <= day <= last for first, last in days.closed):
        return ()
    return week.get(days.weekday(day), ())


def is_open(week: Week, local: datetime, calendar: Calendar | None = None) -> bool:
    """``week`` maps ``mon`` … ``sun`` to ranges of ``HH:MM``."""
    clock = local.strftime("%H:%M")
    return any(start <= clock < end for start, end in spans(week, local.date(), calendar))
