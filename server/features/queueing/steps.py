"""Steps with the ticket in hand: recall, start, finish, no-show, hold, transfer, and on to its next item."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from server.context import Context
from server.database import Writer
from server.features.catalogue.service import catalogue
from server.features.limits.service import followed
from server.features.queueing.counters import find_counter
from server.features.queueing.hand import EVENTS, answer, counter_facts, in_hand, refuse_another_day, take
from server.features.queueing.items import agree, items_of
from server.features.queueing.lines import join_line, waiting_for
from server.features.queueing.standing import stand_again
from server.features.queueing.undoing import keep, remember
from server.features.queueing.view import event_data
from server.features.queueing.visits import keep_visit
from shared.domain.errors import HallError
from shared.domain.items import next_item as following_item
from shared.domain.tickets import Status, Step, after
from shared.schemas.tickets import TransferRequest

# What the visit that a step ends is kept as.
OUTCOMES = {Step.FINISH: "finished", Step.NO_SHOW: "no_show", Step.HOLD: "held"}


def step(writer: Writer, context: Context, counter_id: UUID, what: Step) -> dict[str, Any]:
    """Recall, start, finish, no-show or hold the ticket in hand."""
    counter = find_counter(writer, counter_id)
    ticket = in_hand(writer, counter)
    before, was = remember(ticket), Status(ticket.status)
    ticket.status = after(was, what)
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
        visit = keep_visit(writer, ticket, OUTCOMES[what]) if what in OUTCOMES else None
        take(counter, ticket)
        keep(writer, counter, ticket, what, before, visit)
        followed(writer, ticket, was)
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
    visit = keep_visit(writer, ticket, "transferred")
    ticket.status = after(Status(ticket.status), Step.TRANSFER)
    ticket.service_id = service.id
    ticket.reserved_counter_id = request.counter_id
    ticket.note = request.note
    ticket.queued_at = writer.now
    ticket.version += 1
    agree(writer, ticket)
    take(counter, ticket)
    stand_again(writer, ticket, "transferred")
    waiting = join_line(writer, service.id, ticket.lane)
    keep(writer, counter, ticket, Step.TRANSFER, before, visit)
    data = event_data(
        found, ticket, waiting, counter_facts(writer, counter), previous_service_id=str(previous),
        previous_waiting=waiting_for(writer, previous),
    )  # fmt: skip
    return answer(writer, context, ticket, writer.emit(EVENTS[Step.TRANSFER], data))


def next_item(writer: Writer, context: Context, counter_id: UUID) -> dict[str, Any]:
    """End the item in hand and go on to the next: here if the counter serves it, else in that service's line.

    There it has the place that its issue gives it. ``finish`` ends the whole ticket, whatever items are left.
    """
    counter = find_counter(writer, counter_id)
    ticket = in_hand(writer, counter)
    found = catalogue(writer)
    following = following_item(items_of(writer, ticket), ticket.item, counter_facts(writer, counter).service_ids)
    if following is None:
        raise HallError("no_next_item", status=409, number=ticket.number)
    what, service_id = following
    if what is Step.MOVE_ON:
        refuse_another_day(writer, ticket)
        if not found.labels.get(service_id):
            raise HallError("service_not_served", status=409, service=found.services[service_id].name)
    before, previous = remember(ticket), ticket.service_id
    ticket.status = after(Status(ticket.status), what)
    ticket.started_at = ticket.started_at or ticket.called_at
    visit = keep_visit(writer, ticket, "finished")
    ticket.item += 1
    ticket.service_id, ticket.queued_at, ticket.parked_s = service_id, writer.now, 0
    if what is Step.NEXT_ITEM:
        ticket.called_at = ticket.started_at = writer.now
    else:
        ticket.reserved_counter_id, ticket.note = None, ""
    ticket.version += 1
    take(counter, ticket)
    if what is Step.MOVE_ON:
        stand_again(writer, ticket, "transferred")
        waiting = join_line(writer, service_id, ticket.lane)
    else:
        waiting = waiting_for(writer, service_id)
    keep(writer, counter, ticket, what, before, visit)
    data = event_data(
        found, ticket, waiting, counter_facts(writer, counter), item=ticket.item, previous_service_id=str(previous),
        previous_waiting=waiting_for(writer, previous),
    )  # fmt: skip
    return answer(writer, context, ticket, writer.emit(EVENTS[what], data))
