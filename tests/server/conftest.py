"""The hall's database in this process, on both engines."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from server.audit import SYSTEM
from server.auth import Keys, Principal
from server.context import Context
from server.database import Database, LoggedEvent, Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.limits.models import RuleRow
from server.features.queueing import calls, counters, parking, priority, steps, undoing
from server.features.queueing.issue import issue
from server.settings import Settings
from shared.domain.tickets import Step
from shared.schemas.tickets import Identity, ParkRequest, PriorityRequest, TicketRequest, TransferRequest
from tests.fakes.hall import demo_data


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class Desk:
    """The real service functions of one hall, on its real database."""

    database: Database
    context: Context
    clock: HandClock
    events: list[LoggedEvent] = field(default_factory=list)

    def issue(self, service_id: UUID, **fields: Any) -> dict[str, Any]:
        import json

        request = TicketRequest(service_id=service_id, **fields)
        return dict(json.loads(self.database.write(lambda w: issue(w, self.context, request, "kiosk:test"))))

    def sign_in(self, counter_id: UUID, staff: str | None = None) -> Any:
        return self.database.write(lambda w: counters.sign_in(w, counter_id, staff))

    def call_next(self, counter_id: UUID) -> dict[str, Any] | None:
        return self.database.write(lambda w: calls.call_next(w, self.context, counter_id))

    def call_ticket(self, counter_id: UUID, ticket_id: UUID) -> dict[str, Any]:
        return self.database.write(lambda w: calls.call_ticket(w, self.context, counter_id, ticket_id))

    def step(self, counter_id: UUID, what: Step) -> dict[str, Any]:
        return self.database.write(lambda w: steps.step(w, self.context, counter_id, what))

    def transfer(self, counter_id: UUID, /, **where: Any) -> dict[str, Any]:
        request = TransferRequest(**where)
        return self.database.write(lambda w: steps.transfer(w, self.context, counter_id, request))

    def next_item(self, counter_id: UUID) -> dict[str, Any]:
        return self.database.write(lambda w: steps.next_item(w, self.context, counter_id))

    def park(self, counter_id: UUID, reason: str = "materials", minutes: int | None = None) -> dict[str, Any]:
        request = ParkRequest(reason=reason, minutes=minutes)
        return self.database.write(lambda w: parking.park(w, self.context, counter_id, request))

    def unpark(self, counter_id: UUID, ticket_id: UUID | None = None) -> dict[str, Any]:
        return self.database.write(lambda w: parking.unpark(w, self.context, counter_id, ticket_id))

    def prioritise(self, counter_id: UUID, ticket_id: UUID, group: int, reason: str = "elderly") -> dict[str, Any]:
        request = PriorityRequest(ticket_id=ticket_id, priority=group, reason=reason)
        return self.database.write(lambda w: priority.prioritise(w, SYSTEM, self.context, counter_id, request))

    def undo(self, counter_id: UUID) -> dict[str, Any]:
        return self.database.write(lambda w: undoing.undo(w, self.context, counter_id))

    def set_rule(self, kind: str, active: bool = True, **params: Any) -> None:
        """A rule against hoarding as an administrator leaves it."""

        def work(writer: Writer) -> None:
            writer.session.merge(RuleRow(hall_id=writer.hall_id, kind=kind, active=active, params=params, version=1))
            writer.touch_catalogue()

        self.database.write(work)

    def read(self, work: Callable[[Reader], Any]) -> Any:
        return self.database.read(work)

    def places(self) -> tuple[UUID, UUID, UUID]:
        """Two services that one counter serves, and this counter."""
        found = self.read(catalogue)
        for counter in found.counters.values():
            free = [id_ for id_ in counter.service_ids if found.services[id_].identity != "required"]
            free = [id_ for id_ in free if not found.services[id_].suspended]
            if len(free) >= 2:
                return free[0], free[1], counter.id
        raise AssertionError("the demonstration hall has no such counter")


PERSON = Identity(kind="resident", number="11010519491231002X", name="张三丰")
ADMIN = Principal.of_machine("admin", "test", 2e9)
STAFF = Principal.of_machine("staff", "test", 2e9)


def open_desk(folder: Path, database_url: str) -> Desk:
    """On the database with this address; on a copy of the embedded one in ``folder`` when there is none."""
    if not database_url:
        shutil.copy(demo_data() / "hall.db", folder / "hall.db")
    clock = HandClock()
    database = Database(Settings(data=folder, database_url=database_url).url, clock=clock)
    desk = Desk(database, Context(Keys.of(folder), "http://hall", always_open=True), clock)
    database.vault = desk.context.keys.vault
    database.on_commit = desk.events.extend
    database.start()
    return desk


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    opened = open_desk(tmp_path, database_url)
    yield opened
    opened.database.close()
