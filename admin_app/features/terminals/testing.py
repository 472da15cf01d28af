"""Trying a device of the chosen terminal: what was asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from PySide6.QtCore import QObject

from admin_app.awaiting import Awaiting
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.devices.messages import said, status_key, technician_key, tried_key
from shared.devices.trying import TESTED
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.device_tests import DeviceTest, DeviceTestAsk
from shared.ui.presenter import Presenter

_TONES = {"waiting": "info", "passed": "ok", "nobody": "warn", "unknown": "warn", "unanswered": "warn"}


@dataclass(frozen=True)
class TestingState:
    """The last test of this console: of which terminal and kind; ``told`` in words, good or bad as ``tone`` says."""

    terminal_id: str = ""
    kind: str = ""
    busy: bool = False
    told: str = ""
    tone: str = "info"


class TestingPresenter(Presenter[TestingState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(TestingState(), parent)
        self._client, self._language = client, language
        self._awaiting = Awaiting(client.device_test, self._heard, self._lost, self)

    def ask(self, terminal_id: str, kind: str) -> None:
        """Have the terminal try it; one at a time."""
        if self.state.busy or kind not in TESTED:
            return
        told = text(f"devices.trying.{kind}", self._language)
        self.change(terminal_id=terminal_id, kind=kind, busy=True, told=told, tone="info")
        wanted, key = DeviceTestAsk.model_validate({"kind": kind}), uuid4().hex
        self._awaiting.ask(lambda: self._client.try_device(UUID(terminal_id), wanted, key=key), self._failed)

    def _heard(self, test: DeviceTest) -> None:
        if test.state != "waiting":
            self.change(busy=False, told=self._words(test), tone=_TONES.get(test.state, "error"))

    def _words(self, test: DeviceTest) -> str:
        lines = [text(tried_key(test.state, test.kind), self._language)]
        if test.seen:
            lines.append(said(f"devices.seen.{test.seen}", self._language, ""))
        if test.code:
            lines.append(said(status_key(test.code), self._language, test.code))
            lines.append(said(technician_key(test.code), self._language, ""))
        return "\n".join(line for line in lines if line)

    def _lost(self, error: HallError) -> None:
        self.change(busy=False, told=text("devices.tried.lost", self._language), tone="warn")

    def _failed(self, error: HallError) -> None:
        self.change(busy=False, told=sorry(error, self._language, acted=True), tone="error")
