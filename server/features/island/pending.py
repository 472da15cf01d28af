"""Visits of numbers that nobody has told of yet: their kiosk is still without the server, as their counter was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server.context import Context
from server.database import Writer
from server.features.catalogue.models import CounterRow
from server.features.island.conflicts import record_conflict
from server.features.island.models import EntryRow
from server.features.island.visits import STEPS, apply, visit_of
from server.features.queueing import steps
from server.features.queueing.counters import find_counter
from server.features.queueing.hand import take
from server.features.queueing.models import TicketRow
from server.features.queueing.view import find_ticket
from shared.domain.errors import HallError
from shared.domain.island.numbers import bare
from shared.domain.tickets import Step
from shared.schemas.island import IslandVisit

PENDING: Final = "pending"
_FIRST: Final = {Step.CALL: 0, Step.START: 1, Step.NEXT_ITEM: 2}


def resolve(writer: Writer, context: Context, ticket: TicketRow, number: str) -> None:
    """A terminal has told of the ticket with this number on its paper: what counters did with it happens now."""
    found = [
        row
        for row in writer.session.scalars(
            select(EntryRow).where(
                EntryRow.hall_id == writer.hall_id, EntryRow.verdict == PENDING,
                EntryRow.service_day == ticket.service_day,
            )
        )
        if bare(row.number) == bare(number)
    ]  # fmt: skip
    found.sort(key=_order)
    hands = _hands_since(writer, found)
    for row in found:
        try:
            writer.attempt(partial(_take, writer, context, ticket, row))
        except HallError as refused:
            row.verdict, row.code = "refused", refused.code
        row.ticket_id = ticket.id
    for counter, later in hands:
        if counter.ticket_id is not None:
            # It goes on with whom it called since; nobody is in one hand with somebody else.
            steps.step(writer, context, counter.id, Step.HOLD)
        take(counter, later)


def _order(row: EntryRow) -> tuple[datetime, int]:
    """The order in which it was done. Ids made in one millisecond have none: of one moment, the call came first."""
    return row.at, _FIRST.get(STEPS[row.kind], len(_FIRST))


def close_days(writer: Writer) -> None:
    """Numbers that no terminal has told of by the end of the day on which they came: somebody has to look."""
    rows = [
        row
        for row in writer.session.scalars(
            select(EntryRow).where(
                EntryRow.hall_id == writer.hall_id, EntryRow.verdict == PENDING, EntryRow.service_day < writer.day
            )
        )
        if writer.clocks.day(row.received_at) < writer.day
    ]

    def visit(row: EntryRow) -> tuple[str, str, str]:
        return str(row.counter_id), str(row.service_day), bare(row.number)

    for _, of_one in groupby(sorted(rows, key=visit), key=visit):
        entries = sorted(of_one, key=_order)
        first = entries[0]
        conflict_id = record_conflict(
            writer, "number_unknown", terminal=first.terminal, number=first.number, happened_at=first.at,
            counter_id=first.counter_id, steps=[[STEPS[row.kind].value, row.at.isoformat()] for row in entries],
        )  # fmt: skip
        for row in entries:
            row.verdict, row.conflict_id = "conflict", conflict_id


def _take(writer: Writer, context: Context, ticket: TicketRow, row: EntryRow) -> None:
    told, counter_id = IslandVisit.model_validate(row.body), row.counter_id
    assert counter_id is not None
    visit = visit_of(row.kind, row.at, counter_id, row.terminal, told)
    row.conflict_id, holds = apply(writer, context, ticket, visit)
    row.verdict = "taken" if holds else "conflict"


def _hands_since(writer: Writer, rows: Iterable[EntryRow]) -> list[tuple[CounterRow, TicketRow]]:
    """Counters that have called somebody else after the visit began: their hand is put aside while it is told."""
    began: dict[UUID, EntryRow] = {}
    for row in rows:
        if row.counter_id is not None:
            began.setdefault(row.counter_id, row)
    aside = []
    for counter_id, row in began.items():
        try:
            counter = find_counter(writer, counter_id)
        except HallError:
            continue
        hand = find_ticket(writer, counter.ticket_id) if counter.ticket_id is not None else None
        if hand is not None and hand.called_at is not None and hand.called_at > row.at:
            counter.ticket_id = counter.ticket_number = counter.ticket_status = None
            aside.append((counter, hand))
    return aside
