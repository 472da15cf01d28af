"""A ticket as its holder's phone shows it, in one language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from server.context import Context
from server.database import Reader
from server.features.booking.page_views import Line, checklist
from server.features.calling.service import rules
from server.features.catalogue.service import Catalogue, CounterFacts, catalogue
from server.features.messages.reminding import number_shown
from server.features.messages.service import reaches
from server.features.queueing.models import TicketRow
from server.features.queueing.returning import refusal
from server.features.queueing.view import find_by_code, ticket_fields
from server.features.queueing.why import overtaken
from server.mobile.faces import Face, faces, reasons
from server.mobile.rendering import fragment
from shared.domain.errors import HallError
from shared.domain.tickets import Status
from shared.i18n import text

# What ``issue`` makes; anything else is not looked for.
_CODE = re.compile(r"[A-Za-z0-9_-]{22}")
COUNTERS_SHOWN = 8
# Somebody who was served on Friday may rate after the weekend.
RATABLE = timedelta(days=7)
SOON_S = 60
# Who has at least so long may leave, and is back so long before one of ten would be called. Seconds.
LEAVE_FROM_S = 15 * 60
BACK_BEFORE_S = 5 * 60


@dataclass(frozen=True, slots=True)
class PhoneItem:
    """One of several matters; ``state``: done, now, open."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class PhoneTicket:
    """What a page draws. ``alert`` changes with each call and recall; ``wait`` and ``title`` are words."""

    state: str
    number: str
    service: str
    department: str
    ahead: int
    wait: str
    step_out: str
    counters: tuple[str, ...]
    counters_in_all: int
    counter: str
    place: str
    day: str
    issued: str
    hint: str
    alert: str
    title: str
    say: str
    complaint_phone: str
    faces: tuple[Face, ...]
    reasons: tuple[tuple[str, str], ...]
    # "offer", or the masked number that is reminded; empty: neither.
    remind: str
    # What coming back after a missed call means; empty: it is too late for that.
    back: str
    items: tuple[PhoneItem, ...]
    # When a parked holder said they would be back; empty when they did not.
    back_at: str
    # What to bring, while there is still time to look for it.
    bring: tuple[Line, ...]
    # Somebody who came later was called first: a page says why.
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """The changing part of the page with what goes along to a page that is already open."""

    ticket: PhoneTicket
    html: str
    mark: str
    hall: str
    at: str


def find_scanned(reader: Reader, code: str) -> TicketRow:
    """The ticket of the opaque id in an address."""
    if not _CODE.fullmatch(code):
        raise HallError("ticket_code_unknown", status=404)
    return find_by_code(reader, code)


def state_of(reader: Reader, row: TicketRow) -> str:
    """The ticket's status, with what only a phone knows: rated, expired."""
    if row.rated:
        return "rated"
    if row.status == Status.FINISHED:
        return "finished" if reader.day - row.service_day <= RATABLE else "expired"
    return row.status if row.service_day == reader.day else "expired"


def drawn(
    reader: Reader, context: Context, row: TicketRow, language: str, query: str,
    passed_by: Callable[[Reader, TicketRow], bool] = overtaken,
) -> Drawn:  # fmt: skip
    """``passed_by``: how to find out whether somebody who came later was called first."""
    ticket = phone_ticket(reader, context, row, language, passed_by)
    hall = _name(catalogue(reader).facts, "name", language)
    return Drawn(ticket, *draw(ticket, row.qr, language, query), hall, clock(reader))


def draw(ticket: PhoneTicket, code: str, language: str, query: str) -> tuple[str, str]:
    """The changing part of the page, and its mark."""
    html = fragment("_ticket.html", language, ticket=ticket, code=code, query=query)
    return html, hashlib.sha256(html.encode()).hexdigest()[:12]


def clock(reader: Reader) -> str:
    """What the hall's clock says."""
    return _local(reader, reader.now).strftime("%H:%M")


def phone_ticket(
    reader: Reader, context: Context, row: TicketRow, language: str,
    passed_by: Callable[[Reader, TicketRow], bool] = overtaken,
) -> PhoneTicket:  # fmt: skip
    found = catalogue(reader)
    fields = ticket_fields(reader, context, row)
    state = state_of(reader, row)
    counter = found.counters.get(row.counter_id) if row.counter_id else None
    label = counter.label if counter else ""
    labels: list[str] = fields["counter_labels"]
    if row.reserved_counter_id in found.counters:
        labels = [found.counters[row.reserved_counter_id].label]
    issued = _local(reader, row.issued_at)
    return PhoneTicket(
        **figures(reader, row.number, state, label, fields["ahead"], fields["estimate"], language),
        state=state, number=row.number, service=_name(fields, "service_name", language),
        department=_name(fields, "department_name", language),
        counters=tuple(labels[:COUNTERS_SHOWN]), counters_in_all=len(labels), counter=label,
        place=_place(found, row, counter, language), day=_day(row.service_day, language),
        issued=issued.strftime("%H:%M"),
        hint=_name(fields, "hint", language), alert=f"{fields['called_at']}/{row.recalls}" if state == "called" else "",
        complaint_phone=found.facts.get("phone", ""), faces=tuple(faces(found.facts, language)),
        reasons=tuple(reasons(found.facts, language)),
        remind=_remind(reader, context, row) if state in ("waiting", "held", "no_show") else "",
        back=_back(reader, row, state, language),
        items=tuple(PhoneItem(_name(one, "service_name", language), one["state"]) for one in fields["items"]),
        back_at=_local(reader, row.parked_until).strftime("%H:%M") if row.parked_until else "",
        bring=tuple(checklist(reader, row.service_id, language)) if state == "waiting" else (),
        overtaken=state in ("waiting", "called") and passed_by(reader, row),
    )  # fmt: skip


def figures(
    reader: Reader, number: str, state: str, counter: str, ahead: int, estimate: dict[str, int] | None, language: str
) -> dict[str, Any]:
    """What changes of a PhoneTicket as its line moves: ``ahead``, ``wait``, ``step_out``, ``title``, ``say``."""
    waits = state == "waiting"
    wait = _wait_words(estimate, language) if waits else ""
    told = "next" if waits and not ahead else state
    params = {"number": number, "ahead": ahead, "wait": wait, "counter": counter}
    return {
        "ahead": ahead, "wait": wait, "step_out": _step_out(reader, estimate if waits else None, language),
        "title": text(f"phone.title.{told}", language=language, **params),
        "say": text(f"phone.say.{told}", language=language, **params),
    }  # fmt: skip


def _back(reader: Reader, row: TicketRow, state: str, language: str) -> str:
    if state != "no_show" or refusal(reader, row) is not None:
        return ""
    behind, within_s = rules(reader).policy.missed(row.service_id)
    until = _local(reader, (row.called_at or reader.now) + timedelta(seconds=within_s)).strftime("%H:%M")
    return text("calling.page.return_tell", language=language, n=behind, time=until)


def _remind(reader: Reader, context: Context, row: TicketRow) -> str:
    if not reaches(reader, demo=context.always_open):
        return ""
    return number_shown(reader, row.id) or "offer"


def _wait_words(estimate: dict[str, int] | None, language: str) -> str:
    if estimate is None:
        return text("phone.wait.no_counter", language=language)
    if estimate["p90_s"] < SOON_S:
        return text("phone.wait.soon", language=language)
    low, high = ceil(estimate["p50_s"] / 60), ceil(estimate["p90_s"] / 60)
    if low in (0, high):
        return text("phone.wait.minutes", language=language, n=high)
    return text("phone.wait.range", language=language, low=low, high=high)


def _step_out(reader: Reader, estimate: dict[str, int] | None, language: str) -> str:
    """Until when nobody need sit and wait; empty when that is soon, or nobody can say."""
    early_s = estimate["early_s"] if estimate is not None else 0
    if early_s < LEAVE_FROM_S:
        return ""
    until = _local(reader, reader.now + timedelta(seconds=early_s - BACK_BEFORE_S))
    return text("phone.wait.step_out", language=language, time=until.strftime("%H:%M"))


def _place(found: Catalogue, row: TicketRow, counter: CounterFacts | None, language: str) -> str:
    """Floor and area: of the counter that called, else of the service when all its counters are in one area."""
    zones = [counter.zone] if counter else found.zones.get(row.service_id, [])
    zone = next((zone for zone in found.facts.get("zones", ()) if [zone["key"]] == zones), None)
    key = counter.floor if counter else zone["floor"] if zone else ""
    floor = next((floor for floor in found.facts.get("floors", ()) if floor["key"] == key), None)
    return " · ".join(_name(part, "name", language) for part in (floor, zone) if part)


def _name(fields: dict[str, Any], key: str, language: str) -> str:
    english = "" if language == "zh-CN" else fields.get(f"{key}_en", "")
    return str(english or fields.get(key, ""))


def _day(day: date, language: str) -> str:
    month = text(f"ui.date.month_{day.month}", language=language)
    return text("phone.ticket.day", language=language, month_name=month, day=day.day)


def _local(reader: Reader, moment: datetime) -> datetime:
    return moment.astimezone(reader.clocks.zone)
