"""A state as a small sign and a word; every tone has its own shape, so that colour is never the only sign."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from shared.ui.theme.widgets import colour, tokens

TONES = ("ok", "busy", "warn", "error", "off")


class _Sign(QWidget):
    """ok: disc, busy: ring with a core, warn: triangle, error: square, off: empty ring."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tone = "off"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        edge = int(tokens()["text_body"])
        return QSize(edge, edge)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = colour({"busy": "primary", "off": "faint"}.get(self.tone, self.tone))
        line = float(tokens()["border_strong"])
        box = QRectF(self.rect()).adjusted(line, line, -line, -line)
        painter.setPen(QPen(ink, line))
        if self.tone in ("ok", "warn", "error"):
            painter.setBrush(ink)
        if self.tone == "warn":
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(box.center().x(), box.top()),
                        box.bottomRight(),
                        box.bottomLeft(),
                    ]
                )
            )
        elif self.tone == "error":
            painter.drawRect(box)
        else:
            painter.drawEllipse(box)
        if self.tone == "busy":
            painter.setBrush(ink)
            quarter = box.width() / 4
            painter.drawEllipse(box.adjusted(quarter, quarter, -quarter, -quarter))
        painter.end()


class StatusDot(QWidget):
    """A sign and its word: `StatusDot("ok", text("ui.status.ok"))`."""

    def __init__(self, tone: str = "off", text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = _Sign(self)
        self._label = QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(int(tokens()["space_s"]))
        row.addWidget(self._sign)
        row.addWidget(self._label, 1)
        self.show_state(tone, text)

    @property
    def tone(self) -> str:
        """The tone shown."""
        return self._sign.tone

    def show_state(self, tone: str, text: str) -> None:
        """Changes sign and word together; ValueError for an unknown tone."""
        if tone not in TONES:
            raise ValueError(f"{tone} is not one of {', '.join(TONES)}")
        self._sign.tone = tone
        self._label.setText(text)
        self.setAccessibleName(text)
        self._sign.update()
