"""What else the counters of a service are to do: the services beside it, and when which counter is away."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.domain.breaks import Breaks, Spans, breaks_of, outside
from shared.domain.hours import Calendar, Week
from shared.domain.release.plan import Plan, Window, day_plan, open_minutes, slots_of
from shared.domain.release.sharing import Promise, Server, Shortage, shortage_of

# What a service's visits have taken here, or what the catalogue says they take.
Basis = Literal["learned", "typical"]


@dataclass(frozen=True, slots=True)
class Assigned:
    """A counter with the services that are assigned to it, and the breaks it has planned."""

    key: Hashable
    services: frozenset[Hashable]
    breaks: Breaks = field(default_factory=dict)

    def away(self, day: date, calendar: Calendar) -> Spans:
        return breaks_of(self.breaks, day, calendar)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another service that some of the counters serve, or that shares one with such a service: its plan in force."""

    service: Hashable
    name: str
    week: Week
    visit_s: float
    plan: Plan


@dataclass(frozen=True, slots=True)
class Beside:
    """``service`` is the one that is judged; ``counters``: all that it and its neighbours may go to."""

    service: Hashable
    name: str
    counters: tuple[Assigned, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()

    @property
    def own(self) -> tuple[Assigned, ...]:
        return tuple(one for one in self.counters if self.service in one.services)

    def name_of(self, service: Hashable) -> str:
        return next((one.name for one in self.neighbours if one.service == service), self.name)

    def like(self, day: date, calendar: Calendar) -> Hashable:
        """Days of which this is equal are alike for the counters of one service."""
        hours = tuple(tuple(open_minutes(one.week, day, calendar)) for one in self.neighbours)
        plans = tuple(id(day_plan(one.plan, day, calendar)) for one in self.neighbours)
        return hours, plans, tuple(one.away(day, calendar) for one in self.counters)


def together(
    rows: Sequence[Window], week: Week, visit_s: float, beside: Beside, day: date, calendar: Calendar
) -> Shortage | None:
    """What is promised together with the service that ``rows`` are of and cannot be kept; None: all of it can."""
    promises = list(_promises(beside.service, rows, week, visit_s, day, calendar))
    for one in beside.neighbours:
        windows = day_plan(one.plan, day, calendar)
        promises += _promises(one.service, windows, one.week, one.visit_s, day, calendar)
    servers = [Server(one.key, one.services, one.away(day, calendar)) for one in beside.counters]
    return shortage_of(beside.service, promises, servers)


def _promises(
    service: Hashable, rows: Sequence[Window], week: Week, visit_s: float, day: date, calendar: Calendar
) -> Iterator[Promise]:
    """Only numbers that are counted; any number promises none. Nothing is given where the service is not open."""
    hours = open_minutes(week, day, calendar)
    for row in rows:
        if not hours or row.end <= row.start:
            continue
        if row.onsite.total:
            closed = outside(row.start, row.end, hours)
            yield Promise(service, row.start, row.end, row.onsite.total, visit_s, closed)
        for slot, quota in slots_of([row], day, hours):
            yield Promise(service, slot.start, slot.end, quota.total or 0, visit_s)
