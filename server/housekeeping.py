"""What is swept every hour."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from server.database import EventRow, Writer
from server.idempotency import forget_old_answers

# A screen that was off for longer takes a snapshot anyway.
EVENTS_KEPT = timedelta(days=8)


def sweep(writer: Writer) -> None:
    """Forget old answers to repeated requests and old events."""
    forget_old_answers(writer)
    writer.connection.execute(
        delete(EventRow).where(EventRow.hall_id == writer.hall_id, EventRow.at < writer.now - EVENTS_KEPT)
    )
