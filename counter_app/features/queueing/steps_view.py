"""The steps as both windows offer them: name, icon, key, words, and what pressing them does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import OperatorState
from counter_app.parts_view import StepButton
from shared.i18n import text


@dataclass(frozen=True)
class StepLook:
    """``step`` is the name in ``state.can``; ``words`` a key below counter.step."""

    step: str
    words: str
    icon: str
    key: str
    press: Callable[[OperatorPresenter], None]


STEP_LOOKS = (
    StepLook("call-next", "call_next", "bell", "F2", OperatorPresenter.call_next),
    StepLook("recall", "recall", "speaker", "F3", OperatorPresenter.recall),
    StepLook("start", "start", "play", "F4", OperatorPresenter.start_service),
    StepLook("no-show", "no_show", "user-off", "F5", OperatorPresenter.no_show),
    StepLook("hold", "hold", "tray", "F6", OperatorPresenter.hold),
    StepLook("transfer", "transfer", "transfer", "F7", OperatorPresenter.ask_transfer),
    StepLook("finish", "finish", "check-circle", "F8", OperatorPresenter.finish),
    StepLook("park", "park", "clock", "F11", OperatorPresenter.ask_park),
    StepLook("unpark", "unpark", "play", "F11", OperatorPresenter.ask_park),
    StepLook("pause", "pause", "pause", "F9", OperatorPresenter.ask_pause),
    StepLook("resume", "resume", "play", "F9", OperatorPresenter.ask_pause),
    StepLook("undo", "undo", "undo", "F10", OperatorPresenter.undo),
    StepLook("sign-out", "sign_out", "sign-out", "", OperatorPresenter.sign_out),
)
LOOK = {look.step: look for look in STEP_LOOKS}


def step_button(
    presenter: OperatorPresenter, step: str, *, prefix: str = "", role: str = "", compact: bool = False
) -> StepButton:
    """The button of a step, named ``prefix + words`` (call_next, mini_call_next)."""
    look = LOOK[step]
    made = StepButton(prefix + look.words, look.icon, look.key, role, compact=compact)
    made.clicked.connect(lambda: look.press(presenter))
    return made


def show_steps(buttons: dict[str, StepButton], state: OperatorState, language: str, table: str = "step") -> None:
    """Words, keys, what is possible and what runs, for every button; what usually comes next stands out."""
    next_step = _usual(state)
    for step, made in buttons.items():
        look = LOOK[step]
        words, key = text(f"counter.{table}.{look.words}", language), look.key
        made.stand_out(step == next_step)
        if step == "finish" and "next-item" in state.can:
            # Its key is the same: what is ended is this item, and the next one follows.
            words = text(f"counter.{table}.next_item", language)
        if step == "undo" and state.undo_seconds:
            words = state.undo_words
            key = f"{text('counter.undo.seconds', language, n=state.undo_seconds)}  {look.key}"
        running = state.busy == step or (step == "finish" and state.busy == "next-item")
        busy_words = text("counter.step.busy", language) if running else ""
        made.show_step(words, key, possible=step in state.can, busy_words=busy_words)


def _usual(state: OperatorState) -> str:
    if state.phase == "paused":
        return "resume"
    if state.person is None:
        return "call-next"
    return "start" if state.person.status == "called" else "finish"


def add_keys(window: QWidget, presenter: OperatorPresenter) -> None:
    """F2 to F11 while this window has the focus; a key held down counts once."""
    for look in STEP_LOOKS:
        if look.key and look.step not in ("resume", "unpark"):
            shortcut = QShortcut(QKeySequence(look.key), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda look=look: look.press(presenter))
