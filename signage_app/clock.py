"""The hall's time, which is the server's: a display's own clock may be hours wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def seconds_since_boot() -> float:
    """Never jumps when somebody sets the clock, and goes on while the machine sleeps."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class ServerClock:
    """Counts on from the times the server said. Read and set on the main thread; `now` from any thread."""

    def __init__(self, elapsed: Callable[[], float] = seconds_since_boot) -> None:
        self.elapsed = elapsed
        self.known = False
        # Until the server has said something, this machine's clock is all there is.
        self._zero = datetime.now(UTC) - timedelta(seconds=elapsed())

    def now(self) -> datetime:
        return self._zero + timedelta(seconds=self.elapsed())

    def age(self, at: datetime) -> float:
        """Seconds since a moment of server time."""
        return (self.now() - at).total_seconds()

    def set(self, at: datetime) -> None:
        """The server's time is `at`, right now: an answer that was just given."""
        self._zero = at - timedelta(seconds=self.elapsed())
        self.known = True

    def at_least(self, at: datetime) -> None:
        """The server once said it was `at`. A machine whose battery is dead begins years before that, and an emergency
        would stand there for as long."""
        if not self.known and at > self.now():
            self._zero = at - timedelta(seconds=self.elapsed())

    def heard(self, at: datetime) -> None:
        """Something happened at `at` and is known now: the server's time is that, or later."""
        if not self.known or at > self.now():
            self.set(at)
