"""Events between several server processes of one hall, over PostgreSQL.

A module of its own: a hall on SQLite never loads the driver.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from server.database import Database, LoggedEvent
from server.event_log import Hub
from server.tail import TAIL_S, Tail

log = logging.getLogger(__name__)
_CHANNEL = "zhiting_events"


class PostgresBus:
    """Several processes: one thread reads the log's tail, woken by NOTIFY, or after 250 ms for what a crash swallowed.

    The NOTIFY is sent after the commit and by this thread's own connection: inside each transaction it would
    serialise all commits.
    """

    def __init__(self, database: Database, hub: Hub) -> None:
        self._tail = Tail(database, hub)
        url = make_url(database.url).set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._own = threading.Event()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._listen, name="event-tail", daemon=True),
            threading.Thread(target=self._notify, name="event-notify", daemon=True),
        ]

    def start(self) -> None:
        self._tail.start()
        for thread in self._threads:
            thread.start()

    def committed(self, events: list[LoggedEvent]) -> None:
        self._tail.take(events)
        self._own.set()

    def close(self) -> None:
        self._stop.set()
        self._own.set()
        for thread in self._threads:
            thread.join(timeout=3)

    def _notify(self) -> None:
        connection: psycopg.Connection[Any] | None = None
        while not self._stop.is_set():
            self._own.wait()
            self._own.clear()
            if self._stop.is_set():
                break
            try:
                connection = connection or psycopg.connect(self._address, autocommit=True)
                connection.execute(f"NOTIFY {_CHANNEL}")
            except psycopg.Error:
                connection = None  # the 250 ms read of the tail covers for a lost hint
        if connection is not None:
            connection.close()

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    while not self._stop.is_set():
                        for _ in connection.notifies(timeout=TAIL_S, stop_after=1):
                            pass
                        self._tail.read()
            except Exception as error:
                log.warning("event tail lost its database", extra={"reason": type(error).__name__})
                self._stop.wait(1)
