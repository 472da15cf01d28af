"""Reports over days, counted from the tickets themselves in one streamed pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Float, cast, extract, func, select

from server.auth import Principal
from server.database import Reader
from server.features.catalogue.models import DepartmentRow, StaffRow
from server.features.catalogue.service import Catalogue, catalogue
from server.features.queueing.models import TicketRow, TicketVisitRow
from server.features.reports.tally import LONGEST_IDLE_S, Tally
from shared.domain.errors import HallError
from shared.domain.tickets import Status
from shared.schemas.reports import Figures, Group, Report, ReportRow, ReportTicket, ReportTickets

SEE: Final = "reports:view"
MOST_DAYS: Final = 400
ROWS: Final = 500
_BATCH: Final = 5000


class _Row(NamedTuple):
    """A ticket as it is counted; times in seconds since 1970, None: did not happen."""

    day: date
    service_id: UUID
    counter_id: UUID | None
    staff_id: UUID | None
    status: str
    told_p90_s: int | None
    issued: float
    first_called: float | None
    called: float | None
    started: float | None
    finished: float | None


class _Work(NamedTuple):
    """One stretch at a counter; ``ended`` None: it goes on. Its first four stand as in ``_Row``."""

    day: date
    service_id: UUID
    counter_id: UUID | None
    staff_id: UUID | None
    outcome: str
    called: float
    started: float | None
    ended: float | None
    parked_s: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days, both included, and by what."""

    first: date
    last: date
    group: Group

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Asked:
        """As many days just before."""
        return Asked(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.group)


def report(reader: Reader, principal: Principal, asked: Asked) -> Report:
    """The figures of each group and of all together, and of as many days before. HallError ``report_range_wrong``."""
    if not 1 <= asked.days <= MOST_DAYS:
        raise HallError("report_range_wrong", status=422, days=MOST_DAYS)
    mine = _mine(reader, principal)
    now, total = _count(reader, asked, mine)
    then, total_then = _count(reader, asked.before(), mine)
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
    if not 1 <= asked.days <= MOST_DAYS:
        raise HallError("report_range_wrong", status=422, days=MOST_DAYS)
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
            hour = int(key) if key.isdigit() else -1
        case "department", _:
            found = catalogue(reader).services.values()
            conditions.append(ticket.service_id.in_([s.id for s in found if str(s.department_id or "-") == key]))
        case group, _:
            column = {"service": ticket.service_id, "counter": ticket.counter_id, "staff": ticket.staff_id}[group]
            conditions.append(column.is_(None) if key == "-" else column == _as_id(key))
    wait = _epoch(reader, ticket.first_called_at) - _epoch(reader, ticket.issued_at)
    served = _epoch(reader, ticket.finished_at) - _epoch(reader, ticket.started_at)
    only, order = _telling(reader, figure, wait, served)
    chosen = select(ticket, wait, served).where(*conditions, *only).order_by(*order, ticket.id)
    items: list[ReportTicket] = []
    people: dict[UUID | None, str] = {
        id_: name for id_, name in reader.session.execute(select(StaffRow.id, StaffRow.name))
    }
    facts, more = catalogue(reader), False
    for row, wait_s, service_s in reader.session.execute(chosen.execution_options(yield_per=ROWS)):
        if hour is not None and row.issued_at.astimezone(reader.clocks.zone).hour != hour:
            continue
        if len(items) == ROWS:
            more = True
            break
        items.append(_shown(facts, people, row, wait_s, service_s))
    return ReportTickets(items=items, more=more)


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


def _count(reader: Reader, asked: Asked, mine: set[UUID] | None) -> tuple[dict[str, Figures], Figures]:
    groups: defaultdict[str, Tally] = defaultdict(Tally)
    key_of, today = _keys(reader, asked.group), reader.day
    known = _days_with_stretches(reader, asked)
    bare: list[_Work] = []
    for row in _rows(reader, asked):
        if row.day not in known and row.called is not None:
            bare.append(_only_stretch(row))
        if mine is None or row.service_id in mine:
            _add(groups[key_of(row, row.issued)], row, today)
    ended: dict[tuple[UUID, date], float] = {}
    for work in chain(bare, _stretches(reader, asked)):
        idle = _idle(work, ended)
        if mine is None or work.service_id in mine:
            # By the hour, work belongs to the hour it began in; the wait to that in which somebody came.
            _add_work(groups[key_of(work, work.called)], work, idle)
    total = Tally()
    for tally in groups.values():
        total.take(tally)
    return {key: tally.figures() for key, tally in groups.items()}, total.figures()


def _idle(work: _Work, ended: dict[tuple[UUID, date], float]) -> float:
    """Since the counter's last end; stretches come in the order of their calls."""
    if work.counter_id is None:
        return 0.0
    place = work.counter_id, work.day
    before = ended.get(place, work.called)
    if work.ended is not None:
        # Somebody who was away came back to a counter that had others meanwhile.
        ended[place] = max(before, work.ended)
    gap = work.called - before
    return gap if 0 < gap <= LONGEST_IDLE_S else 0.0


def _add(tally: Tally, row: _Row, today: date) -> None:
    tally.issued += 1
    tally.served += row.status == Status.FINISHED
    if row.first_called is not None:
        wait = max(0.0, row.first_called - row.issued)
        tally.waits.append(wait)
        tally.no_show += row.status == Status.NO_SHOW
        if row.told_p90_s is not None:
            tally.promised += 1
            tally.kept += wait <= row.told_p90_s
    elif row.day < today:
        tally.left += 1


def _add_work(tally: Tally, work: _Work, idle: float) -> None:
    tally.idle += idle
    tally.parked += work.parked_s
    if work.started is not None:
        tally.walks.append(max(0.0, work.started - work.called))
    if work.ended is None or work.outcome == "no_show":
        return
    tally.worked += 1
    tally.held += work.outcome == "held"
    tally.busy += max(0.0, work.ended - work.called - work.parked_s)
    if work.outcome == "finished":
        tally.services.append(max(0.0, work.ended - (work.started or work.called) - work.parked_s))


def _days_with_stretches(reader: Reader, asked: Asked) -> set[date]:
    """Days from before stretches were kept have none; of those each ticket's last one stands in the ticket."""
    days = select(TicketVisitRow.service_day).where(
        TicketVisitRow.hall_id == reader.hall_id, TicketVisitRow.service_day.between(asked.first, asked.last)
    )
    return set(reader.connection.scalars(days.distinct()))


def _only_stretch(row: _Row) -> _Work:
    called = row.called or row.issued
    return _Work(*row[:4], row.status, called, row.started, row.finished, 0)


def _stretches(reader: Reader, asked: Asked) -> Iterator[_Work]:
    visit = TicketVisitRow
    times = (visit.called_at, visit.started_at, visit.ended_at)
    chosen = (
        select(
            visit.service_day, visit.service_id, visit.counter_id, visit.staff_id, visit.outcome,
            *(_epoch(reader, column) for column in times), visit.parked_s,
        )
        .where(visit.hall_id == reader.hall_id, visit.service_day.between(asked.first, asked.last))
        .order_by(visit.called_at)
        .execution_options(yield_per=_BATCH)
    )  # fmt: skip
    yield from map(_Work._make, reader.connection.execute(chosen))


def _rows(reader: Reader, asked: Asked) -> Iterator[_Row]:
    """All tickets of the days, in the order of their last calls; times come as numbers, for speed."""
    ticket = TicketRow
    times = (ticket.issued_at, ticket.first_called_at, ticket.called_at, ticket.started_at, ticket.finished_at)
    chosen = (
        select(
            ticket.service_day, ticket.service_id, ticket.counter_id, ticket.staff_id, ticket.status,
            ticket.told_p90_s, *(_epoch(reader, column) for column in times),
        )
        .where(ticket.hall_id == reader.hall_id, ticket.service_day.between(asked.first, asked.last))
        .order_by(ticket.called_at)
        .execution_options(yield_per=_BATCH)
    )  # fmt: skip
    yield from map(_Row._make, reader.connection.execute(chosen))


def _epoch(reader: Reader, column: Any) -> ColumnElement[float]:
    """A time as seconds since 1970, reckoned by the database."""
    if reader.database.is_sqlite:
        # To a thousandth: a day counted from Caesar's time leaves no more, and a promise is kept to the second.
        return cast(func.round((func.julianday(column) - 2440587.5) * 86400.0, 3), Float)
    return cast(extract("epoch", column), Float)


def _keys(reader: Reader, group: Group) -> Callable[[_Row | _Work, float], str]:
    """How a ticket's group is told; ``-``: it has none."""
    zone, services = reader.clocks.zone, catalogue(reader).services
    if group == "day":
        return lambda row, _: row.day.isoformat()
    if group == "hour":
        hours: dict[int, str] = {}

        def hour(_: _Row | _Work, moment: float) -> str:
            # A quarter of an hour is in one hour of every zone; looking each one up once is enough.
            quarter = int(moment // 900)
            found = hours.get(quarter)
            if found is None:
                found = hours[quarter] = str(datetime.fromtimestamp(quarter * 900, zone).hour)
            return found

        return hour
    if group == "department":
        departments = {id_: str(service.department_id or "-") for id_, service in services.items()}
        return lambda row, _: departments.get(row.service_id, "-")
    place = {"service": 1, "counter": 2, "staff": 3}[group]
    return lambda row, _: str(row[place] or "-")


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
