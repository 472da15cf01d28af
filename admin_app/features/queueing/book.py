"""The hall as the stream tells it: counters, lines, and who has waited since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from shared.schemas.events import Event, ExpectedWait, ExpectedWaits, Snapshot, TicketEvent
from shared.schemas.hall import Counter
from shared.schemas.tickets import StaffTicket

IN_HAND = frozenset({"called", "serving"})


@dataclass(frozen=True)
class Line:
    """A service somebody waits for, or has waited for since the console started."""

    service_id: UUID
    name: str
    name_en: str
    waiting: int


@dataclass
class HallBook:
    """Filled by a snapshot, kept by events. ``waiting_since`` is complete only after ``seed``.

    ``taken_at``: since when a counter has had its ticket; ``free_at``: since when it has had none, None if unknown.
    """

    counters: dict[UUID, Counter] = field(default_factory=dict)
    taken_at: dict[UUID, datetime] = field(default_factory=dict)
    free_at: dict[UUID, datetime | None] = field(default_factory=dict)
    lines: dict[UUID, Line] = field(default_factory=dict)
    waiting_since: dict[UUID, tuple[UUID, datetime]] = field(default_factory=dict)
    issued_at: dict[UUID, datetime] = field(default_factory=dict)
    needs_seed: bool = True
    # None while the line is down: what is expected now cannot be known from before.
    waits: ExpectedWaits | None = None
    _told: set[UUID] = field(default_factory=set)

    def apply_snapshot(self, snapshot: Snapshot) -> None:
        self.counters = {counter.id: counter for counter in snapshot.counters or ()}
        calls = {call.ticket_id: call.called_at for call in reversed(snapshot.calls or ())}
        self.taken_at = {
            counter.id: calls[counter.ticket_id]
            for counter in self.counters.values()
            if counter.ticket_id is not None and counter.ticket_id in calls
        }
        # Who has called today has been free since a moment no snapshot knows.
        self.free_at = {call.counter_id: None for call in snapshot.calls or ()}
        self.lines = {
            line.service_id: Line(line.service_id, line.service_name, line.service_name_en, line.waiting)
            for line in snapshot.waiting or ()
        }
        self.waits = snapshot.waits
        self.waiting_since, self.issued_at, self._told, self.needs_seed = {}, {}, set(), True

    def seed(self, tickets: Iterable[StaffTicket]) -> None:
        """All who wait, as asked for after the snapshot: what the events said meanwhile counts more."""
        for ticket in tickets:
            self.issued_at[ticket.id] = ticket.issued_at
            if ticket.id not in self._told:
                self.waiting_since[ticket.id] = (ticket.service_id, ticket.issued_at)
        self.needs_seed = False

    def apply(self, event: Event) -> bool:
        """Whether the event changed something here."""
        if event.kind == "counter.changed":
            self._counter(Counter.model_validate(event.data))
            return True
        if not event.kind.startswith("ticket.") or event.kind == "ticket.rated":
            return False
        ticket = TicketEvent.model_validate(event.data)
        self._line(ticket.service_id, ticket.service_name, ticket.service_name_en, ticket.waiting)
        if ticket.previous_service_id is not None and ticket.previous_service_id in self.lines:
            old = self.lines[ticket.previous_service_id]
            self.lines[old.service_id] = replace(old, waiting=ticket.previous_waiting or 0)
        self._place(ticket, event)
        self._hand(ticket, event)
        return True

    def oldest(self, service_id: UUID) -> datetime | None:
        """Since when the first of a line has waited."""
        return min((since for line, since in self.waiting_since.values() if line == service_id), default=None)

    def wait(self, service_id: UUID, now: datetime) -> ExpectedWait | None:
        """How long who takes a number now; None when nobody can say."""
        if self.waits is None or now >= self.waits.until:
            return None
        return next((one for one in self.waits.services if one.service_id == service_id), None)

    def since(self, counter: Counter) -> datetime | None:
        """When what a counter is doing began."""
        if counter.ticket_id is not None:
            return self.taken_at.get(counter.id)
        if counter.state == "open" and counter.id in self.free_at:
            return self.free_at[counter.id]
        return counter.since

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines.values())

    def _counter(self, counter: Counter) -> None:
        if counter.retired:
            self.counters.pop(counter.id, None)
        else:
            known = self.counters.get(counter.id)
            if known is not None and known.state != counter.state:
                self.free_at.pop(counter.id, None)
            self.counters[counter.id] = counter
        if counter.ticket_id is None:
            self.taken_at.pop(counter.id, None)

    def _line(self, service_id: UUID, name: str, name_en: str, waiting: int) -> None:
        self.lines[service_id] = Line(service_id, name, name_en, waiting)

    def _place(self, ticket: TicketEvent, event: Event) -> None:
        if event.kind == "ticket.issued":
            self.issued_at[ticket.ticket_id] = event.at
        if ticket.status != "waiting":
            self.waiting_since.pop(ticket.ticket_id, None)
        elif ticket.ticket_id in self.issued_at:
            self.waiting_since[ticket.ticket_id] = (ticket.service_id, self.issued_at[ticket.ticket_id])
        else:
            # Back in a line, and issued before this console looked: the next question to the server tells since when.
            self._told.discard(ticket.ticket_id)
            self.needs_seed = True
            return
        self._told.add(ticket.ticket_id)

    def _hand(self, ticket: TicketEvent, event: Event) -> None:
        counter = self.counters.get(ticket.counter_id) if ticket.counter_id is not None else None
        if counter is None:
            return
        in_hand = ticket.status in IN_HAND
        if not in_hand and counter.ticket_id not in (None, ticket.ticket_id):
            return
        if in_hand and counter.ticket_id != ticket.ticket_id:
            self.taken_at[counter.id] = event.at
        elif not in_hand:
            self.taken_at.pop(counter.id, None)
            self.free_at[counter.id] = event.at
        self.counters[counter.id] = counter.model_copy(
            update={
                "ticket_id": ticket.ticket_id if in_hand else None,
                "ticket_number": ticket.number if in_hand else None,
                "ticket_status": ticket.status if in_hand else None,
            }
        )
