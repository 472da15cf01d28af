"""Cards of the side bar: that the counter works alone, a scanned ticket, and what a colleague left here."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import OperatorState
from counter_app.features.queueing.steps_view import step_button
from counter_app.parts_view import ElidedLabel, IconButton, label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark

NOTE_LINES = 4
# Of a line of the note, about.
CHARACTERS = 20


class _Card(QFrame):
    """A banner with a title, a sign to close it, and room below."""

    def __init__(self, name: str, language: str) -> None:
        super().__init__()
        self.setObjectName(name)
        mark(self, "banner-info")
        self._language = language
        self._title = label("muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(size("space_m"), size("space_s"), size("space_m"), size("space_m"))
        self._column.setSpacing(size("space_xs"))

    def _t(self, key: str, **params: object) -> str:
        return text(f"counter.{key}", self._language, **params)


class AloneStrip(QFrame):
    """The counter works alone: as of when it knows the hall, and what that means."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("alone_strip")
        mark(self, "banner-warn")
        self._title = label("lead", "alone_title", wrap=True)
        self._about = label("", "alone_about", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(size("space_m"), size("space_xs"), size("space_m"), size("space_xs"))
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._about)
        self.hide()

    def set_low(self, low: bool) -> None:
        """On a low screen the list is worth more than the words."""
        self._about.setVisible(not low)

    def show_state(self, state: OperatorState) -> None:
        self.setVisible(bool(state.alone))
        self._title.setText(state.alone)
        self._about.setText(state.alone_about)
        self.setToolTip(state.alone_about)


class FoundCard(_Card):
    """The ticket a scanner found, to be called."""

    def __init__(self, presenter: OperatorPresenter, language: str) -> None:
        super().__init__("found", language)
        self._title.setText(self._t("found.title"))
        self._number = label("headline", "found_number")
        self._words = label("", "found_words", wrap=True)
        close = IconButton("close_found", "close", presenter.close_found)
        close.show_icon(self._t("found.close"))
        self._call = step_button(presenter, "call-next", role="primary")
        self._call.setObjectName("call_found")
        self._call.clicked.disconnect()
        self._call.clicked.connect(presenter.call_found)
        top = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._number)
        top.addLayout(words, 1)
        top.addWidget(close)
        self._column.addLayout(top)
        self._column.addWidget(self._words)
        self._column.addSpacing(size("space_xs"))
        self._column.addWidget(self._call)

    def show_state(self, state: OperatorState) -> None:
        found = state.found
        self.setVisible(found is not None)
        if found is None:
            return
        self._number.setText(found.number)
        parts = (found.service, found.holder, found.status_words, found.refusal)
        self._words.setText("\n".join(part for part in parts if part))
        busy = self._t("step.busy") if state.busy == "call-ticket" else ""
        possible = not found.refusal and "call-ticket" in state.can
        self._call.show_step(self._t("found.call"), "", possible=possible, busy_words=busy)


class LeftCard(_Card):
    """A colleague's note, until it has been read."""

    def __init__(self, presenter: OperatorPresenter, language: str) -> None:
        super().__init__("hand_over", language)
        self._title.setObjectName("hand_over_title")
        self._note = ElidedLabel("", "hand_over_note", lines=NOTE_LINES)
        self._tickets = label("lead", "hand_over_tickets")
        read = IconButton("hand_over_read", "check", presenter.close_hand_over)
        read.show_icon(self._t("hand_over.read"))
        top = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._tickets)
        top.addLayout(words, 1)
        top.addWidget(read)
        self._column.addLayout(top)
        self._column.addWidget(self._note)
        self._column.addStretch(1)

    def show_state(self, state: OperatorState) -> None:
        left = state.left
        self.setVisible(left is not None)
        if left is not None:
            self._title.setText(left.title)
            self._tickets.setText(left.tickets)
            self._note.setText(left.note)
            self._note.set_lines(min(NOTE_LINES, 1 + len(left.note) // CHARACTERS + left.note.count("\n")))
            self._note.setVisible(bool(left.note))
