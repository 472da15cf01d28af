"""Whose turn it is in a process whose threads share one interpreter.

Each statement lets go of the interpreter and asks for it again. Among ten threads that is a queue at every step, and
most of a full hall's time was spent handing over: so one thread reads at a time, and not while the writer runs jobs.
Nobody waits long: a turn that takes more than a short read does (a report, a slow database) is one's own no longer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Seconds a read lets the writer go first, and another read finish.
WRITER_FIRST_S: Final = 0.05
SHORT_READ_S: Final = 0.25


class Turns:
    """Of one database in one process. ``short_read_s``: after so long a turn is one's own no longer."""

    def __init__(self, short_read_s: float = SHORT_READ_S) -> None:
        self._short_read_s = short_read_s
        self._writer_rests = threading.Event()
        self._writer_rests.set()
        self._changed = threading.Condition(threading.Lock())
        self._holder: object | None = None
        self._thread: int | None = None
        self._pressing = 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Reads that have not begun wait meanwhile."""
        self._writer_rests.clear()
        try:
            yield
        finally:
            self._writer_rests.set()

    @contextmanager
    def reading(self, *, patient: bool = False) -> Iterator[None]:
        """One after the other, as long as each is short; ``patient`` lets all others go first.

        A read within a read has the turn already.
        """
        me, thread = object(), threading.get_ident()
        with self._changed:
            within = self._holder is not None and self._thread == thread
            if not within:
                self._pressing += not patient
                self._changed.wait_for(
                    lambda: self._holder is None and not (patient and self._pressing), self._short_read_s
                )
                self._pressing -= not patient
                self._holder, self._thread = me, thread
        if within:
            yield
            return
        try:
            self._writer_rests.wait(WRITER_FIRST_S)
            yield
        finally:
            with self._changed:
                if self._holder is me:
                    self._holder = None
                    self._changed.notify_all()
