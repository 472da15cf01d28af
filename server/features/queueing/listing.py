"""Today's tickets, page by page."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from server.context import Context
from server.database import Reader
from server.features.queueing.models import TicketRow
from server.features.queueing.view import staff_fields
from shared.domain.errors import HallError
from shared.schemas.base import Page
from shared.schemas.tickets import StaffTicket


def list_tickets(
    reader: Reader,
    context: Context,
    status: str | None,
    service_id: UUID | None,
    number: str | None,
    limit: int,
    cursor: str | None,
) -> Page[StaffTicket]:
    """In the order of issue; the cursor is the id of the last ticket seen (ids are ordered by time)."""
    chosen = select(TicketRow).where(TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day)
    if status is not None:
        chosen = chosen.where(TicketRow.status == status)
    if service_id is not None:
        chosen = chosen.where(TicketRow.service_id == service_id)
    if number is not None:
        chosen = chosen.where(TicketRow.number == number.strip().upper())
    if cursor:
        chosen = chosen.where(TicketRow.position > _position(reader, cursor))
    rows = reader.session.scalars(chosen.order_by(TicketRow.position).limit(limit + 1)).all()
    items = [StaffTicket.model_validate(staff_fields(reader, context, row)) for row in rows[:limit]]
    return Page[StaffTicket](items=items, next_cursor=str(rows[limit - 1].id) if len(rows) > limit else None)


def _position(reader: Reader, cursor: str) -> int:
    try:
        row = reader.session.get(TicketRow, UUID(cursor))
    except ValueError:
        row = None
    if row is None:
        raise HallError("cursor_unknown", status=422)
    return row.position
