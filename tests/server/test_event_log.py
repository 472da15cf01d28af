"""Streams of the event log: resumed, live, slow, ended."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from server.database import LoggedEvent
from server.event_log import Hub, Subscriber, frame, resync_frame
from tests.fakes.screens_on_a_hub import (
    HALL,
    NEVER_S,
    PATIENCE_S,
    WAITS,
    Hall,
    both_ways,
    calls_only,
    everything,
    logged,
    on_a_loop,
)

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
