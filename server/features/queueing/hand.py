"""A counter and the ticket in its hand: what every step with it needs."""

from __future__ import annotations

from typing import Any

from server.context import Context
from server.database import Reader, Writer
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import CounterFacts, catalogue
from server.features.queueing.models import TicketRow
from server.features.queueing.view import find_ticket, staff_fields
from shared.domain.errors import HallError
from shared.domain.tickets import IN_HAND, Status, Step

EVENTS = {
    Step.CALL: "ticket.called",
    Step.RECALL: "ticket.recalled",
    Step.START: "ticket.started",
    Step.FINISH: "ticket.finished",
    Step.NO_SHOW: "ticket.no_show",
    Step.HOLD: "ticket.held",
    Step.TRANSFER: "ticket.transferred",
    Step.PARK: "ticket.parked",
    Step.UNPARK: "ticket.unparked",
    Step.NEXT_ITEM: "ticket.next_item",
    # To everybody else it is a transfer like any other.
    Step.MOVE_ON: "ticket.transferred",
    Step.PRIORITISE: "ticket.prioritised",
}


def in_hand(writer: Writer, counter: CounterRow) -> TicketRow:
    if counter.ticket_id is None:
        raise HallError("no_ticket_in_hand", status=409, counter=counter.label)
    return find_ticket(writer, counter.ticket_id)


def take(counter: CounterRow, ticket: TicketRow) -> None:
    """The counter has this ticket in hand, or nothing once the ticket's step took it away."""
    has = Status(ticket.status) in IN_HAND
    counter.ticket_id = ticket.id if has else None
    counter.ticket_number = ticket.number if has else None
    counter.ticket_status = ticket.status if has else None


def answer(writer: Writer, context: Context, ticket: TicketRow, seq: int) -> dict[str, Any]:
    call = {"id": str(ticket.call_id), "seq": seq} if ticket.call_id else None
    return {"call": call, "ticket": staff_fields(writer, context, ticket)}


def counter_facts(reader: Reader, counter: CounterRow) -> CounterFacts:
    return catalogue(reader).counters[counter.id]


def refuse_another_day(reader: Reader, ticket: TicketRow) -> None:
    if ticket.service_day != reader.day:
        raise HallError("ticket_of_another_day", status=409, number=ticket.number)
