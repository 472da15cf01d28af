"""Whatever is done to a wall display: its window is there, full screen, in front and alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shared.ui.application import create_application
from tests.fakes import escapes
from tests.signage_app.conftest import MakeDisplay

create_application("signage")
FINGER = QTest.createTouchDevice()
FAMILIES: dict[str, Callable[[Path], Iterable[escapes.Named]]] = {
    "keys": lambda _: escapes.keys(),
    "mouse": lambda _: escapes.mouse(),
    "gestures": lambda _: escapes.gestures(FINGER),
    "things": escapes.things,
    "the window": lambda _: escapes.window_acts(),
}


def is_home(window: QWindow) -> bool:
    return (
        window.isVisible()
        and window.visibility() == QWindow.Visibility.FullScreen
        and window.geometry() == window.screen().geometry()
        and [one for one in QGuiApplication.topLevelWindows() if one.isVisible()] == [window]
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_no_way_out(family: str, display: MakeDisplay, qtbot: QtBot, tmp_path: Path) -> None:
    wall = display(fullscreen=True)
    window = wall.app.window
    qtbot.waitUntil(lambda: is_home(window))
    assert window.cursor().shape() == Qt.CursorShape.BlankCursor
    for name, action in FAMILIES[family](tmp_path):
        action(window)
        QGuiApplication.processEvents()
        qtbot.waitUntil(lambda: is_home(window))
        assert QApplication.activePopupWidget() is None and QApplication.activeModalWidget() is None, name
    wall.app.stop()
    assert not window.isVisible(), "the program itself may close it"
