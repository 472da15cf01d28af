"""The keyboard wedge on real key events: scans are taken, typing passes."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodQueryEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from shared.devices.registry import make_scanner
from shared.devices.scanner.protocol import CodeScanned, ScannerEvent

TICKET = "http://hall.local/m/t/01890B2C-7c4d"


class Desk:
    """A focused text field and a scanner that types."""

    def __init__(self, qtbot: QtBot) -> None:
        self.field = QLineEdit()
        qtbot.addWidget(self.field)
        self.entered: list[str] = []
        self.field.returnPressed.connect(lambda: self.entered.append(self.field.text()))
        self.field.show()
        self.field.setFocus()
        qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is self.field.windowHandle())
        self.scans: list[ScannerEvent] = []
        self.scanner = make_scanner({"driver": "keyboard_wedge", "gap_ms": 60})
        self.scanner.open(self.scans.append)

    def type(self, text: str, gap_ms: int) -> None:
        for character in text:
            key = Qt.Key.Key_Return if character == "\n" else ord(character)
            QTest.keyClick(self.field.windowHandle(), key)
            QTest.qWait(gap_ms)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    desk.scanner.close()


def test_a_scan_is_taken_and_never_reaches_the_field(desk: Desk) -> None:
    desk.type(TICKET + "\n", gap_ms=0)
    assert desk.scans == [CodeScanned(TICKET)]
    assert desk.field.text() == ""
    assert desk.entered == []


def test_two_scans_one_after_the_other(desk: Desk) -> None:
    desk.type("12345678\nABCDEFGH\n", gap_ms=0)
    assert desk.scans == [CodeScanned("12345678"), CodeScanned("ABCDEFGH")]


def test_a_persons_typing_passes(desk: Desk, qtbot: QtBot) -> None:
    desk.type("A017\n", gap_ms=90)
    qtbot.waitUntil(lambda: desk.entered == ["A017"])
    assert desk.scans == []


def test_a_fast_burst_without_enter_is_typing(desk: Desk, qtbot: QtBot) -> None:
    desk.type("abcdef", gap_ms=0)
    qtbot.waitUntil(lambda: desk.field.text() == "abcdef")
    assert desk.scans == []


def test_a_short_burst_with_enter_is_typing(desk: Desk, qtbot: QtBot) -> None:
    desk.type("no\n", gap_ms=0)
    qtbot.waitUntil(lambda: desk.entered == ["no"])
    assert desk.scans == []


def test_enter_alone_and_other_keys_pass_at_once(desk: Desk) -> None:
    desk.field.setText("kept")
    desk.type("\n", gap_ms=0)
    QTest.keyClick(desk.field.windowHandle(), Qt.Key.Key_Backspace)
    assert desk.entered == ["kept"]
    assert desk.field.text() == "kep"


def test_typing_then_scanning_keeps_both_apart(desk: Desk, qtbot: QtBot) -> None:
    desk.type("ab", gap_ms=90)
    qtbot.waitUntil(lambda: desk.field.text() == "ab")
    desk.type(TICKET + "\n", gap_ms=0)
    assert desk.scans == [CodeScanned(TICKET)]
    assert desk.field.text() == "ab"


def test_a_command_key_ends_the_burst(desk: Desk) -> None:
    desk.type("abcd", gap_ms=0)
    QTest.keyClick(desk.field.windowHandle(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert desk.field.selectedText() == "abcd"
    assert desk.scans == []


def test_closing_gives_back_what_was_held(desk: Desk) -> None:
    desk.type("abcd", gap_ms=0)
    desk.scanner.close()
    assert desk.field.text() == "abcd"
    desk.type("12345678\n", gap_ms=0)
    assert desk.scans == []
    assert desk.entered == ["abcd12345678"]


def test_the_input_method_is_off_in_scan_fields_only(desk: Desk) -> None:
    assert _input_method_enabled(desk.field)
    desk.field.setProperty("scanTarget", True)
    assert not _input_method_enabled(desk.field)


def test_health_and_repr(desk: Desk) -> None:
    assert desk.scanner.health().state == "ok"
    desk.scanner.close()
    assert desk.scanner.health().code == "starting"
    assert TICKET not in repr(CodeScanned(TICKET))


def _input_method_enabled(field: QLineEdit) -> bool:
    assert isinstance(QApplication.instance(), QApplication)
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
    QCoreApplication.sendEvent(field, query)
    return bool(query.value(Qt.InputMethodQuery.ImEnabled))
