"""Reports: which one, of which days, by what; its figures, the visits behind them, and the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.features.reports.rows import Bar, Sheet, bars, days_of, sheets, table_rows, ticket_rows
from admin_app.files import write_file
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.days import days_words
from shared.schemas.hall import Hall
from shared.schemas.reports import REPORTS, Group, Report, ReportTickets
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class Behind:
    """The visits behind a figure, for a window of their own; ``loading``: they are asked for."""

    title: str
    rows: tuple[dict[str, Any], ...] = ()
    note: str = ""
    problem: str = ""
    loading: bool = False


@dataclass(frozen=True)
class ReportsState:
    """``shown`` grows with each report that came; ``figure`` is the plotted one."""

    kind: str = "visits"
    chosen: str = "today"
    first: date = date.min
    last: date = date.min
    group: Group = "hour"
    figure: str = REPORTS["visits"][0]
    shown: int = 0
    busy: bool = False
    sheets: tuple[Sheet, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    bars: tuple[Bar, ...] = ()
    about: str = ""
    meaning: str = ""
    empty: bool = False
    problem: str = ""
    told: str = ""
    exporting: bool = False


class ReportsPresenter(Presenter[ReportsState]):
    """``behind(Behind)``: first while it is asked for, then with its rows."""

    behind = Signal(object)

    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(ReportsState(), parent)
        self._client = client
        self._language = language
        self._zone = ZoneInfo("UTC")
        self._report: Report | None = None
        # Answers to an earlier question come too late.
        self._question = self._asked_behind = 0
        self._draw()

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)

    @property
    def today(self) -> date:
        return datetime.now(UTC).astimezone(self._zone).date()

    @Slot()
    def enter(self) -> None:
        """The page is opened: the first time it looks by itself."""
        if not self.state.shown and not self.state.busy:
            self.load()

    def choose_kind(self, kind: str) -> None:
        """Another report of the same days: its figures are here already."""
        self.change(kind=kind, figure=REPORTS[kind][0])
        self._draw()

    def choose_figure(self, figure: str) -> None:
        self.change(figure=figure)
        self._draw()

    def choose_range(self, chosen: str, first: date | None = None, last: date | None = None) -> None:
        """One of ``RANGES``; with ``own`` its days."""
        own = (first or self.state.first, last or self.state.last)
        self.change(chosen=chosen, first=own[0], last=own[1])
        self.load()

    def choose_group(self, group: Group) -> None:
        self.change(group=group)
        self.load()

    @Slot()
    def load(self) -> None:
        self._question += 1
        state, question = self.state, self._question
        first, last = days_of(state.chosen, self.today, (state.first, state.last))
        self.change(first=first, last=last, busy=True, problem="", told="")
        run_in_background(
            lambda: self._client.days_report(first, last, state.group), lambda report: self._known(question, report),
            lambda error: self._refused(question, error), owner=self,
        )  # fmt: skip

    def _known(self, question: int, report: Report) -> None:
        if question == self._question:
            self._report = report
            self.change(busy=False, shown=self.state.shown + 1)
            self._draw()

    def _refused(self, question: int, error: HallError) -> None:
        if question == self._question:
            self.change(busy=False, problem=sorry(error, self._language))

    def _draw(self) -> None:
        state, report, language = self.state, self._report, self._language
        about = ""
        if report is not None:
            about = text(
                "reports.page.about", language, days=days_words(report.first, report.last, language),
                before=days_words(report.before_first, report.before_last, language),
            )  # fmt: skip
        self.change(
            sheets=sheets(report, state.kind, language), rows=table_rows(report, language),
            bars=bars(report, state.figure, language), about=about,
            meaning=text(f"reports.define.{state.figure}", language),
            empty=report is not None and not report.rows,
        )  # fmt: skip

    # The visits behind a figure

    def open_behind(self, figure: str, key: str = "", name: str = "") -> None:
        """The visits of one group, or of all where ``key`` is empty."""
        report = self._report
        if report is None:
            return
        self._asked_behind += 1
        asked = self._asked_behind
        what = text(f"reports.figure.{figure}", self._language)
        title = " · ".join(part for part in (what, name, f"{report.first} – {report.last}") if part)
        self.behind.emit(Behind(title, loading=True))

        def found(tickets: ReportTickets) -> None:
            if asked == self._asked_behind:
                rows = ticket_rows(tickets, self._zone, self._language)
                note = text("reports.page.more", self._language, n=len(rows)) if tickets.more else ""
                self.behind.emit(Behind(title, rows, note))

        def refused(error: HallError) -> None:
            if asked == self._asked_behind:
                self.behind.emit(Behind(title, problem=sorry(error, self._language)))

        run_in_background(
            lambda: self._client.report_tickets(report.first, report.last, report.group, key, figure), found, refused,
            owner=self,
        )  # fmt: skip

    # Excel

    @property
    def file_name(self) -> str:
        state = self.state
        kind = text(f"reports.kind.{state.kind}", self._language)
        group = text(f"reports.group.{state.group}", self._language)
        return f"{kind}-{group}-{state.first}-{state.last}.xlsx"

    def export(self, path: Path) -> None:
        """What is shown, as a workbook with plot and meanings."""
        state = self.state
        if state.exporting:
            return
        self.change(exporting=True, problem="", told="")

        def work() -> None:
            write_file(path, self._client.report_workbook(state.first, state.last, state.group, state.kind))

        def done(_: None) -> None:
            self.change(exporting=False, told=text("reports.page.exported", self._language, file=str(path)))

        def failed(error: HallError) -> None:
            self.change(exporting=False, problem=sorry(error, self._language))

        run_in_background(work, done, failed, owner=self)
