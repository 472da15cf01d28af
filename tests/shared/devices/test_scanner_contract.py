"""What every scanner does, shown on the simulator and on real key events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from shared.devices.board import DeviceBoard
from shared.devices.registry import make_scanner
from shared.devices.scanner.protocol import CodeScanned, Scanner
from tests.fakes.events import Heard

DEVICE = "counter-1/scanner"


class Bench(Protocol):
    scanner: Scanner

    def scan(self, text: str) -> None: ...


class SimulatorBench:
    def __init__(self, board: DeviceBoard) -> None:
        self._board = board
        self.scanner = make_scanner({"driver": "simulator", "board": board.address, "name": DEVICE})

    def scan(self, text: str) -> None:
        self._board.wait_connected(DEVICE, 0.5)
        self._board.scan(DEVICE, text)


class WedgeBench:
    def __init__(self, qtbot: QtBot) -> None:
        self._field = QLineEdit()
        qtbot.addWidget(self._field)
        self._field.show()
        qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is self._field.windowHandle())
        self.scanner = make_scanner({"driver": "keyboard_wedge"})

    def scan(self, text: str) -> None:
        for character in text:
            QTest.keyClick(self._field.windowHandle(), ord(character))
        QTest.keyClick(self._field.windowHandle(), Qt.Key.Key_Return)


@pytest.fixture(params=["simulator", "keyboard_wedge"])
def bench(request: pytest.FixtureRequest, board: DeviceBoard, qtbot: QtBot) -> Iterator[Bench]:
    made: Bench = SimulatorBench(board) if request.param == "simulator" else WedgeBench(qtbot)
    yield made
    made.scanner.close()


def test_codes_come_in_order(bench: Bench) -> None:
    heard = Heard()
    bench.scanner.open(heard)
    for code in ("http://hall.local/m/t/0189-0b2c", "91110000600037341L"):
        bench.scan(code)
        assert heard.next(CodeScanned).text == code
    assert bench.scanner.health().state == "ok"


def test_nothing_is_told_after_close(bench: Bench) -> None:
    heard = Heard()
    bench.scanner.open(heard)
    bench.scan("first-code")
    heard.next(CodeScanned)
    bench.scanner.close()
    heard.clear()
    bench.scan("second-code")
    bench.scanner.close()
    assert heard.events == []
