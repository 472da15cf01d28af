"""Writing a conflict down, and telling the console of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from server.database import Writer
from server.features.island.models import ConflictRow
from shared.domain.identifiers import uuid7
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


def conflict_view(row: ConflictRow) -> Conflict:
    return Conflict.model_validate({name: getattr(row, name) for name in Conflict.model_fields})
