"""What the operator's windows show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from shared.domain.search import Entry


@dataclass(frozen=True)
class TicketLine:
    """One ticket in a list."""

    id: str
    number: str
    service: str
    waited: str
    hint: str


@dataclass(frozen=True)
class Person:
    """The ticket in hand. ``timer`` counts since the call, or since the service began."""

    number: str
    status: str
    status_words: str
    service: str
    holder: str
    waited: str
    timer: str
    note: str
    # Of several items: which this is and what follows, with all of them as one text.
    items: str = ""
    all_items: str = ""


@dataclass(frozen=True)
class Left:
    """What a colleague left for whoever took the counter over."""

    title: str
    note: str
    tickets: str


@dataclass(frozen=True)
class Receipt:
    """Where a call arrived; tone ok, busy (still on its way), warn (should have arrived by now)."""

    tone: str
    words: str


@dataclass(frozen=True)
class Message:
    """A word to the operator; tone info, ok, warn, error."""

    tone: str
    words: str


@dataclass(frozen=True)
class MissedLine:
    """Somebody who missed the call: ``place`` says where they would stand, or why they may not come back."""

    id: str
    number: str
    service: str
    place: str
    can_return: bool
    hint: str


@dataclass(frozen=True)
class Why:
    """Why ``number`` was called: ``answer`` to whoever asks, ``about`` it, and who else waited with why not them.

    ``trouble`` says instead why there is no answer.
    """

    number: str
    asking: str = ""
    answer: str = ""
    about: str = ""
    others: tuple[TicketLine, ...] = ()
    is_loading: bool = False
    trouble: str = ""


@dataclass(frozen=True)
class ServiceChoice:
    """A service that may be chosen, or that is shown with why not; ``entry`` is what it is found by."""

    key: str
    words: str
    about: str
    entry: Entry[str]
    possible: bool = True
    needs_identity: bool = False


@dataclass(frozen=True)
class Giving:
    """A number is being given; ``services`` is empty while they are fetched, ``problem`` why it was refused."""

    services: tuple[ServiceChoice, ...] = ()
    is_busy: bool = False
    problem: str = ""

    def with_(self, **changes: Any) -> Giving:
        return replace(self, **changes)


@dataclass(frozen=True)
class Found:
    """The ticket a scanner found; ``refusal`` says why it cannot be called now."""

    ticket_id: str
    number: str
    service: str
    holder: str
    status_words: str
    refusal: str


@dataclass(frozen=True)
class Choice:
    """One entry to choose: ``key`` goes to the presenter, ``about`` explains."""

    key: str
    words: str
    about: str = ""


@dataclass(frozen=True)
class Targets:
    """Where the ticket in hand may go; None while they are being fetched."""

    services: tuple[ServiceChoice, ...]
    counters: tuple[Choice, ...]
    # service key -> keys of the counters that serve it
    serving: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class OperatorState:
    """``phase``: starting, choosing, closed, open, paused. ``can`` holds the names of the steps possible now."""

    phase: str = "starting"
    counter: str = ""
    counter_name: str = ""
    staff: str = ""
    staff_number: str = ""
    clock: str = ""
    today: str = ""
    connection_tone: str = "busy"
    connection: str = ""
    # While the counter works alone: that it does and as of when, and what it means; else empty.
    alone: str = ""
    alone_about: str = ""
    person: Person | None = None
    shown: Receipt | None = None
    spoken: Receipt | None = None
    waiting_count: int = 0
    longest: str = ""
    served: str = ""
    queue: tuple[TicketLine, ...] = ()
    held: tuple[TicketLine, ...] = ()
    missed: tuple[TicketLine, ...] = ()
    parked: tuple[TicketLine, ...] = ()
    left: Left | None = None
    can: frozenset[str] = frozenset()
    busy: str = ""
    undo_words: str = ""
    undo_seconds: int = 0
    pause_words: str = ""
    pause_timer: str = ""
    message: Message | None = None
    found: Found | None = None
    counters: tuple[Choice, ...] = ()
    dialog: str = ""
    targets: Targets | None = None
    # None while they are being fetched.
    missed_today: tuple[MissedLine, ...] | None = None
    why: Why | None = None
    giving: Giving | None = None
    reasons: tuple[Choice, ...] = ()
    park_reasons: tuple[Choice, ...] = ()
    groups: tuple[Choice, ...] = ()
    mini: bool = False
    on_top: bool = True
    mode: str = "day"
