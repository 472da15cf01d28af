"""Counters that were cut off, and what they bring back, on the real service functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from server.auth import Principal
from server.features.catalogue.service import catalogue
from server.features.island.models import ConflictRow, EntryRow
from server.features.island.service import take_entries
from server.features.queueing.models import TicketRow
from shared.domain.identifiers import uuid7
from shared.schemas.island import EntryBatch, EntryVerdict, IslandEntry
from tests.server.conftest import Desk

KINDS = {
    "call": "visit.called", "start": "visit.started", "finish": "visit.finished", "no_show": "visit.no_show",
    "hold": "visit.held", "next_item": "visit.next_item", "park": "visit.parked", "unpark": "visit.unparked",
    "pause": "counter.paused", "resume": "counter.resumed",
}  # fmt: skip


def counter_terminal(name: str = "c") -> Principal:
    return Principal.of_machine("counter", name, 2e9)


@dataclass
class Alone:
    """A counter's journal since it was cut off at ``as_of``."""

    desk: Desk
    counter_id: UUID
    as_of: datetime
    terminal: Principal = field(default_factory=counter_terminal)
    entries: list[IslandEntry] = field(default_factory=list)

    def did(self, what: str, *, ticket_id: UUID | None = None, number: str, **more: Any) -> IslandEntry:
        """Write a step down, now."""
        body = {"number": number, "as_of": self.as_of.isoformat(), **more}
        if ticket_id is not None:
            body["ticket_id"] = str(ticket_id)
        entry = IslandEntry(
            id=uuid7(), kind=KINDS[what], at=self.desk.clock(), counter_id=self.counter_id, body=body,
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def paused(self, reason: str | None, since: datetime) -> datetime:
        """A pause, or its end; answers since when the counter is what it is now, as far as it knows."""
        body = {"as_of": self.as_of.isoformat(), "since": since.isoformat(), "reason": reason}
        at, kind = self.desk.clock(), KINDS["pause" if reason else "resume"]
        self.entries.append(IslandEntry(id=uuid7(), kind=kind, at=at, counter_id=self.counter_id, body=body))
        return at

    def upload(self, count: int | None = None) -> list[EntryVerdict]:
        """Bring the first ``count`` entries, or all of them, to the server."""
        taken = self.entries[:count]
        del self.entries[:count]
        return send(self.desk, self.terminal, taken)


def send(desk: Desk, terminal: Principal, entries: list[IslandEntry]) -> list[EntryVerdict]:
    if not entries:
        return []
    batch = EntryBatch(entries=entries)
    return desk.database.write(lambda w: take_entries(w, desk.context, terminal, batch)).entries


def verdicts(answers: list[EntryVerdict]) -> list[str]:
    return [one.verdict for one in answers]


def row(desk: Desk, ticket_id: UUID | str) -> TicketRow:
    return desk.read(lambda reader: reader.session.get_one(TicketRow, UUID(str(ticket_id))))  # type: ignore[no-any-return]


def conflicts(desk: Desk) -> list[ConflictRow]:
    return desk.read(lambda reader: reader.session.query(ConflictRow).order_by(ConflictRow.id).all())  # type: ignore[no-any-return]


def entry(desk: Desk, id_: UUID) -> EntryRow:
    return desk.read(lambda reader: reader.session.get_one(EntryRow, id_))  # type: ignore[no-any-return]


def counters_of(desk: Desk, service_id: UUID) -> list[UUID]:
    """Every counter that serves it."""
    found = desk.read(catalogue)
    return [one.id for one in found.counters.values() if service_id in one.service_ids]
