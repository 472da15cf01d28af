"""Rules of a schedule, compiled to a flat timeline: at each minute at most one thing is on.

Times are the hall's wall clock, without a zone: where clocks are set back an hour is shown twice, as the wall says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Final

from shared.domain.hours import Calendar, DateKind
from shared.domain.signage.recurrence import Recurrence, day_after, parse, starts

LONGEST_MINUTES: Final = 7 * 24 * 60
MOST_DAYS: Final = 62


class Days(StrEnum):
    """On which kind of day an occurrence may begin, by the hall's calendar."""

    ANY = "any"
    WORKDAYS = "workdays"
    REST_DAYS = "rest_days"


@dataclass(frozen=True)
class Rule:
    """``first``: DTSTART. ``rule``: an RRULE, empty for once. ``without``: EXDATE, a start or a whole day.
    ``also``: RDATE. ``plays``: what is on. The higher ``priority`` wins, then who began later, then the later rule.
    """

    first: datetime
    minutes: int
    plays: str
    rule: str = ""
    without: frozenset[datetime | date] = frozenset()
    also: tuple[datetime, ...] = ()
    days: Days = Days.ANY
    priority: int = 0

    @cached_property
    def recurrence(self) -> Recurrence | None:
        return parse(self.rule) if self.rule else None


@dataclass(frozen=True, slots=True)
class Span:
    """From ``begin`` until before ``end``; ``rule`` is the place of the rule in its list."""

    begin: datetime
    end: datetime
    plays: str
    rule: int


def is_workday(calendar: Calendar, day: date) -> bool:
    """A weekend day that is worked in exchange is one, a holiday is none."""
    if any(first <= day <= last for first, last in calendar.closed):
        return False
    return calendar.usual_kind(day) is DateKind.WEEKDAY


def occurrences(rule: Rule, calendar: Calendar, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The starts whose stretch touches ``begin`` to before ``end``, each once, in order."""
    long = timedelta(minutes=rule.minutes)
    found = {at for at in rule.also if at + long > begin and at < end}
    if rule.recurrence is None:
        found |= {rule.first} if rule.first + long > begin and rule.first < end else set()
    elif rule.first < end:
        found |= {at for at in starts(rule.recurrence, rule.first, end.date()) if at + long > begin and at < end}
    for at in sorted(found):
        if at in rule.without or at.date() in rule.without:
            continue
        if rule.days is Days.ANY or (rule.days is Days.WORKDAYS) == is_workday(calendar, at.date()):
            yield at


def compile_timeline(rules: Sequence[Rule], calendar: Calendar, first: date, days: int) -> tuple[Span, ...]:
    """What is on from midnight of ``first`` for so many days; spans do not overlap, and gaps are left out."""
    if not 1 <= days <= MOST_DAYS:
        raise ValueError("days")
    begin = datetime.combine(first, datetime.min.time())
    end = datetime.combine(day_after(first, days), datetime.min.time())
    found: list[tuple[datetime, datetime, int]] = []
    for place, rule in enumerate(rules):
        long = timedelta(minutes=rule.minutes)
        for at in occurrences(rule, calendar, begin, end):
            found.append((at, at + long, place))
    edges = sorted({begin, end, *(max(begin, at) for at, _, _ in found), *(min(end, until) for _, until, _ in found)})
    # Sweep: what begins comes in, what is over goes out, the strongest is on.
    found.sort(key=lambda one: one[0])
    running: list[tuple[int, datetime, int, datetime]] = []
    spans: list[Span] = []
    coming = 0
    for edge, until in pairwise(edges):
        while coming < len(found) and found[coming][0] <= edge:
            at, over, place = found[coming]
            running.append((rules[place].priority, at, place, over))
            coming += 1
        running = [one for one in running if one[3] > edge]
        if not running:
            continue
        _, _, place, _ = max(running)
        last = spans[-1] if spans else None
        if last is not None and last.end == edge and last.rule == place:
            spans[-1] = Span(last.begin, until, last.plays, place)
        else:
            spans.append(Span(edge, until, rules[place].plays, place))
    return tuple(spans)


def on_at(spans: Sequence[Span], at: datetime) -> Span | None:
    """What is on; None in a gap."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle].end <= at:
            low = middle + 1
        else:
            high = middle
    found = spans[low] if low < len(spans) else None
    return found if found is not None and found.begin <= at else None
