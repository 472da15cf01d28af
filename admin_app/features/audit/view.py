"""The audit trail: filters, the entries, one of them in words, and whether the chain is whole.

page_audit audit_table audit_period audit_actor audit_action audit_outcome audit_text audit_search audit_older
audit_chain audit_verify audit_copies audit_receiver audit_problem audit_title audit_empty
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide, choice, typed
from admin_app.features.audit.presenter import GROUPS, OUTCOMES, PERIODS, AuditPresenter
from admin_app.features.audit.receiver_view import ReceiverDialog
from admin_app.features.audit.rows import TONES
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, StatusDot, button


class AuditPage(QWidget):
    """Draws the presenter's rows."""

    def __init__(self, presenter: AuditPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_audit")
        self._presenter = presenter
        self._language = language
        self._filling = False
        self._drawn: tuple[tuple[str, str], ...] = ()
        self._problem = Banner("audit_problem")
        split = SideBySide(self._list(), self._one(), (4, 1))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(self._head())
        column.addLayout(self._filters())
        column.addWidget(self._problem)
        column.addWidget(split, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """``about:<id>``: all that the trail says of something, at any time."""
        what, _, about = target.partition(":")
        if what == "about":
            for box in (self._action, self._outcome):
                box.setCurrentIndex(0)
            self._period.setCurrentIndex(self._period.findData("all"))
            self._actor.clear()
            self._text.setText(about)
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.enter()

    def _t(self, key: str) -> str:
        return text(f"protection.audit.{key}", self._language)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row, gap="space_m")
        row.addWidget(label(self._t("title"), "title"))
        row.addSpacing(size("space_m"))
        states = QVBoxLayout()
        pad(states, gap="space_xs")
        self._chain = StatusDot()
        self._chain.setObjectName("audit_chain")
        self._receiver = StatusDot()
        self._receiver.setObjectName("audit_receiver")
        for dot in (self._chain, self._receiver):
            dot.layout().itemAt(1).widget().setWordWrap(True)  # type: ignore[union-attr]
            states.addWidget(dot)
        row.addLayout(states, 1)
        self._copies = named(button(self._t("copies"), "transfer", on_click=self._ask_receiver), "audit_copies")
        row.addWidget(self._copies)
        self._verify = named(button(self._t("verify"), "lock", on_click=self._presenter.verify), "audit_verify")
        row.addWidget(self._verify)
        return row

    def _filters(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row, gap="space_s")
        self._period = self._choice("period", PERIODS, "period_")
        self._action = self._choice("action", GROUPS, "group_")
        self._outcome = self._choice("outcome", OUTCOMES, "outcome_")
        self._actor, self._text = self._field("actor"), self._field("text")
        for widget, share in (
            (self._period, 0), (self._action, 0), (self._outcome, 0), (self._actor, 1), (self._text, 2),
        ):  # fmt: skip
            row.addWidget(widget, share)
        row.addWidget(named(button(self._t("search"), "search", "primary", self._ask), "audit_search"))
        return row

    def _choice(self, name: str, keys: tuple[str, ...], words: str) -> QComboBox:
        choices = [(key, self._t(words + (key.rstrip(".") or "any"))) for key in keys]
        box = choice(f"audit_{name}", self._t(name), choices, self._ask)
        box.setCurrentIndex(max(0, box.findData(getattr(self._presenter.state.asked, name))))
        return box

    def _field(self, name: str) -> QLineEdit:
        return typed(f"audit_{name}", self._t(f"{name}_hint"), 200, self._ask)

    def _ask(self) -> None:
        self._presenter.ask(
            period=self._period.currentData(), action=self._action.currentData(),
            outcome=self._outcome.currentData(), actor=self._actor.text(), text=self._text.text(),
        )  # fmt: skip

    def _list(self) -> Card:
        card = Card()
        letter = size("text_body")
        columns = [
            Column("n", self._t("n"), width=letter * 3, right=True),
            Column("at", self._t("at"), width=letter * 12, whole=True),
            Column("action", self._t("action"), width=letter * 10),
            Column("actor", self._t("actor"), width=letter * 8),
            Column("outcome", self._t("outcome"), width=letter * 5, tone=lambda r: TONES.get(r["outcome_key"], "off")),
            Column("subject", self._t("subject"), width=letter * 9),
            Column("address", self._t("address")),
        ]
        self.table = SearchableTable(columns, "audit", key="n", language=self._language)
        self.table.setObjectName("audit_table")
        self.table.row_selected.connect(self._chosen)
        self._empty = label("", "muted", wrap=True, name="audit_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._older = named(button(self._t("older"), "chevron-down", on_click=self._presenter.older), "audit_older")
        card.body.addWidget(self._empty)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self._older, 0, Qt.AlignmentFlag.AlignHCenter)
        return card

    def _one(self) -> Card:
        self._card = Card(" ")
        self._card.title.setObjectName("audit_title")
        self._card.title.setWordWrap(True)
        self._card.setMinimumWidth(size("text_body") * 20)
        self._facts = QGridLayout()
        pad(self._facts)
        self._facts.setColumnStretch(1, 1)
        self._card.body.addLayout(self._facts)
        self._card.body.addStretch(1)
        return self._card

    def _ask_receiver(self) -> None:
        ReceiverDialog(self, self._presenter.state.target, self._language, self._presenter.send_to).show()

    def _chosen(self, row: dict[str, Any] | None) -> None:
        if row is not None and not self._filling:
            self._presenter.select(row["n"])

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._chain.show_state(state.chain_tone, state.chain)
        self._verify.setEnabled(not state.verifying)
        self._receiver.setVisible(bool(state.receiver))
        if state.receiver:
            self._receiver.show_state(state.receiver_tone, state.receiver)
        self._copies.setVisible(state.may_export)
        self._copies.setEnabled(state.known)
        self.table.export_button.setVisible(state.may_export)
        self._filling = True
        self.table.set_rows(state.rows)
        self._filling = False
        empty = "" if state.rows else text("ui.spinner.working", self._language) if state.busy else self._t("none")
        self._empty.setText(empty)
        self._empty.setVisible(bool(empty) and not state.problem)
        self._older.setVisible(state.more)
        self._older.setEnabled(not state.busy)
        self._card.title.setText(state.title or self._t("choose"))
        if state.facts != self._drawn:
            self._drawn = state.facts
            self._draw_facts(state.facts)

    def _draw_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        clear(self._facts)
        for number, (title, value) in enumerate(facts):
            self._facts.addWidget(label(title, "muted"), number, 0, Qt.AlignmentFlag.AlignTop)
            words = label(value, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(words, number, 1)
