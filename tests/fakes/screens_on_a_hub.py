"""The hub and its streams on a real event loop, with a screen that reads as fast, or as slowly, as a test says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from server.database import LoggedEvent
from server.event_log import WIRE, EventStream, Hub

HALL = UUID("01900000-0000-7000-8000-000000000001")
AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
PATIENCE_S = 5
WAITS = frozenset({"waits.changed"})
# Longer than any test waits: a beat comes only where a test asks for one.
NEVER_S = 3600.0


def logged(seq: int, kind: str = "ticket.called") -> LoggedEvent:
    return LoggedEvent(HALL, 4, seq, kind, AT, f'{{"n":{seq}}}')


def everything(entry: LoggedEvent) -> bool:
    return True


def calls_only(entry: LoggedEvent) -> bool:
    return entry.kind == "ticket.called"


class Screen:
    """An ASGI client: keeps what it was sent, can stop reading, go away, or break."""

    def __init__(self) -> None:
        self.status = 0
        self.ended = False
        self.chunks: deque[bytes] = deque()
        self.gone = asyncio.Event()
        self.reading = asyncio.Event()
        self.reading.set()
        self.broken = False
        self.blocked = asyncio.Event()
        self.at_once = 0
        self._arrived = asyncio.Event()

    async def send(self, message: Any) -> None:
        if not self.reading.is_set():
            self.blocked.set()
        await self.reading.wait()
        if self.broken:
            raise BrokenPipeError
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.ended = not message["more_body"]
        if message["body"]:
            self._arrive(message["body"])

    @property
    def free(self) -> bool:
        return self.reading.is_set() and not self.broken

    def write(self, piece: bytes) -> None:
        assert not self.ended
        self.at_once += 1
        self._arrive(piece)

    def _arrive(self, piece: bytes) -> None:
        self.chunks.append(piece)
        self._arrived.set()

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def next_chunk(self) -> str:
        while not self.chunks:
            self._arrived.clear()
            await self._arrived.wait()
        return self.chunks.popleft().decode()

    async def shown(self, count: int) -> list[tuple[str, str]]:
        """The next ``count`` events as (id, kind); ids that come alone have the kind ""."""
        found: list[tuple[str, str]] = []
        while len(found) < count:
            for part in (await self.next_chunk()).split("\n\n"):
                fields = dict(line.split(": ", 1) for line in part.splitlines() if ": " in line and line[0] != ":")
                if "id" in fields:
                    found.append((fields["id"], fields.get("event", "")))
        assert len(found) == count, found
        return found


class Hall:
    """A hub, and streams opened on it; ``straight``: with a connection that takes a piece at once."""

    straight = False

    def __init__(self, *, limit: int = 100, heartbeat_s: float = NEVER_S) -> None:
        self.hub = Hub(asyncio.get_running_loop(), HALL, limit=limit, heartbeat_s=heartbeat_s)
        self.hub.start()
        self.streams: list[asyncio.Task[None]] = []

    def open(
        self,
        wants: Callable[[LoggedEvent], bool] = everything,
        resume: Callable[[], tuple[list[LoggedEvent] | None, int, int]] = lambda: ([], 4, 10),
        allowed: Sequence[bool] = (True,),
        volatile: frozenset[str] = frozenset(),
    ) -> Screen:
        async def may_read() -> bool:
            return allowed[0]

        screen = Screen()
        stream = EventStream(self.hub, wants, resume, may_read, volatile, lambda: allowed[0])
        scope = {WIRE: screen} if self.straight else {}
        self.streams.append(asyncio.ensure_future(stream(scope, screen.receive, screen.send)))
        return screen

    async def open_at_ten(self, wants: Callable[[LoggedEvent], bool] = everything) -> Screen:
        """A stream that stands at 4:10 and has said so."""
        screen = self.open(wants)
        assert await screen.shown(1) == [("4:10", "")]
        return screen

    async def close(self) -> None:
        self.hub.close()
        await asyncio.gather(*self.streams)


def on_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Runs a test on a real loop; a test that hangs fails instead of waiting for ever."""

    def run() -> None:
        asyncio.run(asyncio.wait_for(test(), PATIENCE_S))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def both_ways(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[bool], None]:
    """Runs a test of streams on connections that take a piece at once, and on such as don't."""

    @pytest.mark.parametrize("straight", [False, True], ids=["by its task", "at once"])
    def run(straight: bool) -> None:
        Hall.straight = straight
        on_a_loop(test)()

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run
