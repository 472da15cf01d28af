"""Accounts: what is looked for, the list page by page, and the chosen one beside it.

page_accounts accounts_table accounts_search accounts_status accounts_kind accounts_waiting accounts_waiting_show
accounts_problem accounts_empty accounts_more accounts_add
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide, choice, search_line
from admin_app.features.accounts.form_view import AccountDialog
from admin_app.features.accounts.one_view import AccountCard
from admin_app.features.accounts.presenter import KINDS, STATUSES, AccountsPresenter
from admin_app.features.accounts.rows import TONES, words
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, button

# Who types pauses that long before the server is asked.
TYPING_MS = 350


class AccountsPage(QWidget):
    """Draws the presenter's rows."""

    def __init__(self, presenter: AccountsPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_accounts")
        self._presenter = presenter
        self._language = language
        self._filling = False
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._ask)
        self._problem, self._waiting = Banner("accounts_problem"), Banner("accounts_waiting")
        show = button(self._t("waiting_show"), on_click=lambda: presenter.go("waiting"))
        self._waiting.add_button(named(show, "accounts_waiting_show"))
        split = SideBySide(self._list(), AccountCard(presenter, language), (58, 42))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(self._head())
        for banner in (self._problem, self._waiting):
            column.addWidget(banner)
        column.addWidget(split, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        self._presenter.go(target)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.enter()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._presenter.leave()

    def _t(self, key: str, **params: object) -> str:
        return words(key, self._language, **params)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("title"), "title"))
        row.addSpacing(size("space_l"))
        self._search = search_line("accounts_search", self._t("search_hint"), 64, self._ask)
        self._search.setToolTip(self._t("search_tip"))
        self._search.textChanged.connect(lambda _: self._typing.start())
        self._status = self._choice("status", STATUSES)
        self._kind = self._choice("kind", KINDS)
        self._add = named(button(self._t("add"), "plus", "primary", self._open_form), "accounts_add")
        row.addWidget(self._search, 1)
        for made in (self._status, self._kind, self._add):
            row.addWidget(made)
        return row

    def _choice(self, name: str, keys: tuple[str, ...]) -> QComboBox:
        choices = [(key, self._t(f"{name}_{key or 'any'}")) for key in keys]
        return choice(f"accounts_{name}", self._t(name), choices, self._ask)

    def _ask(self) -> None:
        self._typing.stop()
        self._presenter.ask(
            search=self._search.text(), status=self._status.currentData(), kind=self._kind.currentData()
        )

    def _open_form(self) -> None:
        AccountDialog(self.window(), self._presenter.one, self._language, None).open()

    def _list(self) -> Card:
        card = Card()
        letter = size("text_body")
        columns = [
            Column("name", self._t("name"), width=letter * 8),
            Column("username", self._t("fact_username"), width=letter * 8),
            Column("status", self._t("status"), width=letter * 7, tone=lambda row: TONES[row["status_key"]]),
            Column("kind", self._t("kind"), width=letter * 6, whole=True),
            Column("unit", self._t("fact_unit"), width=letter * 13),
            Column("seen", self._t("fact_last_sign_in")),
        ]
        self.table = SearchableTable(columns, "accounts", language=self._language)
        self.table.setObjectName("accounts_table")
        # What is looked for is looked for among all, not only among those that are here.
        self.table.filter_box.hide()
        self.table.count.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.table.row_selected.connect(self._chosen)
        self._empty = label("", "muted", wrap=True, name="accounts_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._more = named(button(self._t("more"), "chevron-down", on_click=self._presenter.more), "accounts_more")
        card.body.addWidget(self._empty)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignHCenter)
        return card

    def _chosen(self, row: dict[str, Any] | None) -> None:
        if row is not None and not self._filling:
            self._presenter.select(row["id"])

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        waiting = self._t("waiting", n=state.waiting if state.waiting < 100 else "99+") if state.waiting else ""
        # Who looks at them already need not be told.
        self._waiting.show_words(waiting if state.asked.status != "pending" else "", "info")
        self._add.setVisible(state.may_add)
        for box, key in ((self._status, state.asked.status), (self._kind, state.asked.kind)):
            box.setCurrentIndex(max(0, box.findData(key)))
        if not self._typing.isActive() and self._search.text() != state.asked.search:
            self._search.setText(state.asked.search)
            self._typing.stop()
        self._filling = True
        self.table.set_rows(state.rows)
        if state.selected:
            self.table.select(state.selected)
        self._filling = False
        looked = any((state.asked.search, state.asked.status, state.asked.kind))
        empty = "" if state.rows else self._t("none_found" if looked else "none")
        if not state.loaded or (state.busy and not state.rows):
            empty = text("ui.spinner.working", self._language)
        self._empty.setText(empty)
        self._empty.setVisible(bool(empty) and not state.problem)
        self._more.setVisible(state.more)
        self._more.setEnabled(not state.busy)
