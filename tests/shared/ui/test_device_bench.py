"""The device bench holds a code before the scanner that is chosen, and shows what strip and A4 printer got."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from shared.devices.document_printer.test_page import test_page as page_to_try
from shared.devices.registry import make_document_printer, make_led_display, make_scanner
from shared.devices.scanner.protocol import CodeScanned
from shared.i18n import text
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


def test_what_the_strip_and_the_a4_printer_got_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    presenter = BenchPresenter([], tmp_path, board_port=0, printer_port=0)
    window = BenchWindow(presenter)
    qtbot.addWidget(window)
    board = presenter.board.address
    strip = make_led_display({"driver": "simulator", "board": board, "name": "counter-A03/strip"})
    printer = make_document_printer({"driver": "simulator", "board": board, "name": "kiosk-1/documents", "print_s": 0})
    try:
        assert window.strip.text() == text("bench.window.no_strip") and not window.take_sheet.isEnabled()
        strip.open(lambda event: None)
        strip.show("请 A017 号到 A03 号窗口")
        qtbot.waitUntil(lambda: window.strip.text() == "请 A017 号到 A03 号窗口")
        printer.open(lambda event: None)
        pdf = page_to_try(("示范政务大厅", "1F-01"), "zh-CN", datetime(2026, 11, 27, 9, 30))
        printer.print_document("1", pdf, "测试页")
        qtbot.waitUntil(lambda: bool(presenter.state.sheets))
        (sheet,) = presenter.state.sheets
        assert (sheet.title, sheet.copies, sheet.pages) == ("测试页", 1, 1)
        assert "测试页" in window.sheet_about.text()
        picture = QImage(sheet.picture)
        ink = sum(picture.pixelColor(x, y).lightness() < 128 for x in range(0, 840, 4) for y in range(0, 1188, 4))
        assert ink > 20, "the page is there, not a white sheet"
        window.take_sheet.click()
        assert not presenter.state.sheets and window.sheet.text() == text("bench.window.no_sheet")
    finally:
        strip.close()
        printer.close()
        window.close()
