"""How sure a token says the provider was, and a client that takes a logout token and never finishes answering."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import pytest
import requests

from server.features.sign_on.claims import acr
from server.features.sign_on.keys import Signer
from server.features.sign_on.leaving import carry_logout
from server.features.sign_on.outgoing import NoAnswerError, ask_json, post_status


@pytest.mark.parametrize(
    ("methods", "wanted"),
    [
        (["pwd"], "1"),
        (["sc"], "1"),
        (["pwd", "qr"], "1"),
        (["pwd", "otp", "mfa"], "2"),
        (["pwd", "otp", "mfa", "qr"], "2"),
    ],
)
def test_a_phone_that_confirms_is_no_second_factor(methods: list[str], wanted: str) -> None:
    assert acr(methods) == wanted


class FixedSigner:
    """Signs nothing: who receives the token here does not look at it."""

    def sign(self, claims: dict[str, Any], kind: str) -> str:
        return "token"


@pytest.fixture
def endless() -> Iterator[str]:
    """Answers 200 with a body that never ends; the connection stays open until the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                over.wait(30)

        thread = threading.Thread(target=serve, name="endless")
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/logout"
        over.set()
        thread.join()


STATUS, FIELD = b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\nX-Slow: "


@pytest.fixture
def dripping(request: pytest.FixtureRequest) -> Iterator[str]:
    """Begins its answer with the test's parameter, goes on byte by byte and never comes to the end of the head."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(request.param)
                while not over.wait(0.05):
                    connection.sendall(b"x")

        thread = threading.Thread(target=serve, name="dripping")
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/logout"
        over.set()
        thread.join()


@pytest.mark.parametrize("dripping", [STATUS, FIELD], indirect=True)
def test_an_answer_whose_head_never_ends_is_not_waited_for(dripping: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.features.sign_on.outgoing.WHOLE_S", 0.5)
    began, status = time.monotonic(), 0
    with suppress(requests.RequestException):
        status = post_status(dripping, {"logout_token": "x"})
    assert time.monotonic() - began < 5
    assert status in (0, 200), "a status that came is an answer, whatever becomes of the rest"


@pytest.mark.parametrize("dripping", [STATUS, FIELD], indirect=True)
def test_nor_is_one_that_a_person_waits_for(dripping: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.features.sign_on.outgoing.WHOLE_S", 0.5)
    began = time.monotonic()
    with pytest.raises(NoAnswerError):
        ask_json("GET", dripping)
    assert time.monotonic() - began < 5


def test_only_the_status_of_a_logouts_answer_is_waited_for(endless: str) -> None:
    body = {"client_id": "slow", "sub": "somebody", "sid": "a session"}
    carry_logout(cast(Signer, FixedSigner()), "http://hall", endless, body)
