"""Reports: what is chosen above, the whole range as sheets, then the plot and the table of the groups.

page_reports report_kind report_range report_first report_last report_group report_figure report_refresh report_export
report_sheet_<figure> report_plot report_table report_about report_meaning report_empty report_problem report_told
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide, choice
from admin_app.features.reports.plot_view import ReportPlot
from admin_app.features.reports.presenter import ReportsPresenter
from admin_app.features.reports.rows import RANGES, Sheet, written
from admin_app.features.reports.tickets_view import BehindWindow
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.schemas.reports import FIGURES, GROUPS, REPORTS
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, button


class FigureSheet(QPushButton):
    """One figure of the whole range; a click opens the visits behind it."""

    def __init__(self, sheet: Sheet, language: str) -> None:
        super().__init__()
        self.setObjectName(f"report_sheet_{sheet.key}")
        mark(self, "figure")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        title = text(f"reports.figure.{sheet.key}", language)
        self.setToolTip(text(f"reports.define.{sheet.key}", language))
        self.setAccessibleName(f"{title} {sheet.value} {sheet.note}")
        column = self._column = QVBoxLayout(self)
        pad(column, "space_s", "space_xs")
        column.setSpacing(0)
        for words in (label(title, "caption"), label(sheet.value, "headline"), label(sheet.note, "caption")):
            words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(words)

    def sizeHint(self) -> QSize:
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class ReportsPage(QWidget):
    """Draws the presenter's report."""

    def __init__(self, presenter: ReportsPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_reports")
        self._presenter = presenter
        self._language = language
        self._drawn: tuple[Sheet, ...] = ()
        self._tables: dict[str, SearchableTable] = {}
        self._problem, self._told = Banner("report_problem"), Banner("report_told")
        self._behind = BehindWindow(language, self)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(self._head())
        column.addLayout(self._choices())
        column.addWidget(self._problem)
        column.addWidget(self._told)
        self._sheets = QGridLayout()
        pad(self._sheets)
        column.addLayout(self._sheets)
        self._empty = label("", "muted", wrap=True, name="report_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._empty, 1)
        self._split = SideBySide(self._plot_card(), self._table_card(), (2, 3))
        column.addWidget(self._split, 1)
        presenter.state_changed.connect(self._draw)
        presenter.behind.connect(self._behind.show_rows)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.enter()

    def _t(self, key: str) -> str:
        return text(f"reports.page.{key}", self._language)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row, gap="space_m")
        row.addWidget(label(self._t("title"), "title"))
        self._about = label("", "muted", wrap=True, name="report_about")
        row.addWidget(self._about, 1)
        refresh = button(self._t("refresh"), "refresh", on_click=self._presenter.load)
        row.addWidget(named(refresh, "report_refresh"))
        self._export = named(button(self._t("excel"), "download", on_click=self._ask_export), "report_export")
        row.addWidget(self._export)
        return row

    def _choices(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row, gap="space_s")
        self._kind = self._choice("kind", [(key, text(f"reports.kind.{key}", self._language)) for key in REPORTS])
        self._range = self._choice("range", [(key, self._t(f"range_{key}")) for key in RANGES])
        self._group = self._choice("group", [(key, text(f"reports.group.{key}", self._language)) for key in GROUPS])
        self._first, self._last = self._day("first"), self._day("last")
        self._to = label("–", "muted")
        for title, boxes in (
            ("kind", (self._kind,)), ("range", (self._range, self._first, self._to, self._last)),
            ("group", (self._group,)),
        ):  # fmt: skip
            row.addWidget(label(self._t(title), "muted"))
            for box in boxes:
                row.addWidget(box)
            row.addSpacing(size("space_s"))
        row.addStretch(1)
        self._kind.activated.connect(lambda: self._presenter.choose_kind(self._kind.currentData()))
        self._range.activated.connect(lambda: self._presenter.choose_range(self._range.currentData()))
        self._group.activated.connect(lambda: self._presenter.choose_group(self._group.currentData()))
        return row

    def _choice(self, name: str, keys: list[tuple[str, str]]) -> Any:
        return choice(f"report_{name}", self._t(name), keys, lambda: None)

    def _day(self, name: str) -> QDateEdit:
        box = QDateEdit()
        box.setObjectName(f"report_{name}")
        box.setAccessibleName(self._t(name))
        box.setDisplayFormat("yyyy-MM-dd")
        box.setCalendarPopup(True)
        # A date that is typed is not one before its last key; and a wheel changes none on its way.
        box.setKeyboardTracking(False)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.dateChanged.connect(lambda _: self._own_days())
        return box

    def _own_days(self) -> None:
        first, last = _date(self._first.date()), _date(self._last.date())
        if self._presenter.state.chosen == "own" and (first, last) != (
            self._presenter.state.first, self._presenter.state.last,
        ):  # fmt: skip
            self._presenter.choose_range("own", first, last)

    def _plot_card(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        pad(row)
        self._figure = choice("report_figure", self._t("figure"), [], lambda: None)
        self._figure.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._figure.activated.connect(lambda: self._presenter.choose_figure(self._figure.currentData()))
        row.addWidget(self._figure)
        row.addStretch(1)
        card.body.addLayout(row)
        self.plot = ReportPlot(self._language)
        card.body.addWidget(self.plot, 1)
        self._meaning = label("", "caption", wrap=True, name="report_meaning")
        card.body.addWidget(self._meaning)
        return card

    def _table_card(self) -> Card:
        self._card = Card()
        self._card.body.addWidget(label(self._t("open_rows"), "caption", wrap=True))
        return self._card

    def _table(self, kind: str) -> SearchableTable:
        """Each report has a table of its own, which keeps its columns."""
        if kind not in self._tables:
            letter = size("text_body")
            columns = [Column("name", self._t("name"), width=letter * 14)]
            for figure in REPORTS[kind]:
                wide = letter * (6 if FIGURES[figure] == "seconds" else 5)
                title = text(f"reports.figure.{figure}", self._language)
                columns.append(Column(figure, title, partial(written, figure), wide, right=True))
            table = SearchableTable(columns, f"report_{kind}", language=self._language)
            table.setObjectName(f"report_table_{kind}")
            table.row_activated.connect(self._activated)
            self._card.body.addWidget(table, 1)
            self._tables[kind] = table
        return self._tables[kind]

    def _activated(self, row: dict[str, Any]) -> None:
        self._presenter.open_behind(self._presenter.state.figure, row["id"], row["name"])

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, self._t("excel"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Excel (*.xlsx)")
        # The dialog adds it, so that it asks before it writes over a file of that name.
        dialog.setDefaultSuffix("xlsx")
        dialog.selectFile(self._presenter.file_name)
        dialog.fileSelected.connect(lambda name: self._presenter.export(Path(name)))
        dialog.open()

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._about.setText(text("ui.spinner.working", self._language) if state.busy else state.about)
        self._export.setEnabled(bool(state.shown) and not state.exporting)
        for box, value in ((self._kind, state.kind), (self._range, state.chosen), (self._group, state.group)):
            box.setCurrentIndex(box.findData(value))
        self._draw_days()
        if state.sheets != self._drawn:
            self._drawn = state.sheets
            clear(self._sheets)
            for place, sheet in enumerate(state.sheets):
                made = FigureSheet(sheet, self._language)
                made.clicked.connect(lambda _=False, key=sheet.key: self._presenter.open_behind(key))
                self._sheets.addWidget(made, 0, place)
        told = bool(state.shown) and not state.empty
        # Without anything below, the words take the room: the head stays at the top while the first report is read.
        self._empty.setText(self._t("empty") if state.empty else "")
        self._empty.setVisible(not told)
        self._split.setVisible(told)
        figures = REPORTS[state.kind]
        if [self._figure.itemData(n) for n in range(self._figure.count())] != list(figures):
            self._figure.clear()
            for figure in figures:
                self._figure.addItem(text(f"reports.figure.{figure}", self._language), figure)
        self._figure.setCurrentIndex(self._figure.findData(state.figure))
        self.plot.show_bars(state.bars, state.figure, lying=state.group not in ("day", "hour"))
        self._meaning.setText(state.meaning)
        table = self._table(state.kind)
        for kind, other in self._tables.items():
            other.setVisible(kind == state.kind)
        table.set_rows(state.rows)

    def _draw_days(self) -> None:
        state = self._presenter.state
        own = state.chosen == "own"
        for part in (self._first, self._to, self._last):
            part.setVisible(own)
        for box, day in ((self._first, state.first), (self._last, state.last)):
            if day > date.min:
                box.blockSignals(True)
                box.setDate(QDate(day.year, day.month, day.day))
                box.blockSignals(False)


def _date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
