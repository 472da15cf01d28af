"""Who missed the call of a counter's services today, and where they would stand if they came back now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.context import Context
from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.queueing.counters import find_counter
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
        .order_by(TicketRow.called_at.desc())
        .limit(MOST)
    )  # fmt: skip
    last = reader.session.get_one(HallRow, reader.hall_id).seq + 1
    return [_missed(reader, context, row, last) for row in rows]


def _missed(reader: Reader, context: Context, row: TicketRow, last: int) -> MissedTicket:
    refused = refusal(reader, row)
    why: Any = refused.code if refused is not None else None
    place = None if refused is not None else ahead_of(reader, place_again(reader, row, "missed", last))
    return MissedTicket(
        ticket=StaffTicket.model_validate(staff_fields(reader, context, row, 0)), place=place, refused=why
    )
