"""What is done once in a while: behind one button and its key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import OperatorState
from counter_app.parts_view import IconButton
from shared.i18n import text

KEY = "F12"
Possible = Callable[[OperatorState], bool]


class MoreButton(IconButton):
    """Opens a menu; its entries are named more_<words>."""

    def __init__(self, presenter: OperatorPresenter, language: str) -> None:
        super().__init__("more", "more", self.open)
        self._menu = QMenu(self)
        self._menu.setObjectName("more_menu")
        self._entries: dict[str, tuple[QAction, Callable[[OperatorState], bool]]] = {}
        ask = presenter.ask

        def add(words: str, act: Callable[[], object], possible: Possible, key: str = "") -> None:
            made = self._menu.addAction(text(f"counter.more.{words}", language))
            made.setObjectName(f"more_{words}")
            if key:
                made.setShortcut(QKeySequence(key))
                made.setAutoRepeat(False)
                # A closed menu listens to no key.
                self.addAction(made)
            made.triggered.connect(lambda _=False: act())
            self._entries[words] = (made, possible)

        add("call_silently", presenter.call_silently, lambda state: "call-next" in state.can, "Shift+F2")
        add("call_number", lambda: ask("call-number"), lambda state: "call-number" in state.can)
        add("priority", lambda: ask("priority"), lambda state: "priority" in state.can)
        add("return_ticket", presenter.ask_return, lambda state: "return-ticket" in state.can, "Shift+F5")
        add("why", lambda: ask("why"), lambda state: "why" in state.can, "Shift+F1")
        add("give_number", presenter.ask_give, lambda state: "give-number" in state.can, "Shift+F4")
        self._menu.addSeparator()
        add("finish_all", presenter.finish_all, lambda state: "next-item" in state.can, "Shift+F8")
        self._menu.addSeparator()
        add("hand_over", lambda: ask("hand-over"), lambda state: "hand-over" in state.can)
        add("sign_out", presenter.sign_out, lambda state: "sign-out" in state.can)
        self.setShortcut(QKeySequence(KEY))
        self.show_icon(f"{text('counter.more.title', language)}  {KEY}")

    def open(self) -> None:
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def show_state(self, state: OperatorState) -> None:
        for made, possible in self._entries.values():
            made.setEnabled(possible(state))
