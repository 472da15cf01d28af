"""Counting the tickets of days and the stretches at counters: one streamed pass over each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Float, cast, extract, func, select

from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.queueing.models import TicketRow, TicketVisitRow
from server.features.reports.tally import LONGEST_IDLE_S, Tally
from shared.domain.tickets import Status
from shared.schemas.reports import Figures, Group

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


def count(reader: Reader, asked: Asked, mine: set[UUID] | None) -> tuple[dict[str, Figures], Figures]:
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
            *(epoch(reader, column) for column in times), visit.parked_s,
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
            ticket.told_p90_s, *(epoch(reader, column) for column in times),
        )
        .where(ticket.hall_id == reader.hall_id, ticket.service_day.between(asked.first, asked.last))
        .order_by(ticket.called_at)
        .execution_options(yield_per=_BATCH)
    )  # fmt: skip
    yield from map(_Row._make, reader.connection.execute(chosen))


def epoch(reader: Reader, column: Any) -> ColumnElement[float]:
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
