"""What was sent, and trying it: filter, table, test message, numbers that want none.

messages_state messages_counts messages_table messages_again messages_empty test_phone test_language test_send
refuse_phone refuse_on refuse_off
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.bars_view import choice, typed
from admin_app.features.messages.presenter import MessagesPresenter
from admin_app.features.messages.rules import STATES, TONES
from admin_app.parts_view import Card, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, button
from shared.ui.widgets.rows import Row


def _tone(row: Row) -> str:
    return TONES.get(row["state"], "off")


class SentTab(QWidget):
    def __init__(self, presenter: MessagesPresenter, language: str) -> None:
        super().__init__()
        self._presenter = presenter
        self._language = language
        row = QHBoxLayout(self)
        pad(row, gap="space_m")
        row.addWidget(self._list(), 1)
        side = QVBoxLayout()
        pad(side, gap="space_m")
        self._test, self._refusals = self._test_card(), self._refusal_card()
        for card in (self._test, self._refusals):
            card.setFixedWidth(size("text_body") * 18)
            side.addWidget(card)
        side.addStretch(1)
        row.addLayout(side)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str) -> str:
        return text(f"messages.page.{key}", self._language)

    def _list(self) -> Card:
        card = Card()
        head = QHBoxLayout()
        pad(head)
        states = [(state, text(f"messages.state.{state or 'any'}", self._language)) for state in STATES]
        self._state = choice("messages_state", self._t("state"), states, self._filter)
        self._counts = label("", "muted", wrap=True, name="messages_counts")
        again = button(self._t("again"), "refresh", on_click=self._again)
        self._again_button = named(again, "messages_again")
        head.addWidget(self._state)
        head.addWidget(self._counts, 1)
        head.addWidget(self._again_button)
        letter = size("text_body")
        columns = [
            Column("at", self._t("at"), width=letter * 11, whole=True),
            Column("kind", self._t("kind"), width=letter * 9),
            Column("phone", self._t("phone"), width=letter * 8, whole=True),
            Column("state_words", self._t("state"), width=letter * 7, tone=_tone, whole=True),
            Column("attempts", self._t("attempts"), width=letter * 4, right=True),
            Column("fault", self._t("fault")),
        ]
        self.table = SearchableTable(columns, "messages", language=self._language)
        self.table.setObjectName("messages_table")
        self.table.row_selected.connect(lambda _: self._draw_again())
        self._empty = label(self._t("empty"), "muted", wrap=True, name="messages_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addLayout(head)
        card.body.addWidget(self._empty)
        card.body.addWidget(self.table, 1)
        return card

    def _test_card(self) -> Card:
        card = Card(self._t("test"))
        card.body.addWidget(label(self._t("test_note"), "muted", wrap=True))
        self._phone = typed("test_phone", self._t("phone_hint"), 20, self._send_test)
        languages = [(code, text("ui.language.name", code)) for code in ("zh-CN", "en")]
        self._test_language = choice("test_language", self._t("language"), languages, lambda: None)
        card.body.addWidget(self._phone)
        card.body.addWidget(self._test_language)
        card.body.addWidget(named(button(self._t("test_send"), "phone", on_click=self._send_test), "test_send"))
        return card

    def _refusal_card(self) -> Card:
        card = Card(self._t("refusals"))
        card.body.addWidget(label(self._t("refusals_note"), "muted", wrap=True))
        self._unwanted = typed("refuse_phone", self._t("phone_hint"), 20)
        card.body.addWidget(self._unwanted)
        row = QHBoxLayout()
        pad(row)
        for name, key, refused in (("refuse_on", "refuse_on", True), ("refuse_off", "refuse_off", False)):
            act = button(self._t(key), on_click=partial(self._refuse, refused))
            row.addWidget(named(act, name))
        card.body.addLayout(row)
        return card

    def _filter(self) -> None:
        self._presenter.show_state(self._state.currentData())

    def _send_test(self) -> None:
        if self._phone.text().strip():
            self._presenter.send_test(self._phone.text(), self._test_language.currentData())

    def _refuse(self, refused: bool) -> None:
        if self._unwanted.text().strip():
            self._presenter.refuse(self._unwanted.text(), refused)

    def _again(self) -> None:
        row = self.table.selected_row()
        if row is not None:
            self._presenter.send_again(row["id"])

    def _draw_again(self) -> None:
        row: Any = self.table.selected_row()
        self._again_button.setEnabled(row is not None and bool(row["again"]))

    def _draw(self) -> None:
        state = self._presenter.state
        self._state.setCurrentIndex(self._state.findData(state.shown))
        counts = dict(state.counts)
        parts = [f"{text(f'messages.state.{key}', self._language)} {counts.get(key, 0)}" for key in STATES if key]
        self._counts.setText("   ".join(parts) if state.listed else "")
        self.table.set_rows(state.rows)
        self._empty.setVisible(state.listed and not state.rows)
        for part in (self._test, self._refusals, self._again_button):
            part.setVisible(state.may_change)
        self._draw_again()
