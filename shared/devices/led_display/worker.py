"""The part every LED strip shares: one thread that keeps the newest text on the strip."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import AbstractContextManager
from typing import Protocol

from shared.devices.led_display.protocol import LedBack, LedEvent, LedListener, LedLost, LedShown
from shared.devices.telling import tell
from shared.schemas.device_health import DeviceHealth, HealthState

_log = logging.getLogger(__name__)
_RETRY_S = 0.5
_LOOK_S = 0.5


class StripAway(Exception):
    """The strip cannot be reached now; `code` names why."""

    def __init__(self, code: str, reason: object = "") -> None:
        super().__init__(str(reason))
        self.code = code


class Strip(Protocol):
    """An open way to a strip. Its methods are called on the worker and may raise StripAway."""

    def send(self, text: str) -> None:
        """Bring the text there and, where the strip answers, wait for that."""

    def look(self) -> None:
        """Whether it is still there; cheap."""


class LedWorker:
    """Base of the drivers; they say how the way to the strip is opened."""

    def __init__(self, driver: str, place: str, *, repeat_s: float) -> None:
        """Every `repeat_s` the text is sent again, for a strip that was switched off and on meanwhile; 0: never."""
        self._driver, self._place, self._repeat_s = driver, place, repeat_s
        self._listener: LedListener | None = None
        self._changed = threading.Condition()
        self._text = self._flashed = ""
        self._flash_until = 0.0
        self._wanted: str | None = None
        self._stop = False
        self._lost: str | None = None  # empty when the strip is there, None before that is known
        self._thread = threading.Thread(target=self._work, name=f"led {place}", daemon=True)

    def reach(self) -> AbstractContextManager[Strip]:
        """On the worker: open the way to the strip; StripAway."""
        raise NotImplementedError

    def open(self, listener: LedListener) -> None:
        self._listener = listener
        self._thread.start()

    def show(self, text: str) -> None:
        with self._changed:
            self._text, self._wanted, self._flash_until = text, text, 0.0
            self._changed.notify_all()

    def flash(self, text: str, seconds: float) -> None:
        with self._changed:
            self._flashed, self._flash_until = text, time.monotonic() + seconds
            self._wanted = text
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._stop = True
            self._changed.notify_all()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(3)

    def health(self) -> DeviceHealth:
        state: HealthState = "error" if self._lost else "warning" if self._lost is None else "ok"
        code = "starting" if self._lost is None else self._lost
        return DeviceHealth(kind="led_display", driver=self._driver, state=state, code=code, detail=self._place)

    # ---- the worker

    def _work(self) -> None:
        while not self._stop:
            try:
                with self.reach() as strip:
                    self._keep(strip)
            except StripAway as reason:
                self._lose(reason)
                with self._changed:
                    self._changed.wait_for(lambda: self._stop, _RETRY_S)

    def _keep(self, strip: Strip) -> None:
        """Keep the newest text there until the strip or the driver ends."""
        with self._changed:
            self._wanted = self._now()  # whatever stood there before it was away
        sent_at = time.monotonic()
        while True:
            text = self._next(sent_at)
            if self._stop:
                return
            if text is None:
                strip.look()
            else:
                strip.send(text)
                sent_at = time.monotonic()
            if self._lost != "":
                self._lost = ""
                self._tell(LedBack())
            if text is not None:
                self._tell(LedShown(text))

    def _next(self, sent_at: float) -> str | None:
        """What is to be sent, once there is something; None when it is time to look after the strip."""
        with self._changed:
            if self._wanted is None and self._lost == "":
                self._changed.wait_for(lambda: self._stop or self._wanted is not None, _LOOK_S)
            if self._wanted is None and self._flash_until and time.monotonic() >= self._flash_until:
                self._flash_until, self._wanted = 0.0, self._text
            if self._wanted is None and self._repeat_s and time.monotonic() - sent_at >= self._repeat_s:
                self._wanted = self._now()
            text, self._wanted = self._wanted, None
            return text or None

    def _now(self) -> str:
        return self._flashed if time.monotonic() < self._flash_until else self._text

    def _lose(self, reason: StripAway) -> None:
        if reason.code != self._lost and not self._stop:
            _log.warning("LED strip at %s: %s (%s)", self._place, reason.code, reason)
            self._lost = reason.code
            self._tell(LedLost(reason.code))

    def _tell(self, event: LedEvent) -> None:
        if not self._stop:
            tell(self._listener, event)
