"""The seconds a person has: untouched, and in front of their ticket."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal

TICK_MS = 1000


class PatientClock(QObject):
    """``left`` counts the last ``warn_s`` seconds down (0: no warning), then ``ended`` once."""

    changed = Signal()
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.left = 0
        self._warn_s = 0.0
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self._warn)
        self._tick = QTimer(self)
        self._tick.timeout.connect(self._count)

    def start(self, seconds: float, warn_s: float) -> None:
        """From the beginning; ``warn_s`` of the seconds are counted aloud."""
        self._warn_s = min(warn_s, seconds)
        self._tick.stop()
        self._set(0)
        self._quiet.start(int((seconds - self._warn_s) * 1000))

    def stop(self) -> None:
        self._quiet.stop()
        self._tick.stop()
        self._set(0)

    def _warn(self) -> None:
        if self._warn_s <= 0:
            self.ended.emit()
            return
        # Times under a second (tests, a hasty hall) tick once.
        self._tick.start(int(min(TICK_MS, self._warn_s * 1000)))
        self._set(ceil(self._warn_s))

    def _count(self) -> None:
        if self.left <= 1:
            self.stop()
            self.ended.emit()
        else:
            self._set(self.left - 1)

    def _set(self, left: int) -> None:
        if left != self.left:
            self.left = left
            self.changed.emit()
