"""What counters did while they were alone: compare and swap, by the ordinary state machine, at the times of then.

A step is carried out when the ticket is still as the counter could know it; when somebody else had it meanwhile, the
ticket stays as it is and the visit goes into the record of the collision: one for each ticket and counter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from server.auth import Principal
from server.context import Context
from server.database import Reader, Writer
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.island.collisions import record_collision
from server.features.island.conflicts import record_conflict
from server.features.island.outcome import Handler, Outcome
from server.features.queueing import calls, parking, steps
from server.features.queueing.counters import find_counter
from server.features.queueing.models import TicketRow
from server.features.queueing.view import find_by_number, find_ticket
from shared.domain.errors import HallError
from shared.domain.tickets import IN_HAND, Status, Step
from shared.schemas.island import IslandEntry, IslandVisit
from shared.schemas.tickets import ParkRequest

STEPS: Final = {
    "visit.called": Step.CALL, "visit.started": Step.START, "visit.finished": Step.FINISH,
    "visit.no_show": Step.NO_SHOW, "visit.held": Step.HOLD, "visit.next_item": Step.NEXT_ITEM,
    "visit.parked": Step.PARK, "visit.unparked": Step.UNPARK,
}  # fmt: skip
_LEADS_TO: Final = {
    Step.START: Status.SERVING, Step.FINISH: Status.FINISHED, Step.NO_SHOW: Status.NO_SHOW, Step.HOLD: Status.HELD,
    Step.PARK: Status.PARKED, Step.UNPARK: Status.SERVING,
}  # fmt: skip
# What the ordinary rules refuse because somebody else came between.
_OVERTAKEN: Final = frozenset({"step_not_possible", "no_next_item", "service_not_served", "ticket_of_another_day"})
OPERATE: Final = "queue.counters:operate"


@dataclass(frozen=True, slots=True)
class Visit:
    """One step of a visit, as its counter's journal tells it; ``as_of``: when that counter last knew the truth."""

    what: Step
    at: datetime
    as_of: datetime
    counter_id: UUID
    terminal: str
    number: str
    staff_id: UUID | None
    item: int | None
    park: ParkRequest


def take_visit(writer: Writer, context: Context, principal: Principal, entry: IslandEntry) -> Outcome:
    """A handler of entries: applied, in conflict, or pending while nobody has told of its number."""
    counter = own_counter(writer, principal, entry)
    try:
        told = IslandVisit.model_validate(entry.body)
    except ValidationError:
        raise HallError("entry_malformed", status=422) from None
    visit = visit_of(entry.kind, entry.at, counter.id, principal.label, told)
    body = told.model_dump(mode="json")
    ticket = _ticket(writer, told, min(visit.at, writer.now))
    if ticket is None:
        return Outcome("pending", number=told.number, ticket_id=told.ticket_id, body=body)
    conflict_id, holds = apply(writer, context, ticket, visit)
    return Outcome(
        "taken" if holds else "conflict", conflict_id=conflict_id, ticket_id=ticket.id, number=ticket.number, body=body
    )


def own_counter(writer: Writer, principal: Principal, entry: IslandEntry) -> CounterRow:
    """The counter the entry is of; 403 when its terminal may not tell of it."""
    if not principal.may(OPERATE):
        raise HallError("not_permitted", status=403, permission=OPERATE)
    if entry.counter_id is None or principal.counter_id not in (None, entry.counter_id):
        raise HallError("not_your_counter", status=403)
    return find_counter(writer, entry.counter_id)


def visit_of(kind: str, at: datetime, counter_id: UUID, terminal: str, told: IslandVisit) -> Visit:
    """A clock that was wrong makes nothing happen before the counter was alone."""
    return Visit(
        STEPS[kind], max(at, told.as_of), told.as_of, counter_id, terminal, told.number, told.staff_id, told.item,
        ParkRequest(reason=told.reason or "materials", minutes=told.minutes),
    )  # fmt: skip


HANDLERS: Final[Mapping[str, Handler]] = dict.fromkeys(STEPS, take_visit)


def apply(writer: Writer, context: Context, ticket: TicketRow, visit: Visit) -> tuple[UUID | None, bool]:
    """Carry the step out, or record why not. Answers the conflict it made or belongs to, and whether the step holds."""
    counter = find_counter(writer, visit.counter_id)
    known = (ticket.issued_at, ticket.called_at, ticket.started_at)
    earliest = max(one for one in known if one is not None)
    # A ticket of before midnight that is finished after it stays one of its own day.
    with at_moment(writer, min(max(visit.at, earliest), writer.now)):
        if visit.what is Step.CALL:
            return _call(writer, context, counter, ticket, visit)
        if visit.what is Step.UNPARK:
            return _unpark(writer, context, counter, ticket, visit)
        return _step(writer, context, counter, ticket, visit)


def _call(
    writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow, visit: Visit
) -> tuple[UUID | None, bool]:
    if counter.ticket_id == ticket.id:
        # The call had arrived; its answer was lost on the way back.
        return None, True
    if ticket.service_day != writer.day or not _is_free(ticket, counter, visit):
        return _collide(writer, ticket, visit), False
    conflict_id, is_free = _free_hand(writer, context, counter, ticket, visit)
    if not is_free:
        return _collide(writer, ticket, visit), False
    calls.call_alone(writer, context, counter, ticket, _staff(writer, visit))
    return conflict_id, True


def _unpark(
    writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow, visit: Visit
) -> tuple[UUID | None, bool]:
    if counter.ticket_id == ticket.id and _is_done(ticket, visit):
        return None, True
    is_here = ticket.counter_id == counter.id and Status(ticket.status) is Status.PARKED
    if not is_here or ticket.service_day != writer.day:
        return _collide(writer, ticket, visit), False
    conflict_id, is_free = _free_hand(writer, context, counter, ticket, visit)
    if not is_free:
        return _collide(writer, ticket, visit), False
    # Whether the counter was open then, it knew itself.
    parking.back_in_hand(writer, context, counter, ticket)
    return conflict_id, True


def _free_hand(
    writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow, visit: Visit
) -> tuple[UUID | None, bool]:
    """Put aside whose call the counter never heard of. Answers the conflict made so, and whether the hand is free."""
    if counter.ticket_id is None:
        return None, True
    other = find_ticket(writer, counter.ticket_id)
    if other.called_at is not None and other.called_at > visit.at:
        # The same counter was worked at from another machine meanwhile.
        return None, False
    steps.step(writer, context, counter.id, Step.HOLD)
    conflict_id = record_conflict(
        writer, "hand_replaced", terminal=visit.terminal, number=other.number, happened_at=visit.at,
        ticket_id=other.id, counter_id=counter.id, called=ticket.number,
    )  # fmt: skip
    return conflict_id, True


def _step(
    writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow, visit: Visit
) -> tuple[UUID | None, bool]:
    is_here = ticket.counter_id == counter.id
    if is_here and _is_done(ticket, visit):
        return None, True
    if counter.ticket_id != ticket.id:
        return _collide(writer, ticket, visit), False
    try:
        if visit.what is Step.NEXT_ITEM:
            steps.next_item(writer, context, counter.id)
        elif visit.what is Step.PARK:
            parking.park(writer, context, counter.id, visit.park)
        else:
            steps.step(writer, context, counter.id, visit.what)
    except HallError as refused:
        if refused.code not in _OVERTAKEN:
            raise
        return _collide(writer, ticket, visit), False
    return None, True


def _collide(writer: Writer, ticket: TicketRow, visit: Visit) -> UUID:
    return record_collision(
        writer, ticket, counter_id=visit.counter_id, terminal=visit.terminal, what=visit.what, at=visit.at
    )


def _is_free(ticket: TicketRow, counter: CounterRow, visit: Visit) -> bool:
    """Could the counter take it as far as it knew, and has nobody taken it since?"""
    status = Status(ticket.status)
    if status is Status.WAITING:
        return True
    if status in IN_HAND or status is Status.FINISHED:
        return False
    if ticket.counter_id == counter.id:
        return True
    # Missed or held elsewhere before: such a person may come to any counter.
    return status is not Status.PARKED and ticket.called_at is not None and ticket.called_at < visit.as_of


def _is_done(ticket: TicketRow, visit: Visit) -> bool:
    """Had the step arrived before, and only its answer was lost?"""
    if visit.what is Step.NEXT_ITEM:
        return visit.item is not None and ticket.item > visit.item
    return Status(ticket.status) is _LEADS_TO[visit.what]


def _ticket(reader: Reader, told: IslandVisit, at: datetime) -> TicketRow | None:
    if told.ticket_id is not None:
        row = reader.get(TicketRow, told.ticket_id)
        if row is not None and row.hall_id == reader.hall_id:
            return row
    with at_moment(reader, at):
        try:
            return find_by_number(reader, told.number)
        except HallError:
            return None


def _staff(writer: Writer, visit: Visit) -> UUID | None:
    """Who was on duty, as the counter knew it."""
    row = writer.get(StaffRow, visit.staff_id) if visit.staff_id is not None else None
    return row.id if row is not None and row.hall_id == writer.hall_id else None


@contextmanager
def at_moment(reader: Reader, moment: datetime) -> Iterator[None]:
    """What is done meanwhile happened then: also for displays, which ring for nothing that is over."""
    now, reader.now = reader.now, moment
    try:
        yield
    finally:
        reader.now = now
