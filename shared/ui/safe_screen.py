"""What stands on a screen whose program crashes over and over: calm words, and a code for the technician.

Plain widgets painted by the processor: no QML, no graphics card, no server, nothing of what may have crashed.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDeadlineTimer, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QFont, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from shared.i18n import text
from shared.offline.hall_name import HallName
from shared.ui.icons import icon_image
from shared.ui.theme.tokens import Look, resolve

FIRST, SECOND = "zh-CN", "en"
DESIGN = QSize(1080, 1080)
TICK_MS = 250


class SafeScreen(QWidget):
    """Covers the screen for ``rest_s`` seconds, then says ``over``; nobody closes it."""

    over = Signal()

    def __init__(self, program: str, hall: HallName, code: str, crashes: int, rest_s: float) -> None:
        super().__init__()
        self._look = resolve(Look(profile="desk"))
        self._code, self._crashes, self._since = code, crashes, datetime.now()
        self._left = QDeadlineTimer(round(rest_s * 1000))
        self._closing = False
        self.setObjectName("safe_screen")
        self.setWindowTitle(text("life.title", FIRST))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, True)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self._hall = _label("safe_hall", hall.name)
        self._hall_en = _label("safe_hall_en", hall.name_en)
        self._sign = _label("safe_sign", "")
        self._title = _label("safe_title", text("life.title", FIRST))
        self._words = _label("safe_words", text(f"life.{program}", FIRST))
        self._title_en = _label("safe_title_en", text("life.title", SECOND))
        self._words_en = _label("safe_words_en", text(f"life.{program}", SECOND))
        self._again = _label("safe_again", "")
        self._card = QFrame()
        self._technician = _label("safe_technician", text("life.technician", FIRST))
        self._code_label = _label("safe_code", code)
        self._detail = _label("safe_detail", "")
        inside = QVBoxLayout(self._card)
        for label in (self._technician, self._code_label, self._detail):
            inside.addWidget(label)
        self._column = QVBoxLayout(self)
        for part in (self._hall, self._hall_en):
            self._column.addWidget(part)
        self._column.addStretch(2)
        for part in (self._sign, self._title, self._words, self._title_en, self._words_en):
            self._column.addWidget(part)
        self._column.addStretch(3)
        self._column.addWidget(self._again)
        self._column.addWidget(self._card)
        self._ticking = QTimer(self, interval=TICK_MS)
        self._ticking.timeout.connect(self._tick)
        self.resize(DESIGN)
        self._say()

    def open(self) -> None:
        self.showFullScreen()
        self.raise_()
        self._ticking.start()

    def shut(self) -> None:
        self._ticking.stop()
        self._closing = True
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._closing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _tick(self) -> None:
        self._say()
        if self._left.hasExpired():
            self._ticking.stop()
            self.over.emit()

    def _say(self) -> None:
        seconds = -(-self._left.remainingTime() // 1000)
        left = f"{seconds // 60}:{seconds % 60:02}"
        self._again.setText("\n".join(text("life.again", language, left=left) for language in (FIRST, SECOND)))
        self._detail.setText(
            "\n".join(
                text("life.detail", language, n=self._crashes, time=f"{self._since:%Y-%m-%d %H:%M}")
                for language in (FIRST, SECOND)
            )
        )

    def _fit(self) -> None:
        """Sizes from the window: an upright kiosk, a counter's screen, a wall."""
        unit = max(9.0, min(self.width() / 32, self.height() / 47))
        look, bold, plain = self._look, QFont.Weight.Bold, QFont.Weight.Normal
        for label, factor, weight, ink in (
            (self._hall, 1.5, bold, "primary"), (self._hall_en, 0.9, plain, "muted"),
            (self._title, 2.2, bold, "foreground"), (self._words, 1.35, plain, "foreground"),
            (self._title_en, 1.2, bold, "muted"), (self._words_en, 0.95, plain, "muted"),
            (self._again, 0.9, plain, "muted"), (self._technician, 0.8, plain, "muted"),
            (self._code_label, 1.3, bold, "foreground"), (self._detail, 0.8, plain, "muted"),
        ):  # fmt: skip
            # In the label's own style: a counter's style for all widgets would win over a font.
            label.setStyleSheet(
                f"color: {look[ink]}; background: transparent; border: 0;"
                f" font-size: {round(unit * factor)}px; font-weight: {weight.value};"
            )
        self.setStyleSheet(f"#safe_screen {{ background: {look['background']}; }}")
        self._card.setStyleSheet(
            f"QFrame {{ background: {look['surface']}; border: {max(1, round(unit / 12))}px solid {look['line']};"
            f" border-radius: {round(unit * 0.6)}px; }}"
        )
        self._sign.setPixmap(QPixmap.fromImage(icon_image("clock", str(look["primary"]), round(unit * 4))))
        gap = round(unit)
        side = round(max(unit * 2, (self.width() - unit * 40) / 2))
        self._column.setContentsMargins(side, 2 * gap, side, 2 * gap)
        self._column.setSpacing(round(gap * 0.7))
        inside = self._card.layout()
        assert inside is not None
        inside.setContentsMargins(gap, round(gap * 0.7), gap, round(gap * 0.7))
        inside.setSpacing(round(gap * 0.25))


def _label(name: str, words: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setVisible(bool(words) or name in ("safe_sign", "safe_again", "safe_detail"))
    return label
