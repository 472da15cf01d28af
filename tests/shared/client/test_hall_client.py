"""Every refusal and every broken line reaches a program as one ``HallError``."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest

from shared.client.hall_client import HallClient
from shared.client.reporter import Reporter
from shared.domain.errors import HallError
from shared.i18n.errors import error_text
from shared.schemas.tickets import TicketRequest
from tests.fakes.events import wait_until
from tests.fakes.hall import free_port
from tests.fakes.proxy import proxy_to


class Impostor:
    """Answers every request with the same bytes; remembers what was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.kind = 200, b"", "application/json"
        self.extra: dict[str, str] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        impostor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                impostor.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(impostor.status)
                for name, value in {"Content-Type": impostor.kind, **impostor.extra}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(impostor.body)))
                self.end_headers()
                self.wfile.write(impostor.body)

            do_GET = do_POST = do_PUT = do_PATCH = _answer

            def log_message(self, *arguments: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = int(self.server.server_address[1])
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), name="impostor", daemon=True)
        self._thread.start()

    def refuse(self, status: int, code: str, params: dict[str, Any]) -> None:
        problem = {"type": "x", "title": code, "status": status, "code": code, "params": params, "detail": "…"}
        self.status, self.body, self.kind = status, json.dumps(problem).encode(), "application/problem+json"

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def impostor() -> Iterator[Impostor]:
    made = Impostor()
    yield made
    made.close()


@pytest.fixture
def client(impostor: Impostor) -> Iterator[HallClient]:
    made = HallClient(f"http://127.0.0.1:{impostor.port}/", "zt1.a.b", language="en")
    yield made
    made.close()
    wait_until(lambda: not any("process_request" in thread.name for thread in threading.enumerate()))


def refused(work: Any) -> HallError:
    with pytest.raises(HallError) as error:
        work()
    return error.value


def test_a_refusal_keeps_its_code_status_and_params(impostor: Impostor, client: HallClient) -> None:
    impostor.refuse(409, "ticket_in_hand", {"number": "A001", "counter": "A03"})
    error = refused(lambda: client.call_next(uuid4()))
    assert (error.code, error.status, error.params) == ("ticket_in_hand", 409, {"number": "A001", "counter": "A03"})
    assert "A001" in error_text(error.code, "en", **error.params)
    assert "A001" in str(error)


@pytest.mark.parametrize("params", [{"status": 404}, {"code": "x"}, {"self": 1}, {"language": "fr"}])
def test_a_parameter_may_have_any_name(impostor: Impostor, client: HallClient, params: dict[str, Any]) -> None:
    impostor.refuse(404, "not_found", params)
    error = refused(client.health)
    assert (error.code, error.status, error.params) == ("not_found", 404, params)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>please log in</html>"),
        (200, b"\xff\xfe\x00"),
        (200, b"[]"),
        (200, b'{"items": 5}'),
        (500, b"oops"),
        (502, b"<html>"),
        (503, b"null"),
        (404, b"[]"),
        (409, b'{"code": 5, "params": []}'),
        (401, b'{"code": "x"}'),
        (204, b""),
    ],
)
def test_what_is_no_answer_of_a_hall_server_is_no_server(
    impostor: Impostor, client: HallClient, status: int, body: bytes
) -> None:
    impostor.status, impostor.body = status, body
    assert refused(client.counters).code == "server_unreachable"
    assert refused(lambda: client.issue(TicketRequest(service_id=uuid4()))).code == "server_unreachable"
    if body:
        assert refused(lambda: client.call_next(uuid4())).code == "server_unreachable"


def test_nobody_waiting_is_an_answer(impostor: Impostor, client: HallClient) -> None:
    impostor.status = 204
    assert client.call_next(uuid4()) is None


def test_a_change_carries_a_key_and_a_repeat_the_same(impostor: Impostor, client: HallClient) -> None:
    impostor.status = 204
    client.call_next(uuid4())
    client.call_next(uuid4())
    client.call_next(uuid4(), key="again")
    keys = [headers["idempotency-key"] for _, _, headers, _ in impostor.asked]
    assert len(set(keys)) == 3
    assert keys[2] == "again"
    _, path, headers, _ = impostor.asked[0]
    assert path.startswith("/api/v1/counters/")
    assert headers["authorization"] == "Bearer zt1.a.b"
    assert headers["accept-language"] == "en"


def test_a_proxy_in_the_environment_is_not_asked(
    impostor: Impostor, client: HallClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    impostor.status = 204
    assert client.call_next(uuid4()) is None


def test_no_server_no_route_no_name() -> None:
    for address in (f"http://127.0.0.1:{free_port()}", "http://hall.invalid:1", "ftp://hall", "nonsense"):
        client = HallClient(address, "t")
        assert refused(client.health).code == "server_unreachable"
        client.close()


def test_closing_ends_what_is_under_way(impostor: Impostor) -> None:
    with proxy_to(impostor.port) as line:
        line.stall()
        client = HallClient(line.url, "t")
        errors: list[HallError] = []
        worker = threading.Thread(target=lambda: errors.append(refused(client.health)), name="worker")
        worker.start()
        wait_until(lambda: line.accepted == 1)
        began = time.monotonic()
        client.close()
        worker.join(5)
        assert time.monotonic() - began < 1
        assert [error.code for error in errors] == ["server_unreachable"]


def test_each_thread_has_its_own_connection(impostor: Impostor, client: HallClient) -> None:
    impostor.status = 204
    with proxy_to(impostor.port) as line:
        through = HallClient(line.url, "t")
        threads = [threading.Thread(target=lambda: [through.call_next(uuid4()) for _ in range(3)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert line.accepted == 4, "kept open between requests, never shared"
        through.close()


def test_a_reporter_stops_at_once_even_when_nobody_answers(impostor: Impostor) -> None:
    with proxy_to(impostor.port) as line:
        line.stall()
        client = HallClient(line.url, "t")
        reporter = Reporter(client, "1.0", "hall", list)
        reporter.start()
        wait_until(lambda: line.accepted == 1)
        began = time.monotonic()
        reporter.stop()
        assert time.monotonic() - began < 1
        client.close()


def test_a_reporter_survives_a_device_that_fails(impostor: Impostor, client: HallClient) -> None:
    asked: list[int] = []

    def devices() -> list[Any]:
        asked.append(1)
        if len(asked) == 1:
            raise RuntimeError("unplugged")
        return []

    reporter = Reporter(client, "1.0", "hall", devices)
    reporter.start()
    wait_until(lambda: len(asked) == 1)
    reporter.changed()
    wait_until(lambda: len(impostor.asked) == 1)
    assert impostor.asked[0][:2] == ("PUT", "/api/v1/terminals/me")
    reporter.stop()
