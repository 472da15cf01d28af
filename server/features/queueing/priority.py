"""Raising somebody's place: the elderly, disabled people, the military and whom a clerk has a reason for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from server.audit import Actor, record
from server.context import Context
from server.database import Writer
from server.features.catalogue.service import catalogue
from server.features.queueing.counters import refuse_others
from server.features.queueing.hand import EVENTS, answer, refuse_another_day
from server.features.queueing.lines import join_line, leave_line
from server.features.queueing.undoing import keep, remember
from server.features.queueing.view import event_data, find_ticket
from shared.domain.calling.places import is_booked, lane_of
from shared.domain.tickets import Status, Step, after
from shared.schemas.tickets import PriorityRequest


def prioritise(
    writer: Writer, who: Actor, context: Context, counter_id: UUID, request: PriorityRequest
) -> dict[str, Any]:
    """Give a waiting ticket another priority group, for a reason that stays in the audit trail.

    Within the group the place is that of its issue. A counter can take it back as any of its steps.
    """
    ticket = find_ticket(writer, request.ticket_id)
    counter = refuse_others(writer, counter_id, ticket)
    refuse_another_day(writer, ticket)
    before = remember(ticket)
    ticket.status = after(Status(ticket.status), Step.PRIORITISE)
    previous, ticket.priority = -ticket.priority, -request.priority
    ticket.priority_proof = "staff" if request.priority else ""
    ticket.lane = lane_of(request.priority, booked=is_booked(ticket.lane))
    ticket.version += 1
    keep(writer, counter, ticket, Step.PRIORITISE, before)
    record(
        writer, who, "ticket.prioritised", "ticket", ticket.id, number=ticket.number, counter=counter.label,
        before=previous, priority=request.priority, reason=request.reason,
    )  # fmt: skip
    leave_line(writer, ticket.service_id)
    waiting = join_line(writer, ticket.service_id, ticket.lane)
    data = event_data(catalogue(writer), ticket, waiting, priority=request.priority)
    return answer(writer, context, ticket, writer.emit(EVENTS[Step.PRIORITISE], data))
