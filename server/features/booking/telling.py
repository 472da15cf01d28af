"""What holders and screens are told of a booking."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from server.context import Context
from server.database import Reader, Writer
from server.features.booking.models import AppointmentRow, WaitingRow
from server.features.catalogue.service import Catalogue, ServiceFacts, catalogue
from server.features.messages import service as messages
from server.features.messages.service import Recipient
from server.sealed import unseal
from shared.domain.booking.life import Waiting
from shared.domain.errors import HallError
from shared.domain.release import clock_of
from shared.i18n import text

CHINESE: Final = "zh-CN"
# The kind of message that an offer is.
OFFER: Final = "booking_freed"
GOOD: Final = timedelta(days=1)
LEAST: Final = timedelta(minutes=5)


def link(context: Context, row: AppointmentRow | WaitingRow) -> str:
    """The address of its page; an appointment's is also what its QR says."""
    part = "b" if isinstance(row, AppointmentRow) else "b/w"
    return f"{context.link_base}/{part}/{row.code}"


def changed(writer: Writer, row: AppointmentRow | WaitingRow) -> None:
    """Tell the screens; nothing of it names anybody."""
    kind = "appointment" if isinstance(row, AppointmentRow) else "waiting"
    data = {"id": str(row.id), "service_id": str(row.service_id), "day": row.day.isoformat(), "state": row.state}
    writer.emit(f"{kind}.changed", json.dumps(data, separators=(",", ":")))


def tell(writer: Writer, context: Context, kind: str, row: AppointmentRow | WaitingRow) -> None:
    """One message to its holder, in their language: what, where, when, the hall's hours, and its address."""
    phone = unseal(context.keys.vault, f"{row.__tablename__}.phone", row.id, row.phone_cipher)
    if not phone:
        return
    if isinstance(row, AppointmentRow):
        subject, good = f"{row.id} {row.version}", row.ends_at - writer.now
    else:
        subject = f"{row.id} {row.offer_start}"
        good = row.offer_until - writer.now if row.offer_until is not None else GOOD
    try:
        to = Recipient(phone, subject, row.language, good_for=max(good, LEAST))
        messages.tell(writer, kind, to, params(writer, context, row))
    except HallError as error:
        # A landline takes no messages; its owner has the page.
        if error.code != "mobile_wrong":
            raise


def still_offered(reader: Reader, subject: str) -> bool:
    """Whether what a message says of a freed slot is still true."""
    row = reader.session.get(WaitingRow, UUID(subject.partition(" ")[0]))
    return row is not None and row.state == Waiting.OFFERED


def params(
    reader: Reader, context: Context, row: AppointmentRow | WaitingRow, language: str = ""
) -> dict[str, str]:  # fmt: skip
    """The names that stand in messages, see ``messages.kinds``; in the holder's language unless another is wanted."""
    found, language = catalogue(reader), language or row.language
    service = found.services[row.service_id]
    start, end = (row.start, row.end) if isinstance(row, AppointmentRow) else (row.offer_start, row.offer_end)
    address, floor = named(found.facts, "address", language), floor_of(found, service, language)
    told = {
        "hall": named(found.facts, "name", language), "number": "",
        "service": service.name if language == CHINESE else service.name_en or service.name,
        "department": service.department[0 if language == CHINESE else 1], "day": day_words(row.day, language),
        "time": f"{clock_of(start)}\N{EN DASH}{clock_of(end)}" if start is not None and end is not None else "",
        "place": " ".join(part for part in (address, floor) if part), "hours": hours_of(service, language),
        "phone": str(found.facts.get("phone", "")), "link": link(context, row), "until": "", "reason": "",
    }  # fmt: skip
    if isinstance(row, AppointmentRow):
        told["reason"] = row.reason
    elif row.offer_until is not None:
        until = row.offer_until.astimezone(reader.clocks.zone)
        told["until"] = f"{day_words(until.date(), language)} {until:%H:%M}"
    return told


def named(facts: dict[str, Any], key: str, language: str) -> str:
    english = "" if language == CHINESE else facts.get(f"{key}_en", "")
    return str(english or facts.get(key, ""))


def hours_of(service: ServiceFacts, language: str) -> str:
    return service.hours_text if language == CHINESE else service.hours_text_en or service.hours_text


def floor_of(found: Catalogue, service: ServiceFacts, language: str) -> str:
    """Floor, area and counters where the service is."""
    zones = [zone for zone in found.facts.get("zones", ()) if zone["key"] in found.zones.get(service.id, ())]
    floors = {zone["floor"] for zone in zones} or {service.department[2]}
    shown = [named(one, "name", language) for one in found.facts.get("floors", ()) if one["key"] in floors]
    return " · ".join([*shown, *([named(zones[0], "name", language)] if len(zones) == 1 else [])])


def day_words(day: date, language: str) -> str:
    """The day with its weekday, without the year."""
    month = text(f"ui.date.month_{day.month}", language=language)
    weekday = text(f"ui.date.weekday_{day.isoweekday() % 7}", language=language)
    return text("booking.day", language=language, month_name=month, day=day.day, weekday=weekday)
