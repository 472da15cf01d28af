"""The sockets below one thread's requests, so that another thread can end what waits on them."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


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
    """Tells a line of every socket it opens."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        line = self._line

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                line.add(self.sock)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                line.add(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
