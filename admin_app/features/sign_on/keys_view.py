"""The signing keys: which signs now, which comes next, which is still good.

keys_tab keys_problem keys_told keys_rotate keys_list key_state_<n> rotate_question
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.features.sign_on.keys import KeyLine
from admin_app.features.sign_on.presenter import SignOnPresenter
from admin_app.parts_view import Banner, Card, Question, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import StatusDot, button

_TONES = {"current": "ok", "next": "busy", "past": "off"}


class KeysTab(QWidget):
    """Draws the presenter's lines."""

    def __init__(self, page: SignOnPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("keys_tab")
        self._page = page
        self._presenter = page.keys
        self._language = language
        self._drawn: tuple[KeyLine, ...] | None = None
        self._problem, self._told = Banner("keys_problem"), Banner("keys_told")
        card = Card(self._t("title"))
        card.head.addStretch(1)
        self._rotate = named(button(self._t("rotate"), "refresh", "danger", self._ask), "keys_rotate")
        card.head.addWidget(self._rotate)
        self._intro = label("", "muted", wrap=True, name="keys_intro")
        card.body.addWidget(self._intro)
        card.body.addWidget(self._problem)
        card.body.addWidget(self._told)
        self._empty = label(text("ui.spinner.working", language), "muted")
        card.body.addWidget(self._empty)
        self._lines = QVBoxLayout()
        pad(self._lines)
        card.body.addLayout(self._lines)
        card.body.addStretch(1)
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(card)
        for changing in (page, self._presenter):
            changing.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"registry.keys.{key}", self._language, **params)

    def _ask(self) -> None:
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("rotate_no", text("ui.action.cancel", self._language), "", lambda: None),
            ("rotate_yes", self._t("rotate_yes"), "danger", self._presenter.rotate),
        ]
        facts = [self._t("rotate_what"), self._t("rotate_safe"), self._t("rotate_when")]
        Question(self.window(), "rotate_question", self._t("rotate_title"), facts, answers).open()

    def _draw(self) -> None:
        state, provider = self._presenter.state, self._page.state.provider
        known = {"days": provider.key_days, "hours": provider.key_overlap_hours} if provider else None
        self._intro.setText(self._t("intro", **known) if known else "")
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._rotate.setVisible(state.may_change)
        self._rotate.setEnabled(state.loaded and not state.busy)
        self._empty.setVisible(not state.keys and not state.problem)
        self._empty.setText(self._t("none") if state.loaded else text("ui.spinner.working", self._language))
        if state.keys != self._drawn:
            self._drawn = state.keys
            self._draw_lines(state.keys)

    def _draw_lines(self, keys: tuple[KeyLine, ...]) -> None:
        clear(self._lines)
        for number, key in enumerate(keys):
            box = QFrame()
            mark(box, "sunken")
            row = QHBoxLayout(box)
            pad(row, "space_m", "space_l")
            dot = StatusDot(_TONES.get(key.state, "off"), self._t(f"state_{key.state}"))
            dot.setObjectName(f"key_state_{number}")
            dot.setFixedWidth(size("text_body") * 18)
            row.addWidget(dot)
            name = label(key.id, "lead", name=f"key_id_{number}")
            name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row.addWidget(name)
            row.addStretch(1)
            row.addWidget(label(self._t("made", at=key.made), "muted"))
            row.addWidget(label(self._t(f"since_{key.state}", at=key.since), "muted"))
            self._lines.addWidget(box)
