"""Who is to be told now that it is nearly their turn, or which counter to go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import func, select

from server.context import Context
from server.database import Reader, Writer
from server.features.catalogue.service import Catalogue, catalogue
from server.features.messages.models import ReminderRow
from server.features.messages.reminding import PHONE, forget
from server.features.messages.service import Recipient, reaches, settings, tell, vault
from server.features.queueing.lines import IN_LANE, ahead_of
from server.features.queueing.models import TicketRow
from server.sealed import unseal
from shared.domain.tickets import Status
from shared.domain.waits.told import GOOD_FOR_S

NEAR: Final = "near"
CALLED: Final = "called"
# Later than this a reminder sends somebody to a counter that has given up on them.
NEAR_GOOD: Final = timedelta(minutes=15)
CALL_GOOD: Final = timedelta(minutes=5)
COUNTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Due:
    """``kind`` None: the visit is over, the number goes."""

    ticket_id: UUID
    kind: Literal["near", "called"] | None
    ahead: int = 0


def due(reader: Reader, context: Context) -> list[Due]:
    """Whom to tell what, and whose number to forget. One look at the reminders, one at the lines they stand in."""
    ticket = TicketRow
    rows = reader.session.execute(
        select(
            ReminderRow.ticket_id, ReminderRow.near_told, ReminderRow.told_call_id, ReminderRow.phone_cipher,
            ticket.status, ticket.service_day, ticket.service_id, ticket.call_id,
        )
        .join(ticket, ticket.id == ReminderRow.ticket_id)
        .where(ReminderRow.hall_id == reader.hall_id)
    ).all()  # fmt: skip
    found: list[Due] = []
    near = []
    for row in rows:
        if row.status == Status.FINISHED or row.service_day != reader.day:
            found.append(Due(row.ticket_id, None))
        elif row.phone_cipher is None or not reaches(reader, demo=context.always_open):
            continue
        elif row.status == Status.CALLED and row.call_id != row.told_call_id:
            found.append(Due(row.ticket_id, CALLED))
        elif row.status == Status.WAITING and not row.near_told:
            near.append(row)
    return found + _near(reader, context, near)


def _near(reader: Reader, context: Context, rows: list[Any]) -> list[Due]:
    rules = settings(reader).rules
    if not rows or not (rules.near_ahead or rules.near_minutes):
        return []
    places = _places_in_lanes(reader, {row.service_id for row in rows})
    found = []
    for row in rows:
        place = places.get(row.ticket_id)
        if place is None:
            continue
        early_s = _early_s(reader, context, row.ticket_id, row.service_id)
        by_time = rules.near_minutes and early_s is not None and early_s < rules.near_minutes * 60
        # Only of who may be near it is worth asking where the policy puts them among the other lanes.
        if not by_time and not (rules.near_ahead and place <= rules.near_ahead):
            continue
        ahead = ahead_of(reader, reader.session.get_one(TicketRow, row.ticket_id))
        if by_time or ahead <= rules.near_ahead:
            found.append(Due(row.ticket_id, NEAR, ahead))
    return found


def _places_in_lanes(reader: Reader, service_ids: set[UUID]) -> Mapping[UUID, int]:
    """How many of their own lane are ahead of everybody who waits for these services: at least so many are in all."""
    ticket = TicketRow
    place = func.row_number().over(partition_by=(ticket.service_id, ticket.lane), order_by=IN_LANE)
    rows = reader.session.execute(
        select(ticket.id, place - 1).where(
            ticket.hall_id == reader.hall_id, ticket.service_day == reader.day, ticket.service_id.in_(service_ids),
            ticket.status == Status.WAITING,
        )
    )  # fmt: skip
    return {id_: ahead for id_, ahead in rows}


def _early_s(reader: Reader, context: Context, ticket_id: UUID, service_id: UUID) -> float | None:
    """One of ten is called before this; None while nobody can say."""
    forecast = context.waits.forecast
    known = forecast.tickets.get((ticket_id, service_id)) if forecast is not None else None
    if forecast is None or known is None:
        return None
    age_s = max(0.0, (reader.now - forecast.at).total_seconds())
    return known.after(age_s).early_s if age_s < GOOD_FOR_S else None


def work(writer: Writer, context: Context) -> int:
    """Tell whoever is to be told; answers how many that was. Two processes tell nobody twice."""
    found = catalogue(writer)
    told = 0
    over = []
    for one in due(writer, context):
        if one.kind is None:
            over.append(one.ticket_id)
            continue
        row = writer.session.get_one(ReminderRow, one.ticket_id)
        ticket = writer.session.get_one(TicketRow, one.ticket_id)
        phone = unseal(vault(writer), PHONE, row.ticket_id, row.phone_cipher) or ""
        if one.kind == CALLED:
            row.told_call_id = ticket.call_id
            # Who has been called need not hear that it is nearly their turn.
            row.near_told = True
            to = Recipient(phone, str(ticket.call_id), row.language, ticket.id, CALL_GOOD)
        else:
            row.near_told = True
            to = Recipient(phone, str(ticket.id), row.language, ticket.id, NEAR_GOOD)
        told += tell(writer, one.kind, to, _params(found, ticket, row.language, one.ahead))
    if over:
        forget(writer, over)
    return told


def still_near(reader: Reader, subject: str) -> bool:
    ticket = reader.session.get(TicketRow, UUID(subject))
    return ticket is not None and ticket.status == Status.WAITING and ticket.service_day == reader.day


def still_called(reader: Reader, subject: str) -> bool:
    called = select(TicketRow.id).where(
        TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day, TicketRow.call_id == UUID(subject),
        TicketRow.status == Status.CALLED,
    )  # fmt: skip
    return reader.session.scalar(called) is not None


def _params(found: Catalogue, ticket: TicketRow, language: str, ahead: int) -> dict[str, str]:
    counter = found.counters.get(ticket.counter_id) if ticket.status == Status.CALLED and ticket.counter_id else None
    labels = found.labels.get(ticket.service_id, [])
    if ticket.reserved_counter_id in found.counters:
        labels = [found.counters[ticket.reserved_counter_id].label]
    separator = "\u3001" if language == "zh-CN" else ", "
    zones = [counter.zone] if counter else found.zones.get(ticket.service_id, [])
    return {
        "number": ticket.number, "ahead": str(ahead), "counter": counter.label if counter else "",
        "counters": separator.join(labels[:COUNTERS]), "place": place_words(found, zones, language),
    }  # fmt: skip


def place_words(found: Catalogue, zones: list[str], language: str) -> str:
    """Floor and area in words, when all is in one; else the hall's name."""
    zone = next((zone for zone in found.facts.get("zones", ()) if [zone["key"]] == zones), None)
    floor = next((f for f in found.facts.get("floors", ()) if zone is not None and f["key"] == zone["floor"]), None)
    named = [_name(part, language) for part in (floor, zone) if part]
    return " ".join(named) if named else _name(found.facts, language)


def _name(part: Mapping[str, Any], language: str) -> str:
    english = "" if language == "zh-CN" else part.get("name_en", "")
    return str(english or part.get("name", ""))
