"""A simulated device's line to the device board. It has no thread: the device's own worker receives on it."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
import time
from typing import Any

from shared.domain.errors import HallError

_RETRY_FIRST_S, _RETRY_LAST_S = 0.1, 2.0
_CONNECT_S = 1.0

Message = dict[str, Any]


def parse_address(address: str, setting: str) -> tuple[str, int]:
    """host:port as a pair; HallError device_setting_wrong when it is none."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise HallError("device_setting_wrong", setting=f"{setting} = {address}")
    return host, int(port)


class BoardLine:
    """Connects by itself, again and again; messages are `{"do": ...}` with "welcome" and "gone" for the line itself."""

    def __init__(self, address: str, device: str, kind: str) -> None:
        self._address = parse_address(address, "board")
        self._hello = {"hello": device, "kind": kind}
        self._sock: socket.socket | None = None
        self._send_lock = threading.Lock()
        self._waker, self._wakened = socket.socketpair()
        self._buffer = b""
        self._told_gone = self._to_confirm = False
        self._retry = _RETRY_FIRST_S
        self._next_try = 0.0
        self._closed = threading.Event()

    @property
    def closed(self) -> bool:
        """Whether close() was called; the worker then ends."""
        return self._closed.is_set()

    def receive(self, timeout: float | None = None) -> Message | None:
        """The next message; None after `timeout` seconds or when closed. Asking for it says the last was obeyed."""
        if self._to_confirm:
            self._to_confirm = False
            self._send({"seen": True})
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.closed:
            if b"\n" in self._buffer:
                line, _, self._buffer = self._buffer.partition(b"\n")
                message: Message = json.loads(line)
                self._to_confirm = True
                return message
            if self._sock is None and (gone := self._connect()) is not None:
                return gone
            now = time.monotonic()
            if deadline is not None and now >= deadline:
                return None
            waits = [t - now for t in (deadline, self._next_try if self._sock is None else None) if t is not None]
            watched = [self._wakened] if self._sock is None else [self._wakened, self._sock]
            ready, _, _ = select.select(watched, [], [], max(0.0, min(waits)) if waits else None)
            if self._sock in ready and (gone := self._read()) is not None:
                return gone
        return None

    def send(self, event: str, **data: Any) -> bool:
        """Tell the board; from any thread. False when the line is down."""
        return self._send({"event": event, **data})

    def _send(self, message: Message) -> bool:
        with self._send_lock:
            if self._sock is None:
                return False
            try:
                self._sock.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\n")
                return True
            except OSError:
                return False

    def close(self) -> None:
        """Wake the receiver and let it end; the worker calls hang_up() when it does."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._waker.send(b"x")

    def hang_up(self) -> None:
        """Free the sockets."""
        self._drop()
        self._waker.close()
        self._wakened.close()

    def _connect(self) -> Message | None:
        if time.monotonic() < self._next_try:
            return None
        try:
            sock = socket.create_connection(self._address, _CONNECT_S)
            sock.sendall(json.dumps(self._hello).encode() + b"\n")
            sock.settimeout(_CONNECT_S)
        except OSError:
            self._next_try = time.monotonic() + self._retry
            self._retry = min(self._retry * 2, _RETRY_LAST_S)
            return self._gone()
        with self._send_lock:
            self._sock, self._buffer, self._to_confirm = sock, b"", False
        self._retry, self._told_gone = _RETRY_FIRST_S, False
        return None

    def _read(self) -> Message | None:
        try:
            piece = self._sock.recv(65536) if self._sock else b""
        except OSError:
            piece = b""
        if piece:
            self._buffer += piece
            return None
        self._drop()
        self._next_try = time.monotonic() + self._retry
        return self._gone()

    def _gone(self) -> Message | None:
        if self._told_gone:
            return None
        self._told_gone = True
        return {"do": "gone"}

    def _drop(self) -> None:
        with self._send_lock:
            if self._sock is not None:
                self._sock.close()
            self._sock, self._buffer = None, b""
