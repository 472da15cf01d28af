"""What one connection may take of the server: anybody in the hall can open some, long before a token counts."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress
from typing import Any
from weakref import ref

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.utils import ClientDisconnected

from server.event_log import WIRE

if sys.platform != "win32":
    import resource

HEAD_LIMIT = 64 * 1024
# From the first byte, or from the connection, to the end of the headers.
HEAD_S = 20.0
# What a body brings at least, once it has taken as long as a head may: the slowest mobile network does better.
BODY_BYTES_S = 512
OPEN_FILES = 65_536
# A phone that left the network without a word would else keep its stream for a quarter of an hour.
ABSENT_S = 30
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class CycleWire:
    """``Wire`` of one request and its answer, which has begun and is sent in chunks.

    The cycle's scope holds this wire: holding the cycle in turn would leave each request to the garbage collection. It
    lives as long as its request is worked on.
    """

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._find = ref(cycle)

    @property
    def _cycle(self) -> RequestResponseCycle:
        cycle = self._find()
        if cycle is None:
            raise ClientDisconnected
        return cycle

    async def send(self, message: Any) -> None:
        await self._cycle.send(message)

    @property
    def free(self) -> bool:
        cycle = self._find()
        if cycle is None:
            return False
        # A cycle is not told of its connection's end when another request stands behind it.
        gone = cycle.disconnected or cycle.transport.is_closing()
        return cycle.chunked_encoding is True and not (cycle.flow.write_paused or gone or cycle.response_complete)

    def write(self, piece: bytes) -> None:
        self._cycle.transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))


class Connection(HttpToolsProtocol):
    """Ends when the head of a request is too long or too slow, or its body too slow: the parser itself keeps whatever
    comes for ever."""

    _head = 0
    _since: float | None = None  # when the head that is awaited began
    _body_since: float | None = None  # when the body that is awaited began
    _body = 0
    _look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look = self.loop.call_at(self._since + HEAD_S, self._end_if_slow)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        if self._since is None:
            self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        self._since, self._body_since, self._body = None, self.loop.time(), 0
        super().on_headers_complete()
        # A request to change the protocol has no answer of this kind.
        if self.cycle is not None and self.cycle.scope is self.scope:
            self.scope[WIRE] = CycleWire(self.cycle)  # type: ignore[literal-required]

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._body_since = None
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._since is None:
            return
        self._head += len(data)
        if self._head > HEAD_LIMIT and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def _end_if_slow(self) -> None:
        # One timer a connection that looks again now and then: one a request costs every request.
        now = self.loop.time()
        due = (now if self._since is None else self._since) + HEAD_S
        if due <= now or self._body_is_slow(now):
            self.transport.close()
        else:
            self._look = self.loop.call_at(due, self._end_if_slow)

    def _body_is_slow(self, now: float) -> bool:
        """By the sender: while the server itself holds back, it says nothing of them."""
        if self._body_since is None or self.flow.read_paused:
            return False
        took = now - self._body_since
        return took >= HEAD_S and self._body < BODY_BYTES_S * took


def allow_many() -> None:
    """Let this process open as many connections as the system permits: the usual 1,024 are two hundred phones away."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def be_short_with_the_absent(listening: socket.socket) -> None:
    """What is sent and not acknowledged ends the connection; accepted sockets take this from the listening one."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, ABSENT_S * 1000)
