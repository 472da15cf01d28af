"""Buttons and labels of the operator's windows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStyle, QStyleOptionButton

from shared.ui.icons import icon_image
from shared.ui.theme.widgets import colour, mark, tokens


def size(name: str) -> int:
    """One size of the theme in pixels."""
    return int(tokens()[name])


def draw_icon(painter: QPainter, name: str, ink: str, box: QRectF) -> None:
    ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
    painter.drawImage(box, icon_image(name, colour(ink).name(), round(box.width() * ratio)))


def label(role: str = "", name: str = "", *, wrap: bool = False) -> QLabel:
    """A label in a role of the style sheet."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if name:
        made.setObjectName(name)
    if role:
        mark(made, role)
    return made


class ElidedLabel(QLabel):
    """Text of at most so many lines; what does not fit ends in … and stands in the tool tip."""

    def __init__(self, role: str = "", name: str = "", *, lines: int = 1) -> None:
        super().__init__()
        self._lines = lines
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setObjectName(name)
        if role:
            mark(self, role)

    def set_lines(self, lines: int) -> None:
        self._lines = lines
        self.updateGeometry()

    def setText(self, words: str) -> None:
        super().setText(words)
        self.setToolTip(words)
        self.updateGeometry()

    def _rows(self, width: int) -> list[str]:
        layout = QTextLayout(self.text(), self.font())
        layout.setTextOption(_WRAP)
        rows: list[str] = []
        last_from = 0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            start = line.textStart()
            if len(rows) == self._lines - 1:
                last_from = start
            rows.append(self.text()[start : start + line.textLength()].strip())
        layout.endLayout()
        if len(rows) > self._lines:
            # As it is written: between words there is a space, between characters none.
            rest = self.text()[last_from:]
            last = QFontMetrics(self.font()).elidedText(rest, Qt.TextElideMode.ElideRight, width)
            rows = [*rows[: self._lines - 1], last]
        return rows

    def sizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(self.font()).lineSpacing() * self._lines)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        height = QFontMetrics(self.font()).lineSpacing()
        for n, row in enumerate(self._rows(self.width())):
            painter.drawText(QRectF(0, n * height, self.width(), height), int(Qt.AlignmentFlag.AlignVCenter), row)
        painter.end()


_WRAP = QTextOption()
_WRAP.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)


class StepButton(QPushButton):
    """One step: its icon, its words and its key; while the step runs it says so."""

    def __init__(self, name: str, icon_name: str, key: str = "", role: str = "", *, compact: bool = False) -> None:
        super().__init__()
        self._large = role == "primary"
        self.setObjectName(name)
        self._icon, self._key, self._compact = icon_name, key, compact
        self._busy_words = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if role:
            mark(self, role)
        self._role = role

    @property
    def busy(self) -> bool:
        """True while its step runs."""
        return bool(self._busy_words)

    def show_step(self, words: str, key: str, *, possible: bool, busy_words: str = "") -> None:
        """Everything that changes about it."""
        if words != self.text() or key != self._key or busy_words != self._busy_words:
            self.setText(words)
            self._key, self._busy_words = key, busy_words
            self.setAccessibleName(words)
            self.setToolTip(f"{words}  {key}".strip() if self._compact else "")
            self.update()
        self.setEnabled(possible)

    def stand_out(self, on: bool) -> None:
        """What usually comes next is filled."""
        role = "primary" if on else ""
        if role != self._role:
            self._role = role
            mark(self, role)

    def sizeHint(self) -> QSize:
        return QSize(size("touch_key") if self._compact else 0, size("touch_key" if self._large else "touch_target"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        if self.busy:
            self._draw_busy_ground(painter)
        ink = self._ink()
        edge, gap = size("icon_m" if self._large else "icon_s"), size("space_m")
        if self._compact:
            self._draw_compact(painter, ink, edge)
        else:
            top = (self.height() - edge) / 2
            draw_icon(painter, self._icon, ink, QRectF(gap, top, edge, edge))
            self._draw_words(painter, ink, gap + edge + size("space_s"), gap)
        painter.end()

    def _ink(self) -> str:
        if self.busy:
            return "primary"
        if not self.isEnabled():
            return "faint"
        return {"primary": "primary_text", "danger": "error"}.get(self._role, "primary")

    def _draw_busy_ground(self, painter: QPainter) -> None:
        line = size("border_strong")
        painter.setPen(QPen(colour("primary"), line))
        painter.setBrush(colour("primary_soft"))
        half = line / 2
        box = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, size("radius_m"), size("radius_m"))

    def _draw_words(self, painter: QPainter, ink: str, left: int, right: int) -> None:
        font = self.font()
        small = self.font()
        small.setPixelSize(size("text_caption"))
        key_width = QFontMetrics(small).horizontalAdvance(self._key) if self._key and not self.busy else 0
        words = self._busy_words or self.text()
        room = self.width() - left - right - key_width - (size("space_s") if key_width else 0)
        font.setBold(self._role == "primary")
        font.setPixelSize(size("text_title" if self._large else "text_body"))
        painter.setFont(font)
        painter.setPen(colour(ink))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, room)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(left, 0, room, self.height()), middle, shown)
        if key_width:
            painter.setFont(small)
            painter.setPen(colour(self._key_ink()))
            box = QRectF(self.width() - right - key_width, 0, key_width + 1, self.height())
            painter.drawText(box, middle, self._key)

    def _draw_compact(self, painter: QPainter, ink: str, edge: int) -> None:
        small = self.font()
        small.setPixelSize(size("text_caption"))
        height = QFontMetrics(small).lineSpacing()
        top = (self.height() - edge - height) / 2
        draw_icon(painter, self._icon, ink, QRectF((self.width() - edge) / 2, top, edge, edge))
        painter.setFont(small)
        painter.setPen(colour(ink))
        words = QFontMetrics(small).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width() - size("space_xs")
        )
        box = QRectF(0, top + edge, self.width(), height)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)

    def _key_ink(self) -> str:
        if not self.isEnabled():
            return "faint"
        return "primary_text_muted" if self._role == "primary" else "muted"


class IconButton(QPushButton):
    """A small picture to press; its words are the tool tip."""

    def __init__(self, name: str, icon_name: str, on_click: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        mark(self, "quiet")
        self._icon = icon_name
        self._on = False
        self.clicked.connect(lambda: on_click())

    def show_icon(self, words: str, *, icon_name: str = "", on: bool = False) -> None:
        self._icon = icon_name or self._icon
        self._on = on
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(size("touch_target"), size("touch_target"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = size("icon_m")
        box = QRectF((self.width() - edge) / 2, (self.height() - edge) / 2, edge, edge)
        draw_icon(painter, self._icon, "primary" if self._on else "muted", box)
        if self._on:
            # A bar under it, so that colour is not the only sign.
            painter.setPen(QPen(colour("primary"), size("border_strong")))
            y = self.height() - size("border_strong")
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.end()
