"""Opening hours of a hall's services, in the hall's own time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Week = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that differ: closed from first to last day (both included), and days opened like another weekday."""

    closed: tuple[tuple[date, date], ...] = ()
    opens_like: Mapping[date, str] = field(default_factory=dict)


def is_open(week: Week, local: datetime, calendar: Calendar | None = None) -> bool:
    """``week`` maps ``mon`` … ``sun`` to ranges of ``HH:MM``; the end is not part of a range.

    A holiday closes everything that is not open on every day of the week: self-service stays open.
    """
    days = calendar or Calendar()
    today = local.date()
    every_day = all(week.get(day) for day in WEEKDAYS)
    if not every_day and any(first <= today <= last for first, last in days.closed):
        return False
    clock = local.strftime("%H:%M")
    weekday = days.opens_like.get(today, WEEKDAYS[local.weekday()])
    return any(start <= clock < end for start, end in week.get(weekday, ()))
