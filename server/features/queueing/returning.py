"""Coming back to the line: after a missed call, within bounds, or from being on hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from server.audit import Actor, record
from server.context import Context
from server.database import Reader, Writer
from server.features.calling.service import rules
from server.features.catalogue.service import catalogue
from server.features.limits.service import followed
from server.features.queueing.counters import refuse_others
from server.features.queueing.hand import refuse_another_day
from server.features.queueing.lines import join_line
from server.features.queueing.models import TicketRow
from server.features.queueing.standing import stand_again
from server.features.queueing.undoing import keep, remember
from server.features.queueing.view import (
    event_data,
    find_by_code,
    find_by_number,
    find_ticket,
    public_ticket,
    staff_fields,
)
from shared.domain.errors import HallError
from shared.domain.tickets import Status, Step, after
from shared.schemas.tickets import Returnable, ReturnRequest, Ticket, TicketSearch

RETURNED = "ticket.returned"
# Of one person and one day; nobody misses more.
MOST: Final = 10


def refusal(reader: Reader, ticket: TicketRow) -> HallError | None:
    """Why somebody who missed the call may not come back to the line any more; None: they may."""
    policy = rules(reader).policy
    _, within_s = policy.missed(ticket.service_id)
    if ticket.missed >= policy.missed_times:
        return HallError("missed_too_often", status=409, number=ticket.number, times=policy.missed_times)
    if ticket.called_at is None or reader.now - ticket.called_at > timedelta(seconds=within_s):
        return HallError("missed_too_long", status=409, number=ticket.number, minutes=int(within_s // 60))
    return None


def before_a_kiosk(reader: Reader, context: Context, asked: TicketSearch, *, staff: bool = False) -> list[Returnable]:
    """The ticket of a code or of a printed number, whatever became of it; of a person, what they missed today.

    A number alone proves nothing, because the whole hall hears and reads it: unless the policy says that it will do,
    or the staff asks, HallError ``missed_proof_needed``, whatever the number is.
    """
    if asked.number is not None and not (staff or rules(reader).missed_by_number):
        raise HallError("missed_proof_needed", status=409)
    if asked.code is not None:
        rows = [find_by_code(reader, asked.code)]
    elif asked.number is not None:
        rows = [find_by_number(reader, asked.number)]
    else:
        assert asked.identity is not None
        key = context.keys.identity_key(asked.identity.kind, asked.identity.number)
        theirs = (
            select(TicketRow)
            .where(
                TicketRow.hall_id == reader.hall_id, TicketRow.identity_key == key, TicketRow.service_day == reader.day
            )
            .order_by(TicketRow.issued_at.desc(), TicketRow.position.desc())
        )  # fmt: skip
        found = reader.session.scalars(theirs.limit(MOST)).all()
        # What is over for good is told as long as they have taken no other number since.
        rows = [
            row for row in found
            if row.status == Status.NO_SHOW and (row is found[0] or refusal(reader, row) is None)
        ]  # fmt: skip
    return [_returnable(reader, context, row) for row in rows]


def _returnable(reader: Reader, context: Context, row: TicketRow) -> Returnable:
    ticket = public_ticket(reader, context, row)
    why: HallError | None = None
    if row.service_day != reader.day:
        why = HallError("missed_another_day", number=row.number)
    elif row.status == Status.NO_SHOW:
        why = refusal(reader, row)
    may = row.status == Status.NO_SHOW and why is None
    behind, within_s = rules(reader).policy.missed(row.service_id)
    until = row.called_at + timedelta(seconds=within_s) if may and row.called_at is not None else None
    return Returnable(
        ticket=ticket, may_return=may, behind=behind if may else 0, until=until, code=why.code if why else "",
        params=dict(why.params) if why else {},
    )  # fmt: skip


def come_back(writer: Writer, context: Context, ticket_id: UUID) -> Ticket:
    """Who missed their call stands in line again, by themselves; pressed twice, they stand there once."""
    ticket = find_ticket(writer, ticket_id)
    if ticket.status == Status.HELD:
        # Their counter knows when: they are called by name.
        raise HallError("step_not_possible", status=409, ticket_status=ticket.status, step=Step.RETURN.value)
    if ticket.status != Status.WAITING or ticket.came_back != "missed":
        return_to_line(writer, context, ticket)
    return public_ticket(writer, context, ticket)


def return_to_line(writer: Writer, context: Context, ticket: TicketRow) -> dict[str, Any]:
    """Put a missed or held ticket back into its line where the policy says; what a call answers, without a call."""
    refuse_another_day(writer, ticket)
    was = Status(ticket.status)
    status = after(was, Step.RETURN)
    if was is Status.NO_SHOW and (refused := refusal(writer, ticket)) is not None:
        raise refused
    ticket.status = status
    ticket.version += 1
    stand_again(writer, ticket, "missed" if was is Status.NO_SHOW else "held")
    # While they were away they did not wait.
    ticket.queued_at = writer.now
    followed(writer, ticket, was)
    waiting = join_line(writer, ticket.service_id, ticket.lane)
    writer.flush()
    found = catalogue(writer)
    counter = found.counters.get(ticket.counter_id) if ticket.counter_id is not None else None
    writer.emit(RETURNED, event_data(found, ticket, waiting, counter))
    return {"call": None, "ticket": staff_fields(writer, context, ticket)}


def return_at_counter(
    writer: Writer, who: Actor, context: Context, counter_id: UUID, request: ReturnRequest
) -> dict[str, Any]:
    """The same at a counter that serves what the ticket is for; the reason stays in the audit trail."""
    ticket = find_ticket(writer, request.ticket_id) if request.ticket_id else find_by_number(writer, request.number)
    counter = refuse_others(writer, counter_id, ticket)
    before = remember(ticket)
    answer = return_to_line(writer, context, ticket)
    keep(writer, counter, ticket, Step.RETURN, before)
    record(
        writer, who, "ticket.returned", "ticket", ticket.id, number=ticket.number, counter=counter.label,
        before=before["status"], reason=request.reason,
    )  # fmt: skip
    return answer
