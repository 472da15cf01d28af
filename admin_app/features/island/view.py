"""Conflicts with what happened and what to do, and the ledger of leases; each on its tab.

page_island island_tabs island_problem island_told island_reload island_settled conflicts_table conflicts_empty
conflict_title conflict_about conflict_settle (dialog: settle settle_reason settle_go) leases_day leases_table
leases_empty leases_note
"""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QDateEdit, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from admin_app.ask_view import ReasonAsk
from admin_app.bars_view import SideBySide
from admin_app.features.island.presenter import IslandPresenter
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, button
from shared.ui.widgets.rows import Row


def _tone(row: Row) -> str:
    return str(row["tone"])


class IslandPage(QWidget):
    def __init__(self, presenter: IslandPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_island")
        self._presenter, self._language = presenter, language
        self._problem, self._told = Banner("island_problem"), Banner("island_told")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"), 1)
        head.addWidget(named(button(self._t("reload"), "refresh", on_click=self._reload), "island_reload"))
        self._tabs = QTabWidget()
        self._tabs.setObjectName("island_tabs")
        mark(self._tabs, "plain")
        self._tabs.addTab(self._conflicts_tab(), self._t("tab_conflicts"))
        self._tabs.addTab(self._leases_tab(), self._t("tab_leases"))
        self._tabs.currentChanged.connect(lambda _: self._reload())
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(self._tabs, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reload()

    def _t(self, key: str, **params: object) -> str:
        return text(f"island.page.{key}", self._language, **params)

    def _reload(self) -> None:
        if self._tabs.currentIndex():
            self._presenter.load_leases()
        else:
            self._presenter.load()

    # Conflicts

    def _conflicts_tab(self) -> QWidget:
        letter = size("text_body")
        columns = [
            Column("at", self._t("at"), width=letter * 8, whole=True),
            Column("number", self._t("number"), width=letter * 7, whole=True),
            Column("counter", self._t("counter"), width=letter * 6),
            Column("other", self._t("other"), width=letter * 6),
            Column("kind", self._t("kind"), tone=_tone),
        ]
        self.table = SearchableTable(columns, "conflicts", language=self._language)
        self.table.setObjectName("conflicts_table")
        self.table.row_selected.connect(lambda row: self._presenter.select(str(row["id"]) if row else ""))
        self._settled = QCheckBox(self._t("with_settled"))
        self._settled.setObjectName("island_settled")
        self._settled.toggled.connect(self._presenter.show_settled)
        self._empty = label(self._t("empty"), "muted", wrap=True, name="conflicts_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        left = Card()
        left.body.addWidget(self._settled)
        left.body.addWidget(self._empty, 1)
        left.body.addWidget(self.table, 1)
        return SideBySide(left, self._about_card())

    def _about_card(self) -> Card:
        card = Card()
        self._title = label("", "lead", wrap=True, name="conflict_title")
        self._about = QVBoxLayout()
        pad(self._about, gap="space_m")
        self._shown: tuple[str, ...] | None = None
        self._settle = named(button(self._t("settle"), "check", "primary", self._ask), "conflict_settle")
        card.body.addWidget(self._title)
        card.body.addLayout(self._about, 1)
        card.body.addWidget(self._settle)
        return card

    def _ask(self) -> None:
        state = self._presenter.state
        ReasonAsk(
            self, "settle", self._t("settle_title", title=state.title), [self._t("settle_fact")], self._t("settle_go"),
            self._t("settle_note"), self._language, self._presenter, self._presenter.settle, role="primary",
        ).open()  # fmt: skip

    # The ledger

    def _leases_tab(self) -> QWidget:
        letter = size("text_body")
        columns = [
            Column("terminal", self._t("terminal"), width=letter * 9),
            Column("numbers", self._t("numbers"), width=letter * 13, whole=True),
            Column("used", self._t("used"), width=letter * 6, right=True),
            Column("granted", self._t("granted"), width=letter * 8, whole=True),
            Column("epoch", self._t("epoch"), width=letter * 4, right=True),
            Column("state", self._t("state"), width=letter * 8, tone=_tone),
            Column("gap", self._t("gap")),
        ]
        self.leases = SearchableTable(columns, "leases", language=self._language)
        self.leases.setObjectName("leases_table")
        self._day = QDateEdit()
        self._day.setObjectName("leases_day")
        self._day.setCalendarPopup(True)
        self._day.setDisplayFormat("yyyy-MM-dd")
        self._day.setAccessibleName(self._t("day"))
        self._day.dateChanged.connect(self._day_chosen)
        self._no_leases = label(self._t("no_leases"), "muted", wrap=True, name="leases_empty")
        self._no_leases.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card = Card()
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("day")))
        head.addWidget(self._day)
        head.addWidget(label(self._t("leases_note"), "muted", wrap=True, name="leases_note"), 1)
        card.body.addLayout(head)
        card.body.addWidget(self._no_leases, 1)
        card.body.addWidget(self.leases, 1)
        return card

    def _day_chosen(self, day: QDate) -> None:
        wanted = day.toPython()
        if wanted != self._presenter.state.day:
            self._presenter.show_day(wanted)  # type: ignore[arg-type]

    # Drawing

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._tabs.setTabText(
            0, self._t("tab_open", n=state.open_count) if state.open_count else self._t("tab_conflicts")
        )
        self.table.set_rows(state.rows)
        self._empty.setText(self._t("empty_all" if state.with_settled else "empty"))
        self._empty.setVisible(state.loaded and not state.rows)
        self.table.setVisible(bool(state.rows))
        self._title.setText(state.title or self._t("choose"))
        self._settle.setVisible(state.can_settle)
        self._draw_about(state.about)
        if state.day is not None and self._day.date().toPython() != state.day:
            self._day.setDate(QDate(state.day.year, state.day.month, state.day.day))
        self.leases.set_rows(state.leases)
        self._no_leases.setVisible(state.leases_loaded and not state.leases)
        self.leases.setVisible(bool(state.leases))

    def _draw_about(self, about: tuple[str, ...]) -> None:
        if about == self._shown:
            return
        self._shown = about
        clear(self._about)
        for place, words in enumerate(about):
            self._about.addWidget(label(words, wrap=True, name=f"conflict_about_{place}"))
        self._about.addStretch(1)
