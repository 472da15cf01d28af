"""Taking a counter's last step back: a memory of what the step replaced, good for ten seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from server.audit import SYSTEM, Actor, record
from server.context import Context
from server.database import Writer
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from server.features.limits.service import followed
from server.features.queueing.counters import find_counter
from server.features.queueing.desk import undoable
from server.features.queueing.hand import answer, counter_facts, take
from server.features.queueing.items import agree
from server.features.queueing.lines import join_line, leave_line, waiting_for
from server.features.queueing.models import CallRow, TicketRow
from server.features.queueing.view import event_data, find_ticket
from server.features.queueing.visits import forget_visit
from shared.domain.errors import HallError
from shared.domain.tickets import IN_HAND, Status, Step

# What an undo puts back: everything a step may change on a ticket.
_MEMORY = (
    "status", "service_id", "counter_id", "staff_id", "reserved_counter_id", "note", "call_id", "recalls",
    "first_called_at", "called_at", "started_at", "finished_at", "lane", "rank", "turn_at", "since_at", "came_back",
    "missed", "priority", "item", "queued_at", "parked_at", "parked_until", "park_reason", "parked_s", "silent",
    "priority_proof",
)  # fmt: skip


def undo(writer: Writer, context: Context, counter_id: UUID, who: Actor = SYSTEM) -> dict[str, Any]:
    """Take the counter's last step back, within ten seconds and only while nothing has followed it.

    The ticket is as it was, with all its times, as if the step had never been.
    """
    counter = find_counter(writer, counter_id)
    last = counter.last_step
    if last is None or undoable(writer, counter) is None:
        raise HallError("undo_too_late", status=409)
    ticket = find_ticket(writer, UUID(last["ticket_id"]))
    before = last["before"]
    returns_to_hand = Status(before["status"]) in IN_HAND
    hand_full = returns_to_hand and counter.ticket_id not in (None, ticket.id)
    # Nobody is called from yesterday's lines: who is in hand after midnight stays there until the visit is over.
    lost = before["status"] == Status.WAITING and ticket.service_day != writer.day
    if ticket.version != last["version"] or ticket.rated or hand_full or lost:
        raise HallError("undo_too_late", status=409)
    was, old_service = Status(ticket.status), ticket.service_id
    if last["step"] == Step.CALL and ticket.call_id is not None:
        writer.session.get_one(CallRow, ticket.call_id).undone = True
    undone_call = ticket.call_id
    if last["step"] == Step.PRIORITISE:
        record(
            writer, who, "ticket.priority_undone", "ticket", ticket.id, number=ticket.number,
            priority=-before["priority"],
        )  # fmt: skip
    elif last["step"] == Step.RETURN:
        record(writer, who, "ticket.return_undone", "ticket", ticket.id, number=ticket.number)
    restore(ticket, before)
    ticket.version += 1
    agree(writer, ticket)
    if visit := last.get("visit"):
        forget_visit(writer, UUID(visit))
    # Another's priority may be taken back while somebody else is in hand.
    if counter.ticket_id in (None, ticket.id):
        take(counter, ticket)
    counter.last_step = None
    followed(writer, ticket, was)
    if was is Status.WAITING:
        leave_line(writer, old_service, ticket.service_day)
    if ticket.status == Status.WAITING:
        join_line(writer, ticket.service_id, ticket.lane, ticket.service_day)
    extra: dict[str, Any] = {"undone_step": last["step"], "call_id": str(undone_call) if undone_call else None}
    if old_service != ticket.service_id:
        extra |= {"previous_service_id": str(old_service), "previous_waiting": waiting_for(writer, old_service)}
    data = event_data(
        catalogue(writer), ticket, waiting_for(writer, ticket.service_id), counter_facts(writer, counter), **extra
    )
    return answer(writer, context, ticket, writer.emit("ticket.undone", data))


def remember(ticket: TicketRow) -> dict[str, Any]:
    values = {name: getattr(ticket, name) for name in _MEMORY}
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
        for name, value in values.items()
    }


def restore(ticket: TicketRow, before: dict[str, Any]) -> None:
    for name, value in before.items():
        if value is not None and name.endswith(("_at", "_until")):
            value = datetime.fromisoformat(value)
        elif value is not None and name.endswith("_id"):
            value = UUID(value)
        setattr(ticket, name, value)


def keep(
    writer: Writer, counter: CounterRow, ticket: TicketRow, what: Step, before: dict[str, Any],
    visit: UUID | None = None,
) -> None:  # fmt: skip
    """Remember what a step replaced on the ticket; ``visit``: the row that the step made of the visit it ended."""
    counter.last_step = {
        "step": what.value, "ticket_id": str(ticket.id), "number": ticket.number, "version": ticket.version,
        "at": writer.now.isoformat(), "before": before, "visit": str(visit) if visit else None,
    }  # fmt: skip
