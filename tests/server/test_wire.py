"""The wire as outsiders rely on it: a real server process, plain HTTP."""

from __future__ import annotations

import json
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from server.auth import Keys
from server.database import EventRow
from server.features.queueing.models import TicketRow
from tests.fakes.hall import RunningHall, running_hall


class Caller:
    """Plain requests with a token."""

    def __init__(self, hall: RunningHall, kind: str) -> None:
        self.base = f"{hall.url}/api/v1"
        self.headers = {"Authorization": f"Bearer {hall.token(kind)}"}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return requests.request(
            method, self.base + path, json=body, timeout=10,
            headers=self.headers | {k.replace("_", "-"): v for k, v in headers.items()},
        )  # fmt: skip


def test_health_needs_no_token(shared_hall: RunningHall) -> None:
    answer = requests.get(f"{shared_hall.url}/api/v1/health", timeout=5)
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert set(answer.json()) >= {"version", "database", "hall_id", "epoch", "seq"}


def test_the_demonstration_hall_takes_tickets_at_any_hour(shared_hall: RunningHall) -> None:
    items = Caller(shared_hall, "kiosk")("GET", "/services").json()["items"]
    usable = [s for s in items if s["ticketable"] and s["open"] and s["counter_labels"]]
    assert len(usable) >= 120
    assert all({"id", "parent_id", "name", "series", "ticketable", "open"} <= set(s) for s in items)


def test_same_key_same_answer_other_body_refused(shared_hall: RunningHall) -> None:
    kiosk, service = Caller(shared_hall, "kiosk"), str(shared_hall.easy_service().id)
    key = uuid.uuid4().hex
    first = kiosk("POST", "/tickets", {"service_id": service}, Idempotency_Key=key)
    again = kiosk("POST", "/tickets", {"service_id": service}, Idempotency_Key=key)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    other = kiosk("POST", "/tickets", {"service_id": service, "priority": 1}, Idempotency_Key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_a_refusal_is_not_kept_under_its_key(shared_hall: RunningHall) -> None:
    counter, window = Caller(shared_hall, "counter"), shared_hall.counter("A09")
    call, key = f"/counters/{window.id}/call-next", uuid.uuid4().hex
    refused = counter("POST", call, {}, Idempotency_Key=key)
    assert (refused.status_code, refused.json()["code"]) == (409, "counter_not_open")
    counter("POST", f"/counters/{window.id}/sign-in", {})
    ticket = {"service_id": str(shared_hall.easy_service("A09").id)}
    counter("POST", "/tickets", ticket)
    called = counter("POST", call, {}, Idempotency_Key=key)
    assert called.status_code == 200, "what stood in the way is gone"
    counter("POST", f"/counters/{window.id}/finish", {})
    counter("POST", "/tickets", ticket)
    again = counter("POST", call, {}, Idempotency_Key=key)
    assert again.content == called.content, "and an answer is kept: nobody else is called"
    counter("POST", f"/counters/{window.id}/sign-out", {})


def test_same_key_at_once_makes_one_ticket(shared_hall: RunningHall) -> None:
    kiosk, service = Caller(shared_hall, "kiosk"), str(shared_hall.easy_service().id)
    key = uuid.uuid4().hex
    answers: list[bytes] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(
                kiosk("POST", "/tickets", {"service_id": service}, Idempotency_Key=key).content
            )
        )
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{broken", 400, "malformed_json"),
        (b'{"service_id": 7}', 422, "invalid_request"),
        (b"{}", 422, "invalid_request"),
        (b'{"service_id": "00000000-0000-0000-0000-000000000000"}', 404, "service_unknown"),
        (b'"' + b"x" * 70_000 + b'"', 413, "body_too_large"),
    ],
)
def test_bad_input_is_a_problem_in_both_languages(
    shared_hall: RunningHall, body: bytes, status: int, code: str
) -> None:
    texts = set()
    for language in ("zh-CN", "en"):
        headers = {
            "Authorization": f"Bearer {shared_hall.token('kiosk')}", "Content-Type": "application/json",
            "Accept-Language": language,
        }  # fmt: skip
        answer = requests.post(f"{shared_hall.url}/api/v1/tickets", data=body, headers=headers, timeout=5)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["code"] == code
        assert "params" in problem
        texts.add(problem["detail"])
    assert len(texts) == 2


def test_an_endless_body_is_cut_off(shared_hall: RunningHall) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield b"x" * 8192

    headers = {"Authorization": f"Bearer {shared_hall.token('kiosk')}"}
    try:
        answer = requests.post(f"{shared_hall.url}/api/v1/tickets", data=endless(), headers=headers, timeout=10)
    except requests.ConnectionError:
        return  # the server hung up while we were still talking
    assert answer.status_code == 413


def test_a_wrong_number_never_comes_back_in_the_answer_or_the_log(shared_hall: RunningHall) -> None:
    number = "110105194912310021"
    body = {"service_id": str(shared_hall.easy_service().id), "identity": {"kind": "resident", "number": number}}
    answer = Caller(shared_hall, "kiosk")("POST", "/tickets", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "identity_number_wrong")
    broken = body | {"identity": {"kind": "nonsense", "number": number}}
    answer = Caller(shared_hall, "kiosk")("POST", "/tickets", broken)
    assert answer.status_code == 422
    assert number not in answer.text
    assert number not in (shared_hall.data / "logs" / "server.log").read_text()


def test_tokens_are_checked(shared_hall: RunningHall) -> None:
    keys = Keys.of(shared_hall.data)
    good = keys.issue("kiosk", "k")
    old = keys.issue("kiosk", "k", lifetime_s=-1)
    foreign = Keys(b"x" * 32).issue("kiosk", "k")
    for token, status, code in (
        ("", 401, "token_missing"), (old, 401, "token_expired"), (foreign, 401, "token_invalid"),
        (good[:-2] + ("AA" if not good.endswith("AA") else "BB"), 401, "token_invalid"),
        ("zt1.x.y", 401, "token_invalid"),
        (good, 403, "not_permitted"),
    ):  # fmt: skip
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.get(f"{shared_hall.url}/api/v1/terminals", headers=headers, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


Line = tuple[str, str, dict[str, Any]]


class Events:
    """Reads (id, event, data) of the events of one stream that carry data."""

    def __init__(self, response: requests.Response) -> None:
        self._lines = response.iter_lines(chunk_size=1, decode_unicode=True)

    def next(self, count: int = 1) -> list[Line]:
        found: list[Line] = []
        current: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.partition(": ")
            if line and not line.startswith(":"):
                current[name] = value
            elif not line:
                if "data" in current:
                    found.append((current.get("id", ""), current["event"], json.loads(current["data"])))
                    if len(found) == count:
                        break
                current = {}
        return found


def test_events_resume_where_the_client_was(shared_hall: RunningHall) -> None:
    display, kiosk = Caller(shared_hall, "display"), Caller(shared_hall, "kiosk")
    service = str(shared_hall.easy_service().id)
    snapshot = display("GET", "/snapshot?topics=tickets").json()
    start = f"{snapshot['epoch']}:{snapshot['seq']}"
    numbers = [kiosk("POST", "/tickets", {"service_id": service}).json()["number"] for _ in range(3)]
    headers = display.headers | {"Last-Event-ID": start}
    with requests.get(f"{display.base}/events?topics=tickets", headers=headers, stream=True, timeout=10) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = Events(stream)
        missed = events.next(3)
        assert [event[2]["data"]["number"] for event in missed] == numbers
        live = kiosk("POST", "/tickets", {"service_id": service}).json()["number"]
        (event,) = events.next()
        assert event[2]["data"]["number"] == live
        assert event[1] == event[2]["kind"] == "ticket.issued"
        assert event[0] == f"{event[2]['epoch']}:{event[2]['seq']}"
    seqs = [event[2]["seq"] for event in [*missed, event]]
    assert seqs == list(range(seqs[0], seqs[0] + 4))


@pytest.mark.parametrize("last", ["7:1", "1:999999", "rubbish"])
def test_a_client_the_log_does_not_know_is_told_to_resync(shared_hall: RunningHall, last: str) -> None:
    display = Caller(shared_hall, "display")
    headers = display.headers | {"Last-Event-ID": last}
    with requests.get(f"{display.base}/events?topics=calls", headers=headers, stream=True, timeout=10) as stream:
        (event,) = Events(stream).next()
    assert event[1] == "resync"


def test_only_the_topics_asked_for_arrive(shared_hall: RunningHall) -> None:
    display, kiosk, counter = (Caller(shared_hall, kind) for kind in ("display", "kiosk", "counter"))
    window = shared_hall.counter("A04")
    service = str(shared_hall.easy_service("A04").id)
    counter("POST", f"/counters/{window.id}/sign-in", {})
    with requests.get(
        f"{display.base}/events?topics=calls", headers=display.headers, stream=True, timeout=10
    ) as stream:
        kiosk("POST", "/tickets", {"service_id": service})
        called = counter("POST", f"/counters/{window.id}/call-next", {})
        (event,) = Events(stream).next()
    assert called.status_code == 200
    assert event[1] == "ticket.called"
    data = event[2]["data"]
    assert event[2]["seq"] == called.json()["call"]["seq"]
    assert data["call_id"] == called.json()["call"]["id"]
    assert {"ticket_id", "number", "service_id", "counter_id", "counter_label"} <= set(data)
    assert counter("POST", f"/counters/{window.id}/call-next", {}).json()["code"] == "ticket_in_hand"
    counter("POST", f"/counters/{window.id}/finish", {})


def test_stopping_ends_streams_at_once_and_keeps_everything(tmp_path: Path, database_url: str) -> None:
    with running_hall(tmp_path, database_url=database_url) as hall:
        display, kiosk = Caller(hall, "display"), Caller(hall, "kiosk")
        service = str(hall.easy_service().id)
        issued = kiosk("POST", "/tickets", {"service_id": service}).json()
        with requests.get(f"{display.base}/events", headers=display.headers, stream=True, timeout=10) as stream:
            began = time.monotonic()
            assert hall.stop() == 0
            assert time.monotonic() - began < 5, "the contract's five seconds"
            assert stream.raw.read() is not None
        hall.start()
        assert kiosk("GET", f"/tickets/{issued['id']}").json()["number"] == issued["number"]


def test_kill_9_loses_no_acknowledged_ticket(tmp_path: Path, database_url: str) -> None:
    with running_hall(tmp_path, database_url=database_url) as hall:
        kiosk, service = Caller(hall, "kiosk"), str(hall.easy_service().id)
        acknowledged: list[str] = []
        failed = threading.Event()

        def take() -> None:
            while not failed.is_set():
                try:
                    acknowledged.append(kiosk("POST", "/tickets", {"service_id": service}).json()["number"])
                except requests.RequestException:
                    failed.set()

        threads = [threading.Thread(target=take) for _ in range(4)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 20
        while len(acknowledged) < 60 and time.monotonic() < deadline:
            threads[0].join(0.01)
        assert hall.process is not None
        hall.process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join()
        hall.kill()
        hall.start()
        counts = [count for (count,) in hall.execute(select(TicketRow.count).order_by(TicketRow.count))]
        seqs = [seq for (seq,) in hall.execute(select(EventRow.seq).order_by(EventRow.seq))]
        kept = {int(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for number in acknowledged}
        assert len(acknowledged) >= 60
        assert len(kept) == len(acknowledged), "no number twice"
        assert kept <= set(counts)
        assert counts == list(range(1, len(counts) + 1))
        assert seqs == list(range(1, len(seqs) + 1))


def test_two_processes_share_one_hall(tmp_path: Path, database_url: str) -> None:
    two = ("--demo", "--workers", "2")
    with running_hall(tmp_path, database_url=database_url, options=two, forked=False) as hall:
        display = Caller(hall, "display")
        service = str(hall.easy_service().id)
        token = hall.token("kiosk")
        numbers: list[str] = []

        def take() -> None:
            for _ in range(10):
                # A connection each time, so that both processes get their share.
                answer = requests.post(
                    f"{hall.url}/api/v1/tickets", json={"service_id": service},
                    headers={"Authorization": f"Bearer {token}"}, timeout=10,
                )  # fmt: skip
                numbers.append(answer.json()["number"])

        streams = [
            requests.get(
                f"{display.base}/events?topics=tickets", headers=display.headers | {"Last-Event-ID": "1:0"},
                stream=True, timeout=10,
            )
            for _ in range(4)
        ]  # fmt: skip
        threads = [threading.Thread(target=take) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(numbers)) == 80
        for stream in streams:
            events = Events(stream).next(80)
            assert [event[2]["seq"] for event in events] == list(range(1, 81))
            stream.close()
        # Each process forecasts for itself, and tells whoever is connected to it.
        counter = next(one for one in hall.client("staff").counters() if uuid.UUID(service) in one.service_ids)
        hall.client("counter", counter.label).counter_state(counter.id, "sign-in")
        for _ in range(4):
            with requests.get(
                f"{display.base}/events?topics=waits", headers=display.headers, stream=True, timeout=30
            ) as waits:
                read = Events(waits)
                frames = (read.next(1)[0][2] for _ in range(20))
                told = next(one for data in frames for one in data["data"]["services"] if one["service_id"] == service)
                assert told["p90_s"] >= told["p50_s"] > 0


@pytest.mark.parametrize("path", ["/services", "/counters", "/staff", "/tickets"])
def test_a_list_is_read_in_parts(shared_hall: RunningHall, path: str) -> None:
    staff, service = Caller(shared_hall, "staff"), str(shared_hall.easy_service().id)
    for _ in range(3):
        staff("POST", "/tickets", {"service_id": service})
    whole = [item["id"] for item in staff("GET", f"{path}?limit=200").json()["items"]]
    assert len(whole) >= 3
    found: list[str] = []
    cursor: str | None = ""
    for _ in whole:
        page = staff("GET", f"{path}?limit=2&cursor={cursor}").json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if len(found) >= min(10, len(whole)) or cursor is None:
            break
    assert found == whole[: len(found)]
    assert (cursor is None) == (len(found) == len(whole))
    lost = staff("GET", f"{path}?cursor={uuid.uuid4()}")
    assert (lost.status_code, lost.json()["code"]) == (422, "cursor_unknown")


def test_times_are_answered_with_z_whatever_zone_they_came_in(shared_hall: RunningHall) -> None:
    kiosk, service = Caller(shared_hall, "kiosk"), str(shared_hall.easy_service().id)
    ticket = kiosk("POST", "/tickets", {"service_id": service}).json()
    record = {"copy_id": str(uuid.uuid4()), "outcome": "printed", "at": "2026-11-26T08:00:00+08:00"}
    answer = kiosk("POST", f"/tickets/{ticket['id']}/papers", record)
    assert (answer.status_code, answer.json()["at"]) == (201, "2026-11-26T00:00:00Z")


def test_a_terminal_may_say_what_no_text_can_hold(shared_hall: RunningHall) -> None:
    device = {"kind": "printer", "state": "error", "driver": "d", "detail": "\ud800\x00"}
    answer = Caller(shared_hall, "kiosk")("PUT", "/terminals/me", {"version": "1", "devices": [device]})
    assert answer.status_code == 200
    assert answer.json()["devices"][0]["detail"] == "  "
