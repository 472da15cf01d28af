"""Today's figures: a row of sheets to read from afar, and the ratings as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from admin_app.features.queueing.rows import Figure
from admin_app.parts_view import label, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import colour, mark

LEVELS = (5, 4, 3, 2, 1)


class FigureSheet(QPushButton):
    """One figure; a click opens the rows behind it."""

    def __init__(self, key: str, language: str) -> None:
        super().__init__()
        self.setObjectName(f"figure_{key}")
        mark(self, "figure")
        self._title = text(f"admin.live.figure_{key}", language)
        self.value = label("–", "headline", name=f"figure_{key}_value")
        self._note = label("", "caption")
        column = self._column = QVBoxLayout(self)
        pad(column, "space_s", "space_xs")
        column.setSpacing(0)
        for words in (label(self._title, "caption"), self.value, self._note):
            words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(words)
        self.setMinimumHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_figure(self, figure: Figure) -> None:
        if (self.value.text(), self._note.text()) != (figure.value, figure.note):
            self.value.setText(figure.value)
            self._note.setText(figure.note)
            self.setAccessibleName(f"{self._title} {figure.value} {figure.note}".strip())


class FigureRow(QWidget):
    """All figures side by side; ``chosen(key)`` when one is clicked."""

    chosen = Signal(str)

    def __init__(self, figures: Sequence[Figure], clickable: Sequence[str], language: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        pad(row)
        self._sheets: dict[str, FigureSheet] = {}
        for figure in figures:
            sheet = FigureSheet(figure.key, language)
            if figure.key in clickable:
                sheet.clicked.connect(lambda _=False, key=figure.key: self.chosen.emit(key))
                sheet.setCursor(Qt.CursorShape.PointingHandCursor)
                sheet.setToolTip(text("admin.live.open_rows", language))
            else:
                sheet.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                sheet.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._sheets[figure.key] = sheet
            row.addWidget(sheet, 1)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        for figure in figures:
            self._sheets[figure.key].show_figure(figure)


class RatingBars(QWidget):
    """How often each of the five levels was given; the words stand beside the bars."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.setObjectName("ratings_bars")
        self._names = {level: text(f"admin.live.rating_{level}", language) for level in LEVELS}
        self._counts: dict[int, int] = {}
        self.setMinimumHeight(len(LEVELS) * self._line())

    def show_ratings(self, ratings: Sequence[tuple[str, int]]) -> None:
        self._counts = {int(level): count for level, count in ratings}
        words = ", ".join(f"{self._names[level]} {self._counts.get(level, 0)}" for level in LEVELS)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def _line(self) -> int:
        return size("text_caption") + size("space_s")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(size("text_caption"))
        painter.setFont(font)
        most = max(self._counts.values(), default=0)
        words = max(painter.fontMetrics().horizontalAdvance(name) for name in self._names.values()) + size("space_s")
        number = painter.fontMetrics().horizontalAdvance("0000")
        line = self.height() / len(LEVELS)
        for place, level in enumerate(LEVELS):
            top, count = place * line, self._counts.get(level, 0)
            painter.setPen(colour("muted"))
            middle = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(0, top, words, line), middle, self._names[level])
            bar = QRectF(words, top + line * 0.25, self.width() - words - number, line * 0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("surface_sunken"))
            painter.drawRoundedRect(bar, size("radius_s") / 2, size("radius_s") / 2)
            if most:
                bar.setWidth(max(float(size("radius_s")), bar.width() * count / most) if count else 0)
                painter.setBrush(colour("warn" if level <= 2 else "primary"))
                painter.drawRoundedRect(bar, size("radius_s") / 2, size("radius_s") / 2)
            painter.setPen(colour("foreground" if count else "faint"))
            side = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(self.width() - number, top, number, line), side, str(count))
        painter.end()
