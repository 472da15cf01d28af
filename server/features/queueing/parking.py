"""Park and resume: somebody fetches a copy or fills a form, and the counter serves others meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from server.context import Context
from server.database import Writer
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from server.features.queueing.counters import find_counter, ready_counter
from server.features.queueing.desk import parked_at
from server.features.queueing.hand import EVENTS, answer, counter_facts, in_hand, refuse_another_day, take
from server.features.queueing.lines import waiting_for
from server.features.queueing.models import TicketRow
from server.features.queueing.undoing import keep, remember
from server.features.queueing.view import event_data, find_ticket
from shared.domain.errors import HallError
from shared.domain.tickets import Status, Step, after
from shared.schemas.tickets import ParkRequest


def park(writer: Writer, context: Context, counter_id: UUID, request: ParkRequest) -> dict[str, Any]:
    """Put the ticket in hand aside at this counter."""
    counter = find_counter(writer, counter_id)
    ticket = in_hand(writer, counter)
    before = remember(ticket)
    ticket.status = after(Status(ticket.status), Step.PARK)
    ticket.started_at = ticket.started_at or ticket.called_at
    ticket.parked_at = writer.now
    ticket.parked_until = writer.now + timedelta(minutes=request.minutes) if request.minutes else None
    ticket.park_reason = request.reason
    return _done(writer, context, counter, ticket, Step.PARK, before)


def unpark(writer: Writer, context: Context, counter_id: UUID, ticket_id: UUID | None) -> dict[str, Any]:
    """Go on with a parked ticket of this counter, without a call; None: with the one that is due first."""
    counter = ready_counter(writer, counter_id)
    if ticket_id is None:
        first = next(iter(parked_at(writer, counter)), None)
        if first is None:
            raise HallError("nobody_parked", status=409, counter=counter.label)
        ticket = first
    else:
        ticket = find_ticket(writer, ticket_id)
        refuse_another_day(writer, ticket)
        if ticket.status == Status.PARKED and ticket.counter_id != counter.id:
            elsewhere = catalogue(writer).counters[ticket.counter_id] if ticket.counter_id else None
            label = elsewhere.label if elsewhere else ""
            raise HallError("ticket_parked_elsewhere", status=409, number=ticket.number, counter=label)
    return back_in_hand(writer, context, counter, ticket)


def back_in_hand(writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow) -> dict[str, Any]:
    """``unpark`` of a ticket that is parked at this counter, whose hand is free."""
    before = remember(ticket)
    ticket.status = after(Status(ticket.status), Step.UNPARK)
    if ticket.parked_at is not None:
        # A clock that was set back must not make serving longer.
        ticket.parked_s += max(0, round((writer.now - ticket.parked_at).total_seconds()))
    ticket.parked_at = ticket.parked_until = None
    ticket.park_reason = ""
    ticket.staff_id = counter.staff_id
    return _done(writer, context, counter, ticket, Step.UNPARK, before)


def _done(
    writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow, step: Step, before: dict[str, Any]
) -> dict[str, Any]:
    ticket.version += 1
    take(counter, ticket)
    keep(writer, counter, ticket, step, before)
    waiting = waiting_for(writer, ticket.service_id)
    data = event_data(catalogue(writer), ticket, waiting, counter_facts(writer, counter))
    return answer(writer, context, ticket, writer.emit(EVENTS[step], data))
