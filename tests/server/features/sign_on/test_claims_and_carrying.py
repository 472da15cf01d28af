"""How sure a token says the provider was, and a client that takes a logout token and never finishes answering."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from server.features.sign_on.claims import acr
from server.features.sign_on.keys import Signer
from server.features.sign_on.leaving import carry_logout


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


def test_only_the_status_of_a_logouts_answer_is_waited_for(endless: str) -> None:
    body = {"client_id": "slow", "sub": "somebody", "sid": "a session"}
    carry_logout(cast(Signer, FixedSigner()), "http://hall", endless, body)
