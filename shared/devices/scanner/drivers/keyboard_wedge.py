"""Scanners that type: tells their bursts of keys from a person's typing and keeps them out of the focused field."""

from __future__ import annotations

from dataclasses import dataclass, field

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QInputMethodQueryEvent, QKeyEvent, QWindow

from shared.devices.scanner.protocol import CodeScanned, ScannerListener
from shared.devices.telling import tell
from shared.schemas.device_health import DeviceHealth

SCAN_TARGET = "scanTarget"  # dynamic property of text fields that are filled by the scanner
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SHIFTS = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_MOST_KEYS = 4096


@dataclass
class _Burst:
    """Keys held back until it is clear who typed them."""

    events: list[QKeyEvent] = field(default_factory=list)
    window: QWindow | None = None
    text: str = ""
    last_ms: int = 0


class KeyboardWedgeScanner:
    """Open and close it on the GUI thread; its listener is called there."""

    def __init__(self, *, gap_ms: int = 30, min_length: int = 4) -> None:
        """Keys closer than `gap_ms` belong to one scan; shorter than `min_length` is a person after all."""
        self._gap_ms, self._min_length = gap_ms, min_length
        self._filter: _KeyFilter | None = None

    def open(self, listener: ScannerListener) -> None:
        application = QCoreApplication.instance()
        if application is None:
            raise RuntimeError("a keyboard wedge needs a running Qt application")
        self._filter = _KeyFilter(listener, self._gap_ms, self._min_length)
        application.installEventFilter(self._filter)

    def close(self) -> None:
        key_filter, self._filter = self._filter, None
        if key_filter is not None and shiboken6.isValid(key_filter):
            key_filter.let_go()
            if (application := QCoreApplication.instance()) is not None:
                application.removeEventFilter(key_filter)
            key_filter.deleteLater()

    def health(self) -> DeviceHealth:
        """A scanner that types cannot be told from one that is unplugged."""
        if self._filter is None:
            return DeviceHealth(kind="scanner", driver="keyboard_wedge", state="warning", code="starting")
        return DeviceHealth(kind="scanner", driver="keyboard_wedge", state="ok")


class _KeyFilter(QObject):
    """Looks at keys where they enter the program, at the window; nothing below sees them before it is decided."""

    def __init__(self, listener: ScannerListener, gap_ms: int, min_length: int) -> None:
        super().__init__()
        self._listener, self._gap_ms, self._min_length = listener, gap_ms, min_length
        self._burst = _Burst()
        self._releases_to_swallow: set[int] = set()
        self._replaying = False
        self._timer = QTimer(self, singleShot=True, interval=gap_ms)
        self._timer.timeout.connect(self._gap_passed)
        self._last_look = QTimer(self, singleShot=True, interval=0)
        self._last_look.timeout.connect(self._flush)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return not self._replaying and isinstance(watched, QWindow) and self._pressed(watched, event)
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return not self._replaying and isinstance(watched, QWindow) and self._released(event)
        if kind == QEvent.Type.InputMethodQuery and isinstance(event, QInputMethodQueryEvent):
            return self._guard_input_method(watched, event)
        return False

    def let_go(self) -> None:
        """Stop; what is held back goes where it was typed."""
        self._flush()

    def _pressed(self, window: QWindow, event: QKeyEvent) -> bool:
        if event.key() in _SHIFTS:
            return False
        burst = self._burst
        if burst.events and (window is not burst.window or event.timestamp() - burst.last_ms > self._gap_ms):
            self._flush()
        enter = event.key() in _ENTER
        printable = bool(event.text()) and event.text().isprintable() and not event.modifiers() & _COMMANDS
        if (not printable and not (enter and self._burst.events)) or event.isAutoRepeat():
            self._flush()
            return False
        self._hold(window, event)
        if enter:
            self._entered()
        elif len(self._burst.events) > _MOST_KEYS:
            self._flush()
        return True

    def _released(self, event: QKeyEvent) -> bool:
        if event.key() in self._releases_to_swallow:
            self._releases_to_swallow.discard(event.key())
            return True
        if any(held.key() == event.key() for held in self._burst.events):
            self._burst.events.append(_copy(event))
            return True
        return False

    def _hold(self, window: QWindow, event: QKeyEvent) -> None:
        burst = self._burst
        burst.window, burst.last_ms = window, event.timestamp()
        burst.events.append(_copy(event))
        if event.key() not in _ENTER:
            burst.text += event.text()
        self._last_look.stop()
        self._timer.start()

    def _entered(self) -> None:
        text = self._burst.text
        if len(text) < self._min_length:
            self._flush()
            return
        pressed: set[int] = set()
        for held in self._burst.events:
            (pressed.add if held.type() == QEvent.Type.KeyPress else pressed.discard)(held.key())
        self._releases_to_swallow |= pressed
        self._reset()
        tell(self._listener, CodeScanned(text))

    def _gap_passed(self) -> None:
        # Keys that waited while the program was busy come first, with the times they were really typed at.
        self._last_look.start()

    def _flush(self) -> None:
        """A person typed: give the keys to the window as if nothing had happened."""
        burst = self._burst
        self._reset()
        if burst.window is None or not shiboken6.isValid(burst.window):
            return
        self._replaying = True
        try:
            for held in burst.events:
                QCoreApplication.sendEvent(burst.window, held)
        finally:
            self._replaying = False

    def _reset(self) -> None:
        self._timer.stop()
        self._last_look.stop()
        self._burst = _Burst()

    def _guard_input_method(self, watched: QObject, event: QInputMethodQueryEvent) -> bool:
        """A Chinese input method would eat a scanner's letters: it stays off in fields meant for scanning."""
        if not event.queries() & Qt.InputMethodQuery.ImEnabled or not watched.property(SCAN_TARGET):
            return False
        event.setValue(Qt.InputMethodQuery.ImEnabled, False)
        return True


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(event.type(), event.key(), event.modifiers(), event.text(), event.isAutoRepeat(), event.count())
