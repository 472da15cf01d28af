"""What stands on the paper of a ticket, in its holder's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import tzinfo
from math import ceil

from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.hall import Hall
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.ticket_layouts import LayoutsInUse
from shared.schemas.tickets import Ticket

LABEL = re.compile(r"^(\D*)(\d+)$")


def in_language(language: str, chinese: str, english: str) -> str:
    """The hall's data come in Chinese and English; other languages read the English."""
    return chinese if language == DEFAULT_LANGUAGE or not english else english


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


def minutes(seconds: int) -> int:
    return ceil(seconds / 60)


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


def matters(ticket: Ticket, language: str) -> str:
    """What the ticket is for; several matters are numbered in their order."""
    if not ticket.items:
        return in_language(language, ticket.service_name, ticket.service_name_en)
    names = [in_language(language, one.service_name, one.service_name_en) for one in ticket.items]
    separator = text("kiosk.ticket.item_separator", language)
    return separator.join(text("kiosk.ticket.item", language, n=n, name=name) for n, name in enumerate(names, 1))


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
    if ticket.as_of is not None:
        time = ticket.as_of.astimezone(zone).strftime("%H:%M")
        hints.insert(0, text("kiosk.ticket.as_of_paper", language, time=time))
    elif ticket.estimate is None:
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
