"""Conflicts as they come, settling one with a note, and the ledger of leases of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.features.island.rows import about, conflict_rows, lease_rows
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Counter, Hall
from shared.schemas.island import Conflict, LeaseRecord
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

# A terminal brings many at once: they are one look.
SOON_MS = 400


@dataclass(frozen=True)
class IslandState:
    """``open_count`` of all that nobody has looked at; ``about`` tells of the selected one in paragraphs."""

    loaded: bool = False
    with_settled: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    open_count: int = 0
    selected: str = ""
    title: str = ""
    about: tuple[str, ...] = ()
    can_settle: bool = False
    day: date | None = None
    leases: tuple[dict[str, Any], ...] = ()
    leases_loaded: bool = False
    busy: bool = False
    refusal: str = ""
    problem: str = ""
    told: str = ""
    may_see: bool = False
    may_settle: bool = False


class IslandPresenter(Presenter[IslandState]):
    """``done`` tells an open question that it was answered."""

    done = Signal(str)

    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(IslandState(), parent)
        self._client, self._language, self._zone = client, language, ZoneInfo("UTC")
        self._found: dict[str, Conflict] = {}
        self._labels: dict[UUID, str] = {}
        self._lists, self._ledgers = Reads(), Reads()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.load)
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)
        if self.state.day is None:
            self.change(day=datetime.now(UTC).astimezone(self._zone).date())

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_see=me.may("queue.conflicts:view"), may_settle=me.may("queue.conflicts:settle"))
        if self.state.may_see and not self.state.loaded:
            # The number of open ones stands beside the page's name before anybody opens it.
            self.load()
        self._show()

    @Slot()
    def load(self) -> None:
        client, both = self._client, self.state.with_settled
        if not self.state.may_see:
            return

        def ask() -> tuple[list[Conflict], list[Conflict], list[Counter]]:
            unsettled = client.conflicts(settled=False)
            return client.conflicts() if both else unsettled, unsettled, client.counters(retired=True)

        run_in_background(
            ask, lambda found: self._came(both, *found), self._not_loaded, owner=self, reads=self._lists
        )  # fmt: skip

    @Slot()
    def load_leases(self) -> None:
        client, day = self._client, self.state.day
        run_in_background(
            lambda: client.lease_ledger(day),
            lambda found: self._leases_came(day, found),
            self._not_loaded,
            owner=self,
            reads=self._ledgers,
        )

    def show_settled(self, both: bool) -> None:
        """Also what somebody has looked at."""
        self.change(with_settled=both)
        self.load()

    def show_day(self, day: date) -> None:
        """The ledger of another day."""
        self.change(day=day, leases_loaded=False)
        self.load_leases()

    @Slot(str)
    def select(self, conflict_id: str) -> None:
        self.change(selected=conflict_id)
        self._show()

    def settle(self, note: str) -> None:
        chosen, client = self._found.get(self.state.selected), self._client
        if chosen is None or self.state.busy:
            return
        self.change(busy=True, refusal="", told="")
        run_in_background(
            lambda: client.settle_conflict(chosen.id, note), self._settled, self._not_settled, owner=self
        )  # fmt: skip

    def forget_refusal(self) -> None:
        self.change(refusal="")

    def _came(self, both: bool, found: list[Conflict], unsettled: list[Conflict], counters: list[Counter]) -> None:
        if both != self.state.with_settled:
            return
        self._labels = {counter.id: counter.label for counter in counters}
        self._found = {str(one.id): one for one in found}
        rows = conflict_rows(found, self._labels, self._zone, self._language)
        selected = self.state.selected if self.state.selected in self._found else ""
        self.change(loaded=True, rows=rows, open_count=len(unsettled), selected=selected, problem="")
        self._show()

    def _leases_came(self, day: date | None, found: list[LeaseRecord]) -> None:
        if day == self.state.day:
            self.change(leases=lease_rows(found, self._zone, self._language), leases_loaded=True, problem="")

    def _settled(self, conflict: Conflict) -> None:
        self.change(busy=False, told=text("island.told", self._language, number=conflict.number))
        self.done.emit("settle")
        self.load()

    def _show(self) -> None:
        chosen = self._found.get(self.state.selected)
        if chosen is None:
            self.change(title="", about=(), can_settle=False)
            return
        self.change(
            title=f"{chosen.number}  {text(f'island.kind.{chosen.kind}', self._language)}",
            about=about(chosen, self._labels, self._zone, self._language),
            can_settle=self.state.may_settle and chosen.settled_at is None,
        )

    def _event(self, event: Event) -> None:
        if event.kind in ("conflict.recorded", "conflict.settled") and not self._soon.isActive():
            self._soon.start()

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _not_settled(self, error: HallError) -> None:
        self.change(busy=False, refusal=sorry(error, self._language, acted=True))
        self.load()
