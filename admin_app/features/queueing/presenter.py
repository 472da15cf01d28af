"""The live hall: counters, queues and today's figures, moved by the event stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.features.queueing.book import HallBook
from admin_app.features.queueing.rows import STATES, Figure, Tile, figures, line_rows, ticket_rows, tile
from admin_app.link import HallLink
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.events import Event, ExpectedWaits, Snapshot, VolatileEvent
from shared.schemas.hall import Hall
from shared.schemas.statistics import Today
from shared.schemas.tickets import StaffTicket
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

SOON_MS, BETWEEN_MS, DRAW_MS, TICK_MS = 200, 2000, 60, 1000
PAGE, MOST = "200", 5000

# Which tickets stand behind a figure: the status asked for; None for all of today.
BEHIND: dict[str, str | None] = {
    "issued": None, "waiting": "waiting", "in_hand": "serving", "finished": "finished", "no_show": "no_show",
    "wait_mean": None, "wait_p90": None,
}  # fmt: skip


@dataclass(frozen=True)
class LiveState:
    """``choices`` are what the filters offer as (value, words); an empty filter shows all."""

    ready: bool = False
    connected: bool = True
    as_of: datetime | None = None
    figures: tuple[Figure, ...] = ()
    hours: tuple[tuple[int, int, int, int], ...] = ()
    ratings: tuple[tuple[str, int], ...] = ()
    tiles: tuple[Tile, ...] = ()
    total: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    lines: tuple[dict[str, Any], ...] = ()
    floors: tuple[tuple[str, str], ...] = ()
    zones: tuple[tuple[str, str], ...] = ()
    floor: str = ""
    zone: str = ""
    state: str = ""


@dataclass(frozen=True)
class TicketRows:
    """The rows behind a figure; ``problem`` is what to say when they could not be had."""

    title: str
    rows: tuple[dict[str, Any], ...] = ()
    loading: bool = True
    problem: str = ""


class LivePresenter(Presenter[LiveState]):
    """``rows_ready(TicketRows)`` answers ``show_rows`` and ``show_line``; ``ticked`` comes each second while shown."""

    rows_ready = Signal(object)
    ticked = Signal()

    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(LiveState(figures=figures(None, 0, None, language)), parent)
        self._client = client
        self._language = language
        self._hall: Hall | None = None
        self._book = HallBook()
        self._today: Today | None = None
        self._ahead = timedelta()
        self._asking = False
        self._reads = Reads()
        self._question = 0
        self._asked_at: datetime | None = None
        self._ask = self._timer(self._refresh, single=True)
        self._draw = self._timer(self._show, single=True)
        self._tick = self._timer(self._ticked, single=False)
        link.snapshot.connect(self._on_snapshot)
        link.happened.connect(self._on_event)
        link.told.connect(self._on_waits)
        link.connection.connect(self._on_connection)

    def _timer(self, what: Callable[[], None], *, single: bool) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(single)
        timer.timeout.connect(what)
        return timer

    @property
    def now(self) -> datetime:
        """The hall's clock; it stands while the line is down, as everything that is shown."""
        if not self.state.connected and self.state.as_of is not None:
            return self.state.as_of
        return datetime.now(UTC) + self._ahead

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self._hall.time_zone if self._hall else "UTC")

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        """Names of floors and zones, and the hall's clock."""
        chinese = self._language.startswith("zh")
        self._hall = hall
        self._ahead = hall.now - datetime.now(UTC)
        self.change(
            floors=tuple((floor.key, floor.name if chinese else floor.name_en) for floor in hall.floors),
            zones=tuple((zone.key, zone.name if chinese else zone.name_en) for zone in hall.zones),
        )

    @Slot(bool)
    def set_shown(self, shown: bool) -> None:
        """Durations run only where somebody sees them."""
        if shown:
            self._tick.start(TICK_MS)
            self._show()
        else:
            self._tick.stop()

    @Slot(str, str, str)
    def filter(self, floor: str, zone: str, state: str) -> None:
        self.change(floor=floor, zone=zone, state=state)
        self._show()

    @Slot(str)
    def show_rows(self, figure: str) -> None:
        """The tickets behind a figure."""
        if figure in BEHIND:
            status = BEHIND[figure]
            title = text(f"admin.live.figure_{figure}", self._language)
            queries = [{}] if status is None else [{"status": status}]
            if figure == "in_hand":
                queries = [{"status": "called"}, {"status": "serving"}]
            self._fetch_rows(title, queries)

    @Slot(str, str)
    def show_line(self, service_id: str, name: str) -> None:
        """Who waits for a service."""
        self._fetch_rows(name, [{"status": "waiting", "service_id": service_id}])

    @Slot(str)
    def show_counter(self, counter_id: str) -> None:
        """Who is at a counter, and who could be called there next."""
        counter = self._book.counters.get(UUID(counter_id))
        if counter is None:
            return
        title = text("admin.live.counter_rows", self._language, counter=counter.label)

        def fetch() -> list[StaffTicket]:
            desk = self._client.desk(counter.id)
            return [*([desk.ticket] if desk.ticket else []), *desk.waiting, *desk.held, *desk.missed]

        self._answer_rows(title, fetch)

    def _fetch_rows(self, title: str, queries: list[dict[str, str]]) -> None:
        self._answer_rows(title, lambda: [ticket for query in queries for ticket in self._all_tickets(**query)])

    def _answer_rows(self, title: str, fetch: Callable[[], list[StaffTicket]]) -> None:
        self._question += 1
        question = self._question
        self.rows_ready.emit(TicketRows(title))

        def answer(found: TicketRows) -> None:
            # Somebody who asked for something else meanwhile waits for that.
            if question == self._question:
                self.rows_ready.emit(found)

        def done(tickets: list[StaffTicket]) -> None:
            rows = tuple(ticket_rows(tickets, self.now, self.zone_info, self._language))
            answer(TicketRows(title, rows, loading=False))

        def failed(error: HallError) -> None:
            problem = error_text(error.code, self._language, **error.params)
            answer(TicketRows(title, loading=False, problem=problem))

        run_in_background(fetch, done, failed, owner=self)

    def _all_tickets(self, **query: str) -> list[StaffTicket]:
        found: list[StaffTicket] = []
        cursor: str | None = None
        while len(found) < MOST:
            page = self._client.tickets(limit=PAGE, **query, **({"cursor": cursor} if cursor else {}))
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._ahead = snapshot.at - datetime.now(UTC)
        self._book.apply_snapshot(snapshot)
        self._show()
        # Who waited before it may be gone since: nothing that was asked for before is taken for the seed.
        self._reads.outdate()
        self._asking = False
        self._ask.start(0)

    def _on_event(self, event: Event) -> None:
        # The event's own time corrects a clock that was set meanwhile.
        if self._book.apply(event) and not self._draw.isActive():
            self._draw.start(DRAW_MS)
        if event.kind.startswith("ticket.") and not self._ask.isActive():
            self._ask.start(self._pause_ms())

    def _on_waits(self, event: VolatileEvent) -> None:
        self._book.waits = ExpectedWaits.model_validate(event.data)
        if not self._draw.isActive():
            self._draw.start(DRAW_MS)

    def _on_connection(self, connected: bool, error: object) -> None:
        self.change(connected=connected)
        if not connected:
            self._book.waits = None
            self._show_lines()

    def _pause_ms(self) -> int:
        if self._asked_at is None:
            return SOON_MS
        gone = (datetime.now(UTC) - self._asked_at).total_seconds() * 1000
        return max(SOON_MS, int(BETWEEN_MS - gone))

    def _refresh(self) -> None:
        if self._asking:
            self._ask.start(BETWEEN_MS)
            return
        self._asking, self._asked_at = True, datetime.now(UTC)
        seed = self._book.needs_seed

        def ask() -> tuple[Today, list[StaffTicket] | None]:
            return self._client.today(), self._all_tickets(status="waiting") if seed else None

        run_in_background(ask, self._answered, self._not_answered, owner=self, reads=self._reads)

    def _answered(self, answer: tuple[Today, list[StaffTicket] | None]) -> None:
        self._asking = False
        self._today, waiting = answer
        if waiting is not None:
            self._book.seed(waiting)
        self._show()

    def _not_answered(self, error: HallError) -> None:
        # The stream tells about the line, and its next snapshot or event asks again.
        self._asking = False
        if self.state.connected:
            self._ask.start(BETWEEN_MS)

    def _ticked(self) -> None:
        if self.state.connected and self.state.ready:
            self.change(as_of=self.now)
        self._show_lines()
        self.ticked.emit()

    def _show_lines(self) -> None:
        now = self.now
        lines = line_rows(self._book, now, self._language)
        longest = max((row["longest"] for row in lines if row["longest"] is not None), default=None)
        self.change(lines=lines, figures=figures(self._today, self._book.waiting, longest, self._language))

    def _show(self) -> None:
        """Everything anew from the book; cheap enough for a busy hall, and never half."""
        state, book = self.state, self._book
        tiles = [
            tile(counter, book.since(counter), self._language)
            for counter in book.counters.values()
            if (not state.floor or counter.floor == state.floor) and (not state.zone or counter.zone == state.zone)
        ]
        counts = tuple((name, sum(item.state == name for item in tiles)) for name in STATES)
        today = self._today
        self.change(
            ready=bool(book.counters) or state.ready,
            as_of=self.now if state.connected else state.as_of,
            tiles=tuple(item for item in tiles if not state.state or item.state == state.state),
            total=len(book.counters),
            counts=counts,
            hours=tuple((hour.hour, hour.issued, hour.called, hour.finished) for hour in today.hours) if today else (),
            ratings=tuple(sorted(today.ratings.items(), reverse=True)) if today else (),
        )
        self._show_lines()
