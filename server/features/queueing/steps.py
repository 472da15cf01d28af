"""Steps with the ticket in hand: recall, start, finish, no-show, hold, transfer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from server.context import Context
from server.database import Writer
from server.features.catalogue.service import catalogue
from server.features.limits.service import followed
from server.features.queueing.counters import find_counter
from server.features.queueing.hand import EVENTS, answer, counter_facts, in_hand, refuse_another_day, take, waiting_for
from server.features.queueing.lines import join_line
from server.features.queueing.standing import stand_again
from server.features.queueing.undoing import keep, remember
from server.features.queueing.view import event_data
from shared.domain.errors import HallError
from shared.domain.tickets import Status, Step, after
from shared.schemas.tickets import TransferRequest


def step(writer: Writer, context: Context, counter_id: UUID, what: Step) -> dict[str, Any]:
    """Recall, start, finish, no-show or hold the ticket in hand."""
    counter = find_counter(writer, counter_id)
    ticket = in_hand(writer, counter)
    before = remember(ticket)
    ticket.status = after(Status(ticket.status), what)
    ticket.version += 1
    if what is Step.RECALL:
        ticket.recalls += 1
        counter.last_step = None
    else:
        if what is Step.START:
            ticket.started_at = writer.now
        elif what is Step.FINISH:
            ticket.started_at = ticket.started_at or ticket.called_at
            ticket.finished_at = writer.now
        take(counter, ticket)
        keep(writer, counter, ticket, what, before)
        followed(writer, ticket, before["status"])
    waiting = waiting_for(writer, ticket.service_id)
    seq = writer.emit(EVENTS[what], event_data(catalogue(writer), ticket, waiting, counter_facts(writer, counter)))
    return answer(writer, context, ticket, seq)


def transfer(writer: Writer, context: Context, counter_id: UUID, request: TransferRequest) -> dict[str, Any]:
    """Send the ticket in hand back to a line, where the hall's policy puts it: by default where its issue did.

    Who is sent to one counter waits for that one; while it is closed, its colleagues may call.
    """
    counter = find_counter(writer, counter_id)
    ticket = in_hand(writer, counter)
    refuse_another_day(writer, ticket)
    found = catalogue(writer)
    if request.service_id is None and request.counter_id is None:
        raise HallError("transfer_without_target", status=422)
    # A service that was retired meanwhile keeps the people it has.
    service = found.service(request.service_id) if request.service_id else found.services[ticket.service_id]
    if not service.ticketable:
        raise HallError("service_not_ticketable", status=409, service=service.name)
    if request.counter_id is not None and service.id not in found.counter(request.counter_id).service_ids:
        raise HallError(
            "counter_does_not_serve", status=409, counter=found.counter(request.counter_id).label, service=service.name
        )
    if not found.labels.get(service.id):
        raise HallError("service_not_served", status=409, service=service.name)
    before, previous = remember(ticket), ticket.service_id
    ticket.status = after(Status(ticket.status), Step.TRANSFER)
    ticket.service_id = service.id
    ticket.reserved_counter_id = request.counter_id
    ticket.note = request.note
    ticket.version += 1
    take(counter, ticket)
    stand_again(writer, ticket, "transferred")
    waiting = join_line(writer, service.id, ticket.lane)
    keep(writer, counter, ticket, Step.TRANSFER, before)
    data = event_data(
        found, ticket, waiting, counter_facts(writer, counter), previous_service_id=str(previous),
        previous_waiting=waiting_for(writer, previous),
    )  # fmt: skip
    return answer(writer, context, ticket, writer.emit(EVENTS[Step.TRANSFER], data))
