"""A real kiosk against a real hall, with devices on a board; finds and touches what is on its screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRectF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from pytestqt.exceptions import TimeoutError as QtBotTimeoutError
from pytestqt.qtbot import QtBot

from kiosk_app.bootstrap import KioskApp, build
from kiosk_app.features.queueing.state import QueueingState
from shared.client.settings import TerminalSettings
from shared.devices.board import BoardEvent, DeviceBoard
from shared.ui.application import create_application
from tests.fakes.citizens import new_number
from tests.fakes.hall import RunningHall
from tests.fakes.qml import find_item

READER, PRINTER = "kiosk-1/card_reader", "kiosk-1/printer"
PATIENCE_MS = 12_000


def new_card() -> dict[str, str]:
    """A card whose holder nobody else of the tests is."""
    return {"kind": "resident", "number": new_number(), "name": "张晓明", "valid_to": "2036-03-07"}


@dataclass
class KioskRig:
    """``options`` are settings of the profile; a test that double-clicks sets the touch guard itself."""

    qtbot: QtBot
    hall: RunningHall
    board: DeviceBoard
    folder: Path
    options: dict[str, Any] = field(default_factory=dict)
    devices: Mapping[str, Mapping[str, Any]] | None = None
    # Whose card is laid down: a hall gives each person one number at a time.
    card: dict[str, str] = field(default_factory=lambda: new_card())
    app: KioskApp = field(init=False)
    _stopped: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        create_application("kiosk")  # its font decides what fits
        simulated = {
            "card_reader": {"driver": "simulator", "board": self.board.address, "name": READER, "read_s": 0.05},
            "printer": {"driver": "simulator", "board": self.board.address, "name": PRINTER, "print_s": 0.05},
        }
        options = {"touch_guard_ms": 0, "size": "540x960", **self.options}
        self.folder.mkdir(exist_ok=True)
        self.app = build(
            TerminalSettings(
                program="kiosk",
                name="test",
                server=self.hall.url,
                token=self.hall.token("kiosk", "kiosk-1"),
                devices=simulated if self.devices is None else self.devices,
                options=options,
                data=self.folder,
            )
        )

    @property
    def state(self) -> QueueingState:
        return self.app.queueing.state

    def start(self, step: str = "start") -> KioskRig:
        """Started, with its devices there."""
        self.app.start()
        self.until_step(step)
        if self.devices is None:
            self.until(lambda: self.state.reader == "ok" and self.state.printer_trouble == "")
        return self

    def stop(self) -> None:
        """Once, however often it is told to."""
        if self._stopped:
            return
        self._stopped = True
        self.app.stop()
        self.app.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, 0)
        QCoreApplication.processEvents()

    # ---- waiting

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def until_step(self, step: str) -> None:
        try:
            self.until(lambda: self.state.step == step)
        except Exception as late:
            raise AssertionError(f"stands at {self.state.step}, not {step}; notice: {self.state.notice}") from late

    def printed(self, count: int = 1) -> BoardEvent:
        """The count-th paper that came out."""
        self.until(lambda: len(self.papers()) >= count)
        return self.papers()[count - 1]

    def papers(self) -> list[BoardEvent]:
        return [event for event in self.board.history if event.device == PRINTER and event.name == "printed"]

    def outlast_touch_guard(self) -> None:
        """So long that the next touch is meant for what the screen shows now."""
        guard_ms = int(self.app.settings.touch_guard_ms)
        since = time.monotonic()
        self.until(lambda: (time.monotonic() - since) * 1000 > guard_ms)

    # ---- a person

    def lay_card(self, card: Mapping[str, Any] | None = None) -> None:
        self.board.insert_card(READER, card or self.card)

    def take_card(self) -> None:
        self.board.remove_card(READER)

    def find(self, name: str) -> QQuickItem:
        found = find_item(self.app.window.rootObject(), name, where=QQuickItem.isVisible)
        assert found is not None, f"{name} is not on the screen at {self.state.step}"
        return found

    def shows(self, name: str) -> bool:
        return find_item(self.app.window.rootObject(), name, where=QQuickItem.isVisible) is not None

    def click(self, name: str, *, times: int = 1) -> None:
        """A touch in the middle of an item that can be seen and is alive."""
        if not self.shows(name):
            with suppress(QtBotTimeoutError):  # a sheet that is just rising; find() says what is missing
                self.qtbot.waitUntil(lambda: self.shows(name), timeout=2000)
        item = self.find(name)
        assert item.isEnabled(), f"{name} is not enabled"
        self.until(lambda: self._rests(item))
        place = centre(item)
        for _ in range(times):
            QTest.mouseClick(self.app.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def _rests(self, item: QQuickItem) -> bool:
        """Laid out, inside the window, and not on its way."""
        before = centre(item)
        self.qtbot.wait(1)
        window = QRectF(0, 0, self.app.window.width(), self.app.window.height())
        inside = window.contains(item.mapRectToScene(QRectF(0, 0, item.width(), item.height())))
        return inside and centre(item) == before

    def type(self, keys: str) -> None:
        for key in keys:
            self.click(f"key_{key}")

    def choose_titled(self, title: str) -> None:
        """The card with this title on the page that is shown."""
        index = [card.title for card in self.state.cards].index(title)
        self.click(f"service_card_{index}")

    def text_of(self, name: str) -> str:
        return str(self.find(name).property("text"))


def centre(item: QQuickItem) -> QPoint:
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
