"""Many displays in one light process: raw sockets that note when each event arrived.

Run by the benches: ``python -m tests.bench.listeners PORT PATH COUNT EVENT [ONE_OF]``; the tokens come in the
environment. With several tokens each call is answered with receipts: by every display, or by one of so many.
Prints ``ready`` when every stream is open and one JSON object when standard input is closed. Times are time.time() of
this machine, which the bench shares.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, cast
from zlib import crc32

import uvloop

from tests.bench.load import HOST, Connection

TOKEN_ENV = "BENCH_TOKENS"


class Display(asyncio.Protocol):
    """One open event stream: the arrival of each event and of the log's numbers."""

    def __init__(self, head: bytes, event: str, on_event: Any) -> None:
        self.head = head
        self.wanted = f"event: {event}".encode()
        self.on_event = on_event
        self.opened = asyncio.get_running_loop().create_future()
        self.arrivals: dict[str, float] = {}
        self.began: dict[str, float] = {}
        self.seqs: list[int] = []
        self.resyncs = 0
        self.broken = False
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).write(self.head)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        *frames, self._rest = (self._rest + data).split(b"\n\n")
        for frame in frames:
            if not self.opened.done() and b"retry:" in frame:
                self.opened.set_result(frame[9:12])
            if b"event: resync" in frame:
                self.resyncs += 1
            if b"data: " not in frame:
                continue
            event = json.loads(frame[frame.index(b"data: ") + 6 :].split(b"\n")[0].rstrip(b"\r"))
            if "seq" in event:
                self.seqs.append(event["seq"])
            if self.wanted in frame:
                call_id = event.get("call_id") or name_of(event["data"])
                self.arrivals[call_id] = now
                self.began[call_id] = datetime.fromisoformat(event["at"]).timestamp()
                self.on_event(self, call_id)

    def connection_lost(self, error: Exception | None) -> None:
        self.broken = True
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("the stream did not open"))


def name_of(data: dict[str, Any]) -> str:
    """What an event is about: a call, or an emergency."""
    return str(data["call_id"] if "call_id" in data else data["emergency"]["identifier"])


async def listen(port: int, path: str, count: int, event: str, tokens: list[str], one_of: int = 1) -> None:
    loop = asyncio.get_running_loop()
    receipts: list[asyncio.Task[None]] = []
    refused = 0

    async def answer(place: int, call_id: str) -> None:
        nonlocal refused
        shown = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        receipt = {"stage": "shown", "at": shown}
        status, _ = await senders[place].send("POST", f"/api/v1/calls/{call_id}/receipts", receipt)
        refused += status != 204

    def on_event(display: Display, call_id: str) -> None:
        # Each display has one connection for receipts, as a real one has: one after the other.
        place = places[display] if senders else 0
        if senders and place % one_of == crc32(call_id.encode()) % one_of:
            last[place] = task = loop.create_task(_after(last[place], answer(place, call_id)))
            receipts.append(task)

    with_receipts = len(tokens) > 1
    displays = []
    for place in range(count):
        token = f"Authorization: Bearer {tokens[place % len(tokens)]}\r\n" if tokens else ""
        head = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{token}Accept: text/event-stream\r\n\r\n".encode()
        _, display = await loop.create_connection(
            lambda head=head: Display(head, event, on_event),
            HOST,
            port,  # type: ignore[misc]
        )
        displays.append(display)
        if place % 20 == 19:
            await asyncio.gather(*(shown.opened for shown in displays))
    await asyncio.gather(*(display.opened for display in displays))
    senders = [await Connection(port, token).open() for token in tokens[:count]] if with_receipts else []
    places = {display: place for place, display in enumerate(displays)}
    last: dict[int, asyncio.Task[None] | None] = defaultdict(lambda: None)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    if receipts:
        await asyncio.wait(receipts, timeout=20)
    calls: dict[str, list[float]] = defaultdict(list)
    began = {call_id: at for display in displays for call_id, at in display.began.items()}
    for display in displays:
        for call_id, at in display.arrivals.items():
            calls[call_id].append(at)
    unordered = sum(display.seqs != sorted(set(display.seqs)) for display in displays)
    everything = {seq for display in displays for seq in display.seqs}
    report = {
        "calls": calls, "at": began, "seen": sorted(everything),
        "receipts": len(receipts) - refused, "refused": refused, "unordered": unordered,
        "missing": sum(len(everything) - len(set(display.seqs)) for display in displays),
        "broken": sum(display.broken for display in displays), "resyncs": sum(display.resyncs for display in displays),
    }  # fmt: skip
    print(json.dumps(report), flush=True)


async def _after(before: asyncio.Task[None] | None, work: Any) -> None:
    if before is not None:
        await before
    await work


if __name__ == "__main__":
    port, path, count, event, *one_of = sys.argv[1:]
    uvloop.run(listen(int(port), path, int(count), event, json.loads(os.environ[TOKEN_ENV]), *map(int, one_of)))
