"""One ticket's stream: only its own news, not too often, and never in the way of a stop."""

from __future__ import annotations

import itertools
import json
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from server.mobile.stream import PER_TICKET
from shared.domain.tickets import Step
from shared.schemas.tickets import Ticket
from tests.fakes.citizens import somebody
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall, running_hall
from tests.fakes.own_line import OwnLine, move_back, new_line

PATIENCE_S = 30.0


class Ear:
    """Listens to a ticket's stream on a thread."""

    def __init__(self, ticket: Ticket, query: str = "") -> None:
        self.heard: queue.Queue[tuple[str, dict[str, Any], float]] = queue.Queue()
        self.raw = ""
        self.ended = threading.Event()
        self.ended_at = 0.0
        self.response = requests.get(ticket.qr + "/events" + query, stream=True, timeout=(5, 30))
        self.status = self.response.status_code
        self._thread = threading.Thread(target=self._listen, name="ear", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        kind = ""
        try:
            for line in self.response.iter_lines(chunk_size=1, decode_unicode=False):
                text = line.decode()
                self.raw += text + "\n"
                if text.startswith("event: "):
                    kind = text[7:]
                elif text.startswith("data: "):
                    self.heard.put((kind, json.loads(text[6:]), time.monotonic()))
        except (requests.RequestException, AttributeError, ValueError, OSError):
            pass
        self.ended_at = time.monotonic()
        self.ended.set()

    def next(self, kind: str = "ticket") -> dict[str, Any]:
        while True:
            found, data, _ = self.heard.get(timeout=PATIENCE_S)
            if found == kind:
                return data

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while not wanted(data := self.next()):
            pass
        return data

    def close(self) -> None:
        connection = self.response.raw.connection
        if connection is not None and connection.sock is not None and not self.ended.is_set():
            connection.sock.shutdown(2)
        self._thread.join(5)
        self.response.close()


@contextmanager
def listening(ticket: Ticket, query: str = "") -> Iterator[Ear]:
    ear = Ear(ticket, query)
    try:
        yield ear
    finally:
        ear.close()


def test_the_line_moves_and_the_phone_knows(line: OwnLine) -> None:
    line.open()
    line.take()
    line.take()
    mine = line.take()
    with listening(mine) as ear:
        assert ear.next()["ahead"] == 2
        line.serve()
        assert ear.until(lambda news: news["ahead"] == 1)["title"] == f"前面1人 · {mine.number}"
        line.take(priority=2)
        ear.until(lambda news: news["ahead"] == 2)
        line.serve()
        line.serve()
        ear.until(lambda news: news["ahead"] == 0)
        assert line.call() == mine.number
        called = ear.until(lambda news: news["state"] == "called")
        assert called["counter"] == line.label
        assert called["alert"]
        line.step(Step.RECALL)
        assert ear.until(lambda news: news["alert"] != called["alert"])["state"] == "called"
        line.step(Step.FINISH)
        assert 'id="rating"' in ear.until(lambda news: news["state"] == "finished")["html"]
        assert requests.post(mine.qr + "/rating", data={"level": "4"}, timeout=5).status_code == 200
        ear.until(lambda news: news["state"] == "rated")
        ear.next("end")
        assert ear.ended.wait(PATIENCE_S)


def test_while_only_its_line_moves_a_phone_is_sent_the_figures_alone(line: OwnLine) -> None:
    line.open()
    for _ in range(3):
        line.take()
    mine = line.take()
    with listening(mine, "?lang=en") as ear:
        first = ear.next()
        assert (first["ahead"], 'id="wait"' in first["html"]) == (3, True)
        line.serve()
        moved = ear.until(lambda news: news["ahead"] == 2)
        assert "html" not in moved and moved["title"] == f"2 ahead · {mine.number}"
        line.serve()
        line.serve()
        next_one = ear.until(lambda news: news["ahead"] == 0)
        assert 'data-ahead="0"' in next_one["html"], "other words stand there now"
        line.take(priority=2)
        assert '<strong id="ahead">1</strong>' in ear.until(lambda news: news["ahead"] == 1)["html"]


def test_counters_that_open_change_the_expected_wait(line: OwnLine) -> None:
    line.take()
    with listening(line.take(), "?lang=en") as ear:
        assert ear.next()["wait"] == "calling starts when a counter opens"
        line.open()
        told = ear.until(lambda news: news["wait"].startswith("about"))["wait"]
        # Rough, or forecast already: that differs by some minutes.
        assert re.fullmatch(r"about \d+(–\d+)? min", told)


def test_a_transferred_ticket_follows_its_new_line(shared_hall: RunningHall, line: OwnLine) -> None:
    line.open()
    other = new_line(shared_hall)
    other.open()
    before, mine = other.take(), line.take()
    with listening(mine) as ear:
        ear.next()
        line.call()
        line.client.ticket_step(line.counter_id, "transfer", {"service_id": str(other.service_id)})
        ear.until(lambda news: news["state"] == "waiting" and news["ahead"] == 1)
        assert other.serve() == before.number
        ear.until(lambda news: news["ahead"] == 0)


def test_nobody_elses_news_comes_through(shared_hall: RunningHall, line: OwnLine) -> None:
    line.open()
    stranger = new_line(shared_hall)
    stranger.open()
    mine = line.take()
    first, second = somebody(), somebody()
    with listening(mine) as ear:
        ear.next()
        others = [stranger.take(identity=first), line.take(identity=second), line.take()]
        stranger.serve()
        line.call()
        ear.until(lambda news: news["state"] == "called")
        for other in others:
            for secret in (other.number, str(other.id), other.qr.rsplit("/", 1)[-1]):
                assert secret not in ear.raw
        assert "张" not in ear.raw
        assert not any(one.number in ear.raw or one.number[-4:] + '"' in ear.raw for one in (first, second))
        assert str(mine.id) not in ear.raw


def test_a_rush_is_gathered(line: OwnLine) -> None:
    line.open()
    for _ in range(30):
        line.take()
    with listening(line.take()) as ear:
        ear.next()
        for _ in range(30):
            line.serve()
        told: list[tuple[str, dict[str, Any], float]] = []
        while not told or told[-1][1]["ahead"]:
            told.append(ear.heard.get(timeout=PATIENCE_S))
        times = [at for _, _, at in told]
        assert len(told) < 30
        assert all(later - earlier > 0.4 for earlier, later in itertools.pairwise(times))


def test_who_joins_behind_is_no_news(line: OwnLine) -> None:
    with listening(line.take()) as ear:
        ear.next()
        for _ in range(3):
            line.take()
        line.take(priority=1)
        assert ear.next()["ahead"] == 1, "the first news is of the one that goes before"


def test_an_old_ticket_is_told_once_and_ended(shared_hall: RunningHall, line: OwnLine) -> None:
    ticket = line.take()
    move_back(shared_hall, ticket, days=1)
    with listening(ticket) as ear:
        assert ear.next()["state"] == "expired"
        assert ear.ended.wait(PATIENCE_S)


def test_one_ticket_has_a_handful_of_streams(line: OwnLine) -> None:
    ticket = line.take()
    ears = [Ear(ticket) for _ in range(PER_TICKET)]
    try:
        for ear in ears:
            assert ear.status == 200
            ear.next()
        assert requests.get(ticket.qr + "/events", timeout=5).status_code == 503
        ears.pop().close()
        deadline = time.monotonic() + PATIENCE_S
        while True:
            with listening(ticket) as again:
                if again.status == 200:
                    break
            assert time.monotonic() < deadline, "a closed stream still counts"
    finally:
        for ear in ears:
            ear.close()


def test_a_stop_ends_open_streams_at_once(tmp_path: Path, database_url: str) -> None:
    with running_hall(tmp_path, database_url=database_url) as hall:
        line = new_line(hall)
        ears = [Ear(line.take()) for _ in range(3)]
        try:
            for ear in ears:
                ear.next()
            began = time.monotonic()
            assert hall.stop() == 0
            assert all(ear.ended.wait(PATIENCE_S) for ear in ears)
            # Streams that hold the stop up would be cut off after the server's patience of three seconds.
            assert max(ear.ended_at for ear in ears) - began < 2.5
        finally:
            for ear in ears:
                ear.close()


def test_a_client_that_sends_too_much_leaves_no_stream_behind(shared_hall: RunningHall, line: OwnLine) -> None:
    mine = line.take()
    path = urlsplit(mine.qr).path + "/events"
    for _ in range(PER_TICKET):
        with socket.create_connection(("127.0.0.1", shared_hall.port), timeout=PATIENCE_S) as rude:
            rude.sendall(f"GET {path} HTTP/1.1\r\nHost: hall\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            heard = rude.recv(65536)
            assert heard.startswith(b"HTTP/1.1 200")
            with suppress(OSError):
                for _ in range(4):
                    rude.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
            while not heard.endswith(b"\r\n0\r\n\r\n") and (more := rude.recv(65536)):
                heard += more

    def there_is_room() -> bool:
        with requests.get(mine.qr + "/events", stream=True, timeout=PATIENCE_S) as answer:
            return answer.status_code == 200

    wait_until(there_is_room)
