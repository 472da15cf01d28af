"""Calling: who is next for a counter, or one certain ticket."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from server.context import Context
from server.database import Writer
from server.features.calling.service import rules
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from server.features.limits.service import followed
from server.features.queueing.choices import kept, recent_turns
from server.features.queueing.counters import ready_counter
from server.features.queueing.hand import EVENTS, counter_facts, refuse_another_day, take
from server.features.queueing.lines import heads, leave_line, waiting_for
from server.features.queueing.models import CallRow, TicketRow
from server.features.queueing.undoing import keep, remember
from server.features.queueing.view import event_data, find_ticket, staff_fields
from server.features.queueing.visits import keep_visit
from shared.domain.calling import decide
from shared.domain.calling.choice import needs_past
from shared.domain.identifiers import uuid7
from shared.domain.tickets import Status, Step, after

# The rule of who was called by name.
BY_HAND = "by_hand"


def call_next(writer: Writer, context: Context, counter_id: UUID, *, silent: bool = False) -> dict[str, Any] | None:
    """Call who is next for this counter; None when nobody waits.

    ``silent``: displays and loudspeakers keep quiet, the counter's own display and the phone tell of it.
    """
    counter = ready_counter(writer, counter_id)
    found = heads(writer, counter_facts(writer, counter).service_ids, counter.id)
    ruled = rules(writer)
    recent = recent_turns(writer, counter.id) if needs_past(found.candidates, ruled.policy) else ()
    decision = decide(found.candidates, ruled.policy, ruled.preferences.get(counter.id), recent)
    if decision is None:
        return None
    because = {
        "rule": decision.rule, "kind": decision.turn.kind, "passed": decision.turn.passed,
        "choice": kept(decision, found.numbers, ruled),
    }  # fmt: skip
    return _call(writer, context, counter, find_ticket(writer, decision.chosen.ticket_id), because, silent)


def call_ticket(
    writer: Writer, context: Context, counter_id: UUID, ticket_id: UUID, *, silent: bool = False
) -> dict[str, Any]:
    """Call one certain ticket: held, missed, parked, or waiting."""
    counter = ready_counter(writer, counter_id)
    ticket = find_ticket(writer, ticket_id)
    refuse_another_day(writer, ticket)
    because = {"rule": BY_HAND, "kind": None, "passed": False, "choice": {"from": ticket.status}}
    return _call(writer, context, counter, ticket, because, silent)


def call_alone(writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow, staff_id: UUID | None) -> None:
    """A counter that could not reach the server has called a ticket: what it did then is told now.

    Its hand is free; whether its duty has ended since does not matter. ``staff_id``: who was on duty.
    """
    because = {"rule": BY_HAND, "kind": None, "passed": False, "choice": {"from": ticket.status, "alone": True}}
    _call(writer, context, counter, ticket, because, silent=False)
    ticket.staff_id = staff_id or ticket.staff_id


def _call(
    writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow, because: dict[str, Any], silent: bool
) -> dict[str, Any]:
    before, was = remember(ticket), Status(ticket.status)
    ticket.status = after(was, Step.CALL)
    is_waiting = was is Status.WAITING
    waiting = leave_line(writer, ticket.service_id) if is_waiting else waiting_for(writer, ticket.service_id)
    # Whoever is called instead of resumed begins anew: what was before they went is a visit of its own.
    visit = keep_visit(writer, ticket, "parked", ticket.parked_at) if was is Status.PARKED else None
    if not is_waiting:
        # Called back from where they were: they did not wait in the line.
        ticket.queued_at = writer.now
    ticket.call_id = uuid7()
    ticket.counter_id, ticket.staff_id = counter.id, counter.staff_id
    ticket.called_at = writer.now
    ticket.first_called_at = ticket.first_called_at or writer.now
    ticket.started_at = None
    ticket.recalls = 0
    ticket.parked_at = ticket.parked_until = None
    ticket.park_reason, ticket.parked_s = "", 0
    ticket.silent = silent
    ticket.version += 1
    take(counter, ticket)
    keep(writer, counter, ticket, Step.CALL, before, visit)
    followed(writer, ticket, was)
    seq = writer.emit(EVENTS[Step.CALL], event_data(catalogue(writer), ticket, waiting, counter_facts(writer, counter)))
    writer.session.add(
        CallRow(
            hall_id=writer.hall_id, id=ticket.call_id, service_day=writer.day, seq=seq, ticket_id=ticket.id,
            counter_id=counter.id, called_at=writer.now, undone=False, silent=silent, **because,
        )
    )  # fmt: skip
    return {"call": {"id": str(ticket.call_id), "seq": seq}, "ticket": staff_fields(writer, context, ticket, 0)}
