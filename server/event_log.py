"""The event log on its way to screens: resume from the log, then live from memory, and never a silent gap."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, select
from starlette.types import Message, Receive, Scope, Send

from server.database import EventRow, LoggedEvent, Reader

log = logging.getLogger(__name__)
BACKLOG_LIMIT = 2000
# Where a stream finds the way past all that stands around a request, which each of its thousand pieces would pass.
WIRE = "zhiting.wire"
_HEARTBEAT = b": beat\n\n"
# The most frequent kinds, which nobody stands and waits for: they ride along with the next call, or go after GATHER_S.
# A full hall's screens take a fifth of the packets then.
_CAN_WAIT = frozenset({"ticket.issued", "ticket.started", "ticket.finished", "ticket.rated", "call.receipt"})
GATHER_S = 0.1
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def frame(entry: LoggedEvent) -> bytes:
    """The event as it goes on the wire; made once, sent to everybody."""
    at = entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return (
        f"id: {entry.epoch}:{entry.seq}\nevent: {entry.kind}\n"
        f'data: {{"hall_id":"{entry.hall_id}","epoch":{entry.epoch},"seq":{entry.seq},"kind":"{entry.kind}",'
        f'"at":"{at}","data":{entry.data}}}\n\n'
    ).encode()


def resync_frame(hall_id: UUID, epoch: int, seq: int) -> bytes:
    """Tells the client to take a new snapshot; what follows on the stream continues from it."""
    return frame(LoggedEvent(hall_id, epoch, seq, "resync", datetime.now(UTC), "{}"))


def volatile_frame(hall_id: UUID, kind: str, at: datetime, data: str) -> bytes:
    """What stands in no log: without an id, so that it moves nobody's place in it."""
    said = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f'event: {kind}\ndata: {{"hall_id":"{hall_id}","kind":"{kind}","at":"{said}","data":{data}}}\n\n'.encode()


def _nothing(entry: LoggedEvent) -> bool:
    return False


class Subscriber:
    """One client's bounded queue. On overflow the queue is dropped and the client is told to resync.

    ``volatile``: the kinds outside the log that it wants; of each, only the last one waits to be sent.
    """

    def __init__(
        self, wants: Callable[[LoggedEvent], bool], limit: int, volatile: frozenset[str] = frozenset()
    ) -> None:
        self.wants = wants
        self.limit = limit
        self.volatile = volatile
        self.told: dict[str, bytes] = {}
        self.closed = False
        self.overflowed = False
        self.beat = False
        self.entries: deque[tuple[LoggedEvent, bytes]] = deque()
        # Sends what is queued without waking anybody; False when that can't be done at once.
        self.send_now: Callable[[], bool] | None = None
        self._wake: asyncio.Future[None] | None = None

    def push(self, entry: LoggedEvent, encoded: bytes) -> None:
        """Queue an event. One that can wait is sent with the next that can't, or when the hub wakes everybody."""
        if self.overflowed:
            return
        if len(self.entries) >= self.limit:
            self.entries.clear()
            self.overflowed = True
        else:
            self.entries.append((entry, encoded))
        # What is lost is told at once: nothing more is queued until it was.
        if self.overflowed or entry.kind not in _CAN_WAIT:
            self.wake()

    def tell(self, kind: str, encoded: bytes) -> None:
        if kind in self.volatile:
            self.told[kind] = encoded
            self.wake()

    def wake(self) -> None:
        # Who does not wait is sending, and looks again when that is done.
        if self._wake is None or self._wake.done():
            return
        if self.send_now is None or not self.send_now():
            self._wake.set_result(None)

    def close(self) -> None:
        self.closed = True
        # Each may hold this subscriber in turn, which would leave it to the garbage collection.
        self.wants, self.send_now = _nothing, None
        self.wake()

    @property
    def ready(self) -> bool:
        """There is something to send, or the stream is over."""
        return bool(self.entries or self.told) or self.closed or self.overflowed or self.beat

    async def wait(self) -> None:
        """Until the stream is ready."""
        if self.ready:
            return
        self._wake = asyncio.get_running_loop().create_future()
        await self._wake


class Wire(Protocol):
    """The connection itself, for an answer of a thousand pieces."""

    @property
    def free(self) -> bool:
        """A piece can be written now: the client reads, and is there."""

    def write(self, piece: bytes) -> None: ...

    async def send(self, message: Message) -> None:
        """As ASGI's: waits until the client has read."""


class EventBus(Protocol):
    """How committed events of all processes come to this process's hub."""

    def start(self) -> None: ...
    def committed(self, events: list[LoggedEvent]) -> None: ...
    def close(self) -> None: ...


class Hub:
    """All streams of this process. Lives on the event loop; other threads hand over with ``publish``."""

    def __init__(self, loop: asyncio.AbstractEventLoop, hall_id: UUID, *, limit: int, heartbeat_s: float) -> None:
        self.loop = loop
        self.hall_id = hall_id
        self.limit = limit
        self.heartbeat_s = heartbeat_s
        self.subscribers: set[Subscriber] = set()
        # Those to whom only what names certain things matters, by the things' ids: a thousand phones are not asked at
        # each event. The empty id is named by all.
        self._attending: dict[Subscriber, frozenset[str]] = {}
        self._by_id: dict[str, set[Subscriber]] = {}
        # Told of every event first, on the loop's thread.
        self.listeners: list[Callable[[LoggedEvent], None]] = []
        self.last: tuple[int, int] = (0, 0)
        # The last frame of each volatile kind.
        self.told: dict[str, bytes] = {}
        self.closed = False
        self._beat: asyncio.TimerHandle | None = None
        self._gathering = False

    def start(self) -> None:
        self._beat = self.loop.call_later(self.heartbeat_s, self._heartbeat)

    def publish(self, events: list[LoggedEvent]) -> None:
        """Hand events of one commit, in order, to every stream that wants them. From any thread."""
        encoded = [(entry, frame(entry)) for entry in events]
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._deliver, encoded)

    def _deliver(self, encoded: list[tuple[LoggedEvent, bytes]]) -> None:
        self.last = (encoded[-1][0].epoch, encoded[-1][0].seq)
        for listener in self.listeners:
            for entry, _ in encoded:
                listener(entry)
        for subscriber in self.subscribers:
            for entry, text in encoded:
                if subscriber.wants(entry):
                    subscriber.push(entry, text)
        if self._by_id:
            self._deliver_by_id(encoded)
        if not self._gathering and any(entry.kind in _CAN_WAIT for entry, _ in encoded):
            self._gathering = True
            self.loop.call_later(GATHER_S, self._gathered)

    def _deliver_by_id(self, encoded: list[tuple[LoggedEvent, bytes]]) -> None:
        for entry, text in encoded:
            for named in {"", *_ID.findall(entry.data)}:
                for subscriber in self._by_id.get(named, ()):
                    if subscriber.wants(entry):
                        subscriber.push(entry, text)

    def attend(self, subscriber: Subscriber, ids: frozenset[str]) -> None:
        """From now on ``subscriber`` is asked about events that name one of ``ids``, and no others; none: it leaves."""
        if ids == (before := self._attending.get(subscriber, frozenset())):
            return
        for one in before - ids:
            self._by_id[one].discard(subscriber)
            if not self._by_id[one]:
                del self._by_id[one]
        for one in ids - before:
            self._by_id.setdefault(one, set()).add(subscriber)
        if ids:
            self._attending[subscriber] = ids
        else:
            del self._attending[subscriber]
        if self.closed:
            subscriber.close()

    @property
    def attending(self) -> Iterator[Subscriber]:
        return iter(self._attending)

    def _gathered(self) -> None:
        self._gathering = False
        for subscriber in self.subscribers:
            if subscriber.entries:
                subscriber.wake()

    def tell(self, kind: str, at: datetime, data: str) -> None:
        """Hand what stands in no log to this process's streams that want it, now and when they open. On the loop."""
        encoded = self.told[kind] = volatile_frame(self.hall_id, kind, at, data)
        for subscriber in self.subscribers:
            subscriber.tell(kind, encoded)

    def _heartbeat(self) -> None:
        for subscriber in (*self.subscribers, *self._attending):
            subscriber.beat = True
            subscriber.wake()
        self._beat = self.loop.call_later(self.heartbeat_s, self._heartbeat)

    def subscribe(self, wants: Callable[[LoggedEvent], bool], volatile: frozenset[str] = frozenset()) -> Subscriber:
        subscriber = Subscriber(wants, self.limit, volatile)
        self.join(subscriber)
        for kind, encoded in self.told.items():
            subscriber.tell(kind, encoded)
        return subscriber

    def join(self, subscriber: Subscriber) -> None:
        if self.closed:
            subscriber.close()
        self.subscribers.add(subscriber)

    def close(self) -> None:
        """End every stream, so that the server can stop at once. On the loop's thread."""
        self.closed = True
        if self._beat is not None:
            self._beat.cancel()
        for subscriber in (*self.subscribers, *self._attending):
            subscriber.close()


class LocalBus:
    """One process: what the writer committed goes straight to the hub."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def start(self) -> None: ...

    def committed(self, events: list[LoggedEvent]) -> None:
        self.hub.publish(events)

    def close(self) -> None: ...


_AFTER = (
    select(EventRow)
    .where(EventRow.hall_id == bindparam("hall"), EventRow.seq > bindparam("after"))
    .order_by(EventRow.seq)
    .limit(bindparam("most"))
)


def events_after(reader: Reader, seq: int, *, limit: int) -> list[LoggedEvent]:
    """The committed events after ``seq``, oldest first."""
    rows = reader.connection.execute(_AFTER, {"hall": reader.hall_id, "after": seq, "most": limit})
    return [LoggedEvent(row.hall_id, row.epoch, row.seq, row.kind, row.at, row.data) for row in rows]


def missed(reader: Reader, last: str) -> tuple[list[LoggedEvent] | None, int, int]:
    """What a client that saw ``epoch:seq`` has missed, or None when it must take a snapshot; and epoch, seq now."""
    epoch, seq = reader.clocks.epoch, reader.clocks.seq
    try:
        seen_epoch, seen = (int(part) for part in last.split(":"))
    except ValueError:
        return None, epoch, seq
    if seen_epoch != epoch or not 0 <= seen <= seq or seq - seen > BACKLOG_LIMIT:
        return None, epoch, seq
    events = events_after(reader, seen, limit=BACKLOG_LIMIT)
    # The oldest rows are swept after some days: a hole at the front means a snapshot.
    if len(events) != seq - seen:
        return None, epoch, seq
    return events, epoch, seq


async def _always() -> bool:
    return True


def _unknown() -> bool:
    return False


class EventStream:
    """The answer to ``GET /events``: an ASGI application of its own, because a call passes through it in one step."""

    def __init__(
        self,
        hub: Hub,
        wants: Callable[[LoggedEvent], bool],
        resume: Callable[[], tuple[list[LoggedEvent] | None, int, int]],
        may_read: Callable[[], Awaitable[bool]] = _always,
        volatile: frozenset[str] = frozenset(),
        may_read_now: Callable[[], bool] = _unknown,
    ) -> None:
        """``may_read`` is asked before each write: the stream ends with the right to it. ``may_read_now`` comes first
        and says no when that takes a look.
        """
        self.hub = hub
        self.wants = wants
        self.resume = resume
        self.may_read = may_read
        self.volatile = volatile
        self.may_read_now = may_read_now
        self._seq = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # First the live queue, then the log: what commits in between is in both, and told apart by its number.
        subscriber = self.hub.subscribe(self.wants, self.volatile)
        listener = asyncio.ensure_future(hang_up(receive, subscriber))
        try:
            events, epoch, seq = await asyncio.get_running_loop().run_in_executor(None, self.resume)
            headers = [
                (b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
            ]  # fmt: skip
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            if events is None:
                missed_part = resync_frame(self.hub.hall_id, epoch, seq)
            else:
                missed_part = b"".join(frame(entry) for entry in events if self.wants(entry))
            # The id alone moves the client's resume point without an event, also past kinds it did not ask for.
            opening = b"retry: 1000\n\n" + missed_part + f"id: {epoch}:{seq}\n\n".encode()
            await send({"type": "http.response.body", "body": opening, "more_body": True})
            self._seq = seq
            wire: Wire | None = scope.get(WIRE)
            if wire is not None:
                subscriber.send_now = partial(self._send_now, subscriber, wire)
            await self._live(subscriber, send if wire is None else wire.send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            pass  # the client went away while we wrote
        finally:
            self.hub.subscribers.discard(subscriber)
            listener.cancel()

    async def _live(self, subscriber: Subscriber, send: Send) -> None:
        while True:
            await subscriber.wait()
            if subscriber.closed or not await self.may_read():
                return
            if chunk := self._next(subscriber):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})

    def _send_now(self, subscriber: Subscriber, wire: Wire) -> bool:
        """Without a step of the stream's own task, which would cost more than the writing."""
        if subscriber.closed or not wire.free or not self.may_read_now():
            return False
        if chunk := self._next(subscriber):
            wire.write(chunk)
        return True

    def _next(self, subscriber: Subscriber) -> bytes:
        """All that waits to be sent, which then waits no longer."""
        if subscriber.overflowed:
            subscriber.overflowed = False
            epoch, self._seq = self.hub.last
            chunk = resync_frame(self.hub.hall_id, epoch, self._seq)
        else:
            entries = subscriber.entries
            chunk = b"".join([text for entry, text in entries if entry.seq > self._seq])
            if entries:
                self._seq = max(self._seq, entries[-1][0].seq)
            entries.clear()
        if subscriber.told:
            chunk += b"".join(subscriber.told.values())
            subscriber.told.clear()
        if not chunk and subscriber.beat:
            chunk = _HEARTBEAT
        subscriber.beat = False
        return chunk


async def hang_up(receive: Receive, subscriber: Subscriber) -> None:
    """Close the subscriber when its client has gone, or sends what can't be taken."""
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        subscriber.close()
