"""A small HTTP client for load: keep-alive connections that cost little, so that the server is what is measured."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Load:
    """What a run brought: latencies in seconds in the order of the answers, and the answers."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2)


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int, headers: str = "") -> None:
        self.port = port
        self.headers = headers

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: h\r\n{self.headers}Content-Type: application/json\r\n"
        self.writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        length = 0
        for line in answer.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        return status, await self.reader.readexactly(length)

    def close(self) -> None:
        self.writer.close()


async def run_load(
    connections: list[Connection], seconds: float, request: Callable[[int], tuple[str, str, Any]], *, good: int = 201
) -> Load:
    """Every connection sends one request after the other until the time is over."""
    load = Load()
    end = time.perf_counter() + seconds

    async def one(place: int, connection: Connection) -> None:
        await connection.open()
        while time.perf_counter() < end:
            began = time.perf_counter()
            status, body = await connection.send(*request(place))
            load.latencies.append(time.perf_counter() - began)
            if status != good:
                raise RuntimeError(f"{status}: {body[:300]!r}")
            load.bodies.append(body)
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(place, connection) for place, connection in enumerate(connections)))
    load.seconds = time.perf_counter() - began
    return load
