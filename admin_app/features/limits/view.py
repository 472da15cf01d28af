"""Rules as sentences; block list, missed visits, agents and companions as tables.

page_limits limits_tabs limits_problem limits_told limits_reload limits_block limits_except limits_<table>_end
limits_ending (reason_view: limits_ending_reason limits_ending_go)
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from admin_app.ask_view import ReasonAsk
from admin_app.features.limits.people_view import PersonDialog
from admin_app.features.limits.presenter import LimitsPresenter
from admin_app.features.limits.rule_view import RuleCard
from admin_app.parts_view import Banner, label, named, pad
from admin_app.picker_view import Services
from shared.domain.limits.rules import KINDS
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, button
from shared.ui.widgets.rows import Row

LEAST_REASON = 4
# The columns of each table; the first tells people apart.
TABLES = {
    "block": ("who", "until", "reason", "state", "by"),
    "penalty": ("who", "what", "service", "at", "state"),
    "exception": ("who", "kind", "per_day", "used", "until", "reason", "state", "by"),
}

WIDTHS = {"who": 230, "reason": 300, "service": 240, "at": 160, "what": 140, "until": 120}


class LimitsPage(QWidget):
    """Four tabs over one presenter."""

    def __init__(self, presenter: LimitsPresenter, services: Services, language: str) -> None:
        super().__init__()
        self.setObjectName("page_limits")
        self._presenter, self._language = presenter, language
        self._version = -1
        self._problem, self._told = Banner("limits_problem"), Banner("limits_told")
        self._cards = {kind: RuleCard(kind, presenter, services, language) for kind in KINDS}
        self.tables: dict[str, SearchableTable] = {}
        self._ends: dict[str, QPushButton] = {}
        self._nobody: dict[str, QLabel] = {}
        self._chosen: dict[str, Row | None] = {}
        self._block = named(
            button(self._t("block"), "plus", "primary", partial(self._ask_person, "block")), "limits_block"
        )
        self._except = named(
            button(self._t("except"), "plus", "primary", partial(self._ask_person, "exception")), "limits_except"
        )
        tabs = QTabWidget()
        tabs.setObjectName("limits_tabs")
        mark(tabs, "plain")
        tabs.addTab(self._rules(), self._t("tab_rules"))
        for name, add in (("block", self._block), ("penalty", None), ("exception", self._except)):
            tabs.addTab(self._people(name, add), self._t(f"tab_{name}"))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        head = QHBoxLayout()
        head.addWidget(label(self._t("title"), "title"), 1)
        head.addWidget(named(button(self._t("reload"), "refresh", on_click=presenter.load), "limits_reload"))
        column.addLayout(head)
        for widget in (self._problem, self._told):
            column.addWidget(widget)
        column.addWidget(tabs, 1)
        self._tabs = tabs
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """A tab by its number."""
        if target.isdecimal():
            self._tabs.setCurrentIndex(int(target))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # People come and go without an event.
        self._presenter.load()

    def _t(self, key: str) -> str:
        return text(f"limits.page.{key}", self._language)

    def _rules(self) -> QWidget:
        inside = QWidget()
        mark(inside, "page")
        column = QVBoxLayout(inside)
        pad(column, gap="space_m")
        column.addWidget(label(self._t("intro"), "muted", wrap=True))
        self._loading = label(text("ui.spinner.working", self._language), "muted", name="limits_loading")
        self._loading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._loading)
        for card in self._cards.values():
            column.addWidget(card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return scroll

    def _people(self, name: str, add: QPushButton | None) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        pad(column, gap="space_m")
        head = QHBoxLayout()
        head.addWidget(label(self._t(f"intro_{name}"), "muted", wrap=True), 1)
        end = named(button(self._t(f"end_{name}"), on_click=partial(self._ask_end, name)), f"limits_{name}_end")
        head.addWidget(end)
        if add is not None:
            head.addWidget(add)
        column.addLayout(head)
        columns = [
            Column(key, text(f"limits.column.{key}", self._language), width=WIDTHS.get(key, 0)) for key in TABLES[name]
        ]
        table = SearchableTable(columns, f"limits_{name}", language=self._language)
        table.setObjectName(f"limits_{name}_table")
        table.row_selected.connect(partial(self._selected, name))
        self._nobody[name] = label(self._t(f"none_{name}"), "muted", wrap=True, name=f"limits_{name}_none")
        # Until the list has been read nobody knows that it is empty.
        self._nobody[name].hide()
        column.addWidget(self._nobody[name])
        column.addWidget(table, 1)
        column.addStretch(0)
        self.tables[name], self._ends[name] = table, end
        return page

    def _selected(self, name: str, row: Row | None) -> None:
        self._chosen[name] = row
        self._draw_ends()

    def _ask_person(self, what: str) -> None:
        PersonDialog(self.window(), what, self._presenter, self._language).open()

    def _ask_end(self, what: str) -> None:
        row = self._chosen.get(what)
        if row is not None:
            ReasonAsk(
                self.window(), "limits_ending", self._t(f"end_{what}"), [self._t(f"end_{what}_facts"), str(row["who"])],
                self._t(f"end_{what}"), self._t("end_reason"), self._language, self._presenter,
                partial(self._presenter.end, what, row), role="primary", least=LEAST_REASON,
            ).open()  # fmt: skip

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        if state.version != self._version and state.loaded:
            self._version = state.version
            for rule in state.rules:
                if rule.kind in self._cards:
                    self._cards[rule.kind].fill(rule)
            for name, rows in (
                ("block", state.blocks), ("penalty", state.penalties), ("exception", state.exceptions),
            ):  # fmt: skip
                self.tables[name].set_rows(rows)
                self.tables[name].setVisible(bool(rows))
                self._nobody[name].setVisible(not rows)
                self._chosen[name] = self.tables[name].selected_row()
        # Nothing else stands there yet: it must not look as if the hall had no rules.
        self._loading.setVisible(not state.loaded and not state.problem)
        previews = dict(state.previews)
        for kind, card in self._cards.items():
            # A number that nobody has read yet must not look like the hall's.
            card.setVisible(state.loaded)
            card.show_state(may_change=state.may_change, busy=state.busy, preview=previews.get(kind, ""))
        self._block.setVisible(state.may_block)
        self._except.setVisible(state.may_except)
        self._draw_ends()

    def _draw_ends(self) -> None:
        state = self._presenter.state
        may = {"block": state.may_block, "penalty": state.may_block, "exception": state.may_except}
        for name, end in self._ends.items():
            row = self._chosen.get(name)
            end.setVisible(may[name])
            end.setEnabled(row is not None and not row["ended"] and not state.busy)
