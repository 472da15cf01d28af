"""A listener that collects events and can be waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

_Event = TypeVar("_Event")


class Heard:
    """Hand `heard` to a device as its listener; look at `events` or wait for the next of a type."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._seen = 0
        self._changed = threading.Condition()

    def __call__(self, event: Any) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def next(self, kind: type[_Event], timeout: float = 8.0) -> _Event:
        """The next event of this type behind the one returned last; AssertionError when it does not come."""
        with self._changed:
            self._changed.wait_for(lambda: self._find(kind) is not None, timeout)
            index = self._find(kind)
            assert index is not None, f"no {kind.__name__}; heard {self.events[self._seen :]!r}"
            self._seen = index + 1
            event: _Event = self.events[index]
            return event

    def kinds(self) -> list[str]:
        """Names of the events so far."""
        return [type(event).__name__ for event in self.events]

    def clear(self) -> None:
        """Forget everything heard."""
        with self._changed:
            self.events.clear()
            self._seen = 0

    def _find(self, kind: type[Any]) -> int | None:
        return next((i for i in range(self._seen, len(self.events)) if isinstance(self.events[i], kind)), None)


def wait_until(condition: Callable[[], bool], timeout: float = 5.0) -> None:
    """Poll a condition that nothing announces; AssertionError when it does not come true."""
    pause = threading.Event()
    for _ in range(int(timeout / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    assert condition(), "condition did not come true"
