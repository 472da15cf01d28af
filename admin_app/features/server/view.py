"""Alarms with what to do about the chosen one, and below them the state of backup, second machine and disk.

page_server server_problem server_reload alarms_table alarms_empty alarm_title alarm_about_<n> server_fact_<n>
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide
from admin_app.features.server.presenter import ServerPresenter
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, button


class ServerPage(QWidget):
    def __init__(self, presenter: ServerPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_server")
        self._presenter, self._language = presenter, language
        self._drawn: tuple[object, object] | None = None
        self._problem = Banner("server_problem")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"), 1)
        head.addWidget(named(button(self._t("reload"), "refresh", on_click=presenter.load), "server_reload"))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(SideBySide(self._alarms(), self._about_card()), 1)
        column.addWidget(self._facts_card())
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """``target``: the kind of an alarm."""
        if target:
            self._presenter.select(target)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.load()

    def _t(self, key: str) -> str:
        return text(f"server.page.{key}", self._language)

    def _alarms(self) -> Card:
        letter = size("text_body")
        columns = [
            Column("since", self._t("since"), width=letter * 8, whole=True),
            Column("state", self._t("state"), width=letter * 8, tone=lambda row: str(row["tone"])),
            Column("what", self._t("what")),
        ]
        self.table = SearchableTable(columns, "alarms", language=self._language)
        self.table.setObjectName("alarms_table")
        self.table.row_selected.connect(lambda row: row and self._presenter.select(str(row["id"])))
        self._empty = label(self._t("empty"), "muted", wrap=True, name="alarms_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card = Card()
        card.body.addWidget(self._empty)
        card.body.addWidget(self.table, 1)
        return card

    def _about_card(self) -> Card:
        card = Card()
        self._title = label("", "lead", wrap=True, name="alarm_title")
        self._about = QVBoxLayout()
        pad(self._about, gap="space_m")
        card.body.addWidget(self._title)
        card.body.addLayout(self._about, 1)
        return card

    def _facts_card(self) -> Card:
        card = Card(self._t("facts"))
        self._facts = QGridLayout()
        pad(self._facts)
        self._facts.setColumnStretch(1, 1)
        card.body.addLayout(self._facts)
        return card

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self.table.set_rows(state.rows)
        self._empty.setVisible(state.loaded and not state.rows)
        self.table.setVisible(bool(state.rows))
        self._title.setText(state.title or (self._t("all_well") if state.loaded else ""))
        if self._drawn == (state.about, state.facts):
            return
        self._drawn = (state.about, state.facts)
        clear(self._about)
        for place, words in enumerate(state.about):
            self._about.addWidget(label(words, wrap=True, name=f"alarm_about_{place}"))
        self._about.addStretch(1)
        clear(self._facts)
        for place, (name, value) in enumerate(state.facts):
            self._facts.addWidget(label(name, "muted"), place, 0)
            self._facts.addWidget(label(value, wrap=True, name=f"server_fact_{place}"), place, 1)
