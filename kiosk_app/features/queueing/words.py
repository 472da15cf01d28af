"""How services and tickets read: on the screen and on the paper, in the person's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from kiosk_app.features.queueing.directory import Directory
from kiosk_app.features.queueing.state import CardView, LimitView, TicketView
from shared.devices.messages import message_key
from shared.devices.printer.document import in_language, label_ranges, matters, minutes, place_of
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.hall import Hall, Service
from shared.schemas.tickets import Ticket
from shared.ui.qr_matrix import qr_matrix

NAMED = 3
# Who comes for others, or with others, may have more than the rule gives.
MORE_FOR_OTHERS = ("limit_has_number", "limit_per_day", "limit_per_service")


def service_name(service: Service, language: str) -> str:
    return in_language(language, service.name, service.name_en)


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


def wait_words(ticket: Ticket, language: str) -> str:
    """The expected wait; without an open counter nobody can say."""
    if ticket.as_of is not None:
        return text("kiosk.ticket.as_of", language, time=f"{ticket.as_of:%H:%M}")
    if ticket.estimate is None:
        return text("kiosk.ticket.when_open", language)
    low, high = minutes(ticket.estimate.p50_s), minutes(ticket.estimate.p90_s)
    if high <= 1:
        return text("kiosk.ticket.soon", language)
    if high <= low:
        return text("kiosk.ticket.about", language, n=low)
    return text("kiosk.ticket.between", language, low=max(low, 1), high=high)


def print_message(ticket: Ticket, code: str, other_machine: str, language: str) -> str:
    """What to do when no paper came out: the number is safe."""
    if code == "paper_out" and other_machine:
        return text(message_key("paper_out_other_machine"), language, number=ticket.number, machine=other_machine)
    return text(message_key(code or "print_unknown"), language, number=ticket.number)


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
