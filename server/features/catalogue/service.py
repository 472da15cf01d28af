"""The catalogue as one copy in memory, and what it says about a service now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.database import Reader
from server.features.catalogue.models import (
    CalendarDayRow,
    CounterRow,
    CounterServiceRow,
    DepartmentRow,
    HallFactsRow,
    ServiceRow,
)
from server.features.catalogue.versions import version_of_counter, version_of_service
from shared.domain.breaks import Break, Breaks
from shared.domain.errors import HallError
from shared.domain.hours import Calendar, DateKind, Week, is_open


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A service as the catalogue describes it; ``department`` holds (name, English name, floor)."""

    id: UUID
    parent_id: UUID | None
    name: str
    name_en: str
    short_name: str
    series: str | None
    ticketable: bool
    identity: str
    audience: str
    typical_s: float
    hint: str
    hint_en: str
    hours: Week
    hours_text: str
    hours_text_en: str
    suspended: bool
    suspended_note: str
    suspended_note_en: str
    retired: bool
    sort: int
    department: tuple[str, str, str]
    spelled: tuple[str, ...]
    department_id: UUID | None
    version: str = ""


@dataclass(frozen=True, slots=True)
class CounterFacts:
    id: UUID
    label: str
    name: str
    name_en: str
    floor: str
    zone: str
    state: str
    staff_id: UUID | None
    service_ids: tuple[UUID, ...]
    retired: bool
    breaks: Breaks
    version: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that changes seldom, indexed for the questions a ticket asks."""

    facts: dict[str, Any]
    calendar: Calendar
    services: dict[UUID, ServiceFacts]
    counters: dict[UUID, CounterFacts]
    labels: dict[UUID, list[str]]
    zones: dict[UUID, list[str]]
    open_counters: dict[UUID, int]

    def service(self, service_id: UUID) -> ServiceFacts:
        service = self.services.get(service_id)
        if service is None or service.retired:
            raise HallError("service_unknown", status=404)
        return service

    def counter(self, counter_id: UUID) -> CounterFacts:
        counter = self.counters.get(counter_id)
        if counter is None or counter.retired:
            raise HallError("counter_unknown", status=404)
        return counter


def catalogue(reader: Reader) -> Catalogue:
    """The copy that fits the reader's snapshot."""
    return reader.database.copy("catalogue", reader, _load)


def closed_reason(found: Catalogue, service: ServiceFacts, local: datetime, *, always_open: bool) -> str | None:
    """Why no ticket is given for this service now, or None."""
    if service.suspended:
        return "suspended"
    if not found.labels.get(service.id):
        return "no_counter"
    if not always_open and not is_open(service.hours, local, found.calendar):
        return "hours"
    return None


def _load(reader: Reader) -> Catalogue:
    session = reader.session
    departments = {row.id: (row.name, row.name_en, row.floor) for row in session.scalars(select(DepartmentRow))}
    services = {
        row.id: _service(row, departments.get(row.department_id, ("", "", "")) if row.department_id else ("", "", ""))
        for row in session.scalars(select(ServiceRow).order_by(ServiceRow.sort, ServiceRow.id))
    }
    for id_, service in services.items():
        if not service.retired and _hidden(services, service):
            services[id_] = replace(service, retired=True)
    served: dict[UUID, list[UUID]] = {}
    for counter_id, service_id in session.execute(select(CounterServiceRow.counter_id, CounterServiceRow.service_id)):
        served.setdefault(counter_id, []).append(service_id)
    counters = {
        row.id: CounterFacts(
            row.id, row.label, row.name, row.name_en, row.floor, row.zone, row.state, row.staff_id,
            tuple(sorted(served.get(row.id, ()), key=lambda id_: (services[id_].sort, id_))), row.retired,
            {DateKind(kind): tuple(Break(**one) for one in rows) for kind, rows in row.breaks.items()},
            version_of_counter(row, served.get(row.id, ())),
        )
        for row in session.scalars(select(CounterRow).order_by(CounterRow.sort, CounterRow.label))
    }  # fmt: skip
    labels: dict[UUID, list[str]] = {}
    zones: dict[UUID, list[str]] = {}
    open_counters: dict[UUID, int] = {}
    for counter in counters.values():
        if counter.retired:
            continue
        for service_id in counter.service_ids:
            labels.setdefault(service_id, []).append(counter.label)
            if counter.zone not in zones.setdefault(service_id, []):
                zones[service_id].append(counter.zone)
            if counter.state == "open":
                open_counters[service_id] = open_counters.get(service_id, 0) + 1
    facts = session.scalars(select(HallFactsRow.facts)).one_or_none() or {}
    days = session.scalars(select(CalendarDayRow).order_by(CalendarDayRow.day))
    return Catalogue(facts, _calendar(days), services, counters, labels, zones, open_counters)


def _hidden(services: dict[UUID, ServiceFacts], service: ServiceFacts) -> bool:
    """Below a retired group nobody can choose it."""
    parent = services.get(service.parent_id) if service.parent_id else None
    return parent is not None and (parent.retired or _hidden(services, parent))


def _calendar(rows: Iterable[CalendarDayRow]) -> Calendar:
    """Of the hall's days in order; closed days that follow one another are one range."""
    closed: list[tuple[date, date]] = []
    opens_like, special = {}, set()
    for row in rows:
        if row.kind == DateKind.HOLIDAY:
            follows = bool(closed) and row.day - closed[-1][1] == timedelta(days=1)
            closed.append((closed.pop()[0] if follows else row.day, row.day))
            continue
        if row.kind == DateKind.SPECIAL:
            special.add(row.day)
        if row.opens_like:
            opens_like[row.day] = row.opens_like
    return Calendar(tuple(closed), opens_like, frozenset(special))


def _service(row: ServiceRow, department: tuple[str, str, str]) -> ServiceFacts:
    hours: Week = {day: tuple((start, end) for start, end in ranges) for day, ranges in row.hours.items()}
    return ServiceFacts(
        row.id, row.parent_id, row.name, row.name_en, row.short_name, row.series, row.ticketable, row.identity,
        row.audience, row.typical_minutes * 60, row.hint, row.hint_en, hours, row.hours_text, row.hours_text_en,
        row.suspended, row.suspended_note, row.suspended_note_en, row.retired, row.sort, department,
        tuple(row.spelled), row.department_id, version_of_service(row),
    )  # fmt: skip
