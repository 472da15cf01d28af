"""Someone who listens to speakers and announcers, and can be asked what was heard."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Generic, TypeVar

Event = TypeVar("Event")


class Listener(Generic[Event]):
    """Collects events with the time they came and the thread they came on."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._changed = threading.Condition()
        self.heard: list[tuple[datetime, Event]] = []
        self.threads: set[str] = set()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.heard.append((self._now(), event))
            self.threads.add(threading.current_thread().name)
            self._changed.notify_all()

    @property
    def events(self) -> list[Event]:
        """What was heard, in order."""
        with self._changed:
            return [event for _, event in self.heard]

    def wait_for(self, kind: type | tuple[type, ...], count: int = 1, timeout: float = 15.0) -> list[Event]:
        """The events of a kind as soon as there are `count` of them."""

        def found() -> list[Event]:
            return [event for _, event in self.heard if isinstance(event, kind)]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= count, timeout), f"heard only {self.heard}"
            return found()
