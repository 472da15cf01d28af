"""Many phones in one light process: each opens its ticket's page, follows its stream, and goes on to the next ticket.

Run by the queue bench: ``python -m tests.bench.phones PORT COUNT``. Standard input brings the tickets' codes, a line
each; its end ends the phones, which then print one JSON object: when each number was seen called, by time.time() of
this machine, which the bench shares. A line ``ready`` says that all of them follow.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from typing import cast

import uvloop

from tests.bench.load import HOST, Connection

PAGES_AT_ONCE = 16


class Phone(asyncio.Protocol):
    """The open stream of one ticket; ``over`` is set when the visit has ended or the line broke."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.called: dict[str, float] = {}
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(f"GET {self.path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        now = time.time()
        *frames, self._rest = (self._rest + data).split(b"\n\n")
        for frame in frames:
            if frame.startswith(b"HTTP/1.1") and not frame.startswith(b"HTTP/1.1 200"):
                self._end("refused")
            if b"event: ticket" not in frame:
                continue
            said = json.loads(frame[frame.index(b"data: ") + 6 :].split(b"\n")[0].rstrip(b"\r"))
            if said["state"] == "called":
                self.called.setdefault(said["number"], now)
            elif said["state"] == "finished":
                self._end("finished")

    def connection_lost(self, error: Exception | None) -> None:
        self._end("broken")

    def _end(self, why: str) -> None:
        if not self.over.done():
            self.over.set_result(why)
        if self._transport is not None:
            self._transport.close()


class Phones:
    """``count`` of them at most; what they saw is kept when they go."""

    def __init__(self, port: int, count: int) -> None:
        self.port, self.count = port, count
        self.codes: deque[str] = deque()
        self.called: dict[str, float] = {}
        self.live = 0
        self.ready = False
        self.ends: dict[str, int] = {"finished": 0, "broken": 0, "refused": 0}
        self.pages_s: list[float] = []
        self.stopping = asyncio.Event()
        self._more = asyncio.Event()
        self._door = asyncio.Semaphore(PAGES_AT_ONCE)

    def take(self, code: str) -> None:
        # A phone that finds everybody served follows who came last: nobody opens the page of an hour ago.
        self.codes.append(code)
        while len(self.codes) > self.count:
            self.codes.popleft()
        self._more.set()

    async def run(self) -> None:
        phones = [asyncio.create_task(self._one()) for _ in range(self.count)]
        await self.stopping.wait()
        for phone in phones:
            phone.cancel()
        await asyncio.gather(*phones, return_exceptions=True)

    async def _one(self) -> None:
        while True:
            while not self.codes:
                self._more.clear()
                await self._more.wait()
            code = self.codes.popleft()
            async with self._door:
                page = await Connection(self.port).open()
                began = time.perf_counter()
                await page.expect(200, "GET", f"/t/{code}")
                self.pages_s.append(time.perf_counter() - began)
                page.close()
                loop = asyncio.get_running_loop()
                _, phone = await loop.create_connection(lambda code=code: Phone(f"/t/{code}/events"), HOST, self.port)  # type: ignore[misc]
            self.live += 1
            if self.live == self.count and not self.ready:
                self.ready = True
                print("ready", flush=True)
            try:
                self.ends[await phone.over] += 1
            finally:
                self.live -= 1
                self.called |= phone.called


async def main(port: int, count: int) -> None:
    phones = Phones(port, count)
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(phones.run())
    most = 0
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        phones.take(line.strip())
        most = max(most, phones.live)
    most = max(most, phones.live)
    at_end = phones.live
    phones.stopping.set()
    await running
    report = {
        "called": phones.called,
        "live_most": most,
        "live_at_end": at_end,
        "ends": phones.ends,
        "pages": phones.pages_s,
    }
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
