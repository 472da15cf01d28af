"""What stands in no log, on its way to screens."""

from __future__ import annotations

import json

from server.event_log import volatile_frame
from tests.fakes.screens_on_a_hub import (
    AT,
    HALL,
    WAITS,
    Hall,
    both_ways,
    logged,
)


def test_what_stands_in_no_log_moves_nobodys_place_in_it() -> None:
    text = volatile_frame(HALL, "waits.changed", AT, '{"n":1}').decode()
    assert text.startswith("event: waits.changed\ndata: ")
    assert text.endswith("\n\n")
    data = json.loads(text.split("data: ")[1])
    assert data == {"hall_id": str(HALL), "kind": "waits.changed", "at": "2026-11-23T02:00:00.123Z", "data": {"n": 1}}


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
