"""Writing a conflict down, and telling the console of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.database import Reader, Writer
from server.features.island.models import ConflictRow
from shared.domain.identifiers import uuid7
from shared.domain.island.numbers import bare
from shared.schemas.island import Conflict, ConflictKind

RECORDED = "conflict.recorded"


def record_conflict(
    writer: Writer, kind: ConflictKind, *, terminal: str, number: str, happened_at: datetime,
    ticket_id: UUID | None = None, counter_id: UUID | None = None, other_counter_id: UUID | None = None,
    **detail: Any,
) -> UUID:  # fmt: skip
    """``detail``: plain values that explain it, no personal data. Answers the conflict's id."""
    row = ConflictRow(
        hall_id=writer.hall_id, id=uuid7(), service_day=writer.clocks.day(happened_at), kind=kind, ticket_id=ticket_id,
        number=number, counter_id=counter_id, other_counter_id=other_counter_id, terminal=terminal, detail=detail,
        happened_at=happened_at, recorded_at=writer.now, settled_at=None, settled_by="", note="",
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    writer.emit(RECORDED, conflict_view(row).model_dump_json())
    return row.id


def ticket_on_paper(reader: Reader, number: str) -> UUID | None:
    """Today's ticket of a paper that bears another number than the ticket has."""
    found = reader.session.execute(
        select(ConflictRow.number, ConflictRow.ticket_id)
        .where(
            ConflictRow.hall_id == reader.hall_id, ConflictRow.service_day == reader.day,
            ConflictRow.kind == "number_differs", ConflictRow.ticket_id.is_not(None),
        )
        .order_by(ConflictRow.recorded_at.desc(), ConflictRow.id.desc())
    )  # fmt: skip
    return next((ticket_id for known, ticket_id in found if bare(known) == bare(number)), None)


def conflict_view(row: ConflictRow) -> Conflict:
    return Conflict.model_validate({name: getattr(row, name) for name in Conflict.model_fields})
