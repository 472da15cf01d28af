"""A TCP line that can be cut, stall and come back: what a hall's network does to its terminals."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_CHUNK = 65536
_RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Forwards to ``127.0.0.1:target``. ``drop`` breaks all lines, ``cut`` also refuses new ones, ``stall`` keeps them
    open and silent, ``resume`` ends both. ``watch(data)`` sees what clients send before it is passed on;
    True lets it pass, and cuts the line when the answer comes: that one never arrives.
    """

    def __init__(self, target: int, watch: Callable[[bytes], bool] = lambda data: False) -> None:
        self.target = target
        self.watch = watch
        self.accepted = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._flowing = threading.Event()
        self._flowing.set()
        self._refusing = False
        self._closed = False
        self._start(self._accept)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def drop(self) -> None:
        with self._lock:
            for end in self._sockets:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        self._refusing = True
        self.drop()

    def stall(self) -> None:
        self._flowing.clear()

    def resume(self) -> None:
        self._refusing = False
        self._flowing.set()

    def close(self) -> None:
        self._closed = True
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.drop()
        self._flowing.set()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="proxy", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self.accepted += 1
            if self._refusing:
                _reset(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                server.settimeout(None)
            except OSError:
                _reset(client)
                continue
            with self._lock:
                self._sockets |= {client, server}
            no_answer = threading.Event()
            self._start(self._pump, client, server, lambda data, no_answer=no_answer: self._ask(data, no_answer))
            self._start(self._pump, server, client, lambda data, no_answer=no_answer: not no_answer.is_set())

    def _ask(self, data: bytes, no_answer: threading.Event) -> bool:
        if self.watch(data):
            no_answer.set()
        return True

    def _pump(self, source: socket.socket, sink: socket.socket, passes: Callable[[bytes], bool]) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                self._flowing.wait()
                if not passes(data):
                    break
                sink.sendall(data)
        for end in (source, sink):
            with self._lock:
                self._sockets.discard(end)
            _reset(end)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    end.close()


@contextmanager
def proxy_to(port: int, watch: Callable[[bytes], bool] = lambda data: False) -> Iterator[Proxy]:
    proxy = Proxy(port, watch)
    try:
        yield proxy
    finally:
        proxy.close()
