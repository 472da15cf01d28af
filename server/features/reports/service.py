"""Reports over days, counted from the tickets themselves in one streamed pass."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from server.auth import Principal
from server.database import Reader
from server.features.catalogue.models import DepartmentRow, StaffRow
from server.features.catalogue.service import Catalogue, catalogue
from server.features.queueing.models import TicketRow, TicketVisitRow
from server.features.reports.counting import Asked, count, epoch
from shared.domain.errors import HallError
from shared.domain.tickets import Status
from shared.schemas.reports import Group, Report, ReportRow, ReportTicket, ReportTickets

SEE: Final = "reports:view"
MOST_DAYS: Final = 400
ROWS: Final = 500


def report(reader: Reader, principal: Principal, asked: Asked) -> Report:
    """The figures of each group and of all together, and of as many days before. HallError ``report_range_wrong``."""
    _check(asked)
    mine = _mine(reader, principal)
    now, total = count(reader, asked, mine)
    then, total_then = count(reader, asked.before(), mine)
    names = _names(reader, asked.group, set(now))
    rows = [ReportRow(key=key, label=zh, label_en=en, figures=now[key]) for key, zh, en in names]
    before = asked.before()
    # Days are compared by their place: the first of these with the first of those.
    if asked.group == "day":
        shift = timedelta(days=asked.days)
        then = {str(date.fromisoformat(key) + shift): figures for key, figures in then.items()}
    return Report(
        first=asked.first, last=asked.last, group=asked.group, rows=rows, total=total, before_first=before.first,
        before_last=before.last, before=then, before_total=total_then,
    )  # fmt: skip


def tickets(reader: Reader, principal: Principal, asked: Asked, key: str, figure: str) -> ReportTickets:
    """The visits that one figure of one group counts."""
    _check(asked)
    ticket, mine = TicketRow, _mine(reader, principal)
    conditions = [ticket.hall_id == reader.hall_id, ticket.service_day.between(asked.first, asked.last)]
    if mine is not None:
        conditions.append(ticket.service_id.in_(mine))
    hour = None
    match asked.group, key:
        case _, "":
            pass
        case "day", _:
            conditions.append(ticket.service_day == _as_date(key))
        case "hour", _:
            hour = int(key) if key.isascii() and key.isdecimal() and int(key) < 24 else -1
            conditions.append(_in_hour(reader, asked, hour))
        case "department", _:
            found = catalogue(reader).services.values()
            conditions.append(ticket.service_id.in_([s.id for s in found if str(s.department_id or "-") == key]))
        case group, _:
            column = {"service": ticket.service_id, "counter": ticket.counter_id, "staff": ticket.staff_id}[group]
            conditions.append(column.is_(None) if key == "-" else column == _as_id(key))
    wait = epoch(reader, ticket.first_called_at) - epoch(reader, ticket.issued_at)
    served = epoch(reader, ticket.finished_at) - epoch(reader, ticket.started_at)
    only, order = _telling(reader, figure, wait, served)
    chosen = select(ticket, wait, served).where(*conditions, *only).order_by(*order, ticket.id)
    items: list[ReportTicket] = []
    people: dict[UUID | None, str] = {
        id_: name for id_, name in reader.session.execute(select(StaffRow.id, StaffRow.name))
    }
    facts, more = catalogue(reader), False
    for row, wait_s, service_s in reader.session.execute(chosen.execution_options(yield_per=ROWS)):
        # What the database chose may hold a little more, where clocks were changed in that hour.
        if hour is not None and row.issued_at.astimezone(reader.clocks.zone).hour != hour:
            continue
        if len(items) == ROWS:
            more = True
            break
        items.append(_shown(facts, people, row, wait_s, service_s))
    return ReportTickets(items=items, more=more)


def _in_hour(reader: Reader, asked: Asked, hour: int) -> ColumnElement[bool]:
    """Issued in this hour of the hall's clocks, on any of the days."""
    if hour < 0:
        return false()
    zone, issued = reader.clocks.zone, TicketRow.issued_at
    stretches = []
    for n in range(asked.days):
        begins = datetime.combine(asked.first + timedelta(days=n), time(hour), zone)
        ends = begins.replace(minute=59, second=59, fold=1)
        # An hour that comes twice, or not at all: from the earliest moment to the latest that is called so.
        moments = [one.astimezone(UTC) for one in (begins, begins.replace(fold=1), ends, ends.replace(fold=0))]
        stretches.append(and_(issued >= min(moments), issued < max(moments) + timedelta(seconds=1)))
    return or_(*stretches)


def _telling(
    reader: Reader, figure: str, wait: ColumnElement[float], served: ColumnElement[float]
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[Any]]]:
    """Which tickets a figure counts, and which of them say most."""
    ticket = TicketRow
    called = ticket.first_called_at.is_not(None)
    newest: list[ColumnElement[Any]] = [ticket.issued_at.desc()]
    if figure in ("no_show", "no_show_share"):
        return [ticket.status == Status.NO_SHOW], newest
    if figure in ("held", "parked"):
        stretch = select(TicketVisitRow.ticket_id).where(
            TicketVisitRow.outcome == "held" if figure == "held" else TicketVisitRow.parked_s > 0
        )
        return [ticket.id.in_(stretch)], newest
    if figure == "left":
        return [~called, ticket.service_day < reader.day], newest
    if figure.startswith("wait_"):
        return [called], [wait.desc()]
    if figure == "called":
        return [called], newest
    if figure.startswith("service_") or figure in ("served", "busy", "load", "idle", "walk", "walk_median"):
        return [ticket.status == Status.FINISHED], newest if figure == "served" else [served.desc()]
    if figure in ("promised", "kept", "kept_share"):
        # The promises that were broken worst come first.
        return [called, ticket.told_p90_s.is_not(None)], [(wait - ticket.told_p90_s).desc()]
    return [], newest


def _mine(reader: Reader, principal: Principal) -> set[UUID] | None:
    """The services whose figures the caller may see; None: all."""
    units = principal.scope(SEE)
    if units is None:
        return None
    return {service.id for service in catalogue(reader).services.values() if service.department_id in units}


def _names(reader: Reader, group: Group, keys: set[str]) -> list[tuple[str, str, str]]:
    """Key, name and English name of the groups, in the order of the hall; ``-`` last, without a name."""
    found: list[tuple[str, str, str]]
    facts = catalogue(reader)
    if group == "day":
        return [(key, key, key) for key in sorted(keys)]
    if group == "hour":
        hours = sorted(int(key) for key in keys)
        return [(str(hour), f"{hour:02d}:00", f"{hour:02d}:00") for hour in hours]
    if group == "department":
        rows = reader.session.execute(
            select(DepartmentRow.id, DepartmentRow.name, DepartmentRow.name_en).order_by(DepartmentRow.sort)
        )
        found = [(str(id_), name, name_en) for id_, name, name_en in rows]
    elif group == "service":
        found = [(str(service.id), service.name, service.name_en) for service in facts.services.values()]
    elif group == "counter":
        found = [
            (str(one.id), f"{one.label} {one.name}".strip(), f"{one.label} {one.name_en}".strip())
            for one in facts.counters.values()
        ]
    else:
        people = reader.session.execute(select(StaffRow.id, StaffRow.number, StaffRow.name).order_by(StaffRow.number))
        found = [(str(id_), f"{name} {number}", f"{name} {number}") for id_, number, name in people]
    known = {key for key, _, _ in found}
    return [one for one in found if one[0] in keys] + [(key, "", "") for key in sorted(keys - known)]


def _shown(
    facts: Catalogue, people: dict[UUID | None, str], row: TicketRow, wait_s: float | None, service_s: float | None
) -> ReportTicket:
    service = facts.services[row.service_id]
    counter = facts.counters.get(row.counter_id) if row.counter_id else None
    return ReportTicket(
        id=row.id, number=row.number, day=row.service_day, service=service.name, service_en=service.name_en,
        counter=counter.label if counter else "", staff=people.get(row.staff_id, ""), status=row.status,
        issued_at=row.issued_at, wait_s=None if wait_s is None else max(0.0, wait_s),
        service_s=None if service_s is None else max(0.0, service_s), told_s=row.told_p90_s,
    )  # fmt: skip


def _check(asked: Asked) -> None:
    """Not too many days, and as many before them to compare with."""
    if not 1 <= asked.days <= MOST_DAYS or asked.first < date.min + timedelta(days=MOST_DAYS):
        raise HallError("report_range_wrong", status=422, days=MOST_DAYS)


def _as_date(key: str) -> date:
    try:
        return date.fromisoformat(key)
    except ValueError:
        raise HallError("report_range_wrong", status=422, days=MOST_DAYS) from None


def _as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return UUID(int=0)
