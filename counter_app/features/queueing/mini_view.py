"""The mini bar: the person in hand and the usual steps in one strip that floats over the business system.

objectNames: mini_bar mini_number mini_timer mini_service mini_waiting mini_connection mini_message mini_call_next
mini_resume mini_recall mini_start mini_finish mini_no_show mini_undo mini_full
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import OperatorState
from counter_app.features.queueing.steps_view import add_keys, show_steps, step_button
from counter_app.parts_view import ElidedLabel, IconButton, label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import StatusDot


class MiniBar(QWidget):
    """Drag it anywhere by its ground."""

    def __init__(self, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("mini_bar")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._presenter, self._language = presenter, language
        self._grip: QPoint | None = None
        ground = QFrame()
        mark(ground, "card")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        # As high as what it shows.
        whole.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        ground.setFixedWidth(15 * size("touch_key"))
        whole.addWidget(ground)
        column = QVBoxLayout(ground)
        column.setContentsMargins(size("space_m"), size("space_s"), size("space_s"), size("space_s"))
        column.setSpacing(size("space_xs"))
        self._strips = column
        row = QHBoxLayout()
        row.setSpacing(size("space_s"))
        column.addLayout(row)
        row.addLayout(self._person(), 1)
        steps = ("call-next", "resume", "recall", "start", "finish", "no-show", "undo")
        self._steps = {step: step_button(presenter, step, prefix="mini_", compact=True) for step in steps}
        for made in self._steps.values():
            made.setFixedSize(size("touch_key") + size("space_l"), size("touch_key") + size("space_m"))
            row.addWidget(made)
        # It says how long it can be pressed.
        self._steps["undo"].setFixedWidth(2 * size("touch_key"))
        self._full = IconButton("mini_full", "window", presenter.toggle_mini)
        self._full.show_icon(text("counter.bar.full", language))
        row.addWidget(self._full)
        self._message = ElidedLabel("error", "mini_message")
        trouble = QHBoxLayout()
        trouble.setSpacing(size("space_m"))
        trouble.addWidget(self._line)
        trouble.addWidget(self._message, 1)
        column.addLayout(trouble)
        add_keys(self, presenter)
        presenter.state_changed.connect(self.show_state)
        self.show_state()

    def add_strip(self, made: QWidget) -> None:
        """Something of the hall's, over the person in hand."""
        self._strips.insertWidget(0, made)

    def _person(self) -> QVBoxLayout:
        self._number = label("headline", "mini_number")
        self._timer = label("lead", "mini_timer")
        self._waiting = label("muted", "mini_waiting")
        self._service = ElidedLabel("muted", "mini_service")
        self._line = StatusDot()
        self._line.setObjectName("mini_connection")
        column = QVBoxLayout()
        column.setSpacing(0)
        top, below = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(size("space_s"))
        top.addWidget(self._number)
        top.addStretch(1)
        top.addWidget(self._timer)
        below.addWidget(self._service, 1)
        below.addWidget(self._waiting)
        column.addLayout(top)
        column.addLayout(below)
        return column

    def show_state(self) -> None:
        state = self._presenter.state
        self.setWindowTitle(text("counter.window.mini", self._language, counter=state.counter))
        person = state.person
        self._number.setText(person.number if person is not None else self._resting(state))
        self._timer.setText(person.timer if person is not None else state.pause_timer)
        self._service.setText(person.service if person is not None else f"{state.counter}  {state.staff}")
        self._waiting.setText(text("counter.queue.tab_waiting", self._language, n=state.waiting_count))
        # Connected is what everybody expects; only trouble takes room here.
        self._line.setVisible(state.connection_tone != "ok")
        self._line.show_state(state.connection_tone, state.connection)
        show_steps(self._steps, state, self._language, "short")
        self._steps["call-next"].setVisible(state.phase != "paused")
        self._steps["resume"].setVisible(state.phase == "paused")
        undo = self._steps["undo"]
        if state.undo_seconds and not undo.busy:
            words = text("counter.undo.seconds", self._language, n=state.undo_seconds)
            undo.show_step(f"{text('counter.short.undo', self._language)} {words}", "F10", possible="undo" in state.can)
            undo.setToolTip(f"{state.undo_words}  F10")
        self._message.setVisible(state.message is not None)
        self._message.setText(state.message.words if state.message is not None else "")
        tone = state.message.tone if state.message is not None else ""
        role = tone if tone in ("warn", "error") else "muted"
        if self._message.property("role") != role:
            mark(self._message, role)

    def _resting(self, state: OperatorState) -> str:
        if state.phase == "paused":
            return text("counter.person.paused", self._language)
        key = "counter.person.none" if state.phase == "open" else "counter.sign_in.title"
        return text(key, self._language)

    def place(self) -> None:
        """At first in the upper right corner of its screen."""
        screen = self.screen() or QGuiApplication.primaryScreen()
        room, gap = screen.availableGeometry(), size("space_l")
        self.setFocus()
        self.move(room.right() - self.width() - gap, room.top() + gap)

    def closeEvent(self, event: QCloseEvent) -> None:
        # Closed by its keys, it would leave nobody a window to work in; the side bar is where a day is ended.
        if event.spontaneous():
            event.ignore()
            self._presenter.toggle_mini()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.globalPosition().toPoint() - self.frameGeometry().topLeft()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
