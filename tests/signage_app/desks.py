"""Clerks who call, for the tests of the display."""

from __future__ import annotations

from uuid import UUID

import requests

from shared.schemas.hall import CallReceipts
from shared.schemas.tickets import CallAnswer, Ticket, TicketRequest
from tests.fakes.hall import RunningHall


class Desk:
    """An open counter, and people who take tickets for it."""

    def __init__(self, hall: RunningHall, label: str) -> None:
        self.label = label
        self._hall = hall
        self._staff = hall.client("staff")
        self._kiosk = hall.client("kiosk")
        self._counter = hall.counter(label)
        self._service = hall.easy_service(label)
        self._client = hall.client("counter", label)
        self._client.counter_state(self._counter.id, "sign-in")

    @property
    def service_name(self) -> str:
        return self._service.name

    @property
    def service_id(self) -> UUID:
        return self._service.id

    def issue(self) -> Ticket:
        """Somebody takes a ticket."""
        return self._kiosk.issue(TicketRequest(service_id=self._service.id))

    def call(self) -> CallAnswer:
        """Call next; somebody is waiting."""
        answer = self._client.call_next(self._counter.id)
        assert answer is not None
        return answer

    def issue_and_call(self) -> str:
        """The number that was called; the line was empty."""
        number = self.issue().number
        assert self.call().ticket.number == number
        return number

    def step(self, name: str) -> CallAnswer:
        return self._client.ticket_step(self._counter.id, name)

    def undo(self) -> None:
        """Take the last step back."""
        answer = requests.post(
            f"{self._hall.url}/api/v1/counters/{self._counter.id}/undo", json={}, timeout=5,
            headers={"Authorization": f"Bearer {self._hall.token('counter', self.label)}"},
        )  # fmt: skip
        assert answer.ok, answer.text

    def arrived(self) -> tuple[int, int]:
        """On how many displays the call in hand was shown, and on how many spoken."""
        call: CallReceipts | None = self._client.desk(self._counter.id).call
        return (call.shown, call.spoken) if call is not None else (0, 0)
