"""Runs a real program unchanged and lets a test touch its screen: ``python -m tests.journeys.hosted PORT PROGRAM …``.

The program's own ``__main__`` runs; beside it, on its UI thread, listens a line of JSON commands. This is a test's
finger and eye, and stays in the tests: a shipped program has no such door.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QLineEdit, QWidget

from shared.ui import program
from shared.ui.application import qt_warnings


class Hand(QObject):
    """Answers ``find``, ``click``, ``key``, ``type``, ``grab``, ``warnings``, ``hang``."""

    def __init__(self, app: program.App, port: int) -> None:
        super().__init__()
        self.app = app
        self.server = QTcpServer(self)
        self.server.newConnection.connect(self._greet)
        if not self.server.listen(QHostAddress.SpecialAddress.LocalHost, port):
            raise RuntimeError(self.server.errorString())

    def _greet(self) -> None:
        socket = self.server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._read(socket))

    def _read(self, socket: QTcpSocket) -> None:
        while socket.canReadLine():
            command = json.loads(bytes(socket.readLine().data()))
            try:
                answer = {"ok": True, **getattr(self, "do_" + command.pop("do"))(**command)}
            except LookupError as missing:
                answer = {"ok": False, "why": str(missing)}
            socket.write(json.dumps(answer).encode() + b"\n")

    def do_find(self, name: str) -> dict[str, Any]:
        target = self._find(name)
        return {"text": _text(target), "enabled": _enabled(target), "class": target.metaObject().className()}

    def do_names(self) -> dict[str, Any]:
        names = {item.objectName() for window in self._windows() for item in _below(window) if _shown(item)}
        return {"names": sorted(name for name in names if name and not name.startswith("qt_"))}

    def do_click(self, name: str) -> dict[str, Any]:
        target = self._find(name)
        if not _enabled(target):
            raise LookupError(f"{name} is disabled")
        if isinstance(target, QWidget):
            QTest.mouseClick(target, Qt.MouseButton.LeftButton)
        else:
            assert isinstance(target, QQuickItem)
            centre = target.mapToScene(QPointF(target.width() / 2, target.height() / 2)).toPoint()
            window = target.window()
            if not QPoint(0, 0) == centre and not window.contentItem().contains(QPointF(centre)):
                raise LookupError(f"{name} is off the screen at {centre.x()}, {centre.y()}")
            QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
        return {}

    def do_pick(self, name: str, text: str) -> dict[str, Any]:
        """Click the row with this text in a tree, list or table."""
        target = self._find(name)
        assert isinstance(target, QAbstractItemView)
        flags = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
        rows = target.model().match(target.model().index(0, 0), Qt.ItemDataRole.DisplayRole, text, 1, flags)
        if not rows:
            raise LookupError(f"{name} has no row {text}")
        target.scrollTo(rows[0])
        centre = target.visualRect(rows[0]).center()
        QTest.mouseClick(target.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
        return {}

    def do_key(self, keys: str, window: int = 0) -> dict[str, Any]:
        combination = QKeySequence(keys)[0]
        QTest.keyClick(self._windows()[window], combination.key(), combination.keyboardModifiers())
        return {}

    def do_type(self, name: str, text: str) -> dict[str, Any]:
        target = self._find(name)
        assert isinstance(target, QWidget)
        target.setFocus()
        if isinstance(target, QLineEdit):
            target.clear()
        QTest.keyClicks(target, text)
        return {}

    def do_wedge(self, text: str, window: int = 0) -> dict[str, Any]:
        """What a keyboard-wedge scanner does: types fast and ends with Enter."""
        target = self._windows()[window]
        for letter in text:
            QTest.sendKeyEvent(
                QTest.KeyAction.Click, target, Qt.Key.Key_unknown, letter, Qt.KeyboardModifier.NoModifier
            )
        QTest.keyClick(target, Qt.Key.Key_Return)
        return {}

    def do_grab(self, path: str, window: int = 0) -> dict[str, Any]:
        shown = self._windows()[window]
        picture = shown.grabWindow() if isinstance(shown, QQuickWindow) else shown.grab()
        if not picture.save(path):
            raise LookupError(f"no picture could be written to {path}")
        return {"width": picture.width(), "height": picture.height()}

    def do_warnings(self) -> dict[str, Any]:
        return {"warnings": list(qt_warnings())}

    def do_windows(self) -> dict[str, Any]:
        """Where each of the program's windows stands."""
        found = []
        for window in self._windows():
            handle = window.windowHandle() if isinstance(window, QWidget) else window
            box = handle.geometry() if handle is not None else None
            found.append(
                {
                    "visible": bool(window.isVisible()),
                    "screen": handle.screen().name() if handle is not None and handle.screen() else "",
                    "full": handle is not None and handle.visibility() == QWindow.Visibility.FullScreen,
                    "box": [box.x(), box.y(), box.width(), box.height()] if box is not None else [],
                }
            )
        return {"windows": found}

    def do_hang(self) -> dict[str, Any]:
        """The screen's thread never comes back; the program's other threads go on."""
        QTimer.singleShot(50, self, lambda: time.sleep(3600))
        return {}

    def do_quit(self) -> dict[str, Any]:
        QApplication.quit()
        return {}

    def _windows(self) -> list[Any]:
        """The program's windows in its own order, then dialogs that are open."""
        own = list(self.app.windows)
        dialogs = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w not in own]
        return own + dialogs

    def _find(self, name: str) -> Any:
        found = [item for window in self._windows() for item in _below(window) if item.objectName() == name]
        shown = [item for item in found if _shown(item)]
        if not shown:
            raise LookupError(f"{name} is {'hidden' if found else 'not there'}")
        return shown[-1]


def _below(root: Any) -> Iterator[Any]:
    if isinstance(root, QQuickWindow):
        yield from _items(root.contentItem())
    elif isinstance(root, QWidget):
        yield root
        yield from root.findChildren(QWidget)


def _items(item: QQuickItem) -> Iterator[QQuickItem]:
    yield item
    for child in item.childItems():
        yield from _items(child)


def _shown(item: Any) -> bool:
    if isinstance(item, QQuickItem):
        return item.isVisible() and item.opacity() > 0.01
    return bool(item.isVisible())


def _enabled(item: Any) -> bool:
    return bool(item.isEnabled())


def _text(item: Any) -> str:
    if isinstance(item, QLabel | QAbstractButton | QLineEdit):
        return item.text()
    value = item.property("text") or item.property("accessibleName")
    return value if isinstance(value, str) else ""


def main() -> None:
    port, name = int(sys.argv[1]), sys.argv[2]
    sys.argv = [name, *sys.argv[3:]]
    hands: list[Hand] = []
    program.observers.append(lambda app: hands.append(Hand(app, port)))
    runpy.run_module(name, run_name="__main__")


if __name__ == "__main__":
    main()
