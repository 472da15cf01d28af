"""Events of the hall and the snapshot they change."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared.schemas.base import Message
from shared.schemas.emergencies import Emergency
from shared.schemas.hall import Counter
from shared.schemas.notices import ShownNotice
from shared.schemas.tickets import TicketStatus
from shared.schemas.weather import Weather

# By which people are called, or numbers given: terminals read anew what they know of it.
RULES_CHANGED: Final = "rules.changed"
# topic → the kinds a subscriber of it receives
TOPICS: Final[dict[str, frozenset[str]]] = {
    "calls": frozenset(
        {
            "ticket.called", "ticket.recalled", "ticket.started", "ticket.finished", "ticket.no_show", "ticket.held",
            "ticket.transferred", "ticket.parked", "ticket.unparked", "ticket.next_item", "ticket.returned",
            "ticket.undone",
        }
    ),
    "tickets": frozenset(
        {
            "ticket.issued", "ticket.called", "ticket.recalled", "ticket.started", "ticket.finished", "ticket.no_show",
            "ticket.held", "ticket.transferred", "ticket.parked", "ticket.unparked", "ticket.next_item",
            "ticket.prioritised", "ticket.returned", "ticket.undone", "ticket.rated",
        }
    ),
    "counters": frozenset({"counter.changed", "device_test.asked", "terminal_order.asked", "rules.changed"}),
    "receipts": frozenset({"call.receipt"}),
    "services": frozenset(
        {"ticket_layouts.changed", "trial_print.asked", "service.changed", "rules.changed", "guides.changed"}
    ),
    "terminals": frozenset({"terminal.changed", "update.changed", "power_plans.changed", "floor_plans.changed"}),
    "organisation": frozenset({"organisation.changed"}),
    "sign_on": frozenset({"sign_on.changed"}),
    "messages": frozenset({"messages.changed"}),
    "appointments": frozenset({"appointment.changed", "waiting.changed"}),
    "island": frozenset({"conflict.recorded", "conflict.settled"}),
    "media": frozenset({"media.changed"}),
    "notices": frozenset(
        {"notice.published", "notice.retracted", "notice.expired", "notice.changed", "notice_outlet.changed"}
    ),
    "waits": frozenset({"waits.changed"}),
    "signage": frozenset({"signage.changed", "emergency.changed"}),
    "information": frozenset({"introduction.changed", "weather.changed", "publicity.changed"}),
    "emergencies": frozenset({"emergency.changed"}),
}  # fmt: skip
# Kinds that stand in no log and have no number: each replaces the one before, and a stream begins with the last one.
VOLATILE: Final = frozenset({"waits.changed"})


class TicketEvent(Message):
    """``data`` of every ``ticket.*`` event: all a display draws. Call fields are None before the first call.

    ``waiting`` is how many wait for ``service_id`` after the event; ``previous_service_id`` and
    ``previous_waiting`` are set by a transfer to another service. ``silent``: displays and loudspeakers keep quiet.
    ``left``: numbers left, by an issue where they are counted.
    """

    ticket_id: UUID
    number: str
    service_id: UUID
    service_name: str
    service_name_en: str
    status: TicketStatus
    waiting: int
    call_id: UUID | None = None
    counter_id: UUID | None = None
    counter_label: str | None = None
    counter_name: str | None = None
    zone: str | None = None
    floor: str | None = None
    recalls: int = 0
    silent: bool = False
    level: int | None = None
    undone_step: str | None = None
    previous_service_id: UUID | None = None
    previous_waiting: int | None = None
    left: int | None = None


class Event(Message):
    """One line of the hall's log; ``seq`` has no gaps within an ``epoch``."""

    hall_id: UUID
    epoch: int
    seq: int
    kind: str
    at: datetime
    data: dict[str, Any]


class VolatileEvent(Message):
    """What is true at ``at`` and will soon be said anew; whoever missed it has missed nothing."""

    hall_id: UUID
    kind: str
    at: datetime
    data: dict[str, Any]


class ActiveCall(Message):
    """A call a display shows; newest first in a snapshot."""

    call_id: UUID
    seq: int
    called_at: datetime
    ticket_id: UUID
    number: str
    status: TicketStatus
    service_id: UUID
    service_name: str
    service_name_en: str
    counter_id: UUID
    counter_label: str
    counter_name: str
    zone: str
    floor: str
    recalls: int
    # Nobody but the counter's own display and the holder's phone tells of it.
    silent: bool = False


class ServiceWaiting(Message):
    service_id: UUID
    service_name: str
    service_name_en: str
    zones: list[str]
    waiting: int


class ExpectedWait(Message):
    """Seconds until somebody is called who takes a number for this service now, in the steps a screen shows."""

    service_id: UUID
    p50_s: int
    p90_s: int


class ExpectedWaits(Message):
    """The figures as of ``at``, not to be shown after ``until``. A service nobody can say anything of is left out."""

    at: datetime
    until: datetime
    services: list[ExpectedWait]


class Snapshot(Message):
    """The state the events change, as of ``epoch`` and ``seq``. Parts not asked for are None."""

    hall_id: UUID
    epoch: int
    seq: int
    at: datetime
    # What a client says with each request, so that a server that another one has replaced hears of it.
    epoch_mark: str = ""
    calls: list[ActiveCall] | None = None
    waiting: list[ServiceWaiting] | None = None
    counters: list[Counter] | None = None
    waits: ExpectedWaits | None = None
    # Pinned first, then the latest: at most a hundred.
    notices: list[ShownNotice] | None = None
    # In force at ``at``.
    emergencies: list[Emergency] | None = None
    # Of the topic information, which also tells when to read introduction and publicity anew.
    weather: Weather | None = None
