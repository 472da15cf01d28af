"""The calm page of a machine that may not work yet, or no longer: what it is, what its key is, what it waits for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from shared.client.enrolment import Enrolment, Standing
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.ui.icons import icon_image
from shared.ui.theme.tokens import Look, resolve

log = logging.getLogger(__name__)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 10.0
# Of these an administrator must do something about the machine itself, and no waiting helps.
_WITHDRAWN = frozenset({"terminal_revoked", "terminal_proof_wrong"})
_CODES = frozenset({"enrolment_code_wrong", "enrolment_code_expired", "enrolment_code_used", "enrolment_rests"})


class WaitingWindow(QWidget):
    """Readable from where people stand: everything grows with the window."""

    def __init__(self, language: str, size: QSize, *, fullscreen: bool) -> None:
        super().__init__()
        self._language = language
        self._fullscreen = fullscreen
        self._look = resolve(Look(profile="desk"))
        self._icon = "clock"
        self.setObjectName("waiting")
        self.setWindowTitle(text("waiting.window", language))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, True)
        self._sign, self._title, self._body = QLabel(), QLabel(), QLabel()
        self._name, self._key_word, self._key, self._foot = QLabel(), QLabel(), QLabel(), QLabel()
        self._card = QFrame()
        inside = QVBoxLayout(self._card)
        for label in (self._name, self._key_word, self._key):
            inside.addWidget(label)
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        for part in (self._sign, self._title, self._body, self._card, self._foot):
            self._column.addWidget(part, 0)
        self._column.addStretch(3)
        for label in (self._sign, self._title, self._body, self._name, self._key_word, self._key, self._foot):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._sign and label is not self._key)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._key_word.setText(text("waiting.key", language))
        self.resize(size)

    def open(self) -> None:
        if self._fullscreen:
            self.showFullScreen()
        else:
            self.show()
        self.raise_()

    def tell(self, standing: Standing) -> None:
        """What the page says now."""
        kind, self._icon = _kind(standing.code)
        self._title.setText(text(f"waiting.{kind}_title", self._language))
        if kind in ("code", "other"):
            words = error_text(standing.code, self._language, **dict(standing.params))
        else:
            words = text(f"waiting.{kind}_text", self._language)
        self._body.setText(words)
        self._name.setText(text("waiting.name", self._language, name=standing.name))
        self._key.setText(standing.fingerprint)
        self._foot.setText(text("waiting.foot", self._language))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._fit()

    def _fit(self) -> None:
        """Sizes from the window: this page is shown on a PC, on an upright kiosk and on a wall."""
        unit = max(10.0, min(self.width() / 30, self.height() / 36))
        look, line = self._look, max(1, round(unit / 12))
        family = self.font().family()
        for label, factor, weight, ink in (
            (self._title, 2.0, QFont.Weight.Bold, "foreground"), (self._body, 1.1, QFont.Weight.Normal, "muted"),
            (self._name, 1.25, QFont.Weight.DemiBold, "foreground"),
            (self._key_word, 1.0, QFont.Weight.Normal, "muted"), (self._key, 1.6, QFont.Weight.Bold, "primary"),
            (self._foot, 1.0, QFont.Weight.Normal, "muted"),
        ):  # fmt: skip
            font = QFont(family)
            font.setPixelSize(round(unit * factor))
            font.setWeight(weight)
            label.setFont(font)
            label.setStyleSheet(f"color: {look[ink]}; background: transparent; border: 0;")
        self.setStyleSheet(f"#waiting {{ background: {look['background']}; }}")
        self._card.setStyleSheet(
            f"QFrame {{ background: {look['surface']}; border: {line}px solid {look['line']};"
            f" border-radius: {round(unit * 0.6)}px; }}"
        )
        edge = round(unit * 3.6)
        colour = str(look["warn" if self._icon == "warning" else "primary"])
        self._sign.setPixmap(QPixmap.fromImage(icon_image(self._icon, colour, edge)))
        gap = round(unit)
        self._column.setSpacing(gap)
        side = round(max(unit * 2, (self.width() - unit * 34) / 2))
        self._column.setContentsMargins(side, gap * 2, side, gap * 2)
        inside = self._card.layout()
        assert inside is not None
        inside.setSpacing(round(unit * 0.3))
        inside.setContentsMargins(gap, gap, gap, gap)


def _kind(code: str) -> tuple[str, str]:
    """Which words, and which sign, for a reason to wait."""
    if code in ("", "terminal_pending"):
        return "pending", "clock"
    if code in _WITHDRAWN:
        return "withdrawn", "lock"
    if code == "server_unreachable":
        return "away", "wifi-off"
    return "code" if code in _CODES else "other", "warning"


class Gate(QObject):
    """Lets a program start once its machine may work, and covers it when that ends.

    A machine that has worked before starts at once, also while the server is away: its program knows what to show then.
    """

    _changed = Signal(object)

    def __init__(self, enrolment: Enrolment, language: str, main: object, *, fullscreen: bool) -> None:
        super().__init__()
        self._enrolment = enrolment
        size = main.size() if hasattr(main, "size") else QSize(960, 600)
        self.window = WaitingWindow(language, size.expandedTo(QSize(480, 480)), fullscreen=fullscreen)
        self._start: Callable[[], None] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask, name="enrolment", daemon=True)
        self._changed.connect(self._show)
        enrolment.on_standing = self._changed.emit

    def open(self, start: Callable[[], None]) -> None:
        """Call ``start`` when the machine may work: now, or from the event loop once it is approved."""
        if self._enrolment.was_approved:
            start()
            return
        self._start = start
        self.window.tell(self._enrolment.standing())
        self.window.open()
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._enrolment.on_standing = lambda standing: None
        self._enrolment.close()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self.window.close()
        self.window.deleteLater()
        self.deleteLater()

    def _ask(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            try:
                self._enrolment()
                return
            except HallError as error:
                log.info("not yet: %s", error.code)
            except Exception:
                log.exception("enrolment")
            self._stop.wait(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_S)

    def _show(self, standing: Standing) -> None:
        if standing.code:
            # A program that runs says itself that its server is away.
            if self._start is not None or standing.code != "server_unreachable":
                self.window.tell(standing)
                self.window.open()
            return
        start, self._start = self._start, None
        if start is not None:
            start()
        self.window.hide()
