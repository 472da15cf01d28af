"""The real console on a real hall, found and touched by the names of its widgets."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem, QWidget

from admin_app.bootstrap import AdminApp, build
from shared.client.settings import TerminalSettings
from shared.schemas.tickets import Ticket, TicketRequest
from shared.ui.application import create_application
from shared.ui.background import wait_for_background
from tests.fakes.hall import RunningHall

Found = TypeVar("Found", bound=QObject)
PATIENCE_S = 60
KEY_ROLE = Qt.ItemDataRole.UserRole


class Console:
    """Started and shown, with the hall's state on it; another one on the same ``data`` is the next morning."""

    def __init__(self, hall: RunningHall, data: Path, url: str = "") -> None:
        self.hall, self.data = hall, data
        self._stopped = False
        create_application("admin")
        settings = TerminalSettings(
            "admin", "test", url or hall.url, hall.token("admin", "office"), options={"place": "302"}, data=data
        )
        self.app: AdminApp = build(settings)
        self.app.start()
        self.wait(lambda: self.app.live.state.ready and self.text("figure_issued_value") != "–")
        self.wait(lambda: self.app.catalogue.services.state.loaded and self.app.catalogue.counters.state.loaded)
        self.wait(lambda: self.app.frame.state.hall_name != "")

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        self.app.stop()
        wait_for_background(10)
        self.app.window.hide()
        self.app.window.deleteLater()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the console work until it is so; fails when it does not come."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "what was waited for did not come"
            QTest.qWait(10)

    def find(self, kind: type[Found], name: str) -> Found:
        found = self.app.window.findChild(kind, name)
        assert found is not None, name
        return found

    def there(self, name: str) -> bool:
        """Whether a widget of this name is on the screen."""
        found = self.app.window.findChild(QWidget, name)
        return found is not None and found.isVisible()

    def text(self, name: str) -> str:
        return self.find(QLabel, name).text()

    def click(self, name: str) -> None:
        QTest.mouseClick(self.find(QPushButton, name), Qt.MouseButton.LeftButton)

    def type(self, name: str, words: str) -> None:
        """Replace what stands in a field, key by key."""
        field = self.find(QLineEdit, name)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        if words.isascii():
            QTest.keyClicks(field, words)
        else:
            # As an input method does it.
            typed = QInputMethodEvent()
            typed.setCommitString(words)
            QCoreApplication.sendEvent(field, typed)

    def choose_node(self, tree: str, key: object) -> QTreeWidgetItem:
        """Click a row of a tree."""
        widget = self.find(QTreeWidget, tree)
        node = next(item for item in walk(widget.invisibleRootItem()) if item.data(0, KEY_ROLE) == key)
        above = node.parent()
        while above is not None:
            above.setExpanded(True)
            above = above.parent()
        widget.scrollToItem(node)
        place = widget.visualItemRect(node).center()
        QTest.mouseClick(widget.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        return node

    def page_node(self, page: str) -> QTreeWidgetItem:
        """The entry of a page in the tree on the left."""
        tree = self.find(QTreeWidget, "nav_tree")
        return next(node for node in walk(tree.invisibleRootItem()) if node.data(0, KEY_ROLE) == (page, ""))

    def shown_nodes(self, tree: str) -> list[str]:
        """The words of the rows a tree shows now."""
        found = walk(self.find(QTreeWidget, tree).invisibleRootItem())
        return [node.text(0) for node in found if not node.isHidden()]

    def issue(self, service_id: UUID) -> Ticket:
        return self.hall.client("staff", "tests").issue(TicketRequest(service_id=service_id))


def walk(node: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    below = [node.child(place) for place in range(node.childCount())]
    return [found for child in below for found in (child, *walk(child))]


def rows(table: Any) -> dict[str, dict[str, Any]]:
    """The rows of a table by their first column."""
    first = table.model.columns[0].key
    return {str(row[first]): row for row in table.shown_rows()}
