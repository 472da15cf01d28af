"""A dialog for something that is asked of the server: it stays, with all that was typed, until it is done.

<name> <name>_refusal <name>_cancel <name>_go
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from admin_app.parts_view import Banner, Dialog, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Form, button


class Asking(Protocol):
    """A presenter whose state has ``busy`` and ``refusal`` (words), and whose ``done`` tells what was done."""

    state_changed: Any
    done: Any

    @property
    def state(self) -> Any: ...

    def forget_refusal(self) -> None: ...


class AskDialog(Dialog):
    """Subclasses put their fields into ``body`` and say in ``answer`` what is asked. Does not block."""

    def __init__(
        self, parent: QWidget, name: str, title: str, facts: Sequence[str], go: str, role: str, language: str,
        asking: Asking,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(size("text_body") * 36)
        self._asking = asking
        asking.forget_refusal()
        self._refusal = Banner(f"{name}_refusal")
        self.body = QVBoxLayout()
        pad(self.body, gap="space_m")
        self.go = named(button(go, role=role, on_click=self.answer), f"{name}_go")
        self.go.setDefault(True)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        cancel = text("ui.action.cancel", language)
        row.addWidget(named(button(cancel, on_click=self.close), f"{name}_cancel"))
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        for fact in facts:
            column.addWidget(label(fact, wrap=True))
        column.addLayout(self.body)
        column.addWidget(self._refusal)
        column.addSpacing(size("space_s"))
        column.addLayout(row)
        self.finished.connect(self._ended)
        asking.state_changed.connect(self._follow)
        asking.done.connect(self._done)

    def answer(self) -> None:
        """Return or the button: ask the presenter."""
        raise NotImplementedError

    def place_refusal(self, words: str) -> bool:
        """Whether a field says it itself."""
        return False

    def _follow(self) -> None:
        state = self._asking.state
        self.go.setEnabled(not state.busy)
        beside = bool(state.refusal) and self.place_refusal(state.refusal)
        self._refusal.show_words("" if beside else state.refusal)

    def _done(self, what: str) -> None:
        self.close()

    def _ended(self) -> None:
        # A dialog that is going must not hear of the next one's question.
        self._asking.state_changed.disconnect(self._follow)
        self._asking.done.disconnect(self._done)
        self._asking.forget_refusal()
        self.deleteLater()


class ReasonAsk(AskDialog):
    """Asks for the reason that is kept with what is done."""

    def __init__(
        self, parent: QWidget, name: str, title: str, facts: Sequence[str], go: str, reason: str, language: str,
        asking: Asking, act: Any, *, role: str = "danger", least: int = 2,
    ) -> None:  # fmt: skip
        super().__init__(parent, name, title, facts, go, role, language, asking)
        self._act = act
        self._form = Form(language)
        field = QLineEdit()
        field.setObjectName(f"{name}_reason")
        field.setMaxLength(200)
        self._form.add("reason", reason, field, _at_least(least))
        self.body.addWidget(self._form)
        field.setFocus()

    def answer(self) -> None:
        if self._form.complain():
            self._act(self._form.values()["reason"].strip())


def _at_least(least: int) -> Any:
    missing: tuple[str, dict[str, object]] = ("admin.ask.reason_missing", {"n": least})
    return lambda words: None if len(str(words).strip()) >= least else missing
