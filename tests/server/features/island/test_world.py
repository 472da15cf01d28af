"""The schedules of the simulation against the real functions on the real database, on both engines."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server.auth import Principal
from server.features.catalogue.service import catalogue
from server.features.island.leases import lease
from server.features.island.models import ConflictRow, EntryRow, LeaseRow
from server.features.island.service import take_entries
from server.features.queueing.issue import issue
from server.features.queueing.models import TicketRow
from shared.domain.island.numbers import Lease
from shared.schemas.island import EntryBatch, EntryVerdict, LeaseRequest, Leases
from shared.schemas.tickets import TicketRequest
from tests.server.conftest import Desk
from tests.server.features.island.test_entries import rows
from tests.shared.offline.world.checks import violations
from tests.shared.offline.world.play import World
from tests.shared.offline.world.server import Conflict, Made

SEEDS = range(12)


class RealServer:
    """The same questions, asked of the hall's own functions; what the checker looks at is read from its tables."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        found = desk.read(catalogue).services.values()
        free = [one for one in found if one.ticketable and one.identity != "required" and not one.suspended]
        # Two series of the hall stand for the letters of the schedules.
        names = sorted({one.series for one in free if one.series})[:2]
        self._services = {
            letter: next(one for one in free if one.series == name) for letter, name in zip("AB", names, strict=True)
        }

    def service(self, series: str) -> UUID:
        return self._services[series].id

    @property
    def now(self) -> datetime:
        return self.desk.clock.now

    @now.setter
    def now(self, value: datetime) -> None:
        self.desk.clock.now = value

    @property
    def today(self) -> date:
        return date.fromordinal(self.desk.read(lambda reader: reader.day.toordinal()))

    @today.setter
    def today(self, value: date) -> None:
        """Its clock tells it."""

    def issue(self, kiosk: str, ticket_id: str, series: str) -> Made:
        asked = TicketRequest(id=UUID(ticket_id), service_id=self.service(series))
        desk = self.desk
        made = json.loads(desk.database.write(lambda w: issue(w, desk.context, asked, f"kiosk:{kiosk}")))
        return Made(ticket_id, self.today, series, 0, made["number"])

    def lease(self, kiosk: str, asked: LeaseRequest, tomorrow: date) -> Leases:
        who = Principal.of_machine("kiosk", kiosk, 2e9)
        answer = self.desk.database.write(lambda w: lease(w, self.desk.context, who, asked))
        names = {facts.series: letter for letter, facts in self._services.items()}
        kept = [one.model_copy(update={"series": names[one.series]}) for one in answer.leases if one.series in names]
        return answer.model_copy(update={"leases": kept})

    def upload(self, kiosk: str, entries: list[dict[str, Any]]) -> list[EntryVerdict]:
        who = Principal.of_machine("kiosk", kiosk, 2e9)
        own = [one | {"body": self._own(one["body"])} for one in entries]
        batch = EntryBatch.model_validate({"entries": own})
        return list(self.desk.database.write(lambda w: take_entries(w, self.desk.context, who, batch)).entries)

    def _own(self, body: dict[str, Any]) -> dict[str, Any]:
        return body | {"series": self._services[body["series"]].series} if "series" in body else body

    # ---- for the checker

    @property
    def tickets(self) -> dict[str, Made]:
        found = rows(self.desk, TicketRow)
        return {str(one.id): Made(str(one.id), one.service_day, one.series, one.count, one.number) for one in found}

    @property
    def conflicts(self) -> list[Conflict]:
        numbers = {one.id: one.number for one in self.tickets.values()}
        return [
            Conflict(one.kind, str(one.ticket_id), one.number, numbers.get(str(one.ticket_id), ""))
            for one in rows(self.desk, ConflictRow)
        ]

    @property
    def leases(self) -> list[tuple[str, Lease]]:
        return [(one.terminal, _lease(one)) for one in rows(self.desk, LeaseRow)]

    @property
    def verdicts(self) -> dict[UUID, EntryVerdict]:
        found = rows(self.desk, EntryRow)
        return {one.id: EntryVerdict.model_validate({"id": one.id, "verdict": one.verdict}) for one in found}

    @property
    def applied(self) -> list[UUID]:
        """Once for each ticket that was told of, beside those that are kept."""
        order = select(EntryRow.id).order_by(EntryRow.received_at)
        return list(self.desk.read(lambda reader: reader.session.scalars(order).all()))


def _lease(row: LeaseRow) -> Lease:
    return Lease(
        row.id, row.service_day, row.series, row.head, row.band, row.first, row.last, row.epoch, row.granted_at,
        row.used, row.closed_at is not None, row.burnt,
    )  # fmt: skip


@pytest.mark.timeout(300)
def test_no_schedule_breaks_a_promise_of_the_real_server(desk: Desk) -> None:
    server = RealServer(desk)
    for seed in SEEDS:
        world = World(seed, server, kiosks=(f"{seed}-1", f"{seed}-2"), person=None)
        world.play()
        broken = [one for one in violations(world) if not one.startswith("out of order")]
        assert not broken, (seed, broken, world.told)
    issued = [event for event in desk.events if event.kind == "ticket.issued"]
    assert len(issued) == len(server.tickets) > 3 * len(SEEDS)
