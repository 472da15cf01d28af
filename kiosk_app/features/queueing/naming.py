"""The name of whoever's number was typed by hand: by pinyin, as they stand there without a keyboard."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.identifying import Identifying
from kiosk_app.features.queueing.typed_name import offered, table
from kiosk_app.flow import Action, Step
from shared.domain.pinyin.typing import Typing, choose, press, settle
from shared.ui.background import run_in_background


class Naming(Identifying):
    """What is typed stands in the session, and nowhere else."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        run_in_background(table, lambda _: None, lambda _: None, owner=self)

    @Slot(str)
    def name_key(self, key: str) -> None:
        """A key of the keyboard: see ``shared.domain.pinyin.typing``."""
        if self._machine.step is Step.NAME:
            self._name(press(self._session.name, key, table()))

    @Slot(str)
    def take_name(self, text: str) -> None:
        """Characters of the strip were touched."""
        if self._machine.step is not Step.NAME or not self._settled():
            return
        found = next((one for one in offered(self._session.name) if one.text == text), None)
        if found is not None:
            self._appeared_now()  # other characters stand under the finger now
            self._name(choose(self._session.name, found))

    @Slot(int)
    def turn_name_strip(self, by: int) -> None:
        self._appeared_now()
        self._session.strip_page = max(0, self.state.name.strip.page + by)
        self._show()

    @Slot()
    def confirm_name(self) -> None:
        """With the name, once there is one."""
        if self._settled() and (name := settle(self._session.name, table()).text.strip()):
            self._named(name)

    @Slot()
    def without_name(self) -> None:
        if self._settled():
            self._named(None)

    def _named(self, name: str | None) -> None:
        session = self._session
        if self._machine.step is Step.NAME and (identity := session.unnamed) is not None:
            session.typed, session.unnamed, session.name = "", None, Typing()
            self._identified(identity.model_copy(update={"name": name}))

    def _name(self, typing: Typing) -> None:
        self._session.name, self._session.strip_page = typing, 0
        self._show()

    def _back_to_number(self) -> None:
        self._session.unnamed, self._session.name = None, Typing()
        self._go(Action.BACK)
