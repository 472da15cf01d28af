"""What the kiosk knows of the hall, in memory: facts, services, who waits, which counters are open; and whether the
server is there. The layouts of tickets are kept on the disk too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kiosk_app.kept_hall import KeptHall, KnownHall
from kiosk_app.kept_layouts import KeptLayouts
from shared.client.event_stream import EventStream
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.wall_clock import wall_clock_offset
from shared.schemas.calling import KioskCalling
from shared.schemas.events import RULES_CHANGED, Event, Snapshot, TicketEvent
from shared.schemas.hall import Counter, Hall, Service
from shared.schemas.ticket_layouts import LayoutsInUse
from shared.ui.background import run_in_background
from shared.ui.emergencies import EmergencyWatch

log = logging.getLogger(__name__)
TOPICS = ("tickets", "services", "counters", "emergencies")
# Opening hours pass without an event.
RELOAD_MS = 60_000
RETRY_MS = 2_000
# A line that is back at once was never away for a person.
GRACE_MS = 1_500


class HallCopy(QObject):
    """``changed`` when anything known changed, ``line_changed`` when the server went or came. Main thread only."""

    changed = Signal()
    line_changed = Signal()
    # Somebody asks a kiosk for a paper to see a layout; maybe this one.
    trial_asked = Signal()
    # The same for trying a device.
    device_test_asked = Signal()
    order_asked = Signal()
    # The hall stands anew, and every event, for who keeps more of the hall than this.
    began = Signal(object)
    told = Signal(object)
    _snapshot_came = Signal(object)
    _event_came = Signal(object)
    _line_came = Signal(bool, object)

    def __init__(
        self, client: HallClient, kept: KeptLayouts, parent: QObject | None = None, *,
        known: KeptHall | None = None, alone_after_s: float = 0.0, topics: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """``kept``: the layouts of the last time, for as long as the server can't tell them; ``known``: the hall's
        facts likewise. ``alone_after_s``: how long without a line before the kiosk goes on alone; 0: never. ``topics``:
        what is told besides.
        """
        super().__init__(parent)
        self._kept, self._known = kept, known
        # Without a line, and with what it takes to go on: ``can_serve`` says whether there are numbers.
        self.alone = False
        self.can_serve: Callable[[], bool] = lambda: False
        # The hall's time at which what is known was still true.
        self.as_of: datetime | None = None
        self.hall: Hall | None = None
        self.services: list[Service] = []
        self.layouts = kept.read() or LayoutsInUse()
        # What people may do by themselves, such as which priority groups they may choose.
        self.calling = KioskCalling(items=[])
        self.waiting: Mapping[UUID, int] = {}
        self.open_counters: Mapping[UUID, int] = {}
        # Numbers left, where they are counted.
        self.left: Mapping[UUID, int] = {}
        # What was told of them while services are fetched: the answer may not know of it.
        self._left_told: dict[UUID, int] = {}
        self.connected = False
        self.error: HallError | None = None
        self.clock_offset_ms = 0.0
        self._client = client
        self._counters: dict[UUID, Counter] = {}
        self._counted_on: date | None = None
        self._loading = self._load_again = False
        for signal, slot in (
            (self._snapshot_came, self._on_snapshot),
            (self._event_came, self._on_event),
            (self._line_came, self._on_line),
        ):
            signal.connect(slot, Qt.ConnectionType.QueuedConnection)
        self._stream = EventStream(
            client,
            TOPICS + topics,
            on_snapshot=self._snapshot_came.emit,
            on_event=self._event_came.emit,
            on_connection=self._line_came.emit,
        )
        self._stopped = False
        self._reload_timer = self._timer(RELOAD_MS, self.reload)
        self._retry_timer = self._timer(RETRY_MS, self.reload, once=True)
        self._grace = self._timer(GRACE_MS, self._cut, once=True)
        self._alone_after_s = alone_after_s
        self._alone_timer = self._timer(round(alone_after_s * 1000), self._go_alone, once=True)

    @property
    def usable(self) -> bool:
        """Whether a ticket can be taken."""
        return (self.connected or self.alone) and self.hall is not None

    @property
    def now(self) -> datetime:
        """The time by the hall's clock, in the hall's zone."""
        moment = datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.clock_offset_ms / 1000, UTC)
        return moment.astimezone(self.zone)

    @property
    def zone(self) -> ZoneInfo | None:
        """None (this machine's zone) where the hall's is not known here."""
        try:
            return ZoneInfo(self.hall.time_zone) if self.hall else None
        except (ZoneInfoNotFoundError, ValueError):
            return None

    def start(self) -> None:
        if self._known is not None and (known := self._known.read()) is not None:
            self._remember(known)
        self._stream.start()
        self._reload_timer.start()
        self._wait_alone()

    def tell(self, watch: EmergencyWatch) -> None:
        """Also these hear what the stream says."""
        self._snapshot_came.connect(watch.take_snapshot, Qt.ConnectionType.QueuedConnection)
        self._event_came.connect(watch.take_event, Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        self._stopped = True
        for timer in (self._reload_timer, self._retry_timer, self._grace, self._alone_timer):
            timer.stop()
        self._stream.stop()

    def reload(self) -> None:
        """Fetch facts and services anew; calls that come meanwhile are answered by one more fetch."""
        if self._stopped:
            return
        if self._loading:
            self._load_again = True
            return
        self._loading, self._left_told = True, {}
        run_in_background(
            lambda: (self._client.hall(), self._client.services(), self._layouts(), self._calling()),
            self._loaded,
            self._not_loaded,
            owner=self,
        )

    @property
    def wall_offset_ms(self) -> float:
        """What the clock on the screen adds to this machine's, so that it shows the hall's time."""
        if self.hall is None:
            return 0.0
        ahead = timedelta(milliseconds=self.clock_offset_ms)
        return wall_clock_offset(ahead, self.hall.time_zone, datetime.now().astimezone()).total_seconds() * 1000

    def _timer(self, interval_ms: int, work: object, *, once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(once)
        timer.timeout.connect(work)
        return timer

    def _layouts(self) -> LayoutsInUse:
        """What tickets are printed by; where that can't be told, what was known: numbers are given all the same."""
        try:
            layouts = self._client.layouts_in_use()
        except HallError as error:
            log.info("layouts of tickets not loaded: %s", error.code)
            return self.layouts
        self._kept.write(layouts)
        return layouts

    def _calling(self) -> KioskCalling:
        """As with layouts: what was known, where it can't be told."""
        try:
            return self._client.kiosk_calling()
        except HallError as error:
            log.info("calling policy not loaded: %s", error.code)
            return self.calling

    def _loaded(self, answer: tuple[Hall, list[Service], LayoutsInUse, KioskCalling]) -> None:
        self._loading = False
        self.hall, self.services, self.layouts, self.calling = answer
        self.left = {one.id: one.left for one in self.services if one.left is not None} | self._left_told
        self.clock_offset_ms = (self.hall.now - datetime.now(UTC)).total_seconds() * 1000
        if self._counted_on != self.now.date():
            # The lines of yesterday ended without an event.
            self.waiting = _own_lines(self.services)
            self._counted_on = self.now.date()
        if self._load_again:
            self._load_again = False
            self.reload()
        self._keep()
        self.changed.emit()

    def _not_loaded(self, error: HallError) -> None:
        self._loading = self._load_again = False
        log.info("hall not loaded: %s", error.code)
        if not self._stopped:
            self._retry_timer.start()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.waiting = {line.service_id: line.waiting for line in snapshot.waiting or ()}
        self._counters = {counter.id: counter for counter in snapshot.counters or ()}
        self._counted_on = snapshot.at.astimezone(self.zone).date()
        self._count_counters()
        self.reload()
        self.began.emit(snapshot)
        self.changed.emit()

    def _on_event(self, event: Event) -> None:
        self.told.emit(event)
        if event.kind.startswith("ticket."):
            ticket = TicketEvent.model_validate(event.data)
            counts = {**self.waiting, ticket.service_id: ticket.waiting}
            if ticket.previous_service_id is not None and ticket.previous_waiting is not None:
                counts[ticket.previous_service_id] = ticket.previous_waiting
            self.waiting = counts
            if ticket.left is not None:
                self._left_told[ticket.service_id] = ticket.left
                self.left = {**self.left, ticket.service_id: ticket.left}
        elif event.kind == "counter.changed":
            counter = Counter.model_validate(event.data)
            self._counters[counter.id] = counter
            self._count_counters()
        elif event.kind == "trial_print.asked":
            self.trial_asked.emit()
            return
        elif event.kind == "device_test.asked":
            self.device_test_asked.emit()
        elif event.kind == "terminal_order.asked":
            self.order_asked.emit()
            return
        elif event.kind in ("service.changed", "ticket_layouts.changed", RULES_CHANGED):
            self.reload()
            return
        self.changed.emit()

    def _count_counters(self) -> None:
        counts: dict[UUID, int] = {}
        for counter in self._counters.values():
            if counter.state == "open" and not counter.retired:
                for service_id in counter.service_ids:
                    counts[service_id] = counts.get(service_id, 0) + 1
        self.open_counters = counts

    def _on_line(self, there: bool, error: HallError | None) -> None:
        if there:
            self._grace.stop()
            self._alone_timer.stop()
            self.error = None
            if not self.connected:
                self.connected, self.alone = True, False
                self.line_changed.emit()
            if self.hall is None:
                self.reload()
            return
        told, self.error = self.error, error
        if not self.connected:
            # Another reason than a moment ago, e.g. a token that has expired: the screen says so.
            if (told.code if told else "") != (error.code if error else ""):
                self.line_changed.emit()
        elif not self._stopped and not self._grace.isActive():
            self._grace.start()

    def _cut(self) -> None:
        self.connected = False
        self.as_of = self.now
        self._wait_alone()
        self.line_changed.emit()

    def _wait_alone(self) -> None:
        if self._alone_after_s > 0 and not self._stopped:
            self._alone_timer.start()

    def _go_alone(self) -> None:
        if self.connected or self.hall is None or self._stopped:
            return
        if not self.can_serve():
            # A disk that had no room for the journal may have some later.
            self._wait_alone()
            return
        self.alone = True
        log.info("the server is away; going on alone")
        self.line_changed.emit()

    def _keep(self) -> None:
        if self._known is not None and self.hall is not None and self.connected:
            known = KnownHall(
                as_of=self.now, clock_offset_ms=self.clock_offset_ms, hall=self.hall, services=self.services,
                waiting=dict(self.waiting),
            )  # fmt: skip
            kept = self._known
            run_in_background(lambda: kept.write(known), lambda _: None, lambda _: None, owner=self)

    def _remember(self, known: KnownHall) -> None:
        """Of another day the lines are gone; what is open was open then."""
        self.hall, self.services, self.clock_offset_ms = known.hall, known.services, known.clock_offset_ms
        self.as_of = known.as_of.astimezone(self.zone)
        self.left = {one.id: one.left for one in self.services if one.left is not None}
        self._counted_on = self.now.date()
        if self.as_of.date() == self._counted_on:
            self.waiting = known.waiting
        self.changed.emit()


def _own_lines(services: list[Service]) -> dict[UUID, int]:
    """Who waits for each service itself: what is below a group that gives numbers is counted with it too."""
    counts = {one.id: one.waiting or 0 for one in services}
    for one in services:
        if one.parent_id in counts:
            counts[one.parent_id] -= one.waiting or 0
    return {one.id: counts[one.id] for one in services if one.ticketable}
