"""The search box of the frame and the list of what it found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from admin_app.frame import FramePresenter
from admin_app.parts_view import pad, size
from shared.i18n import text
from shared.ui.icons import icon
from shared.ui.theme.widgets import mark, tokens

_ICONS = {
    "page": "window",
    "service": "document",
    "counter": "person",
    "terminal": "device",
    "client": "plug",
    "unit": "building",
}


class SearchBox(QLineEdit):
    """Ctrl+K from anywhere; arrows choose, Return goes there, Escape leaves."""

    def __init__(self, presenter: FramePresenter, language: str, window: QWidget) -> None:
        super().__init__()
        self.setObjectName("search_box")
        self.setPlaceholderText(text("admin.search.placeholder", language))
        self.setAccessibleName(text("admin.search.placeholder", language))
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", str(tokens()["muted"])), QLineEdit.ActionPosition.LeadingPosition)
        self._presenter = presenter
        self._language = language
        self._over = window
        self._panel = QFrame(window)
        mark(self._panel, "card")
        self._panel.setObjectName("search_panel")
        self.results = QListWidget(self._panel)
        self.results.setObjectName("search_results")
        self.results.setFrameShape(QFrame.Shape.NoFrame)
        self.results.setStyleSheet("QListWidget { border: 0; }")
        self.results.setIconSize(QSize(size("icon_s"), size("icon_s")))
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.setTextElideMode(Qt.TextElideMode.ElideRight)
        column = QVBoxLayout(self._panel)
        pad(column, "space_xs")
        column.addWidget(self.results)
        self._panel.hide()
        self.results.itemClicked.connect(lambda item: presenter.choose(self.results.row(item)))
        self.textEdited.connect(presenter.search)
        self.textChanged.connect(self._cleared)
        presenter.state_changed.connect(self._draw)
        shortcut = QShortcut(QKeySequence("Ctrl+K"), window)
        shortcut.activated.connect(self._enter)
        window.installEventFilter(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = event.key(), self.results.count()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and count:
            step = 1 if key == Qt.Key.Key_Down else -1
            self.results.setCurrentRow((self.results.currentRow() + step) % count)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._presenter.choose(max(0, self.results.currentRow()))
        elif key == Qt.Key.Key_Escape:
            self._presenter.search("")
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._panel.isVisible():
            self._place()
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._draw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # What was found must not lie over the page somebody works on now.
        self._panel.hide()

    def _enter(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def _cleared(self, words: str) -> None:
        # The clear button is no typing.
        if not words and self._presenter.state.query:
            self._presenter.search("")

    def _draw(self) -> None:
        state = self._presenter.state
        if state.query != self.text():
            self.setText(state.query)
        chosen = max(0, self.results.currentRow())
        self.results.clear()
        for found in state.found:
            kind = text(f"admin.search.kind_{found.kind}", self._language)
            note = "" if found.kind == "page" else found.note
            words = "  ·  ".join(part for part in (found.title, note) if part)
            item = QListWidgetItem(icon(_ICONS[found.kind], str(tokens()["muted"])), words)
            item.setToolTip(f"{kind}: {words}")
            self.results.addItem(item)
        if state.query.strip() and not state.found:
            nothing = QListWidgetItem(text("ui.search.none", self._language))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.results.addItem(nothing)
        if state.found:
            self.results.setCurrentRow(min(chosen, len(state.found) - 1))
        self._panel.setVisible(bool(state.query.strip()))
        if self._panel.isVisible():
            self._place()

    def _place(self) -> None:
        rows = max(1, self.results.count())
        height = rows * self.results.sizeHintForRow(0) + 2 * (size("space_xs") + size("border_focus"))
        below = self.mapTo(self._over, QPoint(0, self.height() + size("space_xs")))
        self._panel.setGeometry(below.x(), below.y(), max(self.width(), size("text_body") * 32), height)
        self._panel.raise_()
