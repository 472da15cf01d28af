"""Hearing what a device tells, beside whoever listens to it already."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Ear:
    """`hear` is given to the device, or to who passes its events on; one thread waits."""

    def __init__(self) -> None:
        self._heard: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def hear(self, event: Any) -> None:
        """From any thread; never blocks."""
        self._heard.put(event)

    def wait(self, wanted: Callable[[Any], bool], seconds: float, stop: Callable[[], bool] = lambda: False) -> Any:
        """The first event that is `wanted`; None when none comes in time or `stop` says so."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not stop():
            try:
                event = self._heard.get(timeout=min(left, 0.1))
            except queue.Empty:
                continue
            if wanted(event):
                return event
        return None


class Branch:
    """Passes what a device tells to its listener, and to whoever tries the device meanwhile.

    The listener hears everything as always: a card a citizen lays down during a test is still theirs.
    """

    def __init__(self, listener: Callable[[Any], object]) -> None:
        self._listener = listener
        self._ears: tuple[Ear, ...] = ()

    def hear(self, event: Any) -> None:
        """What is given to the device as its listener."""
        for ear in self._ears:
            ear.hear(event)
        self._listener(event)

    @contextmanager
    def overhear(self) -> Iterator[Ear]:
        """From any thread, one at a time."""
        ear = Ear()
        self._ears = (*self._ears, ear)
        try:
            yield ear
        finally:
            self._ears = tuple(one for one in self._ears if one is not ear)
