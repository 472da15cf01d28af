"""The sockets below one thread's requests, so that another thread can end what waits on them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

# Host and port to the addresses that may be connected to; raises when none may.
Places = Callable[[str, int], list[str]]


class Line:
    """Closing a response from another thread would wait for its reader; shutting its socket down wakes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._is_cut = False

    def cut(self) -> None:
        """End whatever waits, now and later."""
        with self._lock:
            self._is_cut = True
            for open_socket in self._sockets:
                with suppress(OSError):
                    open_socket.shutdown(socket.SHUT_RDWR)

    def add(self, opened: socket.socket) -> None:
        with self._lock:
            self._sockets.add(opened)
            if self._is_cut:
                raise ConnectionAbortedError("the line was cut from this side")


class LineAdapter(HTTPAdapter):
    """Tells a line of every socket it opens. With ``places``, those are asked for each connection and it goes to one of
    them: nobody looks the name up once more, so that it can't lead elsewhere by then.
    """

    def __init__(self, line: Line, places: Places | None = None) -> None:
        self._line, self._places = line, places
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        line, places = self._line, self._places

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _opened(self, super()._new_conn, places)

            def connect(self) -> None:
                super().connect()
                line.add(self.sock)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _opened(self, super()._new_conn, places)

            def connect(self) -> None:
                super().connect()
                line.add(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _opened(line: Any, connect: Callable[[], socket.socket], places: Places | None) -> socket.socket:
    """A socket to the first place that answers; the name stays for the certificate and the request."""
    if places is None:
        return connect()
    name, failed = line._dns_host, None
    try:
        for place in places(name, line.port):
            line._dns_host = place
            try:
                return connect()
            except (ConnectTimeoutError, NewConnectionError) as error:
                failed = error
    finally:
        line._dns_host = name
    raise failed or NewConnectionError(line, "no address")
