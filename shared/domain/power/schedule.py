"""When something is on by rule: times by day of the week and by kind of day, also over midnight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from shared.domain.hours import WEEKDAYS, Calendar, DateKind
from shared.domain.release import MINUTES_OF_DAY, minutes_of

DAYS: Final = WEEKDAYS
# Kinds of day that may have times of their own, besides the days of the week.
KINDS: Final = (DateKind.HOLIDAY.value, DateKind.ADJUSTED.value, DateKind.SPECIAL.value)
# How far ahead the next change is looked for: longer than any holiday.
AHEAD_DAYS: Final = 31


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes from the midnight a day begins with; ``off`` lies behind ``on``, beyond 1440 on the next day."""

    on: int
    off: int


Week = Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class PowerNow:
    """``since``: when it last changed by rule, ``until``: when it will; None: not in the days that were looked at."""

    on: bool
    since: datetime | None
    until: datetime | None


def read_span(on: str, off: str) -> Span:
    """Of two times ``HH:MM``; one that is not later than the first is of the next day. ValueError."""
    start, end = minutes_of(on), minutes_of(off)
    if start >= MINUTES_OF_DAY:
        raise ValueError(on)
    return Span(start, end if end > start else end + MINUTES_OF_DAY)


def spans_of(week: Week, day: date, calendar: Calendar) -> Sequence[Span]:
    """What begins on a day: by its own kind where that has times, a holiday none, else by the day it is opened like."""
    kind = calendar.kind(day).value
    if kind in week:
        return week[kind]
    return () if kind == DateKind.HOLIDAY.value else week.get(calendar.weekday(day), ())


def on_spans(
    week: Week, first: date, last: date, calendar: Calendar, zone: tzinfo, delay: timedelta = timedelta()
) -> list[tuple[datetime, datetime]]:
    """When it is on, of what begins from the day before ``first`` to ``last``: in order, none touching another.

    ``delay``: how much later than the rest it is switched on, so that not all draw their current at once.
    """
    found = []
    for ahead in range(-1, (last - first).days + 1):
        day = first + timedelta(days=ahead)
        midnight = datetime.combine(day, time(), zone)
        found += [
            (midnight + timedelta(minutes=span.on), midnight + timedelta(minutes=span.off))
            for span in spans_of(week, day, calendar)
        ]
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return [(start + delay, end) for start, end in joined if start + delay < end]


def power_at(
    week: Week, at: datetime, calendar: Calendar, zone: tzinfo, delay: timedelta = timedelta()
) -> PowerNow:  # fmt: skip
    """Whether it is on at a moment. A time begins with its minute and ends before the other."""
    today = at.astimezone(zone).date()
    back, ahead = today - timedelta(days=AHEAD_DAYS), today + timedelta(days=AHEAD_DAYS)
    since: datetime | None = None
    for start, end in on_spans(week, back, ahead, calendar, zone, delay):
        if at < start:
            return PowerNow(False, since, start)
        if at < end:
            return PowerNow(True, start, end)
        since = end
    return PowerNow(False, since, None)
