"""The live desk of one counter, shared by the operator's and the citizen's presenter."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from counter_app.acting import Outcome as Outcome
from counter_app.acting import carry_out, fingerprint
from counter_app.without_server import WithoutServer
from shared.client.event_stream import EventStream
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.tickets import IN_HAND
from shared.schemas.events import RULES_CHANGED, Event, Snapshot, TicketEvent
from shared.schemas.hall import Counter, CounterDesk, Hall, Service, StaffMember
from shared.schemas.tickets import CallAnswer, StaffTicket
from shared.ui.background import run_in_background
from shared.ui.emergencies import EmergencyWatch

_log = logging.getLogger(__name__)
TOPICS = ("tickets", "counters", "receipts", "emergencies")
# Steps with somebody who is not in hand.
OTHERS = frozenset({"priority", "return-ticket"})
# Left to a colleague with somebody in hand: as good as closed until they have signed in.
HANDED_OVER = "handed_over"
# Others' events come in bursts when the hall is full: one read of the desk answers all of a burst.
BURST_MS = 80
RETRY_MS = 1000
FRESH = timedelta(seconds=30)


@dataclass(frozen=True)
class Facts:
    """What changes rarely: read at every connection."""

    hall: Hall
    counters: tuple[Counter, ...]
    staff: tuple[StaffMember, ...]
    services: tuple[Service, ...]


class DeskModel(QObject):
    """Reads the desk whenever an event touches this counter, and carries out one action at a time.

    Lives on the main thread; nothing here waits. ``changed`` follows every change of the attributes.
    """

    changed = Signal()
    acted = Signal(object)
    refused = Signal(str, object)
    ticket_event = Signal(str, object)
    # Any ticket of the hall, as an event tells of it.
    ticket_told = Signal(object)
    # Somebody at the console tries a device, maybe of this counter.
    device_test_asked = Signal()
    order_asked = Signal()
    _heard_snapshot = Signal(object)
    _heard_event = Signal(object)
    _heard_connection = Signal(bool, object)

    def __init__(self, client: HallClient, counter_label: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.client = client
        self.counter_label = counter_label
        self.counter_id: UUID | None = None
        self.facts: Facts | None = None
        self.desk: CounterDesk | None = None
        self.connected = False
        self.line_error: HallError | None = None
        # Why the server, which is there, does not let this machine read.
        self.refusal: HallError | None = None
        self.busy = ""
        # All counters of the hall, as events tell of them.
        self.counters: dict[UUID, Counter] = {}
        self.island: WithoutServer | None = None
        self._ahead = timedelta()
        self._reads = 0
        self._newest = 0
        self._reading = False
        self._again = False
        self._kept: tuple[object, str] | None = None
        self._asked: tuple[object, str] | None = None
        self._before: object = None
        self._burst = self._single_shot(BURST_MS, self.refresh)
        self._retry = self._single_shot(RETRY_MS, self.refresh)
        self._retry_facts = self._single_shot(RETRY_MS, self._load_facts)
        self._stream = EventStream(
            client,
            TOPICS,
            on_snapshot=self._heard_snapshot.emit,
            on_event=self._heard_event.emit,
            on_connection=self._heard_connection.emit,
        )
        queued = Qt.ConnectionType.QueuedConnection
        self._heard_snapshot.connect(self._on_snapshot, queued)
        self._heard_event.connect(self._on_event, queued)
        self._heard_connection.connect(self._on_connection, queued)

    def _single_shot(self, after_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(call)
        return timer

    def start(self) -> None:
        self._stream.start()

    def tell(self, watch: EmergencyWatch) -> None:
        """Also these hear what the stream says."""
        self._heard_snapshot.connect(watch.take_snapshot, Qt.ConnectionType.QueuedConnection)
        self._heard_event.connect(watch.take_event, Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        """Ends the stream's thread; harmless when repeated."""
        self._stream.stop()
        for timer in (self._burst, self._retry, self._retry_facts):
            timer.stop()

    @property
    def counter(self) -> Counter | None:
        return self.desk.counter if self.desk is not None else None

    @property
    def needs_somebody(self) -> bool:
        """Nobody is on duty here: whoever comes signs in."""
        counter = self.counter
        return counter is not None and (counter.state == "closed" or counter.pause_reason == HANDED_OVER)

    @property
    def ticket(self) -> StaffTicket | None:
        return self.desk.ticket if self.desk is not None else None

    @property
    def is_alone(self) -> bool:
        """Whether the desk is this counter's own copy, and its steps go into its journal."""
        return self.island is not None and self.island.is_alone

    @property
    def stage(self) -> str:
        """How alone it is: empty, ``alone``, ``back``, ``staying``."""
        return self.island.stage if self.island is not None else ""

    @property
    def alone_since(self) -> str:
        """As of when the copy is, by the hall's clock; empty on line."""
        as_of = self.island.as_of if self.island is not None and self.island.is_alone else None
        if as_of is None:
            return ""
        return f"{as_of.astimezone(self.zone):%H:%M}"

    @property
    def zone(self) -> ZoneInfo | None:
        """The hall's; None while it is not known, which is this machine's."""
        return ZoneInfo(self.facts.hall.time_zone) if self.facts is not None else None

    @property
    def ahead(self) -> timedelta:
        """How far the server's clock is ahead of this machine's."""
        return self._ahead

    def now(self) -> datetime:
        """The hall's time, UTC."""
        return datetime.now(UTC) + self._ahead

    def choose_counter(self, label: str) -> None:
        """This machine is the counter with this label from now on."""
        self.counter_label = label
        self.counter_id, self.desk = None, None
        self._find_counter()
        self.changed.emit()

    # Actions

    def act(self, step: str, body: Mapping[str, Any] | None = None) -> bool:
        """Start one action; False, and nothing happens, while another runs.

        Repeated after ``server_unreachable``, with the desk as it was, it goes out under its first Idempotency-Key:
        if the server had carried it out, its answer comes again and nothing happens twice.
        """
        if self.busy or self.counter_id is None or self.desk is None:
            return False
        counter_id, request = self.counter_id, dict(body or {})
        if self.island is not None and self.island.is_alone:
            self.island.act(step, request)
            return True
        intent = (counter_id, step, tuple(sorted((k, str(v)) for k, v in request.items())))
        key = self._kept[1] if self._kept is not None and self._kept[0] == intent else uuid.uuid4().hex
        self._kept, self._asked, self._before = None, (intent, key), fingerprint(self.desk)
        self.busy = step
        client = self.client
        self.changed.emit()
        run_in_background(
            lambda: carry_out(client, counter_id, step, request, key), self._on_acted, self._on_refused, owner=self
        )
        return True

    def _on_acted(self, outcome: Outcome) -> None:
        self.busy = ""
        # Reads that began before this action may not know of it.
        self._newest = self._reads
        if outcome.desk is not None:
            self.desk = outcome.desk
        elif isinstance(outcome.answer, CallAnswer) and self.desk is not None and outcome.step not in OTHERS:
            ticket = outcome.answer.ticket
            mine = ticket.status in IN_HAND and ticket.counter_id == self.counter_id
            self.desk = self.desk.model_copy(update={"ticket": ticket if mine else None})
        self.changed.emit()
        self.acted.emit(outcome)
        if outcome.desk is None or self._again:
            self.refresh()

    def _on_refused(self, error: HallError) -> None:
        step, self.busy = self.busy, ""
        if error.code in ("server_unreachable", "server_stopping", "database_unavailable"):
            self._kept = self._asked
        self.changed.emit()
        self.refused.emit(step, error)
        # Whatever was refused, the screen was not up to date.
        self.refresh()

    # Without the server

    def begin(self, step: str) -> None:
        """A step is being written down here."""
        self.busy = step
        self.changed.emit()

    def end(self, outcome: Outcome) -> None:
        """It is written down: now the screen may show it."""
        self.busy = ""
        if outcome.desk is not None:
            self.desk = outcome.desk
        self.changed.emit()
        self.acted.emit(outcome)

    def fail(self, step: str, error: HallError) -> None:
        """It could not be done, or not be written down; nothing has changed."""
        self.busy = ""
        self.changed.emit()
        self.refused.emit(step, error)

    def adopt(self, desk: CounterDesk, facts: Facts | None = None, ahead: timedelta | None = None) -> None:
        """This desk is the truth from now on: the server's last word, or what was kept here of it."""
        self.desk, self.counter_id, self.counter_label = desk, desk.counter.id, desk.counter.label
        self.facts = facts or self.facts
        self._ahead = self._ahead if ahead is None else ahead
        # Reads that began before know less.
        self._newest = self._reads
        self.changed.emit()

    # Reading

    def refresh(self) -> None:
        """Read the desk again; at most one read runs, and none while an action does."""
        if self.counter_id is None:
            return
        if self.island is not None and self.island.is_alone:
            # What was done here goes to the server before anything comes from there.
            self.island.look_again()
            return
        self._burst.stop()
        if self._reading or self.busy:
            self._again = True
            return
        self._again = False
        self._reading = True
        self._reads += 1
        client, counter_id, number = self.client, self.counter_id, self._reads
        run_in_background(lambda: (number, client.desk(counter_id)), self._on_desk, self._on_desk_missing, owner=self)

    def _on_desk(self, result: tuple[int, CounterDesk]) -> None:
        number, desk = result
        self._reading = False
        self.refusal = None
        if self.is_alone:
            return
        if number > self._newest and desk.counter.id == self.counter_id and not self.busy:
            self._newest = number
            self.desk = desk
            if self._kept is not None and fingerprint(desk) != self._before:
                # The action had arrived after all: pressing again would be a new action.
                self._kept = None
            self.changed.emit()
        else:
            self._again = True
        if self._again and not self.busy:
            self.refresh()

    def _on_desk_missing(self, error: HallError) -> None:
        self._reading = False
        _log.info("desk not read: %s", error)
        self._refused_to_read(error)
        if self.connected:
            self._retry.start()

    def _load_facts(self) -> None:
        client = self.client

        def load() -> Facts:
            return Facts(client.hall(), tuple(client.counters()), tuple(client.staff()), tuple(client.services()))

        run_in_background(load, self._on_facts, self._on_facts_missing, owner=self)

    def _on_facts(self, facts: Facts) -> None:
        self.facts, self.refusal = facts, None
        self._find_counter()
        self.changed.emit()

    def _refused_to_read(self, error: HallError) -> None:
        if error.status in (401, 403, 404):
            self.refusal = error
            self.changed.emit()

    def _on_facts_missing(self, error: HallError) -> None:
        _log.info("facts not read: %s", error)
        self._refused_to_read(error)
        if self.connected:
            self._retry_facts.start()

    def _find_counter(self) -> None:
        if self.facts is None:
            return
        known = next((c for c in self.facts.counters if c.id == self.counter_id), None)
        found = known or next((c for c in self.facts.counters if c.label == self.counter_label), None)
        if found is None:
            # Taken out of the hall: nothing of it may look as if it could still be worked at.
            self.counter_id, self.desk = None, None
            return
        # An administrator may have given it another label meanwhile.
        self.counter_id, self.counter_label = found.id, found.label
        self.refresh()

    # The stream, on the main thread by now

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._ahead = snapshot.at - datetime.now(UTC)
        self.counters = {counter.id: counter for counter in snapshot.counters or ()}
        self._load_facts()
        self.refresh()

    def _on_event(self, event: Event) -> None:
        if event.kind == "counter.changed":
            changed = Counter.model_validate(event.data)
            self.counters[changed.id] = changed
            if event.data.get("id") == str(self.counter_id):
                self.refresh()
        elif event.kind == RULES_CHANGED:
            # Whoever is called next stands first in the list.
            self._load_facts()
            self.refresh()
        elif event.kind == "device_test.asked":
            self.device_test_asked.emit()
        elif event.kind == "terminal_order.asked":
            self.order_asked.emit()
        elif event.kind == "call.receipt":
            if event.data.get("counter_id") == str(self.counter_id):
                self.refresh()
        elif event.kind.startswith("ticket."):
            data = TicketEvent.model_validate(event.data)
            self.ticket_told.emit(data)
            if data.counter_id is not None and data.counter_id == self.counter_id:
                # After a gap the stream tells old news: nobody is still there to rate a visit of five minutes ago.
                if self.now() - event.at < FRESH:
                    self.ticket_event.emit(event.kind, data)
                self.refresh()
            elif self._concerns(data) and not self._burst.isActive():
                self._burst.start()

    def _concerns(self, data: TicketEvent) -> bool:
        mine = self.desk.counter.service_ids if self.desk is not None else []
        return data.service_id in mine or data.previous_service_id in mine

    def _on_connection(self, connected: bool, error: HallError | None) -> None:
        back = connected and not self.connected
        self.connected, self.line_error = connected, error
        if back:
            self.refresh()
            if self.facts is None:
                self._load_facts()
        self.changed.emit()
