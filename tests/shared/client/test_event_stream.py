"""The event stream against a real server over a line that breaks: nothing missing, nothing twice, never stuck."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from server.auth import Keys
from server.database import EventRow, HallRow
from shared.client.event_stream import EventStream
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.events import Event, Snapshot
from shared.schemas.tickets import TicketRequest
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import Proxy, proxy_to

PROMPT_S = 3.0


class Screen:
    """What a display keeps: it fails the test when an event does not continue what it has."""

    def __init__(self, client: HallClient, *topics: str) -> None:
        self.snapshots: list[Snapshot] = []
        self.events: list[Event] = []
        self.connections: list[tuple[bool, str]] = []
        self.threads: set[str] = set()
        self.stream = EventStream(
            client, topics or ("tickets",), on_snapshot=self.take, on_event=self.hear, on_connection=self.connected
        )

    def take(self, snapshot: Snapshot) -> None:
        self.threads.add(threading.current_thread().name)
        self.snapshots.append(snapshot)
        self.events.clear()

    def hear(self, event: Event) -> None:
        self.events.append(event)

    def connected(self, up: bool, error: HallError | None) -> None:
        self.connections.append((up, error.code if error else ""))

    @property
    def is_up(self) -> bool:
        return bool(self.connections) and self.connections[-1][0]

    @property
    def seqs(self) -> list[int]:
        return [event.seq for event in self.events]

    def waits_for(self, seq: int, timeout: float = 20) -> None:
        wait_until(lambda: self.at >= seq, timeout)

    @property
    def at(self) -> int:
        return max([0, *self.seqs, *(snapshot.seq for snapshot in self.snapshots[-1:])])

    def stop(self) -> float:
        """How long it took."""
        began = time.monotonic()
        self.stream.stop()
        return time.monotonic() - began


@pytest.fixture
def line(shared_hall: RunningHall) -> Iterator[Proxy]:
    with proxy_to(shared_hall.port) as proxy:
        yield proxy


def screen_over(line: Proxy, hall: RunningHall, *topics: str) -> tuple[Screen, HallClient]:
    client = HallClient(line.url, hall.token("display"))
    screen = Screen(client, *topics)
    screen.stream.start()
    wait_until(lambda: screen.is_up)
    return screen, client


def take_numbers(hall: RunningHall, count: int) -> int:
    """Issue tickets; answers the log's place behind the last."""
    kiosk, service = hall.client("kiosk"), hall.easy_service().id
    for _ in range(count):
        kiosk.issue(TicketRequest(service_id=service))
    return kiosk.health().seq


@pytest.mark.parametrize("end", [RunningHall.stop, RunningHall.kill])
def test_a_restart_of_the_server_loses_and_doubles_nothing(
    shared_hall: RunningHall, line: Proxy, end: Callable[[RunningHall], object]
) -> None:
    screen, client = screen_over(line, shared_hall)
    take_numbers(shared_hall, 3)
    end(shared_hall)
    shared_hall.start()
    seq = take_numbers(shared_hall, 3)
    screen.waits_for(seq)
    assert len(screen.snapshots) == 1, "the stream resumes, it does not start again"
    assert screen.seqs == list(range(screen.snapshots[0].seq + 1, seq + 1))
    assert (False, "server_unreachable") in screen.connections
    assert screen.threads == {"event-stream"}
    assert screen.stop() < PROMPT_S
    client.close()


def test_a_stream_that_the_server_ends_is_taken_up_with_a_new_token_without_a_word(shared_hall: RunningHall) -> None:
    keys, given = Keys.of(shared_hall.data), []

    def token() -> str:
        given.append(keys.issue("display", "short", lifetime_s=2))
        return given[-1]

    client = HallClient(shared_hall.url, token)
    screen = Screen(client)
    screen.stream.start()
    # The stream ends with its first token, at the next beat.
    wait_until(lambda: screen.connections.count((True, "")) >= 2, 15)
    seq = take_numbers(shared_hall, 1)
    screen.waits_for(seq)
    assert set(screen.connections) == {(True, "")}, "nobody is told of a line that was not lost"
    assert len(screen.snapshots) == 1
    screen.stop()
    client.close()


def test_a_cut_line_is_taken_up_where_it_broke(shared_hall: RunningHall, line: Proxy) -> None:
    screen, client = screen_over(line, shared_hall)
    for _ in range(3):
        line.cut()
        wait_until(lambda: not screen.is_up)
        take_numbers(shared_hall, 2)
        line.resume()
        wait_until(lambda: screen.is_up)
    seq = take_numbers(shared_hall, 1)
    screen.waits_for(seq)
    assert screen.seqs == list(range(screen.snapshots[0].seq + 1, seq + 1))
    assert screen.stop() < PROMPT_S
    client.close()


def test_a_new_epoch_means_a_new_snapshot(shared_hall: RunningHall, line: Proxy) -> None:
    screen, client = screen_over(line, shared_hall)
    take_numbers(shared_hall, 5)
    shared_hall.stop()
    # What a restored backup is: an older log under a new epoch.
    shared_hall.execute(delete(EventRow).where(EventRow.seq > 2))
    shared_hall.execute(update(HallRow).values(epoch=2, seq=2))
    shared_hall.start()
    wait_until(lambda: len(screen.snapshots) == 2, 20)
    assert (screen.snapshots[1].epoch, screen.snapshots[1].seq) == (2, 2)
    wait_until(lambda: screen.is_up)
    seq = take_numbers(shared_hall, 2)
    screen.waits_for(seq)
    assert [(event.epoch, event.seq) for event in screen.events] == [(2, 3), (2, 4)]
    assert screen.stop() < PROMPT_S
    client.close()


def test_a_swept_log_means_a_new_snapshot(shared_hall: RunningHall, line: Proxy) -> None:
    screen, client = screen_over(line, shared_hall)
    line.cut()
    missed = take_numbers(shared_hall, 3)
    shared_hall.execute(delete(EventRow))
    line.resume()
    wait_until(lambda: len(screen.snapshots) == 2, 20)
    assert screen.snapshots[1].seq == missed
    screen.waits_for(take_numbers(shared_hall, 2))
    assert screen.seqs == [missed + 1, missed + 2]
    assert screen.stop() < PROMPT_S
    client.close()


def test_a_silent_line_is_noticed_and_left(
    shared_hall: RunningHall, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two missed beats, in a second instead of thirteen.
    monkeypatch.setattr("shared.client.event_stream.SILENCE_S", 1.0)
    screen, client = screen_over(line, shared_hall)
    line.stall()
    seq = take_numbers(shared_hall, 2)
    wait_until(lambda: not screen.is_up, 10)
    assert screen.connections[-1] == (False, "server_unreachable")
    assert screen.stream.is_running, "a dead peer ends the connection, not the thread"
    line.resume()
    screen.waits_for(seq)
    assert screen.seqs == list(range(screen.snapshots[0].seq + 1, seq + 1))
    assert screen.stop() < PROMPT_S
    client.close()


@pytest.mark.parametrize("stalled", ["while reading", "while connecting", "while taking the snapshot"])
def test_stopping_never_waits_for_the_other_side(shared_hall: RunningHall, line: Proxy, stalled: str) -> None:
    if stalled == "while reading":
        screen, client = screen_over(line, shared_hall)
        line.stall()
    else:
        client = HallClient(line.url, shared_hall.token("display"))
        screen = Screen(client)
        if stalled == "while taking the snapshot":
            line.stall()
            screen.stream.start()
            wait_until(lambda: line.accepted == 1)
        else:
            screen.stream.start()
            wait_until(lambda: screen.is_up)
            before = line.accepted
            line.stall()
            line.drop()
            wait_until(lambda: line.accepted > before, 15)
    assert screen.stop() < PROMPT_S
    assert not screen.stream.is_running
    client.close()


def test_stopping_before_the_server_was_ever_there() -> None:
    client = HallClient("http://127.0.0.1:9", "zt1.x.y")
    screen = Screen(client)
    screen.stream.start()
    wait_until(lambda: bool(screen.connections))
    assert screen.connections[0] == (False, "server_unreachable")
    assert screen.stop() < PROMPT_S
    client.close()


def test_a_refused_token_is_told_with_its_reason(shared_hall: RunningHall) -> None:
    client = HallClient(shared_hall.url, "zt1.not.ours", language="en")
    screen = Screen(client)
    screen.stream.start()
    wait_until(lambda: bool(screen.connections))
    assert screen.connections[0] == (False, "token_invalid")
    assert screen.stop() < PROMPT_S
    client.close()


def test_a_screen_that_fails_on_an_event_gets_the_next_one(shared_hall: RunningHall, line: Proxy) -> None:
    client = HallClient(line.url, shared_hall.token("display"))
    screen = Screen(client)
    hear = screen.hear
    failed: list[int] = []

    def fail_once(event: Event) -> None:
        if not failed:
            failed.append(event.seq)
            raise KeyError("a bug in a presenter")
        hear(event)

    screen.stream = EventStream(
        client, ("tickets",), on_snapshot=screen.take, on_event=fail_once, on_connection=screen.connected
    )
    screen.stream.start()
    wait_until(lambda: screen.is_up)
    seq = take_numbers(shared_hall, 3)
    screen.waits_for(seq)
    assert len(failed) == 1
    assert screen.stop() < PROMPT_S
    client.close()


def test_kinds_nobody_asked_for_move_the_place_in_the_log(shared_hall: RunningHall, line: Proxy) -> None:
    screen, client = screen_over(line, shared_hall, "terminals")
    seq = take_numbers(shared_hall, 3)
    line.cut()
    wait_until(lambda: not screen.is_up)
    line.resume()
    wait_until(lambda: screen.is_up)
    shared_hall.client("kiosk").report("1.0", "hall", [])
    screen.waits_for(seq + 1)
    assert [event.kind for event in screen.events] == ["terminal.changed"]
    assert len(screen.snapshots) == 1
    assert screen.stop() < PROMPT_S
    client.close()


def test_two_hundred_events_while_the_line_was_down_arrive_in_order(shared_hall: RunningHall, line: Proxy) -> None:
    screen, client = screen_over(line, shared_hall)
    line.cut()
    seq = take_numbers(shared_hall, 200)
    line.resume()
    screen.waits_for(seq)
    assert screen.seqs == list(range(screen.snapshots[0].seq + 1, seq + 1))
    assert len({UUID(event.data["ticket_id"]) for event in screen.events}) == 200
    assert screen.stop() < PROMPT_S
    client.close()
