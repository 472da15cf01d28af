"""Phones that look at the same moment look together: one thread, one read of the database for all of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from server.database import Database, Reader

# A read shows one moment; who is behind so many sees the next.
AT_ONCE: Final = 8


class Looks:
    """A thread of its own: a hundred phones that look again must not keep a counter waiting."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: deque[tuple[Callable[[Reader], Any], Future[Any]]] = deque()
        self._thread = ThreadPoolExecutor(1, "phone-look")

    def ask(self, work: Callable[[Reader], Any], *, first: bool = False) -> Future[Any]:
        """What ``work`` finds, or its error; ``first``: before those that have asked already."""
        future: Future[Any] = Future()
        (self._asked.appendleft if first else self._asked.append)((work, future))
        self._thread.submit(self._look)
        return future

    def close(self) -> None:
        """Who has asked and was not looked for yet is told so, and waits no longer."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        while self._asked:
            with suppress(IndexError):
                self._asked.popleft()[1].cancel()

    def _look(self) -> None:
        together = [self._asked.popleft() for _ in range(min(AT_ONCE, len(self._asked)))]
        together = [(work, future) for work, future in together if future.set_running_or_notify_cancel()]
        if not together:
            return

        def all_of_them(reader: Reader) -> None:
            for work, future in together:
                _answer(reader, work, future)

        try:
            self._database.read(all_of_them, patient=True)
        except Exception as error:
            for _, future in together:
                if not future.done():
                    future.set_exception(error)


def _answer(reader: Reader, work: Callable[[Reader], Any], future: Future[Any]) -> None:
    try:
        found = work(reader)
    except Exception as error:
        future.set_exception(error)
    else:
        future.set_result(found)
