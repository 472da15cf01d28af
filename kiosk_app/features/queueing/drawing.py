"""What the screen shows, computed from what is known: the machine, the hall, the person. No memory of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from kiosk_app.features.queueing.booked import booked_view
from kiosk_app.features.queueing.directory import Directory
from kiosk_app.features.queueing.missed import missed_view
from kiosk_app.features.queueing.number_entry import number_view, ticket_number_view
from kiosk_app.features.queueing.session import Session
from kiosk_app.features.queueing.state import (
    CardView,
    GroupView,
    LimitView,
    NameView,
    NoticeView,
    QueueingState,
    TicketView,
)
from kiosk_app.features.queueing.typed_name import name_view
from kiosk_app.features.queueing.words import card, limit_view, service_name, ticket_view
from kiosk_app.flow import Step
from kiosk_app.hall_copy import HallCopy
from kiosk_app.settings import KioskSettings
from kiosk_app.strip import StripView, strip_view
from shared.devices.messages import status_key
from shared.devices.printer.document import in_language
from shared.domain.characters import split
from shared.domain.id_numbers import mask
from shared.domain.names import mask_name
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.i18n.errors import error_text
from shared.schemas.hall import Service
from shared.ui.theme import Look, resolve

RECENT_SHOWN = 3
NAMED_GROUPS = range(1, 5)
# Search shares an upright screen with a keypad, and with a strip of characters where names are read in Chinese.
FOUND_SHOWN, FOUND_SHOWN_ELDER = 4, 3
FOUND_SHOWN_LYING, FOUND_SHOWN_LYING_ELDER = 5, 4


@dataclass
class Machine:
    """What is true of the kiosk whoever stands in front of it."""

    step: Step = Step.AWAY
    language: str = "zh-CN"
    elder: bool = False
    lying: bool = False  # a screen that is wider than high
    reader: str = "none"
    reading: bool = False
    card_on_reader: bool = False
    notice: NoticeView = field(default_factory=NoticeView)
    trouble_code: str = "server_unreachable"


def per_page(machine: Machine) -> int:
    """How many choices one screen offers."""
    if machine.step is Step.SEARCH and machine.lying:
        return FOUND_SHOWN_LYING_ELDER if machine.elder else FOUND_SHOWN_LYING
    if machine.step is Step.SEARCH:
        return (FOUND_SHOWN_ELDER if machine.elder else FOUND_SHOWN) - _has_strip(machine)
    return int(resolve(Look(elder=machine.elder))["choices"])


def _has_strip(machine: Machine) -> bool:
    return machine.step is Step.SEARCH and machine.language == DEFAULT_LANGUAGE


def choices(machine: Machine, session: Session, directory: Directory, copy: HallCopy) -> Sequence[Service]:
    """Everything that can be chosen at this step, all pages."""
    match machine.step:
        case Step.WELCOME:
            recent = [service for id_ in session.recent if (service := directory.get(id_)) is not None]
            return recent[:RECENT_SHOWN]
        case Step.SERVICES:
            return directory.inside(session.path[-1] if session.path else None)
        case Step.SEARCH if session.query.strip():
            return directory.search(session.query)
        case Step.SEARCH:
            return directory.busiest(copy.waiting, per_page(machine) - 1)
    return ()


def page_count(total: int, size: int) -> int:
    return max(1, -(-total // size))


def draw(
    machine: Machine,
    session: Session,
    directory: Directory,
    copy: HallCopy,
    settings: KioskSettings,
    *,
    printer_code: str,
    idle_left: int,
    ticket_left: int,
) -> QueueingState:
    """The state of the screen."""
    language, step = machine.language, machine.step
    found = choices(machine, session, directory, copy)
    size = per_page(machine)
    pages = page_count(len(found), size)
    page = min(session.page, pages - 1)
    shown = found[page * size : (page + 1) * size]
    hall = copy.hall
    strip = _strip(machine, session, directory)
    characters, letters = split(session.query) if strip.there else (session.query, "")
    return QueueingState(
        step=step.value,
        language=language,
        languages=settings.languages,
        elder=machine.elder,
        hall_name=in_language(language, hall.name, hall.name_en) if hall else "",
        clock_offset_ms=copy.wall_offset_ms,
        reader=machine.reader,
        reading=machine.reading,
        card_on_reader=machine.card_on_reader,
        printer_trouble=text(status_key(printer_code), language) if printer_code else "",
        connected=copy.connected,
        connecting=copy.error is None or copy.error.code == "server_unreachable",
        away_text=error_text(copy.error.code, language, **copy.error.params) if copy.error else "",
        alone_text=_alone(copy, language),
        greeting=_greeting(session),
        masked_number=mask(session.identity.number) if session.identity else "",
        agent=_agent(session),
        agent_left=text("kiosk.person.left", language, n=session.agent_left) if session.agent else "",
        checking=session.checking,
        groups=tuple(group_view(one.group, one.declared, language) for one in copy.calling.items),
        missed_by_number=copy.calling.missed_by_number,
        group=group_name(session.group, language) if session.group else "",
        name=name_view(session.name, session.strip_page, machine.elder) if step is Step.NAME else NameView(),
        number=ticket_number_view(session.typed, language)
        if step is Step.TICKET_NUMBER
        else number_view(session.typed, session.organisation, session.letters, copy.now.date(), language),
        crumbs=_crumbs(session.path, directory, language) if step is Step.SERVICES else (),
        cards=tuple(_cards(shown, machine, session, directory, copy)),
        page=page,
        pages=pages,
        per_page=size,
        query=session.query,
        characters=characters,
        letters=letters.upper(),
        strip=strip,
        found=len(found) if session.query else -1,
        recent_loading=session.recent_loading,
        several=session.several,
        chosen=_crumbs(session.chosen, directory, language),
        service=_service(session, directory, language),
        trouble_text=error_text(machine.trouble_code, language) if step is Step.TROUBLE else "",
        limit=_limit(machine, session, copy, language),
        booked=booked_view(session.booked, language),
        ticket=_ticket(session, copy, settings, language),
        notice=machine.notice,
        idle_left=idle_left,
        ticket_left=ticket_left,
    )


def group_name(group: int, language: str) -> str:
    """As the counter names it."""
    return text(f"counter.priority.group_{group if group in NAMED_GROUPS else 'other'}", language)


def group_view(group: int, declared: str, language: str) -> GroupView:
    """A priority group as it is offered."""
    return GroupView(group, group_name(group, language), text(f"kiosk.group.{declared}", language))


def _limit(machine: Machine, session: Session, copy: HallCopy, language: str) -> LimitView:
    if machine.step is Step.MISSED and session.missed is not None:
        back = {"returned": session.returned, "returning": session.returning}
        return missed_view(session.missed, copy.zone, language, can_print=session.held is not None, **back)
    return limit_view(session.limit, session.held, language) if session.limit else LimitView()


def opens(machine: Machine, session: Session, directory: Directory, service: Service) -> bool:
    """Whether a touch on a choice leads deeper. A group that gives numbers is itself a choice inside itself, and
    wherever a single service is looked for."""
    if machine.step is not Step.SERVICES:
        return not service.ticketable
    return directory.is_group(service) and (session.path[-1:] != [service.id] or not service.ticketable)


def _cards(
    shown: Sequence[Service], machine: Machine, session: Session, directory: Directory, copy: HallCopy
) -> list[CardView]:
    return [
        replace(
            card(
                service, directory, copy.waiting, copy.open_counters, copy.left, machine.language,
                group=opens(machine, session, directory, service),
            ),
            chosen=service.id in session.chosen,
        )
        for service in shown
    ]  # fmt: skip


def _strip(machine: Machine, session: Session, directory: Directory) -> StripView:
    if not _has_strip(machine):
        return StripView()
    return strip_view(directory.candidates(session.query), session.strip_page, machine.elder)


def _alone(copy: HallCopy, language: str) -> str:
    if not copy.alone or copy.as_of is None:
        return ""
    return text("kiosk.alone.strip", language, time=f"{copy.as_of:%H:%M}")


def _greeting(session: Session) -> str:
    name = session.identity.name if session.identity else None
    return mask_name(name) if name else ""


def _agent(session: Session) -> str:
    if session.agent is None:
        return ""
    name = mask_name(session.agent.name) if session.agent.name else ""
    return f"{name} {mask(session.agent.number)}".strip()


def _crumbs(path: Sequence[UUID], directory: Directory, language: str) -> tuple[str, ...]:
    return tuple(service_name(group, language) for id_ in path if (group := directory.get(id_)) is not None)


def _service(session: Session, directory: Directory, language: str) -> str:
    chosen = session.request.service_id if session.request else session.wanted
    service = directory.get(chosen)
    return service_name(service, language) if service else ""


def _ticket(session: Session, copy: HallCopy, settings: KioskSettings, language: str) -> TicketView:
    if session.ticket is None or copy.hall is None:
        return TicketView()
    return ticket_view(
        session.ticket, copy.hall, session.print_result, session.print_code, settings.other_machine, language
    )
