"""A past day of the hall as the simulator wants it: who came, and when which counter was staffed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from server.database import Reader
from server.features.catalogue.service import Catalogue, CounterFacts, catalogue
from server.features.queueing.models import CallRow, CounterStateRow, TicketRow
from shared.domain.breaks import breaks_of
from shared.domain.calling.places import is_booked
from shared.domain.errors import HallError
from shared.domain.simulation.replay import NO_SHOW_S, PastCounter, PastDay, PastTicket, Spans
from shared.domain.simulation.staffing import from_calls, from_states, without
from shared.domain.tickets import Status

# More than any hall has in a day; running one would take too long.
MOST_TICKETS: Final = 10_000
# A visit, or a gap between two, that took longer was forgotten. Seconds.
LONGEST_VISIT_S: Final = 4 * 3600.0
LONGEST_GAP_S: Final = 180.0
# From how many days ago a counter that nobody has touched since may still be open.
LEFT_OPEN: Final = timedelta(days=2)


def days_with_tickets(reader: Reader, limit: int) -> list[date]:
    """The last service days before today on which people were served, the newest first."""
    rows = reader.session.execute(
        select(TicketRow.service_day)
        .where(
            TicketRow.hall_id == reader.hall_id, TicketRow.service_day < reader.day,
            TicketRow.first_called_at.is_not(None),
        )
        .group_by(TicketRow.service_day)
        .order_by(TicketRow.service_day.desc())
        .limit(limit)
    )  # fmt: skip
    return [day for (day,) in rows]


def past_day(reader: Reader, day: date, most: int = MOST_TICKETS) -> PastDay:
    """A day that is over, or today as far as it has come; ``simulation_day_empty`` when nobody came,
    ``simulation_day_too_large`` when more than ``most`` did.
    """
    rows = _tickets(reader, day, most)
    if not rows:
        raise HallError("simulation_day_empty", status=404, day=day.isoformat())
    if len(rows) > most:
        raise HallError("simulation_day_too_large", status=409, day=day.isoformat())
    found = catalogue(reader)
    midnight = datetime.combine(day, time(), reader.clocks.zone)

    def of_day(moment: datetime) -> float:
        return (moment - midnight).total_seconds()

    tickets = tuple(_ticket(row, of_day) for row in rows)
    visits = _visits(reader, day, rows, of_day)
    ends = max(max(end for _, end, _ in visits), tickets[-1].issued_s) if visits else tickets[-1].issued_s
    begins = min((begin for begin, _, _ in visits), default=ends)
    recorded = _recorded(reader, midnight, begins, ends)
    counters = _counters(found, day, tickets, visits, recorded)
    usual = {id_: service.typical_s for id_, service in found.services.items()} | _usual(tickets)
    return PastDay(day, tickets, counters, usual, _gap(tickets, visits), recorded is None)


Visits = list[tuple[float, float, tuple[UUID, UUID, UUID]]]


def _tickets(reader: Reader, day: date, most: int) -> list[Any]:
    ticket = TicketRow
    chosen = select(
        ticket.id, ticket.service_id, ticket.priority, ticket.lane, ticket.turn_at, ticket.issued_at, ticket.status,
        ticket.first_called_at, ticket.called_at, ticket.finished_at,
    ).where(ticket.hall_id == reader.hall_id, ticket.service_day == day)  # fmt: skip
    return list(reader.session.execute(chosen.order_by(ticket.issued_at, ticket.position).limit(most + 1)))


def _busy(row: Any) -> float | None:
    if row.finished_at is None or row.called_at is None:
        return None
    took = (row.finished_at - row.called_at).total_seconds()
    return float(took) if 0 < took <= LONGEST_VISIT_S else None


def _ticket(row: Any, of_day: Any) -> PastTicket:
    return PastTicket(
        row.id, row.service_id, of_day(row.issued_at), -row.priority,
        of_day(row.turn_at) if is_booked(row.lane) and row.turn_at is not None else None,
        row.status != Status.NO_SHOW, _busy(row),
        None if row.first_called_at is None else of_day(row.first_called_at),
    )  # fmt: skip


def _visits(reader: Reader, day: date, rows: Iterable[Any], of_day: Any) -> Visits:
    """Every call: from, to, and (counter, ticket, service). Only of a ticket's last call is it known how it ended."""
    known = {row.id: row for row in rows}
    calls = reader.session.execute(
        select(CallRow.ticket_id, CallRow.counter_id, CallRow.called_at)
        .where(CallRow.hall_id == reader.hall_id, CallRow.service_day == day, CallRow.undone.is_(False))
        .order_by(CallRow.seq)
    )
    found: Visits = []
    for call in calls:
        if (row := known.get(call.ticket_id)) is not None:
            busy = _busy(row) if call.called_at == row.called_at else None
            begin = of_day(call.called_at)
            end = begin + (NO_SHOW_S if busy is None else busy)
            found.append((begin, end, (call.counter_id, row.id, row.service_id)))
    return found


def _recorded(reader: Reader, midnight: datetime, begins: float, ends: float) -> dict[UUID, Spans] | None:
    """Of each counter when it was open, as written down; None when nothing was before the day's first call."""
    rows = reader.session.execute(
        select(CounterStateRow.counter_id, CounterStateRow.state, CounterStateRow.at)
        .where(
            CounterStateRow.hall_id == reader.hall_id, CounterStateRow.at >= midnight - LEFT_OPEN,
            CounterStateRow.at < midnight + timedelta(days=1),
        )
        .order_by(CounterStateRow.seq)
    ).all()  # fmt: skip
    states: dict[UUID, list[tuple[float, bool]]] = {}
    for row in rows:
        at = max(0.0, (row.at - midnight).total_seconds())
        states.setdefault(row.counter_id, []).append((at, row.state == "open"))
    first = reader.session.scalar(select(func.min(CounterStateRow.at)).where(CounterStateRow.hall_id == reader.hall_id))
    if first is None or not states or first > midnight + timedelta(seconds=begins):
        return None
    return {id_: from_states(changes, ends) for id_, changes in states.items()}


def _counters(
    found: Catalogue,
    day: date,
    tickets: tuple[PastTicket, ...],
    visits: Visits,
    recorded: dict[UUID, Spans] | None,
) -> tuple[PastCounter, ...]:
    served: dict[UUID, set[UUID]] = {}
    busy: dict[UUID, list[tuple[float, float]]] = {}
    for begin, end, (counter, _, service) in visits:
        served.setdefault(counter, set()).add(service)
        busy.setdefault(counter, []).append((begin, end))
    counters = []
    for id_ in served.keys() | (recorded or {}).keys():
        facts = found.counters.get(id_)
        services = served.get(id_, set()) | set(facts.service_ids if facts is not None else ())
        spans = (recorded or {}).get(id_, ())
        if not spans:
            # Nothing is written down of it, and yet it called.
            spans = from_calls(busy.get(id_, ()), [ticket for ticket in tickets if ticket.service in services])
            for since, until in _planned(facts, found, day):
                if not any(begin < until and since < end for begin, end in busy.get(id_, ())):
                    spans = without(spans, since, until)
        label = facts.label if facts is not None else ""
        counters.append(PastCounter(id_, label, tuple(sorted(services)), spans))
    return tuple(sorted(counters, key=lambda counter: (counter.label, counter.id)))


def _planned(facts: CounterFacts | None, found: Catalogue, day: date) -> Spans:
    """The breaks a counter has planned for such a day, in seconds."""
    breaks = breaks_of(facts.breaks, day, found.calendar) if facts is not None else ()
    return tuple((begin * 60.0, end * 60.0) for begin, end in breaks)


def _usual(tickets: Iterable[PastTicket]) -> dict[UUID, float]:
    took: dict[UUID, list[float]] = {}
    for ticket in tickets:
        if ticket.busy_s is not None:
            took.setdefault(ticket.service, []).append(ticket.busy_s)
    return {service: median(times) for service, times in took.items()}


def _gap(tickets: Iterable[PastTicket], visits: Visits) -> float:
    """What usually lay between a visit and the next call while somebody waited."""
    issued = {ticket.id: ticket.issued_s for ticket in tickets}
    ended: dict[UUID, float] = {}
    gaps = []
    for begin, end, (counter, ticket, _) in visits:
        before = ended.get(counter)
        if before is not None and issued[ticket] < before and 0 <= begin - before <= LONGEST_GAP_S:
            gaps.append(begin - before)
        ended[counter] = end
    return median(gaps) if gaps else 15.0
