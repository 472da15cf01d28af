"""Invented people who take numbers; a hall gives each of them one at a time."""

from __future__ import annotations

from itertools import count

from shared.domain.id_numbers import resident_check_digit
from shared.schemas.tickets import Identity, Ticket
from tests.fakes.hall import RunningHall

_PLACES = count(100)


def new_number() -> str:
    """A resident's number with a right check digit that nobody else of this run has; born on 31 December 1949."""
    first = f"11010519491231{next(_PLACES):03d}"
    return first + resident_check_digit(first)


def somebody(name: str = "张三丰") -> Identity:
    """An invented person whom nobody else of this run is."""
    return Identity(kind="resident", number=new_number(), name=name)


def serve(hall: RunningHall, ticket: Ticket) -> None:
    """The visit takes place: the ticket is called at a counter that serves it, and finished."""
    client = hall.client("admin")
    try:
        counter = next(one for one in client.counters() if ticket.service_id in one.service_ids)
        if counter.state != "open":
            client.counter_state(counter.id, "sign-in")
        client.ticket_step(counter.id, "call-ticket", {"ticket_id": str(ticket.id)})
        client.ticket_step(counter.id, "finish")
    finally:
        client.close()
