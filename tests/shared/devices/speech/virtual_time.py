"""Time that passes only when everybody waits."""

import threading
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class VirtualTime:
    """`wait` sleeps in virtual seconds until `step` moves the clock to its end."""

    def __init__(self) -> None:
        self._now = NOON
        self._sleeps_until: datetime | None = None
        self._changed = threading.Condition()

    def now(self) -> datetime:
        """The virtual moment."""
        with self._changed:
            return self._now

    def wait(self, seconds: float) -> None:
        """Called by the one sleeper."""
        with self._changed:
            until = self._sleeps_until = self._now + timedelta(seconds=seconds)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._now >= until, 10), "virtual time stands still"

    def step(self) -> None:
        """Wait until the sleeper sleeps, then move to the end of its sleep."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._sleeps_until is not None, 10), "nobody sleeps"
            assert self._sleeps_until is not None
            self._now, self._sleeps_until = self._sleeps_until, None
            self._changed.notify_all()
