"""A single day of one service: its rows, what it would look like with them, what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.features.release.rows import Cells, cells_of, windows_of
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.release import DayEdit, DayShown, DayTry, ServicePlan
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class DayState:
    """The day that is being changed: its rows, what it would look like, what is said of it."""

    day: date | None = None
    revision: int = 0
    rows: tuple[Cells, ...] = ()
    shown: DayShown | None = None
    version: int | None = None
    faults: tuple[str, ...] = ()
    problem: str = ""
    busy: bool = False


class DayPresenter(Presenter[DayState]):
    """``told(str)`` carries the words for a toast; ``closed()``: the day has been kept."""

    told = Signal(str)
    closed = Signal()

    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(DayState(), parent)
        self._client, self._language = client, language
        self._service: UUID | None = None
        # Rows that were tried and rows that were begun with: the last question counts.
        self._tries = Reads()

    def open(self, plan: ServicePlan, day: date) -> None:
        """Begin with what the day has."""
        self._tries.outdate()
        self._service = plan.service_id
        own = next((one for one in plan.changes if one.day == day), None)
        revision = self.state.revision + 1
        if own is not None:
            rows = tuple(cells_of(one, self._language) for one in own.windows)
            self._begin(DayState(day, revision, rows, None, own.version))
            self.try_rows(rows)
            return
        self._begin(DayState(day, revision))
        service = plan.service_id
        run_in_background(
            lambda: self._client.try_release_day(service, day, DayTry(windows=None)), self._usual, self._failed,
            owner=self, reads=self._tries,
        )  # fmt: skip

    def try_rows(self, rows: Sequence[Cells]) -> None:
        """What the day would look like with these rows."""
        state, service = self.state, self._service
        windows, faults = windows_of(rows, self._language)
        self._tries.outdate()
        self.change(rows=tuple(rows), faults=tuple(faults), problem="")
        if faults or state.day is None or service is None:
            return
        day = state.day
        run_in_background(
            lambda: self._client.try_release_day(service, day, DayTry(windows=windows)),
            lambda shown: self.change(shown=shown) if self.state.day == shown.day else None,
            self._failed,
            owner=self,
            reads=self._tries,
        )

    def keep(self, rows: Sequence[Cells], reason: str) -> None:
        state, service = self.state, self._service
        windows, faults = windows_of(rows, self._language)
        self.change(rows=tuple(rows), faults=tuple(faults), problem="")
        if faults or state.day is None or service is None or state.busy:
            return
        day, wanted = state.day, DayEdit(windows=windows, reason=reason, version=state.version)
        self._run(lambda: self._client.change_release_day(service, day, wanted), "day_kept")

    @Slot()
    def restore(self) -> None:
        """As its kind again."""
        state, service = self.state, self._service
        if state.day is None or state.version is None or service is None or state.busy:
            return
        day, version = state.day, state.version
        self._run(lambda: self._client.restore_release_day(service, day, version), "day_restored")

    def _usual(self, shown: DayShown) -> None:
        """What the day has by its kind, to begin with."""
        if self.state.day == shown.day:
            rows = tuple(cells_of(one, self._language) for one in shown.rows)
            self.change(rows=rows, shown=shown, revision=self.state.revision + 1)

    def _failed(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _begin(self, state: DayState) -> None:
        self.change(**{one.name: getattr(state, one.name) for one in fields(state)})

    def _run(self, work: Callable[[], object], said: str) -> None:
        self.change(busy=True)

        def done(_: object) -> None:
            self.change(busy=False, day=None)
            self.told.emit(text(f"release.page.{said}", self._language))
            self.closed.emit()

        def refused(error: HallError) -> None:
            self.change(busy=False, problem=sorry(error, self._language, acted=True))

        run_in_background(work, done, refused, owner=self)
