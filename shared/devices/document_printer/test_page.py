"""An A4 page that shows whether a document printer is well: edges, greys, thin lines, Chinese words."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from shared.i18n import text

_DPI: Final = 300
_MM: Final = _DPI / 25.4
_WIDTH, _HEIGHT, _EDGE = 210.0, 297.0, 8.0
_FONTS: Final = ["Noto Sans CJK SC", "Microsoft YaHei"]
_GREYS: Final = 11
# Lines of these widths, in hundredths of a millimetre.
_LINES: Final = (5, 10, 20, 40)
_ONE_AT_A_TIME: Final = threading.Lock()


def test_page(names: Sequence[str], language: str, at: datetime) -> bytes:
    """A PDF of one page; `names` says whose page it is. Needs a QGuiApplication; any thread."""
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    with _ONE_AT_A_TIME:
        writer = QPdfWriter(target)
        writer.setResolution(_DPI)
        writer.setTitle("ZhiTing")
        size = QPageSize(QPageSize.PageSizeId.A4)
        writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
        painter = QPainter(writer)
        painter.scale(_MM, _MM)
        _draw(painter, names, language, at)
        painter.end()
    return bytes(target.data().data())


def _draw(painter: QPainter, names: Sequence[str], language: str, at: datetime) -> None:
    def words(key: str) -> str:
        return text(f"devices.test_page.{key}", language)

    frame = QRectF(_EDGE, _EDGE, _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE)
    painter.setPen(QPen(Qt.GlobalColor.black, 0.4))
    painter.drawRect(frame)
    inside = frame.adjusted(12, 12, -12, -12)
    y = _write(painter, inside, inside.top(), words("title"), 11)
    y = _write(painter, inside, y + 2, " · ".join(name for name in names if name), 5)
    y = _write(painter, inside, y, f"{at:%Y-%m-%d %H:%M}", 5)
    y = _write(painter, inside, y + 8, words("edges"), 5)
    y = _write(painter, inside, y + 6, words("greys"), 5) + 2
    step = inside.width() / _GREYS
    for number in range(_GREYS):
        grey = round(255 * number / (_GREYS - 1))
        painter.fillRect(QRectF(inside.left() + number * step, y, step, 16), QColor(grey, grey, grey))
    painter.drawRect(QRectF(inside.left(), y, inside.width(), 16))
    y = _write(painter, inside, y + 22, words("lines"), 5) + 3
    for width in _LINES:
        painter.setPen(QPen(Qt.GlobalColor.black, width / 100))
        painter.drawLine(int(inside.left()), int(y), int(inside.right()), int(y))
        y += 5
    y = _write(painter, inside, y + 4, words("letters"), 5)
    for height in (3, 4, 6):
        y = _write(painter, inside, y, words("sample"), height)


def _write(painter: QPainter, inside: QRectF, y: float, line: str, height_mm: float) -> float:
    """Words of a letter height, wrapped; where the next line may begin."""
    font = QFont(_FONTS)
    font.setPixelSize(round(height_mm * 10))
    painter.save()
    painter.setPen(Qt.GlobalColor.black)
    # A font's size is a whole number: drawn ten times as large on a tenth of the scale.
    painter.translate(inside.left(), y)
    painter.scale(0.1, 0.1)
    painter.setFont(font)
    room = QRectF(0, 0, inside.width() * 10, 1000)
    drawn = painter.drawText(room, int(Qt.TextFlag.TextWordWrap), line)
    painter.restore()
    return y + drawn.height() / 10 + 1
