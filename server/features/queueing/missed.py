"""Who missed the call of a counter's services today, and where they would stand if they came back now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.context import Context
from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.queueing.counters import find_counter
from server.features.queueing.items import items_of_all
from server.features.queueing.lines import ahead_of
from server.features.queueing.models import TicketRow
from server.features.queueing.returning import refusal
from server.features.queueing.standing import place_again
from server.features.queueing.view import staff_fields
from server.tables import HallRow
from shared.domain.tickets import Status
from shared.schemas.tickets import MissedTicket, StaffTicket

MOST = 100


def missed_tickets(reader: Reader, context: Context, counter_id: UUID) -> list[MissedTicket]:
    """The last called first."""
    mine = catalogue(reader).counters[find_counter(reader, counter_id).id].service_ids
    rows = reader.session.scalars(
        select(TicketRow)
        .where(
            TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day,
            TicketRow.service_id.in_(mine), TicketRow.status == Status.NO_SHOW,
        )
        .order_by(TicketRow.called_at.desc(), TicketRow.call_id.desc())
        .limit(MOST)
    ).all()  # fmt: skip
    items, places = items_of_all(reader, rows), _Places(reader)

    def told(row: TicketRow) -> MissedTicket:
        refused = refusal(reader, row)
        why: Any = refused.code if refused is not None else None
        ticket = StaffTicket.model_validate(staff_fields(reader, context, row, 0, items.get(row.id, ())))
        return MissedTicket(ticket=ticket, place=places.of(row) if refused is None else None, refused=why)

    return [told(row) for row in rows]


class _Places:
    """Where tickets would stand again: all of one service and group at the same place, which is looked up once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._last = reader.session.get_one(HallRow, reader.hall_id).seq + 1
        self._known: dict[tuple[UUID, int], int] = {}

    def of(self, row: TicketRow) -> int:
        """How many would be ahead."""
        line = (row.service_id, row.priority)
        if line not in self._known:
            self._known[line] = ahead_of(self._reader, place_again(self._reader, row, "missed", self._last))
        return self._known[line]
