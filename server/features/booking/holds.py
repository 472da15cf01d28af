"""A booking whose phone is not proved yet: the slot is kept for it until the code that was sent is typed in.

Everything is in the row: a server that dies keeps no slot for ever, whoever comes next gives it back (``tending``).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, delete, or_, select

from server import audit
from server.audit import Actor
from server.context import Context
from server.database import Reader, Writer
from server.features.accounts import throttle
from server.features.booking import book, waiting
from server.features.booking.models import HoldRow
from server.features.booking.people import Person
from server.features.booking.rules import moment, rules
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.messages import service as messages
from server.features.messages.service import Recipient
from server.features.release import service as release
from server.sealed import seal, unseal
from shared.domain.booking import proof
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.names import mask_phone
from shared.domain.phones import mobile, plain_phone
from shared.domain.release import COMMON, Slot
from shared.schemas.tickets import Identity

FORM: Final = "booking_holds.form_cipher"
# The kind of message that carries a code.
CODE: Final = "booking_code"
# A page that is loaded again leads to what it became, for a while.
KEPT: Final = timedelta(hours=1)
AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Proved:
    """The address of what a hold became, and the phone that was proved by it."""

    address: str
    phone_index: bytes | None


def phone_index(context: Context, phone: str) -> bytes:
    return context.keys.vault.index("phone", plain_phone(phone))


def needed(reader: Reader, context: Context, person: Person, proved: Callable[[int], bytes | None]) -> bool:
    """Whether a code must be typed in first. ``proved``: the phone this browser has proved in so many days."""
    now = rules(reader)
    if now.proof == "off" or person.account_id is not None:
        return False
    return proved(now.proof_days) != phone_index(context, person.phone)


def hold(
    writer: Writer, context: Context, who: Actor, person: Person, service: ServiceFacts, day: date, slot: Slot | None,
    *, language: str, token: str, browser: bytes,
) -> HoldRow:  # fmt: skip
    """Keep a slot, or for None a place to come on the waiting list, and send the code; the same again for the same
    form. What this browser kept before is free once this stands, or kept on where it is the same slot: nobody who
    waits is asked for it in between. HallError ``mobile_wrong``, ``booking_code_impossible``,
    ``booking_code_often``, ``booking_code_unwanted``, and those of a slot that is taken.
    """
    phone, index = mobile(person.phone), phone_index(context, person.phone)
    if not messages.reaches(writer, demo=context.always_open):
        raise HallError("booking_code_impossible", status=409)
    key = person.key(context.keys)
    about = f"hold {token}\n{service.id}\n{day}\n{slot.start if slot else ''}\n".encode()
    mark = hashlib.sha256(about + key + index).digest()
    of_hall = select(HoldRow).where(HoldRow.hall_id == writer.hall_id)
    known = writer.session.scalars(of_hall.where(HoldRow.token == mark)).one_or_none()
    if known is not None and (known.became or known.until > writer.now):
        return known
    if known is not None and known.browser != browser:
        give_up(writer, context, known)
    if slot is None:
        waiting.refuse_joining(writer, service, day)
    elif not proof.may_send(writer.now, writer.now, moment(writer, day, slot.start), 0):
        raise HallError("appointment_slot_unknown", status=409, service=service.name)
    _count(writer, context, phone, who.address)
    id_, pool = uuid7(), None
    if slot is not None:
        pool = pass_on(writer, browser, service, slot)
        if pool is None:
            release.take(writer, service, "booking", slot, through="phone")
            pool = release.pool_of(writer, service, slot, "phone")
    give_up_begun(writer, context, browser)
    form = person.identity.model_dump() | {"phone": person.phone}
    row = HoldRow(
        hall_id=writer.hall_id, id=id_, code=secrets.token_urlsafe(16), token=mark, service_id=service.id, day=day,
        start=slot.start if slot else None, end=slot.end if slot else None, pool=pool, language=language,
        phone_masked=mask_phone(phone), phone_index=index, identity_key=key, browser=browser,
        form_cipher=seal(context.keys.vault, FORM, id_, json.dumps(form)), made_at=writer.now, until=writer.now,
        sent_at=writer.now, sends=0, tries=0, code_hash=b"", became="",
    )  # fmt: skip
    writer.session.add(row)
    _send(writer, context, row, phone)
    audit.record(writer, who, "booking.held", "booking", row.id, service=service.name, day=day)
    return row


def send_again(writer: Writer, context: Context, who: Actor, row: HoldRow) -> None:
    """Another code, and the one before is good no more. HallError while it rests, or when it was sent often enough."""
    person = _person(context, row)
    if seconds := proof.rests_s(row.sent_at, writer.now):
        raise HallError("booking_code_rests", status=429, seconds=seconds)
    if not proof.may_send(row.made_at, writer.now, begins(writer, row), row.sends):
        raise HallError("booking_code_no_more", status=409)
    phone = mobile(person.phone)
    _count(writer, context, phone, who.address)
    _send(writer, context, row, phone)


def confirm(writer: Writer, context: Context, who: Actor, row: HoldRow, typed: str) -> Proved | HallError:
    """What it became. A wrong code is answered, not raised: it must be remembered, and the last one frees the slot.

    Raises what a booking may be refused for: the rules are asked only of who has proved a phone.
    """
    code = proof.typed_code(typed)
    right = bool(code) and hmac.compare_digest(_hash(context, row, code), row.code_hash)
    if row.became:
        # The form was sent twice; its address alone proves no phone.
        return Proved(row.became, row.phone_index if right else None)
    person = _person(context, row)
    if not code:
        return HallError("booking_code_form", status=422)
    if not right:
        row.tries += 1
        if row.tries < proof.TRIES:
            writer.flush()
            return HallError("booking_code_wrong", status=422, left=proof.TRIES - row.tries)
        audit.record(writer, who, "booking.not_proved", "booking", row.id)
        give_up(writer, context, row)
        return HallError("booking_code_used_up", status=409)
    service = catalogue(writer).service(row.service_id)
    if row.start is None or row.end is None:
        entry = waiting.join(
            writer, context, who, person, service, row.day, channel="phone", language=row.language,
            token=f"hold {row.id}",
        )  # fmt: skip
        row.became = f"/b/w/{entry.code}"
    else:
        made = book.book(
            writer, context, who, person, Slot(row.day, row.start, row.end), service, channel="phone",
            language=row.language, token=f"hold {row.id}", pool=row.pool or COMMON,
        )  # fmt: skip
        row.became = f"/b/{made.code}"
    row.form_cipher = row.identity_key = None
    writer.flush()
    return Proved(row.became, row.phone_index)


def give_up(writer: Writer, context: Context, row: HoldRow) -> None:
    """It becomes nothing: its slot goes to who waits or to anybody, and what was typed in is gone."""
    held = row.start is not None and row.end is not None and not row.became
    slot = Slot(row.day, row.start or 0, row.end or 0)
    writer.session.delete(row)
    writer.flush()
    if held:
        waiting.freed(writer, context, catalogue(writer).services[row.service_id], slot, row.pool or COMMON)


def pass_on(writer: Writer, browser: bytes, service: ServiceFacts, slot: Slot) -> str | None:
    """Whose share a slot is of that this browser keeps already, which is now the caller's; None: it keeps none."""
    kept = writer.session.scalars(_begun(writer, browser).where(
        HoldRow.service_id == service.id, HoldRow.day == slot.day, HoldRow.start == slot.start, HoldRow.end == slot.end
    ).limit(1)).one_or_none()  # fmt: skip
    if kept is None:
        return None
    kept.start = kept.end = None
    writer.flush()
    return kept.pool or COMMON


def give_up_begun(writer: Writer, context: Context, browser: bytes) -> None:
    """What this browser has begun and not proved: something else stands now."""
    for row in writer.session.scalars(_begun(writer, browser)).all():
        give_up(writer, context, row)


def give_up_old(writer: Writer, context: Context) -> None:
    """Those whose time is over; and what became something a while ago needs no row."""
    over = select(HoldRow).where(HoldRow.hall_id == writer.hall_id, HoldRow.until <= writer.now, HoldRow.became == "")
    for row in writer.session.scalars(over.order_by(HoldRow.until).limit(AT_ONCE)).all():
        give_up(writer, context, row)
    writer.session.execute(delete(HoldRow).where(
        HoldRow.hall_id == writer.hall_id, HoldRow.until <= writer.now - KEPT, HoldRow.became != ""
    ))  # fmt: skip


def is_over(reader: Reader) -> bool:
    """Whether a slot is kept for nobody any more, or a row for nothing."""
    over = select(HoldRow.id).where(
        HoldRow.hall_id == reader.hall_id, HoldRow.until <= reader.now,
        or_(HoldRow.became == "", HoldRow.until <= reader.now - KEPT),
    )  # fmt: skip
    return reader.session.scalar(over.limit(1)) is not None


def begins(reader: Reader, row: HoldRow) -> datetime | None:
    """When the slot that is kept begins; None: none is."""
    return None if row.start is None else moment(reader, row.day, row.start)


def find(reader: Reader, code: str) -> HoldRow:
    """HallError ``booking_code_over`` for one that is over, which is as if it had never been."""
    row = reader.session.scalars(select(HoldRow).where(HoldRow.code == code)).one_or_none()
    if row is None or row.hall_id != reader.hall_id or (row.until <= reader.now and not row.became):
        raise HallError("booking_code_over", status=404)
    return row


def open_of(reader: Reader, browser: bytes) -> HoldRow | None:
    """What this browser has begun and not proved yet."""
    good = _begun(reader, browser).where(HoldRow.until > reader.now)
    return reader.session.scalars(good.order_by(HoldRow.made_at.desc(), HoldRow.id.desc()).limit(1)).one_or_none()


def _begun(reader: Reader, browser: bytes) -> Select[HoldRow]:
    return select(HoldRow).where(
        HoldRow.hall_id == reader.hall_id, HoldRow.browser == browser, HoldRow.became == ""
    )  # fmt: skip


def still_asked(reader: Reader, subject: str) -> bool:
    """Whether the code in a message on its way is the one that is waited for."""
    id_, _, sends = subject.partition(" ")
    row = reader.session.get(HoldRow, UUID(id_))
    return row is not None and not row.became and row.until > reader.now and str(row.sends) == sends


def _send(writer: Writer, context: Context, row: HoldRow, phone: str) -> None:
    code = f"{secrets.randbelow(10**proof.DIGITS):0{proof.DIGITS}}"
    row.sends, row.sent_at = row.sends + 1, writer.now
    row.code_hash = _hash(context, row, code)
    row.until = proof.good_until(row.made_at, writer.now, begins(writer, row))
    writer.flush()
    good = row.until - writer.now
    to = Recipient(phone, f"{row.id} {row.sends}", row.language, good_for=good)
    service = catalogue(writer).services[row.service_id]
    told = {
        "code": code, "minutes": str(good // timedelta(minutes=1)),
        "service": service.name if row.language == "zh-CN" else service.name_en or service.name,
    }  # fmt: skip
    if not messages.tell(writer, CODE, to, told):
        raise HallError("booking_code_unwanted", status=409)


def _count(writer: Writer, context: Context, phone: str, address: str) -> None:
    vault = context.keys.vault
    if throttle.within(writer, vault, "booking_phone", phone, proof.PER_PHONE, timedelta(days=1)):
        raise HallError("booking_code_often", status=429)
    if rests := throttle.within(writer, vault, "booking_code", address, proof.PER_ADDRESS, timedelta(hours=1)):
        raise HallError("booking_rests", status=429, minutes=-(-rests // 60))


def _hash(context: Context, row: HoldRow, code: str) -> bytes:
    return context.keys.vault.index("booking.code", f"{row.id} {row.sends} {code}")


def _person(context: Context, row: HoldRow) -> Person:
    form = unseal(context.keys.vault, FORM, row.id, row.form_cipher)
    if form is None:
        raise HallError("booking_code_over", status=404)
    known = json.loads(form)
    phone = known.pop("phone")
    return Person(Identity.model_validate(known), phone)
