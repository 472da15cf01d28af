"""Booking a slot, moving to another, cancelling: each in one transaction with the slot's count and the claim."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.context import Context
from server.database import Reader, Writer
from server.features.booking import telling
from server.features.booking.models import AppointmentRow, WaitingRow
from server.features.booking.people import Person, columns, person_of
from server.features.booking.rules import moment, rules
from server.features.booking.waiting import freed, offered_slot, taken
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.limits import service as limits
from server.features.limits.persons import holder_of
from server.features.limits.service import Admitted
from server.features.release import service as release
from server.features.release.service import SlotLeft
from shared.domain.booking.life import Act, State, Waiting, after
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.release import COMMON, Slot, clock_of


def bookable(reader: Reader) -> list[ServiceFacts]:
    """The services that have slots to book at all, in the hall's order."""
    local = reader.now.astimezone(reader.clocks.zone)
    now = (local.date(), local.hour * 60 + local.minute)
    last = release.last_slots(reader, rules(reader).days_ahead)
    return [
        service for service in catalogue(reader).services.values()
        if service.ticketable and not service.retired and not service.suspended
        and (slot := last.get(service.id)) is not None and (slot.day, slot.start) > now
    ]  # fmt: skip


def slots(reader: Reader, service: ServiceFacts, through: str = "phone") -> list[SlotLeft]:
    """All slots of the days that can be booked, also those with none left."""
    if service.suspended or not service.ticketable:
        return []
    return release.slots(reader, service, reader.day, rules(reader).days_ahead, through=through)


def slot_of(reader: Reader, service: ServiceFacts, day: date, start: int, through: str) -> Slot:
    """HallError unless the service has such a slot on a day that can be booked."""
    offered = (one.slot for one in slots(reader, service, through))
    found = next((slot for slot in offered if (slot.day, slot.start) == (day, start)), None)
    if found is None:
        raise HallError("appointment_slot_unknown", status=409, service=service.name)
    return found


def book(
    writer: Writer, context: Context, who: Actor, person: Person, slot: Slot, service: ServiceFacts, *, channel: str,
    language: str, token: str, pool: str | None = None,
) -> AppointmentRow:  # fmt: skip
    """The appointment; the same again when this very form was sent before.

    ``pool``: the slot is kept for this booking already, of this share.
    """
    mark = _mark(token, service.id, slot, person.key(context.keys))
    known = writer.session.scalars(select(AppointmentRow).where(AppointmentRow.token == mark)).one_or_none()
    if known is not None:
        return known
    admitted = _admitted(writer, context, person, service, slot, channel)
    if pool is None:
        pool = _take(writer, service, slot, channel)
    id_ = uuid7()
    row = AppointmentRow(
        hall_id=writer.hall_id, id=id_, code=secrets.token_urlsafe(16), token=mark, service_id=service.id,
        state=State.BOOKED.value, language=language, channel=channel, booked_at=writer.now, ended_by="", reason="",
        reminded=False, version=0, pool=pool, **columns(context.keys, "appointments", id_, person),
    )  # fmt: skip
    _put(writer, row, slot)
    writer.session.add(row)
    writer.flush()
    limits.claim(writer, admitted, row.id, _label(slot))
    audit.record(writer, who, "appointment.booked", "appointment", row.id, service=service.name, day=slot.day)
    telling.changed(writer, row)
    telling.tell(writer, context, "booking_made", row)
    return row


def change(
    writer: Writer, context: Context, who: Actor, row: AppointmentRow, slot: Slot, service: ServiceFacts
) -> AppointmentRow:  # fmt: skip
    """Move to another slot: the new one is taken before the old one is let go, so that nothing is lost in between."""
    after(State(row.state), Act.CHANGE)
    old = Slot(row.day, row.start, row.end)
    if old == slot:
        return row
    _refuse_past(writer, row)
    limits.refuse_cancelling(writer, row.starts_at)
    person = person_of(context.keys.vault, row)
    if person is not None:
        # The place of the old day is given back first: it must not stand in the way of the new one.
        limits.let_go(writer, row.id, counts=False)
        admitted = _admitted(writer, context, person, service, slot, row.channel)
        limits.claim(writer, admitted, row.id, _label(slot))
    share, row.pool = _share(writer, row, service, old), _take(writer, service, slot, row.channel)
    _put(writer, row, slot)
    row.version += 1
    writer.flush()
    audit.record(writer, who, "appointment.changed", "appointment", row.id, day=slot.day)
    telling.changed(writer, row)
    telling.tell(writer, context, "booking_changed", row)
    freed(writer, context, service, old, share)
    return row


def cancel(
    writer: Writer, context: Context, who: Actor, row: AppointmentRow, *, by: str, reason: str = ""
) -> AppointmentRow:
    """``by``: holder, whom the hall's rules may refuse; or staff, who say why."""
    if row.state == State.CANCELLED:
        return row
    state = after(State(row.state), Act.CANCEL)
    # Too late for the rules that ask for notice, and for others to have the time: given up like this it is missed, but
    # its holder is free for something else at once, and not only at the end of the day.
    begun = row.starts_at <= writer.now
    if by == "holder" and not begun:
        limits.refuse_cancelling(writer, row.starts_at)
    elif by != "holder" and not reason:
        raise HallError("appointment_reason_needed", status=422)
    row.state, row.ended_at, row.ended_by, row.reason = state.value, writer.now, by, reason
    row.version += 1
    writer.flush()
    limits.let_go(writer, row.id, counts=begun and by == "holder")
    if by == "holder" and row.identity_key is not None:
        kind: Literal["missed", "cancelled"] = "missed" if begun else "cancelled"
        limits.penalise(writer, kind, "booking", row.id, row.service_id, row.identity_key, row.identity_masked or "")
    detail = {"reason": reason} if reason else {}
    audit.record(writer, who, "appointment.cancelled", "appointment", row.id, by=by, **detail)
    telling.changed(writer, row)
    telling.tell(writer, context, "booking_cancelled" if by == "holder" else "booking_withdrawn", row)
    service, slot = catalogue(writer).services[row.service_id], Slot(row.day, row.start, row.end)
    freed(writer, context, service, slot, _share(writer, row, service, slot))
    return row


def accept(writer: Writer, context: Context, who: Actor, row: WaitingRow) -> AppointmentRow:
    """Take the slot that is on offer; the same appointment when it was taken already."""
    if row.state == Waiting.TAKEN and row.appointment_id is not None:
        return find(writer, row.appointment_id)
    slot, person = offered_slot(writer, row), person_of(context.keys.vault, row)
    if person is None:
        raise HallError("waiting_unknown", status=404)
    made = book(
        writer, context, who, person, slot, catalogue(writer).service(row.service_id), channel=row.channel,
        language=row.language, token=f"offer {row.id}", pool=row.offer_through or COMMON,
    )  # fmt: skip
    taken(writer, row, made.id)
    return made


def find(reader: Reader, appointment_id: UUID) -> AppointmentRow:
    row = reader.session.get(AppointmentRow, appointment_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("appointment_unknown", status=404)
    return row


def find_by_code(reader: Reader, code: str) -> AppointmentRow:
    """The appointment of a scanned code: its address, or the bare opaque id."""
    opaque = code.strip().split("?")[0].rsplit("/", 1)[-1]
    row = reader.session.scalars(select(AppointmentRow).where(AppointmentRow.code == opaque)).one_or_none()
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("appointment_unknown", status=404)
    return row


def _admitted(
    writer: Writer, context: Context, person: Person, service: ServiceFacts, slot: Slot, channel: str
) -> Admitted | None:  # fmt: skip
    """HallError when a rule of the hall forbids this person this booking."""
    begins = moment(writer, slot.day, slot.start)
    return limits.admit(writer, holder_of(context, person.identity), service, "booking", channel, begins=begins)


def _take(writer: Writer, service: ServiceFacts, slot: Slot, channel: str) -> str:
    """Count one of a slot; answers whose share it was of."""
    release.take(writer, service, "booking", slot, through=channel)
    return release.pool_of(writer, service, slot, channel)


def _share(reader: Reader, row: AppointmentRow, service: ServiceFacts, slot: Slot) -> str:
    """Where a booked one goes back to."""
    return release.pool_of(reader, service, slot, row.channel) if row.pool is None else row.pool


def _label(slot: Slot) -> str:
    """How a refusal names the booking."""
    return f"{clock_of(slot.start)}\N{EN DASH}{clock_of(slot.end)}"


def _mark(token: str, service_id: UUID, slot: Slot, key: bytes) -> bytes:
    """The same form sent twice is one booking; the same form with another choice in it is another."""
    content = f"{token}\n{service_id}\n{slot.day}\n{slot.start}\n".encode() + key
    return hashlib.sha256(content).digest()


def _put(writer: Writer, row: AppointmentRow, slot: Slot) -> None:
    row.day, row.start, row.end = slot.day, slot.start, slot.end
    row.starts_at, row.ends_at = moment(writer, slot.day, slot.start), moment(writer, slot.day, slot.end)


def _refuse_past(reader: Reader, row: AppointmentRow) -> None:
    if row.starts_at <= reader.now:
        raise HallError("appointment_has_begun", status=409)
