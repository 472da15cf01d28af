"""The items of a ticket that is for several matters; a ticket for one has no rows here and costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, update

from server.database import Reader, Writer
from server.features.queueing.models import TicketItemRow, TicketRow

_INSERT = TicketItemRow.__table__.insert()  # type: ignore[attr-defined]
_OF_TICKET = (
    select(TicketItemRow.service_id).where(TicketItemRow.ticket_id == bindparam("ticket")).order_by(TicketItemRow.place)
)
_OF_TICKETS = (
    select(TicketItemRow.ticket_id, TicketItemRow.service_id)
    .where(TicketItemRow.ticket_id.in_(bindparam("tickets", expanding=True)))
    .order_by(TicketItemRow.ticket_id, TicketItemRow.place)
)
_NOW = (
    update(TicketItemRow)
    .where(TicketItemRow.ticket_id == bindparam("ticket"), TicketItemRow.place == bindparam("at"))
    .values(service_id=bindparam("service"))
)


def add_items(writer: Writer, ticket_id: UUID, items: Sequence[UUID]) -> None:
    if len(items) > 1:
        rows = [
            {"hall_id": writer.hall_id, "ticket_id": ticket_id, "place": place, "service_id": service_id}
            for place, service_id in enumerate(items)
        ]
        writer.connection.execute(_INSERT, rows)


def items_of(reader: Reader, ticket: TicketRow) -> Sequence[UUID]:
    """The services of all items in order; empty for a ticket with one."""
    if ticket.items == 1:
        return ()
    return tuple(reader.connection.execute(_OF_TICKET, {"ticket": ticket.id}).scalars())


def items_of_all(reader: Reader, tickets: Sequence[TicketRow]) -> dict[UUID, list[UUID]]:
    """The same of a list, read once; tickets with one item are left out."""
    several = [ticket.id for ticket in tickets if ticket.items > 1]
    found: dict[UUID, list[UUID]] = {}
    for ticket_id, service_id in reader.connection.execute(_OF_TICKETS, {"tickets": several}) if several else ():
        found.setdefault(ticket_id, []).append(service_id)
    return found


def agree(writer: Writer, ticket: TicketRow) -> None:
    """The ticket was sent to another service, or came back from it: so was its item."""
    if ticket.items > 1:
        values = {"ticket": ticket.id, "at": ticket.item, "service": ticket.service_id}
        writer.connection.execute(_NOW, values)
