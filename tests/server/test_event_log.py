"""The hub and its streams on a real event loop, with a screen that reads as fast, or as slowly, as the test says."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from server.database import LoggedEvent
from server.event_log import WIRE, EventStream, Hub, Subscriber, frame, resync_frame, volatile_frame

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


# What goes on the wire


def test_a_frame_carries_the_event_whole() -> None:
    text = frame(logged(7)).decode()
    assert text.startswith("id: 4:7\nevent: ticket.called\ndata: ")
    assert text.endswith("\n\n")
    assert json.loads(text.split("data: ")[1]) == {
        "hall_id": str(HALL), "epoch": 4, "seq": 7, "kind": "ticket.called", "at": "2026-11-23T02:00:00.123Z",
        "data": {"n": 7},
    }  # fmt: skip


def test_a_resync_frame_stands_at_its_place_in_the_log() -> None:
    text = resync_frame(HALL, 4, 9).decode()
    assert text.startswith("id: 4:9\nevent: resync\n")
    data = json.loads(text.split("data: ")[1])
    assert set(data) == {"hall_id", "epoch", "seq", "kind", "at", "data"}, "what every event has"
    assert (data["hall_id"], data["epoch"], data["seq"], data["data"]) == (str(HALL), 4, 9, {})


def test_what_stands_in_no_log_moves_nobodys_place_in_it() -> None:
    text = volatile_frame(HALL, "waits.changed", AT, '{"n":1}').decode()
    assert text.startswith("event: waits.changed\ndata: ")
    assert text.endswith("\n\n")
    data = json.loads(text.split("data: ")[1])
    assert data == {"hall_id": str(HALL), "kind": "waits.changed", "at": "2026-11-23T02:00:00.123Z", "data": {"n": 1}}


# A client's queue


def test_a_full_queue_is_dropped_and_stays_empty_until_the_client_was_told() -> None:
    subscriber = Subscriber(everything, limit=2)
    for seq in (1, 2):
        subscriber.push(logged(seq), b"")
    assert (len(subscriber.entries), subscriber.overflowed) == (2, False)
    for seq in (3, 4):
        subscriber.push(logged(seq), b"")
    assert (len(subscriber.entries), subscriber.overflowed) == (0, True)


@pytest.mark.parametrize("what", ["push", "close", "beat", "tell"])
def test_a_waiting_stream_wakes_for(what: str) -> None:
    async def main() -> None:
        subscriber = Subscriber(everything, 2, WAITS)
        waiting = asyncio.ensure_future(subscriber.wait())
        await asyncio.sleep(0)
        assert not waiting.done()
        if what == "push":
            subscriber.push(logged(1), b"")
        elif what == "close":
            subscriber.close()
        elif what == "tell":
            subscriber.tell("waits.changed", b"")
        else:
            subscriber.beat = True
            subscriber.wake()
        await waiting
        assert subscriber.ready

    on_a_loop(main)()


def test_a_stream_that_loses_only_what_can_wait_is_told_so_at_once() -> None:
    async def main() -> None:
        subscriber = Subscriber(everything, 2)
        waiting = asyncio.ensure_future(subscriber.wait())
        await asyncio.sleep(0)
        for seq in (1, 2, 3):
            subscriber.push(logged(seq, "ticket.finished"), b"")
        await waiting
        assert subscriber.overflowed

    on_a_loop(main)()


# A stream


@both_ways
async def test_events_come_in_order_and_in_the_order_of_their_commits() -> None:
    hall = Hall()
    screen = await hall.open_at_ten()
    hall.hub.publish([logged(11), logged(12)])
    hall.hub.publish([logged(13)])
    assert await screen.shown(3) == [("4:11", "ticket.called"), ("4:12", "ticket.called"), ("4:13", "ticket.called")]
    assert screen.status == 200
    await hall.close()


@on_a_loop
async def test_what_can_be_written_at_once_wakes_no_task() -> None:
    hall = Hall()
    hall.straight = True
    screen = await hall.open_at_ten()
    hall.hub.publish([logged(11)])
    assert await screen.shown(1) == [("4:11", "ticket.called")]
    hall.hub.publish([logged(12, "ticket.finished")])
    hall.hub.publish([logged(13)])
    assert [at for at, _ in await screen.shown(2)] == ["4:12", "4:13"]
    assert screen.at_once == 2, "what can wait goes with the next call"
    await hall.close()


@both_ways
async def test_what_another_thread_commits_arrives_complete_and_in_order() -> None:
    hall = Hall(limit=1000)
    screens = [await hall.open_at_ten() for _ in range(3)]

    def commit() -> None:
        for first in range(11, 311, 3):
            hall.hub.publish([logged(first), logged(first + 1), logged(first + 2)])

    writer = threading.Thread(target=commit)
    writer.start()
    for screen in screens:
        assert [at for at, _ in await screen.shown(300)] == [f"4:{seq}" for seq in range(11, 311)]
    writer.join()
    await hall.close()


@both_ways
async def test_what_commits_while_the_log_is_read_comes_once() -> None:
    """The live queue opens before the log is read, so 12 is in both and 13 in the queue alone."""
    hall = Hall()
    reading, read_on = threading.Event(), threading.Event()

    def resume() -> tuple[list[LoggedEvent], int, int]:
        reading.set()
        assert read_on.wait(PATIENCE_S)
        return [logged(11), logged(12)], 4, 12

    screen = hall.open(resume=resume)
    await asyncio.to_thread(reading.wait, PATIENCE_S)
    hall.hub.publish([logged(12), logged(13)])
    read_on.set()
    called = "ticket.called"
    assert await screen.shown(4) == [("4:11", called), ("4:12", called), ("4:12", ""), ("4:13", called)]
    await hall.close()


@both_ways
async def test_who_missed_too_much_is_told_to_take_a_snapshot_and_then_follows_live() -> None:
    hall = Hall()
    screen = hall.open(resume=lambda: (None, 4, 5000))
    assert await screen.shown(2) == [("4:5000", "resync"), ("4:5000", "")]
    hall.hub.publish([logged(5001)])
    assert await screen.shown(1) == [("4:5001", "ticket.called")]
    await hall.close()


@both_ways
async def test_a_screen_that_stops_reading_is_told_to_resync_and_the_others_miss_nothing() -> None:
    hall = Hall(limit=3)
    slow, quick = await hall.open_at_ten(), await hall.open_at_ten()
    slow.reading.clear()
    hall.hub.publish([logged(11)])
    await slow.blocked.wait()
    assert await quick.shown(1) == [("4:11", "ticket.called")]
    for seq in range(12, 17):
        hall.hub.publish([logged(seq)])
        assert await quick.shown(1) == [(f"4:{seq}", "ticket.called")]
    slow.reading.set()
    assert await slow.shown(2) == [("4:11", "ticket.called"), ("4:16", "resync")]
    hall.hub.publish([logged(17)])
    assert await slow.shown(1) == [("4:17", "ticket.called")]
    await hall.close()


@both_ways
async def test_a_stream_gets_only_the_kinds_it_asked_for() -> None:
    hall = Hall()
    screen = await hall.open_at_ten(calls_only)
    hall.hub.publish([logged(11, "ticket.issued"), logged(12), logged(13, "ticket.issued")])
    hall.hub.publish([logged(14, "ticket.issued")])
    hall.hub.publish([logged(15)])
    assert await screen.shown(2) == [("4:12", "ticket.called"), ("4:15", "ticket.called")]
    await hall.close()


@both_ways
async def test_resuming_past_other_kinds_moves_the_place_in_the_log_on() -> None:
    """Or a display of a hall where nobody is called would read the same thousand events at each reconnect."""
    hall = Hall()
    missed = [logged(11, "ticket.issued"), logged(12), logged(13, "ticket.issued")]
    screen = hall.open(calls_only, lambda: (missed, 4, 13))
    assert await screen.shown(2) == [("4:12", "ticket.called"), ("4:13", "")]
    await hall.close()


@both_ways
async def test_an_idle_stream_beats() -> None:
    hall = Hall(heartbeat_s=0.01)
    screen = await hall.open_at_ten()
    for _ in range(3):
        assert await screen.next_chunk() == ": beat\n\n"
    hall.hub.publish([logged(11)])
    while (chunk := await screen.next_chunk()) == ": beat\n\n":
        pass
    assert chunk == frame(logged(11)).decode()
    await hall.close()


# The end of a stream


@both_ways
async def test_a_stream_ends_with_the_right_to_read_it() -> None:
    hall, allowed = Hall(heartbeat_s=0.02), [True]
    screen = hall.open(allowed=allowed)
    assert await screen.next_chunk()
    hall.hub.publish([logged(11)])
    assert "4:11" in await screen.next_chunk() + await screen.next_chunk()
    allowed[0] = False
    hall.hub.publish([logged(12)])
    await asyncio.gather(*hall.streams)
    assert screen.ended
    assert "4:12" not in "".join(chunk.decode() for chunk in screen.chunks)
    await hall.close()


@both_ways
async def test_closing_the_hub_ends_every_stream() -> None:
    hall = Hall()
    screens = [await hall.open_at_ten() for _ in range(3)]
    assert len(hall.hub.subscribers) == 3
    await hall.close()
    assert [screen.ended for screen in screens] == [True, True, True]
    assert hall.hub.subscribers == set()


@both_ways
async def test_a_stream_opened_after_the_hub_has_closed_ends_at_once() -> None:
    hall = Hall()
    hall.hub.close()
    screen = hall.open()
    await asyncio.gather(*hall.streams)
    assert screen.ended
    assert hall.hub.subscribers == set()


@both_ways
async def test_a_client_that_goes_away_is_forgotten() -> None:
    hall = Hall()
    gone, stays = await hall.open_at_ten(), await hall.open_at_ten()
    gone.gone.set()
    await hall.streams[0]
    assert len(hall.hub.subscribers) == 1
    hall.hub.publish([logged(11)])
    assert await stays.shown(1) == [("4:11", "ticket.called")]
    await hall.close()


@both_ways
async def test_a_line_that_breaks_while_writing_is_no_fault_of_the_server() -> None:
    hall = Hall()
    screen = await hall.open_at_ten()
    screen.broken = True
    hall.hub.publish([logged(11)])
    await hall.streams[0]
    assert hall.hub.subscribers == set()
    await hall.close()


@both_ways
async def test_a_log_that_cannot_be_read_leaves_no_subscriber_behind() -> None:
    hall = Hall()

    def resume() -> tuple[list[LoggedEvent], int, int]:
        raise RuntimeError("the database is gone")

    hall.open(resume=resume)
    with pytest.raises(RuntimeError, match="the database is gone"):
        await hall.streams[0]
    assert hall.hub.subscribers == set()
    hall.hub.close()


def test_publishing_after_the_loop_has_ended_is_harmless() -> None:
    loop = asyncio.new_event_loop()
    hub = Hub(loop, HALL, limit=10, heartbeat_s=NEVER_S)
    loop.close()
    hub.publish([logged(1)])
    assert hub.last == (0, 0)


# What stands in no log


def told(chunk: str) -> list[int]:
    """The numbers of the volatile frames in a chunk."""
    frames = [part for part in chunk.split("\n\n") if part.startswith("event: waits.changed\n")]
    return [json.loads(part.split("data: ")[1])["data"]["n"] for part in frames]


@both_ways
async def test_a_volatile_frame_goes_to_those_who_asked_and_first_to_who_comes_later() -> None:
    hall = Hall()
    other = await hall.open_at_ten()
    hall.hub.tell("waits.changed", AT, '{"n":1}')
    screen = hall.open(volatile=WAITS)
    assert await screen.shown(1) == [("4:10", "")]
    assert told(await screen.next_chunk()) == [1]
    hall.hub.tell("waits.changed", AT, '{"n":2}')
    assert told(await screen.next_chunk()) == [2]
    hall.hub.publish([logged(11)])
    assert await screen.shown(1) == await other.shown(1) == [("4:11", "ticket.called")]
    assert not other.chunks
    await hall.close()


@both_ways
async def test_who_reads_slowly_is_told_the_last_only_and_loses_no_event_for_it() -> None:
    hall = Hall(limit=2)
    screen = hall.open(volatile=WAITS)
    assert await screen.shown(1) == [("4:10", "")]
    screen.reading.clear()
    hall.hub.tell("waits.changed", AT, '{"n":1}')
    await screen.blocked.wait()
    for number in range(2, 9):
        hall.hub.tell("waits.changed", AT, f'{{"n":{number}}}')
    hall.hub.publish([logged(11), logged(12)])
    screen.reading.set()
    assert told(await screen.next_chunk()) == [1]
    both = await screen.next_chunk()
    assert [part.split("\n")[0] for part in both.split("\n\n")[:2]] == ["id: 4:11", "id: 4:12"]
    assert told(both) == [8]
    await hall.close()
