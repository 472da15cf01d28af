"""Shift hand-over: a counter with its parked and held tickets, and a note, left to a colleague."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from server.database import Reader, Writer
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.queueing.models import HandOverRow, TicketRow
from shared.domain.identifiers import uuid7
from shared.domain.tickets import Status
from shared.schemas.hall import HandOver


def leave(writer: Writer, counter: CounterRow, note: str) -> HandOverRow:
    """Whoever is on duty leaves the counter to whoever signs in next."""
    rows = writer.session.execute(
        select(TicketRow.status, func.count())
        .where(TicketRow.hall_id == writer.hall_id, TicketRow.service_day == writer.day,
               TicketRow.counter_id == counter.id, TicketRow.status.in_((Status.PARKED, Status.HELD)))
        .group_by(TicketRow.status)
    )  # fmt: skip
    counted = {status: count for status, count in rows}
    row = HandOverRow(
        hall_id=writer.hall_id, id=uuid7(), counter_id=counter.id, from_staff_id=counter.staff_id, to_staff_id=None,
        note=note.strip(), parked=counted.get(Status.PARKED.value, 0), held=counted.get(Status.HELD.value, 0),
        given_at=writer.now, taken_at=None, closed_at=None,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    counter.hand_over_id = row.id
    return row


def take(writer: Writer, counter: CounterRow) -> HandOverRow | None:
    """Somebody has signed in: what was left here is theirs now. None when nothing was, or it was taken before."""
    row = _row(writer, counter)
    if row is None or row.taken_at is not None:
        return None
    row.taken_at, row.to_staff_id = writer.now, counter.staff_id
    return row


def close(writer: Writer, counter: CounterRow) -> None:
    """The note has been read; harmless when repeated."""
    row = _row(writer, counter)
    if row is not None and row.taken_at is not None:
        row.closed_at = writer.now
        counter.hand_over_id = None


def left_at(reader: Reader, counter: CounterRow) -> HandOver | None:
    """What the person on duty has to read; nobody sees it before somebody has signed in."""
    row = _row(reader, counter)
    if row is None or row.taken_at is None:
        return None
    giver = reader.session.get(StaffRow, row.from_staff_id) if row.from_staff_id else None
    return HandOver(
        id=row.id, staff=giver.name if giver else "", note=row.note, parked=row.parked, held=row.held,
        given_at=row.given_at,
    )  # fmt: skip


def _row(reader: Reader, counter: CounterRow) -> HandOverRow | None:
    wanted: UUID | None = counter.hand_over_id
    return reader.session.get(HandOverRow, wanted) if wanted is not None else None
