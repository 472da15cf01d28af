"""A word about what was just done, at the foot of its parent, with an undo that runs out."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from shared.i18n import DEFAULT_LANGUAGE, text
from shared.ui.theme import seconds
from shared.ui.theme.widgets import mark, tokens
from shared.ui.widgets.buttons import button

TICK_MS = 1000


class Toast(QFrame):
    """One message at a time; a new one ends the old one's undo."""

    undone = Signal()
    expired = Signal()

    def __init__(self, parent: QWidget, language: str = DEFAULT_LANGUAGE) -> None:
        super().__init__(parent)
        self._over = parent
        self.language = language
        self._undo: Callable[[], object] | None = None
        self._left = 0
        mark(self, "toast")
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._button = button("", "undo", on_click=self.undo)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        row = QHBoxLayout(self)
        gap = int(tokens()["space_m"])
        row.setContentsMargins(gap, gap // 2, gap // 2, gap // 2)
        row.setSpacing(gap)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        parent.installEventFilter(self)
        self.hide()

    @property
    def message(self) -> str:
        """The words shown."""
        return self._label.text()

    def show_message(
        self,
        message: str,
        undo: Callable[[], object] | None = None,
        duration: int | None = None,
    ) -> None:
        """Shows `message` for `duration` seconds (10 with an undo, 6 without)."""
        self._undo = undo
        self._left = duration or seconds("undo" if undo else "toast")
        self._label.setText(message)
        self.setAccessibleName(message)
        self._button.setVisible(undo is not None)
        self._show_left()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def undo(self) -> None:
        """Undoes once, as the button does; nothing when there is nothing to undo."""
        undo, self._undo = self._undo, None
        if undo is not None:
            self._close()
            undo()
            self.undone.emit()

    def _close(self) -> None:
        self._timer.stop()
        self._undo = None
        self.hide()

    def _tick(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._close()
            self.expired.emit()
        else:
            self._show_left()

    def _show_left(self) -> None:
        self._button.setText(" " + text("ui.action.undo_in", self.language, n=self._left))

    def _place(self) -> None:
        parent = self._over
        margin = int(tokens()["space_l"])
        width = min(
            parent.width() - 2 * margin,
            max(self.sizeHint().width(), int(tokens()["text_body"]) * 28),
        )
        height = max(self.heightForWidth(width), self.sizeHint().height())
        self.setGeometry(
            (parent.width() - width) // 2,
            parent.height() - height - margin,
            width,
            height,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._over and self.isVisible():
            self._place()
        return False
