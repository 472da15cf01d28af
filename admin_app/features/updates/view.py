"""What versions there are, and below them how the chosen rollout goes.

page_updates updates_problem updates_missing updates_told updates_reload updates_add updates_releases updates_empty
updates_begin updates_retire (question: updates_retire_ask updates_retire_no updates_retire_yes) updates_rollout
updates_words updates_stop (question: updates_stop_ask updates_stop_no updates_stop_yes) updates_terminals updates_none
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide, choice
from admin_app.features.updates.beginning_view import BeginDialog
from admin_app.features.updates.presenter import UpdatesPresenter
from admin_app.parts_view import Banner, Card, Question, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, button
from shared.ui.widgets.rows import Row


class UpdatesPage(QWidget):
    def __init__(self, presenter: UpdatesPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_updates")
        self._presenter, self._language = presenter, language
        self._problem, self._told = Banner("updates_problem"), Banner("updates_told")
        self._add = named(button(self._t("add"), "plus", "primary", self._ask_file), "updates_add")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"), 1)
        head.addWidget(named(button(self._t("reload"), "refresh", on_click=presenter.load), "updates_reload"))
        head.addWidget(self._add)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        self._missing = Banner("updates_missing")
        column.addWidget(self._problem)
        column.addWidget(self._missing)
        column.addWidget(self._told)
        column.addWidget(SideBySide(self._releases_card(), self._rollout_card(), (2, 3)), 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"updates.page.{key}", self._language, **params)

    def _releases_card(self) -> Card:
        letter = size("text_body")
        columns = [
            Column("version", self._t("version"), width=letter * 6, whole=True),
            Column("state", self._t("state"), width=letter * 7, tone=lambda row: str(row["tone"])),
            Column("expires", self._t("expires"), width=letter * 7, whole=True),
            Column("added", self._t("added")),
        ]
        self.releases = SearchableTable(columns, "releases", language=self._language)
        self.releases.setObjectName("updates_releases")
        self.releases.row_selected.connect(self._release_chosen)
        self._empty = label(self._t("no_releases"), "muted", wrap=True, name="updates_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._begin = named(button(self._t("begin"), "download", "primary", self._ask_begin), "updates_begin")
        self._retire = named(button(self._t("retire"), "trash", "danger", self._ask_retire), "updates_retire")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._begin)
        row.addStretch(1)
        row.addWidget(self._retire)
        card = Card(self._t("releases"))
        card.body.addWidget(self._empty, 1)
        card.body.addWidget(self.releases, 1)
        card.body.addLayout(row)
        return card

    def _rollout_card(self) -> Card:
        letter = size("text_body")
        columns = [
            Column("wave", self._t("wave"), width=letter * 4, right=True),
            Column("name", self._t("terminal"), width=letter * 7),
            Column("kind", self._t("kind"), width=letter * 5),
            Column("runs", self._t("runs"), width=letter * 6, whole=True),
            Column("since", self._t("since"), width=letter * 7, whole=True),
            Column("step", self._t("step"), tone=lambda row: str(row["tone"])),
        ]
        self.terminals = SearchableTable(columns, "rollout_terminals", language=self._language)
        self.terminals.setObjectName("updates_terminals")
        self._which = choice("updates_rollout", self._t("choose_rollout"), (), self._chosen)
        self._stop = named(button(self._t("stop"), "pause", "danger", self._ask_stop), "updates_stop")
        self._words = Banner("updates_words")
        self._none = label(self._t("no_rollout"), "muted", wrap=True, name="updates_none")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card = Card(self._t("rollout"))
        card.head.addStretch(1)
        card.head.addWidget(self._which)
        card.head.addWidget(self._stop)
        card.body.addWidget(self._words)
        card.body.addWidget(self._none, 1)
        card.body.addWidget(self.terminals, 1)
        return card

    def _release_chosen(self, row: Row | None) -> None:
        if row is not None:
            self._presenter.select(str(row["id"]))

    def _chosen(self) -> None:
        self._presenter.show_rollout(str(self._which.currentData()))

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self._t("add_title"), QDir.homePath(), f"{self._t('add_filter')} (*.json)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._presenter.add)
        dialog.open()

    def _ask_begin(self) -> None:
        BeginDialog(self, self._presenter, self._language).open()

    def _ask_retire(self) -> None:
        self._ask("retire", self._presenter.state.version, self._presenter.retire)

    def _ask_stop(self) -> None:
        version = self._which.currentText().partition(" · ")[0]
        self._ask("stop", version, self._presenter.stop)

    def _ask(self, what: str, version: str, act: Callable[[], object]) -> None:
        Question(
            self, f"updates_{what}_ask", self._t(f"{what}_ask", version=version), [self._t(f"{what}_fact")],
            [
                (f"updates_{what}_no", text("ui.action.cancel", self._language), "", lambda: None),
                (f"updates_{what}_yes", self._t(what), "danger", act),
            ],
        ).open()  # fmt: skip

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._missing.show_words(state.missing, "warn")
        self._told.show_words(state.told, "info" if state.busy else "ok")
        self._add.setVisible(state.may_manage)
        self._add.setEnabled(not state.busy)
        self.releases.set_rows(state.releases)
        row = self.releases.selected_row()
        if state.selected and (row is None or row["id"] != state.selected):
            self.releases.select(state.selected)
        self.releases.setVisible(bool(state.releases))
        self._empty.setVisible(state.loaded and not state.releases)
        for shown, possible in ((self._begin, state.can_begin), (self._retire, state.can_retire)):
            shown.setVisible(state.may_manage and bool(state.releases))
            shown.setEnabled(possible and not state.busy)
        self._draw_choice(state.rollouts, state.shown)
        self._stop.setVisible(state.can_stop)
        self._stop.setEnabled(not state.busy)
        self._words.show_words(state.words, state.tone)
        self.terminals.set_rows(state.rows)
        self.terminals.setVisible(bool(state.rows))
        self._none.setVisible(state.loaded and not state.rollouts)

    def _draw_choice(self, rollouts: tuple[tuple[str, str], ...], shown: str) -> None:
        box: QComboBox = self._which
        if tuple((box.itemData(n), box.itemText(n)) for n in range(box.count())) != rollouts:
            box.clear()
            for key, words in rollouts:
                box.addItem(words, key)
        box.setCurrentIndex(max(0, box.findData(shown)))
        box.setVisible(bool(rollouts))
