"""How appointments and entries of the waiting list look on the wire: always masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, select

from server.context import Context
from server.database import Reader
from server.features.booking import telling, waiting
from server.features.booking.models import AppointmentRow, PaperSentRow, WaitingRow
from server.features.booking.rules import rules
from server.features.catalogue.service import catalogue
from shared.domain.booking.arrival import times
from shared.domain.errors import HallError
from shared.domain.release import clock_of
from shared.schemas.base import Page
from shared.schemas.booking import Appointment, WaitingEntry

LIMIT = 200


def appointment(reader: Reader, context: Context, row: AppointmentRow) -> Appointment:
    return _views(reader, context, [row])[0]


def _views(reader: Reader, context: Context, rows: Sequence[AppointmentRow]) -> list[Appointment]:
    found, policy = catalogue(reader), rules(reader)
    ids = [row.id for row in rows]
    counted = select(PaperSentRow.appointment_id, func.count()).where(PaperSentRow.appointment_id.in_(ids))
    sent: dict[UUID, int] = {}
    for id_, count in reader.session.execute(counted.group_by(PaperSentRow.appointment_id)):
        sent[id_] = count
    made = []
    for row in rows:
        service, window = found.services[row.service_id], times(policy, row.starts_at, row.ends_at)
        made.append(Appointment.model_validate(
            {
                "id": row.id, "state": row.state, "service_id": service.id, "service_name": service.name,
                "service_name_en": service.name_en, "department_name": service.department[0],
                "department_name_en": service.department[1], "day": row.day, "start": clock_of(row.start),
                "end": clock_of(row.end), "starts_at": row.starts_at, "ends_at": row.ends_at,
                "opens_at": window.opens, "closes_at": window.closes, "identity_kind": row.identity_kind,
                "identity_masked": row.identity_masked, "name_masked": row.name_masked,
                "phone_masked": row.phone_masked, "channel": row.channel, "papers": sent.get(row.id, 0),
                "booked_at": row.booked_at, "ended_at": row.ended_at, "ended_by": row.ended_by, "reason": row.reason,
                "ticket_id": row.ticket_id, "ticket_number": row.ticket_number, "qr": telling.link(context, row),
            }
        ))  # fmt: skip
    return made


def appointments(
    reader: Reader, context: Context, *, first: date | None = None, last: date | None = None,
    service_id: UUID | None = None, state: str = "", limit: int = LIMIT, cursor: str | None = None,
) -> Page[Appointment]:  # fmt: skip
    """By day and time; from today on unless told otherwise."""
    chosen = select(AppointmentRow).where(
        AppointmentRow.hall_id == reader.hall_id, AppointmentRow.day >= (first or reader.day)
    )
    if last is not None:
        chosen = chosen.where(AppointmentRow.day <= last)
    if service_id is not None:
        chosen = chosen.where(AppointmentRow.service_id == service_id)
    if state:
        chosen = chosen.where(AppointmentRow.state == state)
    if cursor:
        at = _row_of(reader, cursor)
        later = (AppointmentRow.starts_at > at.starts_at) | (
            (AppointmentRow.starts_at == at.starts_at) & (AppointmentRow.id > at.id)
        )
        chosen = chosen.where(later)
    rows = reader.session.scalars(chosen.order_by(AppointmentRow.starts_at, AppointmentRow.id).limit(limit + 1)).all()
    items = _views(reader, context, rows[:limit])
    return Page[Appointment](items=items, next_cursor=str(items[-1].id) if len(rows) > limit else None)


def _row_of(reader: Reader, cursor: str) -> AppointmentRow:
    try:
        row = reader.session.get(AppointmentRow, UUID(cursor))
    except ValueError:
        row = None
    if row is None:
        raise HallError("cursor_unknown", status=422)
    return row


def waiting_entry(reader: Reader, context: Context, row: WaitingRow) -> WaitingEntry:
    return _entry(reader, context, row, waiting.before(reader, row) if row.state == "waiting" else 0)


def _entry(reader: Reader, context: Context, row: WaitingRow, before: int) -> WaitingEntry:
    service = catalogue(reader).services[row.service_id]
    return WaitingEntry.model_validate(
        {
            "id": row.id, "state": row.state, "service_id": service.id, "service_name": service.name,
            "service_name_en": service.name_en, "day": row.day,
            "before": before,
            "offer_start": clock_of(row.offer_start) if row.offer_start is not None else None,
            "offer_end": clock_of(row.offer_end) if row.offer_end is not None else None,
            "offer_until": row.offer_until, "appointment_id": row.appointment_id, "name_masked": row.name_masked,
            "joined_at": row.joined_at, "link": telling.link(context, row),
        }
    )  # fmt: skip


def waiting_entries(reader: Reader, context: Context) -> list[WaitingEntry]:
    """Who waits or has an offer, in the order of joining."""
    # Who can be asked before somebody: see ``waiting.before``.
    counts = case(((WaitingRow.state == "waiting") & WaitingRow.identity_key.is_not(None), 1), else_=0)
    upto = func.sum(counts).over(partition_by=(WaitingRow.service_id, WaitingRow.day), order_by=WaitingRow.position)
    chosen = select(WaitingRow, upto - counts).where(
        WaitingRow.hall_id == reader.hall_id, WaitingRow.state.in_(("waiting", "offered"))
    )
    rows = reader.session.execute(
        chosen.order_by(WaitingRow.day, WaitingRow.position, WaitingRow.id).limit(LIMIT)
    ).all()
    return [_entry(reader, context, row, before if row.state == "waiting" else 0) for row, before in rows]
