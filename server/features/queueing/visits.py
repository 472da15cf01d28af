"""What is kept of a ticket's visits to counters."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from server.database import Writer
from server.features.queueing.models import TicketRow, TicketVisitRow
from shared.domain.identifiers import uuid7

_INSERT = TicketVisitRow.__table__.insert()  # type: ignore[attr-defined]
_DELETE = TicketVisitRow.__table__.delete()  # type: ignore[attr-defined]


def keep_visit(writer: Writer, ticket: TicketRow, outcome: str, ended_at: datetime | None = None) -> UUID:
    """The stretch of the ticket's item at its counter is over, now or at ``ended_at``: it becomes a row of its own."""
    visit_id = uuid7()
    writer.connection.execute(
        _INSERT,
        {
            "hall_id": ticket.hall_id, "id": visit_id, "service_day": ticket.service_day, "ticket_id": ticket.id,
            "item": ticket.item, "service_id": ticket.service_id, "counter_id": ticket.counter_id,
            "staff_id": ticket.staff_id, "queued_at": ticket.queued_at or ticket.issued_at,
            "called_at": ticket.called_at, "started_at": ticket.started_at, "ended_at": ended_at or writer.now,
            "parked_s": ticket.parked_s, "outcome": outcome,
        },
    )  # fmt: skip
    return visit_id


def forget_visit(writer: Writer, visit_id: UUID) -> None:
    """The step that ended it was taken back."""
    writer.connection.execute(_DELETE.where(TicketVisitRow.id == visit_id))
