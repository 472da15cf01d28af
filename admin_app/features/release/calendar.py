"""The calendar of days: a month, one day by hand, the year's table from a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.features.release.tables import TablePresenter
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.hall import Hall
from shared.schemas.release import CalendarDay, CalendarDayEdit, CalendarReport
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

WEEKS = 6


@dataclass(frozen=True)
class CalendarState:
    """``month``: its first day; ``days``: those that differ in the years shown."""

    month: date | None = None
    days: tuple[CalendarDay, ...] = ()
    selected: date | None = None
    may_change: bool = False
    busy: bool = False
    problem: str = ""

    def of(self, day: date) -> CalendarDay | None:
        return next((one for one in self.days if one.day == day), None)

    def kind(self, day: date) -> str:
        known = self.of(day)
        return known.kind if known is not None else ("weekend" if day.weekday() >= 5 else "weekday")


class CalendarPresenter(Presenter[CalendarState]):
    """``told(str)`` carries the words for a toast; ``table``: the year's, from a file."""

    told = Signal(str)

    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(CalendarState(), parent)
        self._client, self._language = client, language
        self._zone: ZoneInfo | None = None
        self._reads = Reads()
        self.table = TablePresenter(client.load_calendar, language, excel=False, parent=self)
        self.table.loaded.connect(self._table_in)
        self.table.written.connect(lambda file: self.told.emit(text("release.page.exported", language, file=file)))

    @property
    def today(self) -> date:
        return datetime.now(UTC).astimezone(self._zone).date()

    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)
        self.change(month=self.today.replace(day=1), selected=self.today)

    def shown_days(self) -> list[date]:
        """Six weeks from the Monday before the month's first day."""
        month = self.state.month or self.today.replace(day=1)
        first = month - timedelta(days=month.weekday())
        return [first + timedelta(days=ahead) for ahead in range(7 * WEEKS)]

    @Slot()
    def load(self) -> None:
        days = self.shown_days()
        years = sorted({days[0].year, days[-1].year, (self.state.selected or self.today).year})

        def work() -> list[CalendarDay]:
            return [day for year in years for day in self._client.calendar(year)]

        run_in_background(
            work, lambda found: self.change(days=tuple(found)), self._not_loaded, owner=self, reads=self._reads
        )

    def turn(self, months: int) -> None:
        """``months`` further; 0: the present month."""
        month = self.state.month or self.today.replace(day=1)
        place = month.year * 12 + month.month - 1 + months
        self.change(month=date(place // 12, place % 12 + 1, 1) if months else self.today.replace(day=1))
        self.load()

    def select(self, day: date) -> None:
        self.change(selected=day, problem="")

    def set_day(self, kind: str, name: str, name_en: str, opens_like: str) -> None:
        """The selected day by hand; ``usual`` takes back whatever it was."""
        day, state = self.state.selected, self.state
        if day is None or state.busy:
            return
        known = state.of(day)
        self.change(busy=True, problem="")
        if kind == "usual":
            if known is None:
                self.change(busy=False)
                return
            version = known.version
            run_in_background(
                lambda: self._client.unset_calendar_day(day, version), self._kept, self._failed, owner=self
            )
            return
        wanted = CalendarDayEdit.model_validate(
            {
                "kind": kind, "name": name, "name_en": name_en, "opens_like": opens_like or None,
                "version": known.version if known is not None else None,
            }
        )  # fmt: skip
        run_in_background(lambda: self._client.set_calendar_day(day, wanted), self._kept, self._failed, owner=self)

    def export(self, path: Path) -> None:
        year = (self.state.month or self.today).year
        self.table.write(path, lambda: self._client.export_calendar(year), self._failed)

    def _table_in(self, report: CalendarReport) -> None:
        self.told.emit(text("release.page.table_loaded", self._language, n=report.days))
        self.load()

    def _kept(self, _: object) -> None:
        self.change(busy=False)
        self.told.emit(text("release.page.day_set", self._language))
        self.load()

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _failed(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
        if error.code == "changed_meanwhile":
            self.load()
