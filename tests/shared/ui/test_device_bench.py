"""The device bench holds a code before the scanner that is chosen, and before no other."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from shared.devices.registry import make_scanner
from shared.devices.scanner.protocol import CodeScanned
from shared.ui.device_bench.presenter import BenchPresenter
from shared.ui.device_bench.view import BenchWindow

KIOSK, COUNTER = "kiosk-1/scanner", "counter-A03/scanner"


def test_a_code_is_shown_to_the_chosen_scanner_only(qtbot: QtBot, tmp_path: Path) -> None:
    presenter = BenchPresenter([], tmp_path, board_port=0, printer_port=0)
    window = BenchWindow(presenter)
    qtbot.addWidget(window)
    heard: list[tuple[str, str]] = []
    scanners = {
        name: make_scanner({"driver": "simulator", "board": presenter.board.address, "name": name})
        for name in (KIOSK, COUNTER)
    }
    try:
        for name, scanner in scanners.items():
            scanner.open(
                lambda event, name=name: heard.append((name, event.text)) if isinstance(event, CodeScanned) else None
            )
        qtbot.waitUntil(lambda: presenter.state.scanners == (COUNTER, KIOSK))
        assert not window.show_code.isEnabled(), "no ticket, no code"
        window.code.setText(" http://hall/b/abc ")
        for name in (KIOSK, COUNTER):
            window.scanner.setCurrentIndex(window.scanner.findData(name))
            window.show_code.click()
            qtbot.waitUntil(lambda name=name: heard[-1:] == [(name, "http://hall/b/abc")])
        assert len(heard) == 2
        window.code.clear()
        assert not window.show_code.isEnabled()
    finally:
        for scanner in scanners.values():
            scanner.close()
        window.close()
