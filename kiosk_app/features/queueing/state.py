"""What the queueing screens show; never None inside, because a screen that is just leaving still reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.strip import StripView


@dataclass(frozen=True)
class CardView:
    """One choice. ``mark`` is the sign in its disc."""

    id: str
    title: str
    subtitle: str = ""
    badge: str = ""
    closed: bool = False
    reason: str = ""
    group: bool = False
    mark: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class NumberView:
    """The number being typed; ``status`` typing | ok | wrong."""

    organisation: bool = False
    letters: bool = False
    text: str = ""
    groups: tuple[int, ...] = (6, 8, 4)
    status: str = "typing"
    message: str = ""
    can_confirm: bool = False


@dataclass(frozen=True)
class NameView:
    """A name being typed: characters, the letters behind them, and the keys that are shown."""

    text: str = ""
    letters: str = ""
    layout: str = "pinyin"
    capital: bool = False
    strip: StripView = field(default_factory=StripView)
    can_confirm: bool = False


@dataclass(frozen=True)
class NoticeView:
    """Something a person has to read; ``action`` is what else can be touched: "" | type_number."""

    open: bool = False
    tone: str = "info"
    title: str = ""
    text: str = ""
    action: str = ""


@dataclass(frozen=True)
class TicketView:
    """The issued ticket. ``paper``: printing | printed | not_printed | unknown; ``message`` says what to do then."""

    id: str = ""
    number: str = ""
    service: str = ""
    department: str = ""
    ahead: str = ""
    wait: str = ""
    counters: str = ""
    place: str = ""
    hint: str = ""
    qr: tuple[tuple[bool, ...], ...] = ()
    paper: str = ""
    message: str = ""


@dataclass(frozen=True)
class LimitView:
    """Why no number is given, or how a ticket stands that came back; ``number`` and what follows are of the ticket."""

    title: str = ""
    text: str = ""
    todo: str = ""
    number: str = ""
    service: str = ""
    ahead: str = ""
    wait: str = ""
    can_print: bool = False
    can_choose: bool = False
    # of a ticket whose call was missed: stand in line again; it is on its way; it may not
    can_return: bool = False
    busy: bool = False
    warn: bool = False


@dataclass(frozen=True)
class GroupView:
    """A priority group that can be chosen; ``hint``: whether a proof is asked for."""

    group: int
    name: str
    hint: str = ""


@dataclass(frozen=True)
class BookedView:
    """An appointment; ``code`` says how it stands: in_time | walk_in | early | rebook | other_day, or its state."""

    service: str = ""
    when: str = ""
    name: str = ""
    title: str = ""
    message: str = ""
    can_check_in: bool = False
    code: str = ""


@dataclass(frozen=True)
class QueueingState:
    """All of it."""

    step: str = "away"
    language: str = "zh-CN"
    languages: tuple[str, ...] = ()
    elder: bool = False
    hall_name: str = ""
    clock_offset_ms: float = 0.0
    # devices: reader ok | lost | none; printer_trouble is a sentence, empty when paper would come out
    reader: str = "none"
    reading: bool = False
    card_on_reader: bool = False
    printer_trouble: str = ""
    connected: bool = False
    connecting: bool = True
    away_text: str = ""
    # without the server, and giving numbers all the same: since when what is shown is not news any more
    alone_text: str = ""
    # who
    greeting: str = ""
    masked_number: str = ""
    number: NumberView = field(default_factory=NumberView)
    name: NameView = field(default_factory=NameView)
    agent: str = ""  # masked, while somebody takes a number for somebody else
    agent_left: str = ""
    checking: bool = False
    groups: tuple[GroupView, ...] = ()
    missed_by_number: bool = False
    group: str = ""  # the one they chose
    # what
    crumbs: tuple[str, ...] = ()
    cards: tuple[CardView, ...] = ()
    page: int = 0
    pages: int = 1
    per_page: int = 6
    query: str = ""
    characters: str = ""  # of the query; behind them the letters that still are none
    letters: str = ""
    strip: StripView = field(default_factory=StripView)
    found: int = -1
    recent_loading: bool = False
    several: bool = False
    chosen: tuple[str, ...] = ()  # names of what is on the list of several matters
    service: str = ""  # the service asked for, being issued, or in trouble
    trouble_text: str = ""
    limit: LimitView = field(default_factory=LimitView)
    booked: BookedView = field(default_factory=BookedView)
    ticket: TicketView = field(default_factory=TicketView)
    notice: NoticeView = field(default_factory=NoticeView)
    # seconds left: of an untouched session (0: no warning), of the ticket's screen (0: stays)
    idle_left: int = 0
    ticket_left: int = 0
