"""A state as a small sign and a word; every tone has its own shape, so that colour is never the only sign."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
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
        draw_sign(painter, QRectF(self.rect()), self.tone)
        painter.end()


def draw_sign(painter: QPainter, area: QRectF, tone: str) -> None:
    """The sign of a tone inside a square area."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = colour({"busy": "primary", "off": "faint"}.get(tone, tone))
    line = float(tokens()["border_strong"])
    box = area.adjusted(line, line, -line, -line)
    painter.setPen(QPen(ink, line))
    painter.setBrush(ink if tone in ("ok", "warn", "error") else QColor(Qt.GlobalColor.transparent))
    if tone == "warn":
        painter.drawPolygon(QPolygonF([QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()]))
    elif tone == "error":
        painter.drawRect(box)
    else:
        painter.drawEllipse(box)
    if tone == "busy":
        painter.setBrush(ink)
        quarter = box.width() / 4
        painter.drawEllipse(box.adjusted(quarter, quarter, -quarter, -quarter))


def sign_icon(tone: str) -> QIcon:
    """The sign of a tone for an item of a list or table."""
    edge = int(tokens()["text_body"])
    picture = QPixmap(QSize(edge, edge) * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_sign(painter, QRectF(0, 0, edge, edge), tone)
    painter.end()
    made = QIcon(picture)
    # Else a selected row would pale its sign.
    made.addPixmap(picture, QIcon.Mode.Selected)
    return made


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
