"""Somebody who booked is there: which appointment is theirs, may they check in now, and what the ticket is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from server.context import Context
from server.database import Reader, Writer
from server.features.booking import telling
from server.features.booking.book import find, find_by_code
from server.features.booking.models import AppointmentRow
from server.features.booking.people import person_of
from server.features.booking.rules import rules
from server.features.catalogue.service import catalogue
from server.features.limits import service as limits
from shared.domain.booking.arrival import Arrival, arrival, times
from shared.domain.booking.life import Act, State, after
from shared.domain.errors import HallError
from shared.domain.release import clock_of
from shared.schemas.booking import Arrivals, Arrived, Arriving
from shared.schemas.tickets import Identity

_SHOWN = (State.BOOKED.value, State.CHECKED_IN.value)
MOST = 6


def check_in(
    writer: Writer, context: Context, appointment_id: UUID, service_id: UUID
) -> tuple[Identity | None, datetime | None]:  # fmt: skip
    """For ``issue``: whose ticket it is, and the start of the slot; no start for who is too late for it and walks in.

    HallError says what to do now. ``became`` follows once there is a ticket.
    """
    row = find(writer, appointment_id)
    if row.service_id != service_id:
        raise HallError("appointment_other_service", status=409)
    if row.state == State.CHECKED_IN:
        raise HallError("appointment_checked_in", status=409, number=row.ticket_number or "")
    state = after(State(row.state), Act.CHECK_IN)
    if row.day != writer.day:
        raise HallError("appointment_other_day", status=409, day=telling.day_words(row.day, row.language))
    policy = rules(writer)
    window, zone = times(policy, row.starts_at, row.ends_at), writer.clocks.zone
    come = arrival(policy, row.starts_at, row.ends_at, writer.now)
    if come is Arrival.EARLY:
        raise HallError("appointment_early", status=409, opens=window.opens.astimezone(zone).strftime("%H:%M"))
    if come is Arrival.REBOOK:
        raise HallError("appointment_late", status=409, closes=window.closes.astimezone(zone).strftime("%H:%M"))
    row.state, row.ended_at, row.ended_by = state.value, writer.now, "holder"
    row.version += 1
    person = person_of(context.keys.vault, row)
    return (person.identity if person else None), (row.starts_at if come is Arrival.IN_TIME else None)


def became(writer: Writer, appointment_id: UUID, ticket_id: UUID, number: str) -> None:
    """The appointment that was checked in is this ticket now."""
    row = find(writer, appointment_id)
    row.ticket_id, row.ticket_number = ticket_id, number
    writer.flush()
    limits.moved(writer, appointment_id, ticket_id, number)
    telling.changed(writer, row)


def arrivals(reader: Reader, context: Context, asked: Arriving) -> Arrivals:
    """Whose appointments stand before a kiosk: that of the code, or today's of the person; else their next one."""
    if asked.code is not None:
        rows = [find_by_code(reader, asked.code)]
    elif asked.identity is not None:
        key = context.keys.identity_key(asked.identity.kind, asked.identity.number)
        rows = _of_person(reader, key)
    else:
        raise HallError("appointment_not_named", status=422)
    return Arrivals(items=[_arrived(reader, row) for row in rows])


def _of_person(reader: Reader, key: bytes) -> list[AppointmentRow]:
    theirs = (
        select(AppointmentRow)
        .where(
            AppointmentRow.hall_id == reader.hall_id, AppointmentRow.identity_key == key,
            AppointmentRow.state.in_(_SHOWN),
        )
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )  # fmt: skip
    today = list(reader.session.scalars(theirs.where(AppointmentRow.day == reader.day).limit(MOST)))
    return today or list(reader.session.scalars(theirs.where(AppointmentRow.day > reader.day).limit(1)))


def _arrived(reader: Reader, row: AppointmentRow) -> Arrived:
    service, policy, zone = catalogue(reader).services[row.service_id], rules(reader), reader.clocks.zone
    window = times(policy, row.starts_at, row.ends_at)
    come = str(arrival(policy, row.starts_at, row.ends_at, reader.now))
    if row.state != State.BOOKED:
        come = "done"
    elif row.day != reader.day:
        come = "other_day"
    return Arrived.model_validate(
        {
            "appointment_id": row.id, "arrival": come, "state": row.state, "service_id": service.id,
            "service_name": service.name, "service_name_en": service.name_en, "day": row.day,
            "start": clock_of(row.start), "end": clock_of(row.end), "name_masked": row.name_masked,
            "opens": window.opens.astimezone(zone).strftime("%H:%M"),
            "closes": window.closes.astimezone(zone).strftime("%H:%M"), "ticket_id": row.ticket_id,
            "ticket_number": row.ticket_number,
        }
    )  # fmt: skip
