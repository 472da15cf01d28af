"""Uploads as rows: name, how far, what is the matter, and what can be done.

media_uploads media_uploads_clear upload_name_<n> upload_words_<n> upload_bar_<n> upload_pause_<n> upload_resume_<n>
upload_remove_<n>
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.media.presenter import MediaPresenter
from admin_app.features.media.rows import UploadRow
from admin_app.parts_view import Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import button, sign_icon

_SIGNS = {"pause": "pause", "resume": "play", "remove": "close"}


class _Name(QLabel):
    """A name may be as long as it likes: its middle is left out, and beside the pointer it is whole."""

    def __init__(self, words: str, name: str) -> None:
        super().__init__(words)
        self._words = words
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, self.width()))


class _Row(QWidget):
    def __init__(self, number: int, row: UploadRow, language: str, act: Callable[[str, str], object]) -> None:
        super().__init__()
        self.path, self.acts = row.path, row.acts
        self._sign = QLabel()
        self._name = _Name(row.name, f"upload_name_{number}")
        self._words = label("", "muted", wrap=True, name=f"upload_words_{number}")
        self._bar = QProgressBar()
        self._bar.setObjectName(f"upload_bar_{number}")
        self._bar.setTextVisible(False)
        self._bar.setStyleSheet(f"min-height: {size('space_s')}px; max-height: {size('space_s')}px;")
        self._bar.setRange(0, 100)
        buttons = QHBoxLayout()
        pad(buttons, gap="space_xs")
        for name in row.acts:
            words = text(f"media.page.{name}", language)
            made = button(words, _SIGNS[name], "quiet", lambda name=name: act(name, row.path))  # type: ignore[misc]
            buttons.addWidget(named(made, f"upload_{name}_{number}"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, size("space_xs"), 0, size("space_xs"))
        grid.setHorizontalSpacing(size("space_s"))
        grid.setVerticalSpacing(size("space_xs"))
        grid.addWidget(self._sign, 0, 0)
        grid.addWidget(self._name, 0, 1)
        grid.addLayout(buttons, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._words, 1, 1)
        grid.addWidget(self._bar, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        self.draw(row)

    def draw(self, row: UploadRow) -> None:
        edge = size("text_body")
        self._sign.setPixmap(sign_icon(row.tone).pixmap(edge, edge))
        self._words.setText(row.words)
        self._bar.setVisible(row.percent is not None and row.tone != "ok")
        self._bar.setValue(row.percent or 0)
        self.setAccessibleName(f"{row.name} · {row.words}")


class UploadsCard(Card):
    """Hidden while there are none."""

    def __init__(self, presenter: MediaPresenter, language: str) -> None:
        super().__init__(text("media.page.uploads", language))
        self.setObjectName("media_uploads")
        self._presenter, self._language = presenter, language
        self._rows: list[_Row] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        pad(self._column, gap="space_xs")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        words = text("media.page.clear", language)
        self._clear = named(button(words, role="quiet", on_click=presenter.uploads.clear), "media_uploads_clear")
        self.head.addStretch(1)
        self.head.addWidget(self._clear)
        self.body.addWidget(self._scroll)
        self.hide()

    def draw(self, rows: tuple[UploadRow, ...]) -> None:
        self.setVisible(bool(rows))
        self._clear.setVisible(any(row.acts == ("remove",) for row in rows))
        if [(one.path, one.acts) for one in self._rows] == [(row.path, row.acts) for row in rows]:
            for made, row in zip(self._rows, rows, strict=True):
                made.draw(row)
            return
        focus = self.focusWidget()
        held = focus.objectName() if isinstance(focus, QPushButton) else ""
        clear(self._column)
        self._rows = [_Row(number, row, self._language, self._act) for number, row in enumerate(rows)]
        for made in self._rows:
            self._column.addWidget(made)
        self._column.addStretch(1)
        again = self.findChild(QPushButton, held) if held else None
        if again is not None:
            again.setFocus()
        # Two are seen whole, and of a third that there are more.
        self._scroll.setFixedHeight(min(len(rows) * 5, 12) * size("text_body"))

    def _act(self, name: str, path: str) -> None:
        uploads = self._presenter.uploads
        {"pause": uploads.pause, "resume": uploads.resume, "remove": uploads.remove}[name](path)
