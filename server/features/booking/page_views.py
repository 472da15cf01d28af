"""What the booking pages show, read in one go: departments, days with their slots, an appointment with its papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from server.context import Context
from server.database import Reader
from server.features.access.models import AccountRow
from server.features.booking import book, holds, materials, waiting
from server.features.booking.models import AppointmentRow, HoldRow, WaitingRow
from server.features.booking.people import of_account
from server.features.booking.rules import rules
from server.features.booking.telling import CHINESE, day_words, floor_of, hours_of, named
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.catalogue.uses import uses
from shared.domain.booking import proof
from shared.domain.booking.arrival import times
from shared.domain.booking.papers import LARGEST, SUFFIXES, suffixes
from shared.domain.id_numbers import mask
from shared.domain.names import mask_name, mask_phone
from shared.domain.release import clock_of
from shared.domain.search import Entry, Index
from shared.i18n import text
from shared.schemas.booking import PAPER_KINDS, Material

NOON = 12 * 60
# More than a phone shows at once, nobody reads: they type on.
FOUND = 20


@dataclass(frozen=True, slots=True)
class Item:
    """A service as a choice."""

    id: UUID
    name: str
    hint: str
    department: str
    department_id: str
    hours: str
    place: str


@dataclass(frozen=True, slots=True)
class Time:
    start: int
    words: str
    left: int


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    words: str
    left: int
    morning: tuple[Time, ...]
    afternoon: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class When:
    """The days of a service and the one that is looked at; ``wait``: it is full and one can wait for it."""

    item: Item
    days: tuple[Day, ...]
    chosen: Day | None
    wait: bool


@dataclass(frozen=True, slots=True)
class Known:
    """The owner of the account that is signed in, masked."""

    name: str
    number: str
    phone: str


@dataclass(frozen=True, slots=True)
class Paper:
    id: UUID
    kind: str
    size: str
    verdict: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist with what was sent for it; ``pieces``: how many to bring, in words.

    ``limits``: which files may be sent in advance, in words; empty when none may. ``accept``: the same for a browser.
    """

    id: str
    name: str
    note: str
    required: bool
    papers: tuple[Paper, ...]
    pieces: str = ""
    limits: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An appointment's page."""

    code: str
    state: str
    item: Item
    day: str
    time: str
    opens: str
    closes: str
    address: str
    phone: str
    name: str
    reason: str
    ended_by: str
    number: str
    lines: tuple[Line, ...]
    # It has not begun: it may be moved, and papers may be sent. ``standing``: it may be cancelled.
    open: bool
    standing: bool


@dataclass(frozen=True, slots=True)
class ShownWaiting:
    code: str
    state: str
    item: Item
    day: str
    before: int
    time: str
    until: str
    appointment: str


@dataclass(frozen=True, slots=True)
class ShownHold:
    """A booking whose code is waited for; times are the hall's. ``again`` empty: no more codes."""

    code: str
    item: Item
    day: str
    time: str
    phone: str
    until: str
    again: str


def item(reader: Reader, service: ServiceFacts, language: str) -> Item:
    chinese = language == CHINESE
    department, department_en, _ = service.department
    return Item(
        service.id, service.name if chinese else service.name_en or service.name,
        service.hint if chinese else service.hint_en, department if chinese else department_en or department,
        str(service.department_id or ""), hours_of(service, language), floor_of(catalogue(reader), service, language),
    )  # fmt: skip


def items(reader: Reader, language: str) -> list[Item]:
    return [item(reader, service, language) for service in book.bookable(reader)]


def search(reader: Reader, query: str, language: str) -> tuple[list[Item], bool]:
    """What can be booked and is found by a query, the best first; and whether it only comes near."""
    found = reader.database.copy("booking.search", reader, _index).find(query)
    known = {service.id: service for service in book.bookable(reader)}
    hits = [hit for hit in found if hit.key in known][:FOUND]
    return [item(reader, known[hit.key], language) for hit in hits], all(hit.how.fuzzy for hit in hits)


def _index(reader: Reader) -> Index[UUID]:
    """As often as each was chosen when the catalogue last changed."""
    used, services = uses(reader), catalogue(reader).services.values()
    return Index(Entry(one.id, one.spelled, used.get(one.id, 0)) for one in services if one.ticketable)


def when(
    reader: Reader, service: ServiceFacts, day: date | None, language: str, through: str = "phone", *,
    kept: HoldRow | None = None,
) -> When:  # fmt: skip
    """``day`` None: the first that has something left. ``kept``: what the looker has begun, a slot theirs to take."""
    grouped: dict[date, list[Time]] = {}
    mine = (kept.service_id, kept.day, kept.start) if kept is not None else None
    for one in book.slots(reader, service, through):
        words = f"{clock_of(one.slot.start)}\N{EN DASH}{clock_of(one.slot.end)}"
        grouped.setdefault(one.slot.day, []).append(
            Time(one.slot.start, words, one.left + ((service.id, one.slot.day, one.slot.start) == mine))
        )
    days = tuple(
        Day(at, day_words(at, language), sum(time.left for time in found),
            tuple(time for time in found if time.start < NOON), tuple(time for time in found if time.start >= NOON))
        for at, found in grouped.items()
    )  # fmt: skip
    chosen = next((one for one in days if one.day == day), None)
    if day is None:
        chosen = next((one for one in days if one.left), days[0] if days else None)
    full = chosen is not None and not chosen.left and waiting.can_join(reader, service, chosen.day)
    return When(item(reader, service, language), days, chosen, full)


def known(reader: Reader, context: Context, account: AccountRow | None) -> Known | None:
    """None: nobody is signed in, or the account does not say all that a booking needs."""
    person = of_account(context.keys.vault, account) if account is not None else None
    if person is None:
        return None
    return Known(mask_name(person.identity.name or ""), mask(person.identity.number), mask_phone(person.phone))


def checklist(reader: Reader, service_id: UUID, language: str) -> list[Line]:
    found = materials.shown_materials(reader, service_id)
    return [_line(one, language, ()) for one in found.items] if found is not None else []


def shown(reader: Reader, row: AppointmentRow, language: str) -> Shown:
    found = catalogue(reader)
    service, zone = found.services[row.service_id], reader.clocks.zone
    window = times(rules(reader), row.starts_at, row.ends_at)
    sent: dict[UUID | None, list[Paper]] = {}
    for one in materials.papers(reader, row).items:
        size = f"{one.size / 1024**2:.1f} MB" if one.size >= 1024**2 else f"{max(1, one.size // 1024)} KB"
        sent.setdefault(one.material_id, []).append(Paper(
            one.id, SUFFIXES[one.media_type].upper(), size, one.verdict, one.verdict_note
        ))  # fmt: skip
    lines = [_line(one, language, tuple(sent.pop(one.id, ()))) for one in materials.materials(reader, service.id).items]
    others = tuple(paper for papers in sent.values() for paper in papers)
    return Shown(
        row.code, row.state, item(reader, service, language), day_words(row.day, language),
        f"{clock_of(row.start)}\N{EN DASH}{clock_of(row.end)}", window.opens.astimezone(zone).strftime("%H:%M"),
        window.closes.astimezone(zone).strftime("%H:%M"), named(found.facts, "address", language),
        str(found.facts.get("phone", "")), row.name_masked or "", row.reason, row.ended_by, row.ticket_number or "",
        (*lines, _other(language, others)), row.state == "booked" and row.starts_at > reader.now,
        row.state == "booked",
    )  # fmt: skip


def shown_waiting(reader: Reader, row: WaitingRow, language: str) -> ShownWaiting:
    service = catalogue(reader).services[row.service_id]
    state = row.state
    if state == "offered" and row.offer_until is not None and row.offer_until <= reader.now:
        state = "lapsed"
    until = row.offer_until.astimezone(reader.clocks.zone) if row.offer_until else None
    made = book.find(reader, row.appointment_id).code if row.appointment_id else ""
    return ShownWaiting(
        row.code, state, item(reader, service, language), day_words(row.day, language),
        waiting.before(reader, row), _span(row.offer_start, row.offer_end),
        f"{day_words(until.date(), language)} {until:%H:%M}" if until else "", made,
    )  # fmt: skip


def shown_hold(reader: Reader, row: HoldRow, language: str) -> ShownHold:
    zone, again = reader.clocks.zone, row.sent_at + proof.REST
    service = catalogue(reader).services[row.service_id]
    more = proof.may_send(row.made_at, again, holds.begins(reader, row), row.sends)
    return ShownHold(
        row.code, item(reader, service, language), day_words(row.day, language), _span(row.start, row.end),
        row.phone_masked, row.until.astimezone(zone).strftime("%H:%M"),
        again.astimezone(zone).strftime("%H:%M:%S") if more else "",
    )  # fmt: skip


def begun(reader: Reader, browser: bytes, language: str) -> ShownHold | None:
    """What this browser has begun to book and can still confirm."""
    row = holds.open_of(reader, browser)
    return shown_hold(reader, row, language) if row is not None else None


def own(reader: Reader, account_id: UUID, language: str) -> list[tuple[str, str, str, str]]:
    """Somebody's coming appointments: code, item, day, time."""
    rows = reader.session.scalars(
        select(AppointmentRow)
        .where(
            AppointmentRow.hall_id == reader.hall_id, AppointmentRow.account_id == account_id,
            AppointmentRow.state == "booked", AppointmentRow.day >= reader.day,
        )
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )  # fmt: skip
    services = catalogue(reader).services
    return [
        (row.code, item(reader, services[row.service_id], language).name, day_words(row.day, language),
         f"{clock_of(row.start)}\N{EN DASH}{clock_of(row.end)}")
        for row in rows
    ]  # fmt: skip


def _span(start: int | None, end: int | None) -> str:
    """A time of the day; empty where none is known."""
    return f"{clock_of(start)}\N{EN DASH}{clock_of(end)}" if start is not None and end is not None else ""


def _line(one: Material, language: str, papers: tuple[Paper, ...]) -> Line:
    chinese = language == CHINESE
    return Line(
        str(one.id), one.name if chinese else one.name_en or one.name, one.note if chinese else one.note_en or one.note,
        one.required, papers, pieces(one, language),
        _limits(one.kinds, one.largest_mb, language) if one.in_advance else "", ",".join(one.kinds),
    )  # fmt: skip


def _other(language: str, papers: tuple[Paper, ...]) -> Line:
    """What stands on no list, or on none any more."""
    limits = _limits(PAPER_KINDS, LARGEST // 1024**2, language)
    return Line("", "", "", False, papers, "", limits, ",".join(PAPER_KINDS))


def pieces(one: Material, language: str) -> str:
    """How many of each, such as ``Originals: 1 · Copies: 1``."""
    counts = (("originals", one.originals), ("copies", one.copies))
    said = [text(f"materials.count.{name}", language=language, n=count) for name, count in counts if count]
    return " · ".join(said) or text("materials.count.file", language=language)


def _limits(kinds: Sequence[str], megabytes: int, language: str) -> str:
    return text("booking.bring.limits", language=language, kinds=suffixes(kinds), mb=megabytes)
