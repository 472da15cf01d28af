"""The calendar: a month with kinds by colour and word, one day by hand, the year's table.

calendar_day_<0…41> calendar_kind calendar_name calendar_name_en calendar_like calendar_set calendar_back
calendar_now calendar_on calendar_load calendar_export calendar_problem
(table_view.py lists those of the dialog, which begin with ``table``)
"""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.release.calendar import WEEKS, CalendarPresenter
from admin_app.features.release.parts_view import WEEKDAYS, DayCell
from admin_app.features.release.table_view import TableDialog, Words, ask_where
from admin_app.features.release.tables import Report
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.schemas.release import CalendarReport, CalendarRow
from shared.ui.widgets import Column, button


class CalendarTab(QWidget):
    def __init__(self, presenter: CalendarPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._filled: object = ()
        row = QHBoxLayout(self)
        pad(row, gap="space_m")
        row.addLayout(self._month(), 3)
        row.addLayout(self._side(), 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"release.page.{key}", self._language, **params)

    def _month(self) -> QVBoxLayout:
        column = QVBoxLayout()
        pad(column, gap="space_s")
        head = QHBoxLayout()
        pad(head, gap="space_xs")
        self._title = label("", "title", name="calendar_title")
        head.addWidget(self._title, 1)
        for name, icon_name, by in (("back", "chevron-left", -1), ("now", "calendar", 0), ("on", "chevron-right", 1)):
            turn = button(self._t(f"month_{name}"), icon_name, "quiet", partial(self._presenter.turn, by))
            head.addWidget(named(turn, f"calendar_{name}"))
        column.addLayout(head)
        grid = QGridLayout()
        pad(grid, gap="space_xs")
        for place, name in enumerate(WEEKDAYS):
            head_ = label(text(f"release.weekday.{name}", self._language), "muted")
            head_.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            grid.addWidget(head_, 0, place)
        self._cells: list[DayCell] = []
        for number in range(7 * WEEKS):
            cell = DayCell(f"calendar_day_{number}", 2)
            cell.clicked.connect(lambda _=False, number=number: self._choose(number))
            self._cells.append(cell)
            grid.addWidget(cell, 1 + number // 7, number % 7)
            grid.setRowStretch(1 + number // 7, 1)
            grid.setColumnStretch(number % 7, 1)
        column.addLayout(grid, 1)
        return column

    def _side(self) -> QVBoxLayout:
        column = QVBoxLayout()
        pad(column, gap="space_m")
        self._problem = Banner("calendar_problem")
        card = Card(self._t("one_day"))
        self._day = label("", "lead", wrap=True, name="calendar_day")
        self._source = label("", "muted", wrap=True)
        self._kind, self._like = QComboBox(), QComboBox()
        self._kind.setObjectName("calendar_kind")
        self._like.setObjectName("calendar_like")
        self._kind.addItem(self._t("usual"), "usual")
        for kind in ("holiday", "adjusted", "special"):
            self._kind.addItem(text(f"release.kind.{kind}", self._language), kind)
        self._like.addItem(self._t("like_own"), "")
        for name in WEEKDAYS:
            self._like.addItem(text(f"release.weekday.{name}", self._language), name)
        self._name, self._name_en = QLineEdit(), QLineEdit()
        self._name.setObjectName("calendar_name")
        self._name_en.setObjectName("calendar_name_en")
        for field in (self._name, self._name_en):
            field.setMaxLength(60)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(text("release.column.kind", self._language), self._kind)
        form.addRow(text("release.column.name", self._language), self._name)
        form.addRow(text("release.column.name_en", self._language), self._name_en)
        form.addRow(text("release.column.opens_like", self._language), self._like)
        self._set = named(button(self._t("day_save"), "save", "primary", self._ask_set), "calendar_set")
        for part in (self._day, self._source):
            card.body.addWidget(part)
        card.body.addLayout(form)
        card.body.addSpacing(size("space_s"))
        card.body.addWidget(self._set)
        table = Card(self._t("table"))
        table.body.addWidget(label(self._t("table_hint"), "muted", wrap=True))
        self._load = named(button(self._t("table_load"), "tray", on_click=self._ask_table), "calendar_load")
        self._export = named(button(self._t("table_export"), "download", on_click=self._ask_export), "calendar_export")
        table.body.addWidget(self._load)
        table.body.addWidget(self._export)
        column.addWidget(self._problem)
        column.addWidget(card)
        column.addWidget(table)
        column.addStretch(1)
        return column

    def _choose(self, number: int) -> None:
        self._presenter.select(self._presenter.shown_days()[number])

    def _ask_set(self) -> None:
        self._presenter.set_day(
            self._kind.currentData(), self._name.text(), self._name_en.text(), self._like.currentData()
        )

    def _ask_table(self) -> None:
        letter = size("text_body")
        columns = [
            Column(name, text(f"release.column.{name}", self._language), width=letter * wide)
            for name, wide in (("first", 7), ("last", 7), ("name", 9))
        ]
        words = Words("table_load", "table_facts", "table_files", "table_apply", self._outcome, self._table_state)
        TableDialog(self, self._presenter.table, self._language, "table", columns, words).open()

    def _outcome(self, row: CalendarRow) -> str:
        words = text(f"release.table.{row.outcome}", self._language)
        return words + (f" · {text(f'release.table.{row.code}', self._language)}" if row.code else "")

    def _table_state(self, report: Report, wrong: int) -> str:
        assert isinstance(report, CalendarReport)
        key = "table_wrong" if wrong else "table_ready"
        return self._t(key, rows=len(report.rows), days=report.days, wrong=wrong)

    def _ask_export(self) -> None:
        year = (self._presenter.state.month or date.today()).year
        ask_where(self, self._t("table_export"), self._t("excel_files"), str(year), self._presenter.export)

    def _draw(self) -> None:
        state = self._presenter.state
        month = state.month
        if month is None:
            return
        self._title.setText(self._t("month", year=month.year, month=month.month))
        for cell, day in zip(self._cells, self._presenter.shown_days(), strict=True):
            kind, known = state.kind(day), state.of(day)
            words = [] if known is None else [text(f"release.kind.{kind}", self._language)]
            if known is not None and (name := self._named(known.name, known.name_en)):
                words.append(name)
            today = day == self._presenter.today
            head = self._t("today", day=day.day) if today else str(day.day)
            cell.show_day(head, kind, words, faint=day.month != month.month)
            cell.setChecked(day == state.selected)
        self._problem.show_words(state.problem)
        self._draw_day()
        for one in (self._kind, self._name, self._name_en, self._like):
            one.setEnabled(state.may_change and not state.busy)
        self._set.setVisible(state.may_change)
        self._set.setEnabled(not state.busy)
        self._load.setVisible(state.may_change)

    def _named(self, name: str, name_en: str) -> str:
        return name if self._language.startswith("zh") or not name_en else name_en

    def _draw_day(self) -> None:
        state = self._presenter.state
        day = state.selected
        if day is None:
            return
        known = state.of(day)
        weekday = text(f"release.weekday.{WEEKDAYS[day.weekday()]}", self._language)
        kind = text(f"release.kind.{state.kind(day)}", self._language)
        self._day.setText(f"{day.isoformat()} {weekday} · {kind}")
        self._source.setText(self._t(f"source_{known.source}") if known is not None else "")
        if (day, known) != self._filled:
            # What is typed stays until another day, or the day itself has changed.
            self._filled = (day, known)
            self._kind.setCurrentIndex(max(0, self._kind.findData(known.kind if known else "usual")))
            self._name.setText(known.name if known else "")
            self._name_en.setText(known.name_en if known else "")
            self._like.setCurrentIndex(max(0, self._like.findData((known.opens_like if known else "") or "")))
