"""Asking other people's servers over HTTP. All of it blocks: never on the event loop, never in the writer."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from shared.client.line import Line, LineAdapter, Places

POST_S: Final = 5
# Of a question that a person waits for: to connect, between two pieces of the answer; and of everything in all.
CONNECT_S: Final = 3.0
READ_S: Final = 5.0
WHOLE_S: Final = 10.0
LARGEST: Final = 256 * 1024


class NoAnswerError(Exception):
    """The other server gave no answer that can be used; ``why`` is for the trail: no address, nothing of the answer."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@contextmanager
def _bounded_session(places: Places | None = None) -> Iterator[requests.Session]:
    """What it asks is cut off after ``WHOLE_S``: a timeout of a socket begins anew with every byte.

    Not bounded by it: looking a name up, which takes as long as the system's resolver tries, and the TLS handshake, of
    which each piece has the time to connect.
    """
    line = Line()
    end = threading.Timer(WHOLE_S, line.cut)
    end.daemon = True
    end.start()
    try:
        with requests.Session() as session:
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, LineAdapter(line, places))
            yield session
    finally:
        end.cancel()


def post_status(target: str, form: Mapping[str, str]) -> int:
    """Send a form and answer the status; a redirect is an answer too, nobody follows it."""
    if urlsplit(target).scheme not in ("http", "https"):
        raise ValueError("not an address of the web")
    with (
        _bounded_session() as session,
        # Only the status is read: a body that never ends would hold up everybody else's messages.
        session.post(target, data=dict(form), timeout=POST_S, allow_redirects=False, stream=True) as answer,
    ):
        return answer.status_code


def ask_json(
    method: str, target: str, *, query: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None, basic: tuple[str, str] | None = None, places: Places | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The JSON object that is answered; ``NoAnswerError`` for anything else. ``places`` as for ``ask``, no redirect is
    followed.
    """
    try:
        with _bounded_session(places) as session, session.request(
            method, target, params=query, data=form, headers={"accept": "application/json", **(headers or {})},
            auth=basic, timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True,
        ) as answer:  # fmt: skip
            if answer.status_code != 200:
                raise NoAnswerError(f"status {answer.status_code}")
            body = _bounded(answer)
    except (requests.RequestException, UnicodeError) as error:
        # Its kind only: the text holds the address, whose query may hold a secret.
        raise NoAnswerError(type(error).__name__) from None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NoAnswerError("not JSON") from None
    if not isinstance(found, dict):
        raise NoAnswerError("not an object")
    return found


def ask(
    method: str, target: str, *, headers: Mapping[str, str], body: bytes | None = None, query: str = "",
    largest: int = LARGEST, places: Places | None = None,
) -> tuple[int, bytes]:  # fmt: skip
    """Status and body of an answer, whatever they are; ``NoAnswerError`` when there is none. Follows no redirect.
    ``places``: which addresses of a name may be connected to, asked at each connection.
    """
    try:
        with _bounded_session(places) as session, session.request(
            method, target, params=query or None, data=body, headers=dict(headers), timeout=(CONNECT_S, READ_S),
            allow_redirects=False, stream=True,
        ) as answer:  # fmt: skip
            return answer.status_code, _bounded(answer, largest)
    except (requests.RequestException, UnicodeError) as error:
        raise NoAnswerError(type(error).__name__) from None


def _bounded(answer: requests.Response, largest: int = LARGEST) -> bytes:
    """The body, unless it is too long or takes too long."""
    until, body = time.monotonic() + WHOLE_S, bytearray()
    for piece in answer.iter_content(8192):
        body += piece
        if len(body) > largest:
            raise NoAnswerError("too long")
        if time.monotonic() > until:
            raise NoAnswerError("too slow")
    return bytes(body)
