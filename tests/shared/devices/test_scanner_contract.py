"""What every scanner does, shown on the simulator, on real key events, on a pseudo-terminal and on a video."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from shared.devices.board import DeviceBoard
from shared.devices.registry import make_scanner
from shared.devices.scanner.protocol import CodeScanned, Scanner
from tests.fakes.codes import noise, qr_code, record, show
from tests.fakes.events import Heard, wait_until
from tests.fakes.serial_line import SerialLine

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


class SerialBench:
    def __init__(self, folder: Path) -> None:
        self._line = SerialLine(folder)
        self._line.plug_in()
        self.scanner = make_scanner({"driver": "serial_port", "port": str(self._line.path)})

    def scan(self, text: str) -> None:
        wait_until(lambda: self.scanner.health().state == "ok")
        self._line.send(f"{text}\r".encode())

    def put_away(self) -> None:
        self._line.pull_out()


class CameraBench:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "camera.avi"
        self._random = np.random.default_rng(1)
        record(self._file, [noise(self._random) for _ in range(4)])
        self.scanner = make_scanner({"driver": "camera", "source": str(self._file)})

    def scan(self, text: str) -> None:
        record(self._file, [show(noise(self._random), qr_code(text)) for _ in range(4)])


@pytest.fixture(params=["simulator", "keyboard_wedge", "serial_port", "camera"])
def bench(request: pytest.FixtureRequest, board: DeviceBoard, qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    made: Bench
    match request.param:
        case "simulator":
            made = SimulatorBench(board)
        case "keyboard_wedge":
            made = WedgeBench(qtbot)
        case "serial_port":
            made = SerialBench(tmp_path)
        case _:
            made = CameraBench(tmp_path)
    yield made
    made.scanner.close()
    if isinstance(made, SerialBench):
        made.put_away()


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
