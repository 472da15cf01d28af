"""An open stream of a person's lives as long as their session and their right, and not as long as one token."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from urllib3.exceptions import HTTPError

from server.features.access.models import GrantRow
from server.features.accounts.models import SessionRow
from server.features.sign_on.models import TokenRow
from shared.client.hall_client import HallClient
from shared.client.line import Line
from shared.schemas.tickets import TicketRequest
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall
from tests.fakes.machine import manage
from tests.fakes.people import add_account, signed_in

# More than two beats.
SOON_S = 12


class Stream:
    """What arrives on an open stream."""

    def __init__(self, hall: RunningHall, token: str) -> None:
        self.text = ""
        self.ended = threading.Event()
        self._client = HallClient(hall.url, token)
        self._line: Line | None = None
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        wait_until(lambda: "retry:" in self.text)

    def _read(self) -> None:
        self._line = self._client.line()
        with suppress(HTTPError, OSError), self._client.stream("", None, read_s=60) as answer:
            while chunk := answer.raw.read1(65536):
                self.text += chunk.decode()
            self.ended.set()

    def close(self) -> None:
        if self._line is not None:
            self._line.cut()
        self._thread.join()
        self._client.close()


@contextmanager
def open_stream(hall: RunningHall, token: str) -> Iterator[Stream]:
    stream = Stream(hall, token)
    try:
        yield stream
    finally:
        stream.close()


def issue(hall: RunningHall) -> str:
    """A new ticket's id, as the stream will tell of it."""
    return str(hall.client("kiosk").issue(TicketRequest(service_id=hall.easy_service().id)).id)


def test_a_stream_outlives_its_token_and_not_its_session(shared_hall: RunningHall) -> None:
    account = add_account(shared_hall, "watcher-time", role="centre_leader")
    past = datetime.now(UTC) - timedelta(minutes=1)
    with signed_in(shared_hall, "watcher-time") as person, open_stream(shared_hall, person.token()) as stream:
        shared_hall.execute(update(TokenRow).where(TokenRow.kind == "access").values(expires_at=past))
        before = stream.text.count(": beat")
        wait_until(lambda: stream.text.count(": beat") >= before + 2, SOON_S)
        ticket = issue(shared_hall)
        wait_until(lambda: ticket in stream.text)
        shared_hall.execute(update(SessionRow).where(SessionRow.account_id == account).values(expires_at=past))
        assert stream.ended.wait(SOON_S)


def test_a_stream_ends_with_a_session_nobody_uses(shared_hall: RunningHall) -> None:
    account = add_account(shared_hall, "watcher-idle", role="centre_leader")
    with signed_in(shared_hall, "watcher-idle") as person, open_stream(shared_hall, person.token()) as stream:
        long_ago = datetime.now(UTC) - timedelta(hours=2)
        shared_hall.execute(update(SessionRow).where(SessionRow.account_id == account).values(seen_at=long_ago))
        assert stream.ended.wait(SOON_S)


@pytest.mark.parametrize("role", ["centre_leader", "auditor"])
def test_a_stream_ends_with_the_right_to_it_before_anything_else_is_told(shared_hall: RunningHall, role: str) -> None:
    account = add_account(shared_hall, f"watcher-{role}", role=role)
    grant = shared_hall.execute(select(GrantRow.id).where(GrantRow.account_id == account))[0].id
    with signed_in(shared_hall, f"watcher-{role}") as person, open_stream(shared_hall, person.token()) as stream:
        told = issue(shared_hall)
        wait_until(lambda: told in stream.text)
        assert manage(shared_hall, f"/grants/{grant}", {}, "DELETE").status_code == 204
        untold = issue(shared_hall)
        assert stream.ended.wait(SOON_S)
        assert untold not in stream.text


def test_a_change_of_others_rights_leaves_a_stream_alone(shared_hall: RunningHall) -> None:
    add_account(shared_hall, "watcher-stays", role="centre_leader")
    other = add_account(shared_hall, "watcher-other", role="auditor")
    grant = shared_hall.execute(select(GrantRow.id).where(GrantRow.account_id == other))[0].id
    with signed_in(shared_hall, "watcher-stays") as person, open_stream(shared_hall, person.token()) as stream:
        assert manage(shared_hall, f"/grants/{grant}", {}, "DELETE").status_code == 204
        ticket = issue(shared_hall)
        wait_until(lambda: ticket in stream.text)
        person.sign_out()
        assert stream.ended.wait(SOON_S)
