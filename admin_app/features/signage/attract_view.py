"""When kiosks leave their start screen for what plays while nobody is there: for all of them, and one by one.

attract_rules attract_all attract_<terminal name> attract_save attract_close
"""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from admin_app.features.signage.presenter import SignagePresenter
from admin_app.parts_view import Dialog, label, named, pad, see_through, size
from shared.i18n import text
from shared.schemas.signage import ATTRACT_S
from shared.ui.widgets import Form, button


class AttractDialog(Dialog):
    def __init__(self, parent: QWidget, presenter: SignagePresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("attract_rules")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._presenter, self._language = presenter, language
        self._boxes: dict[UUID | None, QSpinBox] = {}
        self._saving = False
        self.setWindowTitle(self._t("title"))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("about"), "muted", wrap=True))
        self._form = Form(language)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._form)
        scroll.setMinimumSize(size("text_body") * 36, size("text_body") * 18)
        see_through(scroll)
        column.addWidget(scroll, 1)
        foot = QHBoxLayout()
        pad(foot)
        foot.addStretch(1)
        self._save = named(button(self._t("save"), "save", "primary", self._keep), "attract_save")
        foot.addWidget(named(button(self._t("close"), on_click=self.close), "attract_close"))
        foot.addWidget(self._save)
        column.addLayout(foot)
        presenter.state_changed.connect(self._draw)
        presenter.load_attract()
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.attract.{key}", self._language, **params)

    def _keep(self) -> None:
        self._saving = True
        self._presenter.keep_attract({one: box.value() or None for one, box in self._boxes.items()})
        self._draw()

    def _draw(self) -> None:
        state = self._presenter.state
        if self._saving and not state.busy:
            # Done, or refused: the page behind says which.
            self.close()
            return
        known = state.attract
        if known is not None and not self._boxes:
            kept = {rule.terminal: rule.after_s for rule in known}
            self._add(None, "all", self._t("all"), self._t("by_profile"), kept)
            for kiosk in state.kiosks:
                words = f"{kiosk.name}  {kiosk.place}".strip()
                self._add(kiosk.id, kiosk.name, words, self._t("like_all"), kept)
        self._save.setEnabled(bool(self._boxes) and state.may_change and not state.busy)

    def _add(self, terminal: UUID | None, name: str, words: str, none: str, kept: dict[UUID | None, int]) -> None:
        box = _Seconds()
        box.setObjectName(f"attract_{name}")
        box.setRange(0, ATTRACT_S[1])
        box.setSingleStep(5)
        box.setSuffix(" " + self._t("seconds"))
        box.setSpecialValueText(none)
        box.setValue(kept.get(terminal, 0))
        self._boxes[terminal] = box
        self._form.add(name, words, box)


class _Seconds(QSpinBox):
    """0 for no rule, else no less than the least: what is typed between is lifted to it."""

    def valueFromText(self, words: str) -> int:
        value = super().valueFromText(words)
        return max(value, ATTRACT_S[0]) if value else 0

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        if 0 < self.value() < ATTRACT_S[0]:
            self.setValue(ATTRACT_S[0] if steps > 0 else 0)
