"""What stands above and around a list on every page: what is looked for, what is filtered, what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QSplitter, QWidget

from admin_app.parts_view import size
from shared.ui.icons import icon
from shared.ui.theme.widgets import tokens

Choices = Iterable[tuple[str, str]]


def typed(name: str, hint: str, longest: int, on_return: Callable[[], object] | None = None) -> QLineEdit:
    """A line that says itself what belongs into it; Return asks."""
    field = QLineEdit()
    field.setObjectName(name)
    field.setPlaceholderText(hint)
    field.setAccessibleName(hint)
    field.setMaxLength(longest)
    field.setClearButtonEnabled(True)
    if on_return is not None:
        field.returnPressed.connect(lambda: on_return())
    return field


def search_line(name: str, hint: str, longest: int = 64, on_return: Callable[[], object] | None = None) -> QLineEdit:
    """As ``typed``, with the sign of a search."""
    field = typed(name, hint, longest, on_return)
    field.addAction(icon("search", str(tokens()["muted"])), QLineEdit.ActionPosition.LeadingPosition)
    return field


def choice(name: str, title: str, choices: Choices, on_chosen: Callable[[], object]) -> QComboBox:
    """A filter; ``choices`` are (key, words), and only a person's choice is told."""
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    for key, words in choices:
        box.addItem(words, key)
    box.activated.connect(lambda _: on_chosen())
    return box


class SideBySide(QSplitter):
    """Two parts whose shares a person may change; neither can be pushed out of sight."""

    def __init__(
        self, left: QWidget | None = None, right: QWidget | None = None, shares: tuple[int, int] = (3, 2)
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(size("space_s"))
        self.setChildrenCollapsible(False)
        self.setStyleSheet("QSplitter::handle { background: transparent; }")
        for part in (left, right):
            if part is not None:
                self.addWidget(part)
        self.share(*shares)

    def share(self, left: int, right: int) -> None:
        """Shares of the width, now and when the window grows; as far as both have the room they need."""
        whole = size("text_body") * 100
        self.setSizes([whole * left // (left + right), whole * right // (left + right)])
        self.setStretchFactor(0, left)
        self.setStretchFactor(1, right)
