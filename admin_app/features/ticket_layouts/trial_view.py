"""Trying a layout on a kiosk's own printer: which kiosk, and what came of it.

trial_dialog trial_kiosk trial_told trial_close trial_go
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.bars_view import choice
from admin_app.features.ticket_layouts.presenter import LayoutsPresenter
from admin_app.parts_view import Banner, Dialog, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import button


class TrialDialog(Dialog):
    """Stays until it is closed, so that the outcome is read; does not block."""

    def __init__(self, parent: QWidget, presenter: LayoutsPresenter, language: str) -> None:
        super().__init__(parent)
        self._presenter, self._language = presenter, language
        self.setObjectName("trial_dialog")
        self.setWindowTitle(self._t("trial_title"))
        self.setModal(True)
        self.setMinimumWidth(size("text_body") * 34)
        self._kiosk = choice("trial_kiosk", self._t("trial_kiosk"), (), self._draw)
        self._told = Banner("trial_told")
        self._go = named(button(self._t("trial_go"), "printer", "primary", self._ask), "trial_go")
        self._go.setDefault(True)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("trial_title"), "title", wrap=True))
        column.addWidget(label(self._t("trial_fact"), wrap=True))
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("trial_kiosk")))
        row.addWidget(self._kiosk, 1)
        column.addLayout(row)
        column.addWidget(self._told)
        below = QHBoxLayout()
        pad(below)
        below.addStretch(1)
        below.addWidget(named(button(text("ui.action.close", language), on_click=self.close), "trial_close"))
        below.addWidget(self._go)
        column.addSpacing(size("space_s"))
        column.addLayout(below)
        self._filled: object = None
        presenter.trial.state_changed.connect(self._draw)
        self.finished.connect(self._ended)
        presenter.trial.open()
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)

    def _ask(self) -> None:
        state = self._presenter.state
        if self._go.isEnabled():
            self._presenter.trial.ask(str(self._kiosk.currentData()), state.blocks, state.sample)

    def _draw(self) -> None:
        state = self._presenter.trial.state
        if state.kiosks != self._filled:
            self._filled, chosen = state.kiosks, self._kiosk.currentData()
            self._kiosk.clear()
            for key, words, _ in state.kiosks:
                self._kiosk.addItem(words, key)
            self._kiosk.setCurrentIndex(max(0, self._kiosk.findData(chosen)))
        there = {key for key, _, online in state.kiosks if online}
        self._go.setEnabled(not state.busy and self._kiosk.currentData() in there)
        words = self._t("trial_no_kiosk") if state.loaded and not there and not state.told else state.told
        self._told.show_words(words, state.tone)

    def _ended(self) -> None:
        self._presenter.trial.state_changed.disconnect(self._draw)
        self.deleteLater()
