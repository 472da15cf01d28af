"""Committed events of several processes on their way to one process's screens: told by the one that committed them, or
read from the log's tail.

The log is the truth and its numbers have no gap, so a lost word costs a quarter of a second and nothing else.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from server.database import Database, LoggedEvent
from server.event_log import Hub, events_after
from server.siblings import HINT, Siblings

log = logging.getLogger(__name__)
# Seconds after which the tail is read without a hint: one may have been swallowed by a crash.
TAIL_S = 0.25
_AT_ONCE = 500
# Where so many words wait at once, the next may have found no room.
_MANY = 5


class Tail:
    """Hands every event on once, in order, whoever committed it."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub
        self._seq = 0
        self._order = threading.Lock()

    def start(self) -> None:
        self._seq = self._database.read(lambda reader: reader.clocks.seq)

    def take(self, events: list[LoggedEvent]) -> bool:
        """Hand this process's own commit on without reading it; no, where somebody else's comes before it."""
        if not self._order.acquire(blocking=False):
            return False
        try:
            if events[0].seq != self._seq + 1:
                return False
            self._seq = events[-1].seq
            self._hub.publish(events)
            return True
        finally:
            self._order.release()

    def hear(self, events: list[LoggedEvent]) -> bool:
        """Hand on what another process has told of; no, where something before it is missing."""
        with self._order:
            if events[0].seq > self._seq + 1:
                return False
            # What was read from the log meanwhile is told no more.
            if news := [entry for entry in events if entry.seq > self._seq]:
                self._seq = news[-1].seq
                self._hub.publish(news)
            return True

    def read(self) -> None:
        """Hand on what is in the log and was not."""
        with self._order:
            while True:
                events = self._database.read(lambda reader: events_after(reader, self._seq, limit=_AT_ONCE))
                if events:
                    self._seq = events[-1].seq
                    self._hub.publish(events)
                if len(events) < _AT_ONCE:
                    return


class SiblingsBus:
    """Several processes on one machine and one embedded database."""

    def __init__(self, database: Database, hub: Hub, siblings: Siblings) -> None:
        self._tail = Tail(database, hub)
        self._siblings = siblings
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="event-tail", daemon=True)

    def start(self) -> None:
        self._tail.start()
        self._thread.start()

    def committed(self, events: list[LoggedEvent]) -> None:
        if not self._tail.take(events):
            self._siblings.wake()
        self._siblings.tell(_words(events))

    def close(self) -> None:
        self._stop.set()
        self._siblings.wake()
        self._thread.join(timeout=3)

    def _listen(self) -> None:
        while not self._stop.is_set():
            words = self._siblings.listen(TAIL_S)
            try:
                self._take_in(words)
            except Exception as error:
                log.warning("event tail lost its database", extra={"reason": type(error).__name__})
                self._stop.wait(1)

    def _take_in(self, words: Sequence[bytes]) -> None:
        heard = [word != HINT and self._tail.hear(_events(word)) for word in words]
        if not all(heard) or not 0 < len(heard) < _MANY:
            self._tail.read()


def _words(events: Sequence[LoggedEvent]) -> bytes:
    told = [[str(one.hall_id), one.epoch, one.seq, one.kind, one.at.isoformat(), one.data] for one in events]
    return json.dumps(told, ensure_ascii=False).encode()


def _events(word: bytes) -> list[LoggedEvent]:
    return [
        LoggedEvent(UUID(hall), epoch, seq, kind, datetime.fromisoformat(at), data)
        for hall, epoch, seq, kind, at, data in json.loads(word)
    ]
