"""Screens without a screen, and a stage for one component."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from shared.ui.quick_window import QuickWindow
from shared.ui.surface import Surface
from tests.fakes.qml import find_item

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QSG_RENDER_LOOP", "basic")
os.environ.setdefault("QT_QUICK_BACKEND", "software")


class Stage:
    """A shown window with one component (objectName "it") in it, at a quarter of the kiosk's size."""

    def __init__(self, qtbot: QtBot, folder: Path, body: str, surface: Surface | None = None) -> None:
        file = folder / "Stage.qml"
        file.write_text(
            "import QtQuick\nimport QtQuick.Layouts\nimport ZhiTing.Ui 1.0\n"
            f"Rectangle {{ color: Theme.background; {body} }}\n",
            encoding="utf-8",
        )
        self.qtbot = qtbot
        self.window = QuickWindow(file, surface=surface or Surface(), size=(540, 960))
        self.window.show()
        self.it = self.find("it")

    def find(self, name: str) -> QQuickItem:
        """The item with this objectName."""
        found = find_item(self.window.rootObject(), name)
        assert found is not None, name
        return found

    def centre(self, name: str) -> QPoint:
        """Where to touch an item."""
        item = self.find(name)
        return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()

    def click(self, name: str) -> None:
        """A touch with the mouse."""
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self.centre(name))

    def close(self) -> None:
        """Ends the window now."""
        self.window.close()
        self.window.deleteLater()


class Stages:
    """Builds stages and strikes them at the end."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self._qtbot, self._folder = qtbot, folder
        self._open: list[Stage] = []

    def __call__(self, body: str, surface: Surface | None = None) -> Stage:
        stage = Stage(self._qtbot, self._folder, body, surface)
        self._open.append(stage)
        return stage

    def strike(self) -> None:
        """Closes what was opened."""
        for stage in self._open:
            stage.close()


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stages]:
    """`stage("Keypad { objectName: 'it' }")` puts a component on a window."""
    stages = Stages(qtbot, tmp_path)
    yield stages
    stages.strike()
