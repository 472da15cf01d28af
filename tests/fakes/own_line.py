"""A counter with a line of its own in a running hall, for tests that must not meet other people's tickets."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from server.features.queueing.models import TicketRow
from shared.client.hall_client import HallClient
from shared.domain.tickets import Step
from shared.schemas.hall import CounterCreate, ServiceCreate
from shared.schemas.tickets import Identity, Ticket, TicketRequest
from tests.fakes.hall import RunningHall

_PATHS = {Step.RECALL: "recall", Step.START: "start", Step.FINISH: "finish", Step.NO_SHOW: "no-show", Step.HOLD: "hold"}
_serial = itertools.count(1)


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One counter with a service nobody else serves: what a test does to its line."""

    client: HallClient
    counter_id: UUID
    label: str
    service_id: UUID

    def take(self, priority: int = 0, identity: Identity | None = None) -> Ticket:
        return self.client.issue(TicketRequest(service_id=self.service_id, priority=priority, identity=identity))

    def open(self) -> None:
        self.client.counter_state(self.counter_id, "sign-in")

    def call(self) -> str:
        """The number called."""
        answer = self.client.call_next(self.counter_id)
        assert answer is not None
        return answer.ticket.number

    def step(self, step: Step) -> None:
        self.client.ticket_step(self.counter_id, _PATHS[step])

    def serve(self) -> str:
        """Call somebody and finish at once."""
        number = self.call()
        self.step(Step.FINISH)
        return number


def new_line(hall: RunningHall) -> OwnLine:
    """Add a service and the only counter that serves it, closed."""
    admin = hall.client("admin")
    count = next(_serial)
    like = hall.easy_service("A03")
    service = admin.add_service(
        ServiceCreate(
            name=f"测试业务{count}", name_en=f"Test service {count}", parent_id=like.parent_id,
            series=f"Z{chr(65 + count % 26)}", typical_minutes=10, identity="optional", hint="请带好原件",
        )
    )  # fmt: skip
    counter = admin.add_counter(
        CounterCreate(label=f"T{count:02d}", name=f"测试窗口{count}", floor="2", zone="c", service_ids=[service.id])
    )
    return OwnLine(admin, counter.id, counter.label, service.id)


def code_of(ticket: Ticket) -> str:
    """The opaque id in a ticket's code."""
    return ticket.qr.rsplit("/", 1)[-1]


def move_back(hall: RunningHall, ticket: Ticket, days: int) -> None:
    """Make a ticket older, behind the server's back."""
    of_ticket = TicketRow.id == ticket.id
    ((day,),) = hall.execute(select(TicketRow.service_day).where(of_ticket))
    hall.execute(update(TicketRow).where(of_ticket).values(service_day=day - timedelta(days=days)))
