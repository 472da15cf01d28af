"""The waiting list: joining it, and a freed slot that is offered to one after the other.

While a slot is on offer it stays counted as taken: nobody can book it away from whoever is asked.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select

from server import audit
from server.audit import Actor
from server.context import Context
from server.database import Reader, Writer
from server.features.booking import telling
from server.features.booking.models import WaitingRow
from server.features.booking.people import Person, columns
from server.features.booking.rules import moment, rules
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.release import service as release
from shared.domain.booking.life import WaitAct, Waiting, wait_after
from shared.domain.booking.offers import answer_until, first
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.release import COMMON, Slot

_OPEN: Final = (Waiting.WAITING.value, Waiting.OFFERED.value)


def can_join(reader: Reader, service: ServiceFacts, day: date) -> bool:
    """Whether the day has slots of this service and all of them are taken."""
    found = release.slots(reader, service, day, 1)
    return rules(reader).waiting_list and bool(found) and not any(one.left for one in found)


def refuse_joining(reader: Reader, service: ServiceFacts, day: date) -> None:
    """HallError where nobody waits for this day."""
    if not rules(reader).waiting_list:
        raise HallError("waiting_list_closed", status=409)
    if not can_join(reader, service, day):
        raise HallError("waiting_not_needed", status=409)


def join(
    writer: Writer, context: Context, who: Actor, person: Person, service: ServiceFacts, day: date, *, channel: str,
    language: str, token: str,
) -> WaitingRow:  # fmt: skip
    """The entry; the one there is when this form was sent before or its account waits for this already."""
    key = person.key(context.keys)
    mark = hashlib.sha256(f"{token}\n{service.id}\n{day}\n".encode() + key).digest()
    same = (WaitingRow.hall_id == writer.hall_id, WaitingRow.service_id == service.id, WaitingRow.day == day)
    mine = (WaitingRow.identity_key == key) & WaitingRow.state.in_(_OPEN)
    found = writer.session.scalars(select(WaitingRow).where(*same, mine | (WaitingRow.token == mark))).all()
    known = next((row for row in found if row.token == mark or _owns(person, row)), None)
    if known is not None:
        return known
    if found:
        # Its address is its secret: knowing somebody's number is not enough to be shown it.
        raise HallError("waiting_already", status=409)
    refuse_joining(writer, service, day)
    _refuse_too_many(writer, key, service, day)
    id_ = uuid7()
    last = writer.session.scalar(select(func.max(WaitingRow.position)).where(WaitingRow.hall_id == writer.hall_id))
    row = WaitingRow(
        hall_id=writer.hall_id, id=id_, code=secrets.token_urlsafe(16), token=mark, service_id=service.id, day=day,
        position=(last or 0) + 1, state=Waiting.WAITING.value, language=language, channel=channel,
        joined_at=writer.now, **columns(context.keys, "waiting_list", id_, person),
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "waiting.joined", "waiting", row.id, service=service.name, day=day)
    telling.changed(writer, row)
    return row


def _refuse_too_many(reader: Reader, key: bytes, service: ServiceFacts, day: date) -> None:
    """Whoever waits everywhere keeps others from it, and who is the hundredth waits for nothing."""
    held = rules(reader)
    open_ = select(func.count()).where(WaitingRow.hall_id == reader.hall_id, WaitingRow.state.in_(_OPEN))
    mine = reader.session.scalar(open_.where(WaitingRow.identity_key == key, WaitingRow.day >= reader.day)) or 0
    if mine >= held.waiting_per_person:
        raise HallError("waiting_enough", status=409, count=mine)
    if (reader.session.scalar(open_.where(WaitingRow.service_id == service.id, WaitingRow.day == day)) or 0) >= (
        held.waiting_per_day
    ):
        raise HallError("waiting_list_full", status=409, count=held.waiting_per_day)


def freed(writer: Writer, context: Context, service: ServiceFacts, slot: Slot, pool: str) -> None:
    """A slot that was counted as taken is free: the first who waits is asked, else anybody may have it of its share."""
    release.give_back(writer, service.id, slot, pool)
    _offer(writer, context, service, slot, pool)


def _offer(writer: Writer, context: Context, service: ServiceFacts, slot: Slot, pool: str) -> None:
    """Ask the first who waits and count the slot as taken meanwhile; nobody, where the plan has it no longer."""
    local, start = _local(writer), moment(writer, slot.day, slot.start)
    until = answer_until(local, rules(writer).offer_minutes, start)
    row = first(writer.session.scalars(_waiting(writer, service.id, slot.day).limit(1)))
    if row is None or until is None or service.suspended or service.retired:
        return
    try:
        release.take(writer, service, "booking", slot, pool=pool)
    except HallError as error:
        if error.code not in ("release_none_left", "release_not_now"):
            raise
        return
    row.state = wait_after(Waiting(row.state), WaitAct.OFFER).value
    row.offer_start, row.offer_end, row.offer_through, row.offer_until = slot.start, slot.end, pool, until
    writer.flush()
    audit.record(writer, audit.SYSTEM, "waiting.offered", "waiting", row.id, day=slot.day)
    telling.changed(writer, row)
    telling.tell(writer, context, telling.OFFER, row)


def offered_slot(reader: Reader, row: WaitingRow) -> Slot:
    """The slot on offer; HallError when there is none any more."""
    wait_after(Waiting(row.state), WaitAct.TAKE)
    if row.offer_until is None or row.offer_until <= reader.now or row.offer_start is None or row.offer_end is None:
        raise HallError("waiting_not_possible_lapsed", status=409)
    return Slot(row.day, row.offer_start, row.offer_end)


def taken(writer: Writer, row: WaitingRow, appointment_id: UUID) -> None:
    row.state, row.appointment_id = wait_after(Waiting(row.state), WaitAct.TAKE).value, appointment_id
    writer.flush()
    telling.changed(writer, row)


def leave(writer: Writer, context: Context, who: Actor, row: WaitingRow) -> WaitingRow:
    """Wait no longer; a slot that was on offer goes to the next."""
    if row.state == Waiting.LEFT:
        return row
    audit.record(writer, who, "waiting.left", "waiting", row.id)
    _end(writer, context, row, WaitAct.LEAVE)
    return row


def lapse(writer: Writer, context: Context, row: WaitingRow) -> None:
    """Nobody answered in time: the slot goes to the next."""
    audit.record(writer, audit.SYSTEM, "waiting.lapsed", "waiting", row.id)
    _end(writer, context, row, WaitAct.LAPSE)


def over(writer: Writer, context: Context, row: WaitingRow) -> None:
    """The day has come and no slot became free."""
    _end(writer, context, row, WaitAct.END)


def find(reader: Reader, entry_id: UUID) -> WaitingRow:
    row = reader.session.get(WaitingRow, entry_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("waiting_unknown", status=404)
    return row


def find_by_code(reader: Reader, code: str) -> WaitingRow:
    row = reader.session.scalars(select(WaitingRow).where(WaitingRow.code == code)).one_or_none()
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("waiting_unknown", status=404)
    return row


def before(reader: Reader, row: WaitingRow) -> int:
    """How many wait before this one."""
    ahead = _waiting(reader, row.service_id, row.day).where(WaitingRow.position < row.position).order_by(None)
    return reader.session.scalar(select(func.count()).select_from(ahead.subquery())) or 0


def waited_for(reader: Reader) -> Sequence[tuple[UUID, date]]:
    """The services and days somebody waits for."""
    wanted = (
        select(WaitingRow.service_id, WaitingRow.day)
        .where(WaitingRow.hall_id == reader.hall_id, WaitingRow.state == Waiting.WAITING.value)
        .distinct()
    )
    return [(service_id, day) for service_id, day in reader.session.execute(wanted)]


def offer_what_is_free(writer: Writer, context: Context, service_id: UUID, day: date) -> None:
    """Slots that came free without anybody cancelling, such as by a larger plan, go to those who wait."""
    service = catalogue(writer).services[service_id]
    free = [one for one in release.slots(writer, service, day, 1) if one.left]
    for one in free:
        if first(writer.session.scalars(_waiting(writer, service_id, day).limit(1))) is None:
            break
        _offer(writer, context, service, one.slot, release.pool_of(writer, service, one.slot, "phone"))


def _end(writer: Writer, context: Context, row: WaitingRow, act: WaitAct) -> None:
    held = row.state == Waiting.OFFERED
    row.state = wait_after(Waiting(row.state), act).value
    writer.flush()
    telling.changed(writer, row)
    if held and row.offer_start is not None and row.offer_end is not None:
        slot = Slot(row.day, row.offer_start, row.offer_end)
        freed(writer, context, catalogue(writer).services[row.service_id], slot, row.offer_through or COMMON)


def _owns(person: Person, row: WaitingRow) -> bool:
    """Whether the account that is signed in made the entry."""
    return person.account_id is not None and person.account_id == row.account_id


def _waiting(reader: Reader, service_id: UUID, day: date) -> Select[WaitingRow]:
    return (
        select(WaitingRow)
        .where(
            WaitingRow.hall_id == reader.hall_id, WaitingRow.service_id == service_id, WaitingRow.day == day,
            WaitingRow.state == Waiting.WAITING.value,
            # Who was erased can't be told and can't accept.
            WaitingRow.identity_key.is_not(None),
        )
        .order_by(WaitingRow.position)
    )  # fmt: skip


def _local(reader: Reader) -> datetime:
    return reader.now.astimezone(reader.clocks.zone)
