"""Conflicts for whoever has to look: the list, and settling one with a note."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from server import audit
from server.database import Reader, Writer
from server.features.island.conflicts import conflict_view
from server.features.island.models import ConflictRow
from shared.domain.errors import HallError
from shared.schemas.island import Conflict

SETTLED = "conflict.settled"
MOST_LISTED = 500


def conflicts(reader: Reader, *, settled: bool | None = None) -> list[Conflict]:
    """The newest first; ``settled``: only those that are, or are not."""
    found = select(ConflictRow).where(ConflictRow.hall_id == reader.hall_id)
    if settled is not None:
        found = found.where(ConflictRow.settled_at.is_not(None) if settled else ConflictRow.settled_at.is_(None))
    found = found.order_by(ConflictRow.happened_at.desc(), ConflictRow.id.desc()).limit(MOST_LISTED)
    return [conflict_view(row) for row in reader.session.scalars(found)]


def settle(writer: Writer, who: audit.Actor, conflict_id: UUID, note: str) -> Conflict:
    """Somebody has looked and says what came of it; nothing else changes."""
    row = writer.session.get(ConflictRow, conflict_id)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("conflict_unknown", status=404)
    if row.settled_at is not None:
        raise HallError("conflict_settled", status=409, number=row.number, by=row.settled_by)
    row.settled_at, row.settled_by, row.note = writer.now, who.label, note
    writer.flush()
    view = conflict_view(row)
    audit.record(writer, who, SETTLED, "conflict", row.id, kind=row.kind, number=row.number)
    writer.emit(SETTLED, view.model_dump_json())
    return view
