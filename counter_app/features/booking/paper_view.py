"""One paper on the screen: a picture that is turned and made larger, or a PDF. Everything of it is in memory.

objectNames: paper_words paper_picture paper_pdf paper_larger paper_smaller paper_fit paper_turn
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap, QResizeEvent, QTransform
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from counter_app.parts_view import IconButton, label
from shared.i18n import text
from shared.ui.background import run_in_background

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument
    from PySide6.QtPdfWidgets import QPdfView

STEP = 1.25
SMALLEST, LARGEST = 0.1, 8.0


class PaperView(QWidget):
    """Shows what it is given until it is given something else; ``clear`` keeps nothing."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._image = QImage()
        # None: as wide as there is room.
        self._zoom: float | None = None
        self._asked = 0
        self._pdf: tuple[QPdfView, QPdfDocument] | None = None
        self._buffer: QBuffer | None = None
        self._words = label("muted", "paper_words", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture = QLabel()
        self._picture.setObjectName("paper_picture")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._picture)
        self._scroll.setWidgetResizable(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._words)
        self._stack.addWidget(self._scroll)
        self._tools = QWidget()
        row = QHBoxLayout(self._tools)
        row.setContentsMargins(0, 0, 0, 0)
        self._turn_button = self._tool(row, "turn", "refresh", self._turn)
        row.addStretch(1)
        self._tool(row, "smaller", "minus", lambda: self._scale(1 / STEP))
        self._tool(row, "fit", "window", self._fit)
        self._tool(row, "larger", "plus", lambda: self._scale(STEP))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tools)
        column.addWidget(self._stack, 1)
        self.say("")

    def _tool(self, row: QHBoxLayout, name: str, icon: str, act: object) -> IconButton:
        made = IconButton(f"paper_{name}", icon, act)  # type: ignore[arg-type]
        made.show_icon(text(f"counter.papers.{name}", self._language))
        row.addWidget(made)
        return made

    @property
    def shown(self) -> str:
        """What stands there: words, picture, pdf."""
        current = self._stack.currentWidget()
        return "words" if current is self._words else "picture" if current is self._scroll else "pdf"

    def say(self, words: str) -> None:
        """Words instead of a paper; nothing of the one before stays."""
        self.clear()
        self._words.setText(words)

    def clear(self) -> None:
        self._asked += 1
        self._image = QImage()
        self._picture.clear()
        if self._pdf is not None:
            self._pdf[1].close()
        if self._buffer is not None:
            self._buffer.close()
            self._buffer = None
        self._zoom = None
        self._words.clear()
        self._tools.hide()
        self._stack.setCurrentWidget(self._words)

    def show_paper(self, content: bytes, media_type: str) -> None:
        """A JPEG, PNG or PDF; words say when it cannot be shown."""
        self.say(text("counter.papers.opening", self._language))
        if media_type == "application/pdf":
            self._show_pdf(content)
            return
        asked = self._asked
        run_in_background(lambda: _decode(content), lambda image: self._on_decoded(asked, image), owner=self)

    def _on_decoded(self, asked: int, image: QImage) -> None:
        if asked != self._asked:
            return
        if image.isNull():
            self.say(text("counter.papers.unreadable", self._language))
            return
        self._image = image
        self._words.clear()
        self._stack.setCurrentWidget(self._scroll)
        self._tools.show()
        self._turn_button.show()
        self._draw()

    def _show_pdf(self, content: bytes) -> None:
        # Seldom needed, and large.
        from PySide6.QtPdf import QPdfDocument
        from PySide6.QtPdfWidgets import QPdfView

        if self._pdf is None:
            view, document = QPdfView(self), QPdfDocument(self)
            view.setObjectName("paper_pdf")
            view.setPageMode(QPdfView.PageMode.MultiPage)
            view.setDocument(document)
            self._stack.addWidget(view)
            self._pdf = view, document
        view, document = self._pdf
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(content))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document.load(self._buffer)
        if document.status() is not QPdfDocument.Status.Ready or not document.pageCount():
            self.say(text("counter.papers.unreadable", self._language))
            return
        self._words.clear()
        view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._stack.setCurrentWidget(view)
        self._tools.show()
        self._turn_button.hide()

    # Larger, smaller, turned

    def _fit(self) -> None:
        self._zoom = None
        self._draw()

    def _scale(self, factor: float) -> None:
        before = self._zoom if self._zoom is not None else self._fitting()
        self._zoom = min(LARGEST, max(SMALLEST, before * factor))
        self._draw()

    def _turn(self) -> None:
        self._image = self._image.transformed(QTransform().rotate(90))
        self._draw()

    def _fitting(self) -> float:
        if self._pdf is not None and self._stack.currentWidget() is self._pdf[0]:
            page = self._pdf[1].pagePointSize(0).width() * self.logicalDpiX() / 72
            return self._pdf[0].viewport().width() / page if page else 1.0
        if self._image.isNull():
            return 1.0
        room = self._scroll.viewport().size()
        return min(room.width() / self._image.width(), room.height() / self._image.height(), 1.0)

    def _draw(self) -> None:
        if self._pdf is not None and self._stack.currentWidget() is self._pdf[0]:
            view = self._pdf[0]
            if self._zoom is None:
                view.setZoomMode(view.ZoomMode.FitToWidth)
            else:
                view.setZoomMode(view.ZoomMode.Custom)
                view.setZoomFactor(self._zoom)
        elif not self._image.isNull():
            zoom = self._zoom if self._zoom is not None else self._fitting()
            size_ = self._image.size() * zoom
            smooth = Qt.TransformationMode.SmoothTransformation
            self._picture.setPixmap(QPixmap.fromImage(self._image.scaled(size_, mode=smooth)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._zoom is None:
            self._draw()


def _decode(content: bytes) -> QImage:
    """The picture, upright as its camera was held; null when it cannot be read or would fill the memory. Blocks."""
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    return reader.read()
