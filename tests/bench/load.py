"""A small HTTP client for load: keep-alive connections that cost little, so that the server is what is measured."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

HOST = "127.0.0.1"
Request = tuple[str, str, Any]


def percentile_ms(seconds: Sequence[float], share: float) -> float:
    """The value in milliseconds that this share of the measured times does not exceed."""
    if not seconds:
        return float("nan")
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2)


@dataclass
class Load:
    """What a run brought: latencies in seconds in the order of the answers, and the answers."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


class Connection(asyncio.Protocol):
    """One keep-alive connection, one request at a time. Headers and body leave in one packet."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port = port
        self._headers = f"Authorization: Bearer {token}\r\n" if token else ""
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    async def open(self) -> Connection:
        await asyncio.get_running_loop().create_connection(lambda: self, HOST, self.port)
        return self

    async def send(self, method: str, path: str, body: Any = None, headers: str = "") -> tuple[int, bytes]:
        """Status and body of the answer."""
        return await self._send(method, path, b"" if body is None else json.dumps(body).encode(), "json", headers)

    async def form(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        """The JSON that a form is answered with; an error for anything but 200."""
        status, answer = await self._send("POST", path, urlencode(fields).encode(), "x-www-form-urlencoded")
        if status != 200:
            raise RuntimeError(f"POST {path}: {status} {answer[:300]!r}")
        said: dict[str, Any] = json.loads(answer)
        return said

    async def _send(self, method: str, path: str, data: bytes, kind: str, headers: str = "") -> tuple[int, bytes]:
        if self._transport is None or self._transport.is_closing():
            await self.open()  # the server ends a connection that was idle for long
        assert self._transport is not None
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n{self._headers}{headers}"
        head += f"Content-Type: application/{kind}\r\n"
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        return await self._answer

    async def expect(self, good: int, method: str, path: str, body: Any = None, headers: str = "") -> bytes:
        """The body; an error for any other status."""
        status, answer = await self.send(method, path, body, headers)
        if status != good:
            raise RuntimeError(f"{method} {path}: {status} {answer[:300]!r}")
        return answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end or self._answer is None:
            return
        _, _, after = head.lower().partition(b"\r\ncontent-length:")
        length = int(after.partition(b"\r\n")[0]) if after else 0
        if len(rest) >= length and not self._answer.done():
            self._received = b""
            self._answer.set_result((int(head[9:12]), rest))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("the server closed the connection"))


async def run_load(connections: Sequence[Connection], seconds: float, request: Callable[[], Request]) -> Load:
    """Every open connection sends one POST after the other until the time is over; each must answer 201.

    ``request`` gives the path, further headers, and the body.
    """
    load = Load()
    end = time.perf_counter() + seconds

    async def one(connection: Connection) -> None:
        while (began := time.perf_counter()) < end:
            path, headers, body = request()
            load.bodies.append(await connection.expect(201, "POST", path, body, headers))
            load.latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one(connection) for connection in connections))
    load.seconds = time.perf_counter() - began
    return load


async def run_sequence(connection: Connection, count: int, request: Callable[[], Request]) -> Load:
    """``count`` requests on one connection, one after the other."""
    load = Load()
    for _ in range(count):
        path, headers, body = request()
        began = time.perf_counter()
        load.bodies.append(await connection.expect(201, "POST", path, body, headers))
        load.latencies.append(time.perf_counter() - began)
    return load
