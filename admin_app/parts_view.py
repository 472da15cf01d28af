"""Small parts of the console's pages: header, banner, question, card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from shared.ui.icons import icon
from shared.ui.theme.widgets import mark, tokens
from shared.ui.widgets import button

_SIGNS = {"error": "error", "warn": "warning", "info": "info", "ok": "check-circle"}


def size(name: str) -> int:
    """A size of the theme in pixels."""
    return int(tokens()[name])


def label(words: str = "", role: str = "", *, wrap: bool = False, name: str = "") -> QLabel:
    made = QLabel(words)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        mark(made, role)
    if name:
        made.setObjectName(name)
    return made


def picture(name: str, colour: str, edge: str = "icon_m") -> QPixmap:
    """An icon as a picture for a label; ``colour`` is a token."""
    return icon(name, str(tokens()[colour])).pixmap(QSize(size(edge), size(edge)))


def named(made: QPushButton, name: str) -> QPushButton:
    made.setObjectName(name)
    return made


def pad(layout: QLayout, margin: str = "", gap: str = "space_s") -> None:
    """Margins and spacing of a layout by token; without ``margin`` none."""
    edge = size(margin) if margin else 0
    layout.setContentsMargins(edge, edge, edge, edge)
    layout.setSpacing(size(gap))


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; what was there is not found any more by its name either."""
    while (old := layout.takeAt(0)) is not None:
        widget = old.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def see_through(scroll: QScrollArea) -> None:
    """What is behind it shows: a scrolled part of a card looks like the card."""
    scroll.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")


class Card(QFrame):
    """A white sheet with a title line; ``head`` takes what stands beside the title, ``body`` the content."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, "card")
        column = QVBoxLayout(self)
        pad(column, "space_m")
        self.head = QHBoxLayout()
        pad(self.head)
        self.title = label(title, "lead")
        self.head.addWidget(self.title)
        column.addLayout(self.head)
        if not title:
            self.title.hide()
        self.body = QVBoxLayout()
        pad(self.body)
        column.addLayout(self.body, 1)


class Banner(QFrame):
    """What happened, what is safe, what to do now; hidden while all is well."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        row = QHBoxLayout(self)
        pad(row, "space_s", "space_m")
        self._sign = QLabel()
        self._words = label("", wrap=True, name=f"{name}_words")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._buttons = QHBoxLayout()
        pad(self._buttons)
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)
        row.addLayout(self._buttons)
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text()

    def add_button(self, made: QPushButton) -> None:
        self._buttons.addWidget(made)

    def show_words(self, words: str, tone: str = "error") -> None:
        """Empty words hide the banner."""
        self._words.setText(words)
        self.setAccessibleName(words)
        if words:
            mark(self, f"banner-{tone}")
            self._sign.setPixmap(picture(_SIGNS[tone], tone))
        self.setVisible(bool(words))


class Dialog(QDialog):
    """A dialog that grows with words which come later, such as a refusal: Qt does so at the first show only."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            # After the layout has been done with what changed.
            QTimer.singleShot(0, self, self._grow)
        return super().event(event)

    def _grow(self) -> None:
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            needed = layout.totalHeightForWidth(self.width())
            if needed > self.height():
                self.resize(self.width(), needed)


class Question(Dialog):
    """Asks before something is lost or taken away; does not block, ``answers`` are (name, words, role, what to do)."""

    def __init__(
        self,
        parent: QWidget,
        name: str,
        title: str,
        facts: list[str],
        answers: list[tuple[str, str, str, Callable[[], object]]],
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 32)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        for fact in facts:
            column.addWidget(label(fact, wrap=True))
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        for answer, words, role, act in answers:
            row.addWidget(named(button(words, role=role, on_click=self._answering(act)), answer))
        column.addSpacing(size("space_s"))
        column.addLayout(row)
        # The harmless answer comes first and is what Return chooses.
        first = self.findChild(QPushButton, answers[0][0])
        if first is not None:
            first.setDefault(True)
            first.setFocus()

    def _answering(self, act: Callable[[], object]) -> Callable[[], None]:
        def answer() -> None:
            self.close()
            act()

        return answer
