"""How services and tickets read: on the screen and on the paper, in the person's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import lru_cache
from math import ceil
from uuid import UUID

import qrcode  # type: ignore[import-untyped]

from kiosk_app.features.queueing.directory import Directory
from kiosk_app.features.queueing.state import CardView, LimitView, TicketView
from shared.devices.messages import message_key
from shared.domain.errors import HallError
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.i18n.errors import error_text
from shared.schemas.hall import Hall, Service
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.ticket_layouts import LayoutsInUse
from shared.schemas.tickets import Ticket

NAMED = 3
# Who comes for others, or with others, may have more than the rule gives.
MORE_FOR_OTHERS = ("limit_has_number", "limit_per_day", "limit_per_service")
LABEL = re.compile(r"^(\D*)(\d+)$")


def in_language(language: str, chinese: str, english: str) -> str:
    """The hall's data come in Chinese and English; other languages read the English."""
    return chinese if language == DEFAULT_LANGUAGE or not english else english


def service_name(service: Service, language: str) -> str:
    return in_language(language, service.name, service.name_en)


def label_ranges(labels: Sequence[str]) -> list[str]:
    """A01 A02 A03 A07 -> A01-A03 A07."""
    runs: list[list[str]] = []
    for label in labels:
        fits, before = LABEL.match(label), LABEL.match(runs[-1][-1]) if runs else None
        if fits and before and fits[1] == before[1] and int(fits[2]) == int(before[2]) + 1:
            runs[-1].append(label)
        else:
            runs.append([label])
    return [part for run in runs for part in ([f"{run[0]}\N{EN DASH}{run[-1]}"] if len(run) > 2 else run)]


def closed_reason(service: Service, language: str) -> str:
    """Why no number is given now, and when there will be."""
    match service.closed_reason:
        case "suspended":
            note = in_language(language, service.closed_note, service.closed_note_en)
            return note or text("kiosk.closed.suspended", language)
        case "hours":
            hours = in_language(language, service.hours_text, service.hours_text_en)
            return text("kiosk.closed.hours", language, hours=hours)
        case "no_counter":
            return text("kiosk.closed.no_counter", language)
        case "none_left" | "not_now" as reason:
            key = f"kiosk.closed.{reason}" if service.next_release else f"kiosk.closed.{reason}_today"
            return text(key, language, next=service.next_release)
    return text("kiosk.closed.group", language)


def card(
    service: Service,
    directory: Directory,
    waiting: Mapping[UUID, int],
    counters: Mapping[UUID, int],
    left: Mapping[UUID, int],
    language: str,
    *,
    group: bool = False,
) -> CardView:
    """One choice of the screen; ``group``: a touch opens it."""
    name = service_name(service, language)
    people = directory.waiting(service, waiting) if group else waiting.get(service.id, 0)
    is_open = directory.open(service) if group else service.open
    badge = ""
    if people:
        badge = text("kiosk.services.waiting", language, n=people)
    elif not group and counters.get(service.id):
        badge = text("kiosk.services.nobody", language)
    if not group and service.id in left:
        rest = text("kiosk.services.left", language, n=left[service.id])
        badge = text("kiosk.services.both", language, first=rest, second=badge) if people else rest
    if not is_open:
        # Its own words where it isn't simply closed.
        taken = not group and service.closed_reason in ("none_left", "not_now")
        badge = text(f"kiosk.services.{service.closed_reason}", language) if taken else ""
    if not group:
        department = in_language(language, service.department_name, service.department_name_en)
        subtitle = text("kiosk.services.where", language, department=department, floor=service.floor)
    else:
        named = [service_name(child, language) for child in directory.below(service.id)[:NAMED]]
        subtitle = text("kiosk.services.separator", language).join(named)
    return CardView(
        id=str(service.id),
        title=text("kiosk.services.general", language, name=name)
        if not group and directory.below(service.id)
        else name,
        subtitle=subtitle,
        badge=badge,
        closed=not is_open,
        reason="" if is_open else closed_reason(service, language),
        group=group,
        mark=name[:1],
    )


def minutes(seconds: int) -> int:
    return ceil(seconds / 60)


def wait_words(ticket: Ticket, language: str) -> str:
    """The expected wait; without an open counter nobody can say."""
    if ticket.estimate is None:
        return text("kiosk.ticket.when_open", language)
    low, high = minutes(ticket.estimate.p50_s), minutes(ticket.estimate.p90_s)
    if high <= 1:
        return text("kiosk.ticket.soon", language)
    if high <= low:
        return text("kiosk.ticket.about", language, n=low)
    return text("kiosk.ticket.between", language, low=max(low, 1), high=high)


def place_of(ticket: Ticket, hall: Hall, language: str) -> str:
    """Where to wait: the area whose displays show these counters."""
    wanted = set(ticket.counter_labels)
    # The lobby's displays show every counter; the area that shows little else is the one to wait in.
    found = max(
        hall.zones,
        key=lambda zone: (len(wanted & set(zone.counter_labels)), -len(zone.counter_labels)),
        default=None,
    )
    if found is None or not wanted & set(found.counter_labels):
        return ""
    floor = next((floor for floor in hall.floors if floor.key == found.floor), None)
    names = [in_language(language, floor.name, floor.name_en)] if floor else []
    return " ".join([*names, in_language(language, found.name, found.name_en)])


@lru_cache(maxsize=4)
def qr_matrix(content: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of a code, without its quiet zone."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(content)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def print_message(ticket: Ticket, code: str, other_machine: str, language: str) -> str:
    """What to do when no paper came out: the number is safe."""
    if code == "paper_out" and other_machine:
        return text(message_key("paper_out_other_machine"), language, number=ticket.number, machine=other_machine)
    return text(message_key(code or "print_unknown"), language, number=ticket.number)


def matters(ticket: Ticket, language: str) -> str:
    """What the ticket is for; several matters are numbered in their order."""
    if not ticket.items:
        return in_language(language, ticket.service_name, ticket.service_name_en)
    names = [in_language(language, one.service_name, one.service_name_en) for one in ticket.items]
    separator = text("kiosk.ticket.item_separator", language)
    return separator.join(text("kiosk.ticket.item", language, n=n, name=name) for n, name in enumerate(names, 1))


def ticket_view(ticket: Ticket, hall: Hall, paper: str, code: str, other_machine: str, language: str) -> TicketView:
    """The ticket on the screen."""
    failed = paper in ("not_printed", "unknown")
    return TicketView(
        id=str(ticket.id),
        number=ticket.number,
        service=matters(ticket, language),
        department=in_language(language, ticket.department_name, ticket.department_name_en),
        ahead=text("kiosk.ticket.ahead_n" if ticket.ahead else "kiosk.ticket.ahead_none", language, n=ticket.ahead),
        wait=wait_words(ticket, language),
        counters=text("kiosk.services.separator", language).join(label_ranges(ticket.counter_labels)),
        place=place_of(ticket, hall, language),
        hint=in_language(language, ticket.hint, ticket.hint_en),
        qr=qr_matrix(ticket.qr),
        paper=paper,
        message=print_message(ticket, code, other_machine, language) if failed else "",
    )


def limit_view(error: HallError, held: Ticket | None, language: str) -> LimitView:
    """Why a rule against hoarding gives no number, and what can be done."""
    has = error.code == "limit_has_number"
    chinese, english = (str(error.params.get(name, "")) for name in ("service", "service_en"))
    params = error.params | {"service": in_language(language, chinese, english)}
    view = LimitView(
        title=text("kiosk.limited.has" if has else "kiosk.limited.title", language),
        text=text("kiosk.limited.has_text", language) if has else error_text(error.code, language, **params),
        todo=text("kiosk.limited.others", language) if error.code in MORE_FOR_OTHERS else "",
        number=str(error.params.get("label", "")) if has else "",
        service=str(params["service"]) if has else "",
        can_choose=error.code == "limit_per_service",
    )
    if held is None:
        return view
    called = held.counter_label if held.status in ("called", "serving") else None
    waits = held.status == "waiting"
    ahead = text("kiosk.ticket.ahead_n" if held.ahead else "kiosk.ticket.ahead_none", language, n=held.ahead)
    return replace(
        view, ahead=text("kiosk.limited.called", language, counter=called) if called else ahead if waits else "",
        wait=wait_words(held, language) if waits else "", can_print=True,
    )  # fmt: skip


def ticket_document(
    ticket: Ticket,
    hall: Hall,
    zone: tzinfo | None,
    language: str,
    *,
    reprint: bool = False,
    elder: bool = False,
    layouts: LayoutsInUse | None = None,
) -> TicketDocument:
    """The ticket on paper."""
    hints = [in_language(language, ticket.hint, ticket.hint_en)]
    if ticket.estimate is None:
        hints.insert(0, text("kiosk.ticket.when_open", language))
    if ticket.due_at is not None:
        hints.insert(0, text("kiosk.ticket.booked", language, time=ticket.due_at.astimezone(zone).strftime("%H:%M")))
    stop = text("kiosk.services.sentence_end", language)
    return TicketDocument(
        language=language,
        hall_name=in_language(language, hall.name, hall.name_en),
        service_id=ticket.service_id,
        number=ticket.number,
        items=tuple(in_language(language, one.service_name, one.service_name_en) for one in ticket.items),
        booked=ticket.due_at is not None,
        due_at=ticket.due_at.astimezone(zone) if ticket.due_at else None,
        elder=elder,
        layout=layouts.of(ticket.service_id) if layouts else None,
        item=matters(ticket, language),
        department=in_language(language, ticket.department_name, ticket.department_name_en),
        counters=tuple(label_ranges(ticket.counter_labels)),
        place=place_of(ticket, hall, language),
        issued_at=ticket.issued_at.astimezone(zone),
        people_ahead=ticket.ahead,
        wait_minutes=minutes(ticket.estimate.p50_s) if ticket.estimate else None,
        wait_minutes_high=minutes(ticket.estimate.p90_s) if ticket.estimate else None,
        hint=stop.join(hint for hint in hints if hint),
        qr=ticket.qr,
        reprint=reprint,
    )
