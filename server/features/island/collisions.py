"""One record for each ticket that a counter dealt with alone while somebody else had it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from server.database import Writer
from server.features.island.conflicts import RECORDED, conflict_view, record_conflict
from server.features.island.models import ConflictRow
from server.features.queueing.models import TicketRow
from shared.domain.tickets import Step

CALLED_TWICE = "called_twice"


def record_collision(
    writer: Writer, ticket: TicketRow, *, counter_id: UUID, terminal: str, what: Step, at: datetime
) -> UUID:  # fmt: skip
    """What the counter did goes into the record of this collision, which the first of its steps makes."""
    line = [what.value, at.isoformat()]
    row = writer.session.scalars(
        select(ConflictRow).where(
            ConflictRow.hall_id == writer.hall_id, ConflictRow.kind == CALLED_TWICE,
            ConflictRow.ticket_id == ticket.id, ConflictRow.counter_id == counter_id, ConflictRow.settled_at.is_(None),
        )
    ).first()  # fmt: skip
    if row is None:
        other = ticket.counter_id if ticket.counter_id != counter_id else None
        return record_conflict(
            writer, "called_twice", terminal=terminal, number=ticket.number, happened_at=at, ticket_id=ticket.id,
            counter_id=counter_id, other_counter_id=other, status=ticket.status, steps=[line],
        )  # fmt: skip
    # Anew, so that the row is seen to have changed.
    row.detail = {**row.detail, "steps": [*row.detail.get("steps", []), line]}
    writer.flush()
    writer.emit(RECORDED, conflict_view(row).model_dump_json())
    return row.id
