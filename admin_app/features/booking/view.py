"""Appointments: a table, the one that is looked at, the rules of booking.

page_booking booking_table booking_code booking_find booking_title booking_fact_<n> booking_cancel booking_ask
booking_problem booking_told booking_waiting booking_rule_<field> booking_save
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from admin_app.ask_view import ReasonAsk
from admin_app.bars_view import SideBySide
from admin_app.features.booking.presenter import CHOICES, NUMBERS, BookingPresenter, bounds
from admin_app.features.booking.rows import TONES
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, Form, SearchableTable, button


class BookingPage(QWidget):
    """Draws the presenter's rows."""

    def __init__(self, presenter: BookingPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_booking")
        self._presenter, self._language = presenter, language
        self._filling, self._version = False, 0
        self._facts_shown: tuple[tuple[str, str], ...] = ()
        self._problem, self._told = Banner("booking_problem"), Banner("booking_told")
        self._side, self._scroll = QWidget(), QScrollArea()
        sides = QVBoxLayout(self._side)
        pad(sides, gap="space_m")
        sides.addWidget(self._one(), 1)
        sides.addWidget(self._rules())
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._side)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(self._head())
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(SideBySide(self._list(), self._scroll, (3, 1)), 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # It scrolls up and down only: what the words of the language need in width is known once it is styled.
        need = self._side.minimumSizeHint().width() + self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setMinimumWidth(max(size("text_body") * 26, need))
        self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"booking.console.{key}", self._language, **params)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("title"), "title"))
        self._waiting = label("", "muted", name="booking_waiting")
        row.addWidget(self._waiting)
        row.addStretch(1)
        self._code = QLineEdit()
        self._code.setObjectName("booking_code")
        self._code.setPlaceholderText(self._t("code"))
        self._code.setAccessibleName(self._t("code"))
        self._code.setMinimumWidth(size("text_body") * 22)
        self._code.returnPressed.connect(self._find)
        row.addWidget(self._code)
        row.addWidget(named(button(self._t("find"), "search", on_click=self._find), "booking_find"))
        return row

    def _list(self) -> Card:
        card, letter = Card(), size("text_body")
        columns = [
            Column("day", self._t("day"), width=letter * 5, whole=True),
            Column("time", self._t("time"), width=letter * 8, whole=True),
            Column("service", self._t("service"), width=letter * 16), Column("name", self._t("name"), width=letter * 6),
            Column("papers", self._t("papers"), width=letter * 4),
            Column("status", self._t("status"), width=letter * 8, tone=lambda row: TONES[row["state"]]),
            Column("ticket", self._t("ticket")),
        ]  # fmt: skip
        self.table = SearchableTable(columns, "booking", language=self._language)
        self.table.setObjectName("booking_table")
        self.table.row_selected.connect(self._chosen)
        self._empty = label("", "muted", wrap=True, name="booking_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addWidget(self._empty)
        card.body.addWidget(self.table, 1)
        return card

    def _one(self) -> Card:
        self._card = Card(" ")
        self._card.title.setObjectName("booking_title")
        self._card.title.setWordWrap(True)
        self._card.setMinimumWidth(size("text_body") * 22)
        self._facts = QGridLayout()
        pad(self._facts)
        self._facts.setColumnStretch(1, 1)
        self._cancel = named(button(self._t("cancel"), role="danger", on_click=self._ask), "booking_cancel")
        self._card.body.addLayout(self._facts)
        self._card.body.addStretch(1)
        self._card.body.addWidget(self._cancel)
        return self._card

    def _rules(self) -> Card:
        card = Card(self._t("rules"))
        self._form = Form(self._language)
        for field in NUMBERS:
            box = QSpinBox()
            box.setObjectName(f"booking_rule_{field}")
            box.setRange(*bounds(field))
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._form.add(field, self._t(f"rule_{field}"), box)
        for field, keys in CHOICES.items():
            choice = QComboBox()
            choice.setObjectName(f"booking_rule_{field}")
            for key in keys:
                choice.addItem(self._t(f"{field}_{key}"), key)
            self._form.add(field, self._t(f"rule_{field}"), choice)
        waits = QCheckBox(self._t("rule_on"))
        waits.setObjectName("booking_rule_waiting_list")
        self._form.add("waiting_list", self._t("rule_waiting_list"), waits)
        self._save = named(button(self._t("save"), role="primary", on_click=self._ask_save), "booking_save")
        card.body.addWidget(self._form)
        card.body.addWidget(self._save)
        return card

    def _find(self) -> None:
        self._presenter.find(self._code.text())

    def _chosen(self, row: dict[str, Any] | None) -> None:
        if row is not None and not self._filling:
            self._presenter.select(row["id"])

    def _ask(self) -> None:
        state = self._presenter.state
        ReasonAsk(
            self.window(), "booking_ask", self._t("ask_title"), (state.title, self._t("ask_facts")),
            self._t("cancel"), self._t("ask_reason"), self._language, self._presenter, self._presenter.cancel,
        ).open()  # fmt: skip

    def _ask_save(self) -> None:
        if self._form.complain():
            self._presenter.save(self._form.values())

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._waiting.setText(self._t("waiting", n=state.waiting) if state.waiting else "")
        self._filling = True
        self.table.set_rows(state.rows)
        self.table.select(state.selected)
        self._filling = False
        empty = "" if state.rows else self._t("none") if state.loaded else text("ui.spinner.working", self._language)
        self._empty.setText(empty)
        self._empty.setVisible(bool(empty) and not state.problem)
        self._card.title.setText(state.title or self._t("choose"))
        self._cancel.setVisible(state.can_cancel)
        if state.facts != self._facts_shown:
            self._facts_shown = state.facts
            clear(self._facts)
            for place, (what, value) in enumerate(state.facts):
                self._facts.addWidget(label(what, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
                self._facts.addWidget(label(value, wrap=True, name=f"booking_fact_{place}"), place, 1)
        self._form.setEnabled(state.may_rule and bool(state.rules))
        self._save.setVisible(state.may_rule)
        self._save.setEnabled(bool(state.rules) and not state.busy)
        if state.version != self._version:
            self._version = state.version
            self._form.set_values(dict(state.rules))
