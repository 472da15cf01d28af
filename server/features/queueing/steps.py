"""What happens at a counter: sign in, call, start, finish … and taking the last step back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.context import Context
from server.database import Reader, Writer
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.catalogue.service import CounterFacts, catalogue
from server.features.catalogue.view import counter_view
from server.features.queueing.lines import change_line, heads, waiting_by_service
from server.features.queueing.models import CallRow, TicketRow
from server.features.queueing.view import desk, event_data, find_ticket, staff_fields, undoable
from shared.domain.calling import choose
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.tickets import IN_HAND, Status, Step, after
from shared.schemas.hall import Counter, CounterDesk
from shared.schemas.tickets import TransferRequest

EVENTS = {
    Step.CALL: "ticket.called",
    Step.RECALL: "ticket.recalled",
    Step.START: "ticket.started",
    Step.FINISH: "ticket.finished",
    Step.NO_SHOW: "ticket.no_show",
    Step.HOLD: "ticket.held",
    Step.TRANSFER: "ticket.transferred",
}
# Why a counter is paused whose person may serve no longer while somebody still stands at it.
SESSION_ENDED = "session_ended"
# What an undo puts back: everything a step may change on a ticket.
_MEMORY = (
    "status", "service_id", "counter_id", "staff_id", "reserved_counter_id", "note", "call_id", "recalls",
    "first_called_at", "called_at", "started_at", "finished_at",
)  # fmt: skip


def find_counter(reader: Reader, counter_id: UUID) -> CounterRow:
    row = reader.session.get(CounterRow, counter_id)
    if row is None or row.hall_id != reader.hall_id or row.retired:
        raise HallError("counter_unknown", status=404)
    return row


def read_desk(reader: Reader, context: Context, counter_id: UUID) -> CounterDesk:
    return desk(reader, context, find_counter(reader, counter_id))


# The counter itself


def sign_in(writer: Writer, counter_id: UUID, staff_number: str | None) -> Counter:
    """Open the counter; the same person again changes nothing."""
    counter = find_counter(writer, counter_id)
    staff = _staff(writer, staff_number) if staff_number is not None else None
    if staff is not None:
        elsewhere = writer.session.scalars(
            select(CounterRow).where(CounterRow.staff_id == staff.id, CounterRow.id != counter.id)
        ).first()
        if elsewhere is not None:
            raise HallError("staff_signed_in_elsewhere", status=409, counter=elsewhere.label, staff=staff.name)
    if counter.state != "closed" and counter.pause_reason != SESSION_ENDED:
        if counter.staff_id != (staff.id if staff else None) and staff is not None:
            raise HallError("counter_taken", status=409, counter=counter.label)
        return counter_view(writer, counter)
    counter.staff_id = staff.id if staff else None
    return _change_state(writer, counter, "open")


def sign_out(writer: Writer, counter_id: UUID) -> Counter:
    counter = find_counter(writer, counter_id)
    _refuse_in_hand(writer, counter)
    counter.staff_id = None
    counter.last_step = None
    return _change_state(writer, counter, "closed")


def pause(writer: Writer, counter_id: UUID, reason: str) -> Counter:
    counter = find_counter(writer, counter_id)
    if counter.state == "closed":
        raise HallError("counter_not_open", status=409, counter=counter.label)
    _refuse_in_hand(writer, counter)
    counter.last_step = None
    return _change_state(writer, counter, "paused", reason)


def resume(writer: Writer, counter_id: UUID) -> Counter:
    counter = find_counter(writer, counter_id)
    if counter.state == "closed":
        raise HallError("counter_not_open", status=409, counter=counter.label)
    if counter.pause_reason == SESSION_ENDED:
        raise HallError("staff_proof_needed", status=401)
    return _change_state(writer, counter, "open")


def end_duty(writer: Writer, counter: CounterRow) -> None:
    """Close a counter whose person may serve no longer; with a ticket in hand pause it, so that this can be finished.

    Nobody is called while it is paused so; whoever signs in next takes it over.
    """
    counter.session_id = counter.staff_id = counter.last_step = None
    if counter.ticket_id is None:
        _change_state(writer, counter, "closed")
    else:
        _change_state(writer, counter, "paused", SESSION_ENDED)


def staff_number(reader: Reader, staff_id: UUID | None) -> str:
    staff = reader.session.get(StaffRow, staff_id) if staff_id is not None else None
    if staff is None or staff.retired:
        raise HallError("not_permitted", status=403, permission="queue.counters:operate")
    return staff.number


def _change_state(writer: Writer, counter: CounterRow, state: str, reason: str | None = None) -> Counter:
    if (counter.state, counter.pause_reason) != (state, reason):
        counter.state, counter.pause_reason, counter.since = state, reason, writer.now
        writer.touch_catalogue()
        writer.flush()
        view = counter_view(writer, counter)
        writer.emit("counter.changed", view.model_dump_json())
        return view
    return counter_view(writer, counter)


def _staff(reader: Reader, number: str) -> StaffRow:
    staff = reader.session.scalars(
        select(StaffRow).where(StaffRow.hall_id == reader.hall_id, StaffRow.number == number)
    ).one_or_none()
    if staff is None or staff.retired:
        raise HallError("staff_unknown", status=404, number=number)
    return staff


def _refuse_in_hand(reader: Reader, counter: CounterRow) -> None:
    if counter.ticket_id is not None:
        ticket = find_ticket(reader, counter.ticket_id)
        raise HallError("ticket_in_hand", status=409, number=ticket.number, counter=counter.label)


# Calling


def call_next(writer: Writer, context: Context, counter_id: UUID) -> dict[str, Any] | None:
    """Call who is next for this counter; None when nobody waits."""
    counter = _ready(writer, counter_id)
    facts = catalogue(writer).counters[counter.id]
    chosen = choose(heads(writer, facts.service_ids, counter.id))
    if chosen is None:
        return None
    return _call(writer, context, counter, find_ticket(writer, chosen.ticket_id))


def call_ticket(writer: Writer, context: Context, counter_id: UUID, ticket_id: UUID) -> dict[str, Any]:
    """Call one certain ticket: held, missed, or waiting."""
    counter = _ready(writer, counter_id)
    ticket = find_ticket(writer, ticket_id)
    _refuse_another_day(writer, ticket)
    return _call(writer, context, counter, ticket)


def _refuse_another_day(reader: Reader, ticket: TicketRow) -> None:
    if ticket.service_day != reader.day:
        raise HallError("ticket_of_another_day", status=409, number=ticket.number)


def _ready(writer: Writer, counter_id: UUID) -> CounterRow:
    counter = find_counter(writer, counter_id)
    if counter.state != "open":
        raise HallError("counter_not_open", status=409, counter=counter.label)
    _refuse_in_hand(writer, counter)
    return counter


def _call(writer: Writer, context: Context, counter: CounterRow, ticket: TicketRow) -> dict[str, Any]:
    before = _remember(ticket)
    was_waiting = ticket.status == Status.WAITING
    ticket.status = after(Status(ticket.status), Step.CALL)
    waiting = change_line(writer, ticket.service_id, -1) if was_waiting else _waiting(writer, ticket.service_id)
    ticket.call_id = uuid7()
    ticket.counter_id, ticket.staff_id = counter.id, counter.staff_id
    ticket.called_at = writer.now
    ticket.first_called_at = ticket.first_called_at or writer.now
    ticket.started_at = None
    ticket.recalls = 0
    ticket.version += 1
    _take(counter, ticket)
    _keep(writer, counter, ticket, Step.CALL, before)
    seq = writer.emit(EVENTS[Step.CALL], event_data(catalogue(writer), ticket, waiting, _facts(writer, counter)))
    writer.session.add(
        CallRow(
            hall_id=writer.hall_id, id=ticket.call_id, service_day=writer.day, seq=seq, ticket_id=ticket.id,
            counter_id=counter.id, called_at=writer.now, undone=False,
        )
    )  # fmt: skip
    return {"call": {"id": str(ticket.call_id), "seq": seq}, "ticket": staff_fields(writer, context, ticket, 0)}


# With the ticket in hand


def step(writer: Writer, context: Context, counter_id: UUID, what: Step) -> dict[str, Any]:
    """Recall, start, finish, no-show or hold the ticket in hand."""
    counter = find_counter(writer, counter_id)
    ticket = _in_hand(writer, counter)
    before = _remember(ticket)
    ticket.status = after(Status(ticket.status), what)
    ticket.version += 1
    if what is Step.RECALL:
        ticket.recalls += 1
        counter.last_step = None
    else:
        if what is Step.START:
            ticket.started_at = writer.now
        elif what is Step.FINISH:
            ticket.started_at = ticket.started_at or ticket.called_at
            ticket.finished_at = writer.now
        _take(counter, ticket)
        _keep(writer, counter, ticket, what, before)
    waiting = _waiting(writer, ticket.service_id)
    seq = writer.emit(EVENTS[what], event_data(catalogue(writer), ticket, waiting, _facts(writer, counter)))
    return _answer(writer, context, ticket, seq)


def transfer(writer: Writer, context: Context, counter_id: UUID, request: TransferRequest) -> dict[str, Any]:
    """Send the ticket in hand back to a line, keeping the place its early issue gives it.

    Who is sent to one counter waits for that one; while it is closed, its colleagues may call.
    """
    counter = find_counter(writer, counter_id)
    ticket = _in_hand(writer, counter)
    _refuse_another_day(writer, ticket)
    found = catalogue(writer)
    if request.service_id is None and request.counter_id is None:
        raise HallError("transfer_without_target", status=422)
    # A service that was retired meanwhile keeps the people it has.
    service = found.service(request.service_id) if request.service_id else found.services[ticket.service_id]
    if not service.ticketable:
        raise HallError("service_not_ticketable", status=409, service=service.name)
    if request.counter_id is not None and service.id not in found.counter(request.counter_id).service_ids:
        raise HallError(
            "counter_does_not_serve", status=409, counter=found.counter(request.counter_id).label, service=service.name
        )
    if not found.labels.get(service.id):
        raise HallError("service_not_served", status=409, service=service.name)
    before, previous = _remember(ticket), ticket.service_id
    ticket.status = after(Status(ticket.status), Step.TRANSFER)
    ticket.service_id = service.id
    ticket.reserved_counter_id = request.counter_id
    ticket.note = request.note
    ticket.version += 1
    _take(counter, ticket)
    waiting = change_line(writer, service.id, +1)
    _keep(writer, counter, ticket, Step.TRANSFER, before)
    data = event_data(
        found, ticket, waiting, _facts(writer, counter), previous_service_id=str(previous),
        previous_waiting=_waiting(writer, previous),
    )  # fmt: skip
    return _answer(writer, context, ticket, writer.emit(EVENTS[Step.TRANSFER], data))


def undo(writer: Writer, context: Context, counter_id: UUID) -> dict[str, Any]:
    """Take the counter's last step back, within ten seconds and only while nothing has followed it."""
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
    was_waiting, old_service = ticket.status == Status.WAITING, ticket.service_id
    if last["step"] == Step.CALL and ticket.call_id is not None:
        writer.session.get_one(CallRow, ticket.call_id).undone = True
    undone_call = ticket.call_id
    _restore(ticket, before)
    ticket.version += 1
    _take(counter, ticket)
    counter.last_step = None
    if was_waiting:
        change_line(writer, old_service, -1, ticket.service_day)
    if ticket.status == Status.WAITING:
        change_line(writer, ticket.service_id, +1, ticket.service_day)
    extra: dict[str, Any] = {"undone_step": last["step"], "call_id": str(undone_call) if undone_call else None}
    if old_service != ticket.service_id:
        extra |= {"previous_service_id": str(old_service), "previous_waiting": _waiting(writer, old_service)}
    data = event_data(catalogue(writer), ticket, _waiting(writer, ticket.service_id), _facts(writer, counter), **extra)
    return _answer(writer, context, ticket, writer.emit("ticket.undone", data))


def _in_hand(writer: Writer, counter: CounterRow) -> TicketRow:
    if counter.ticket_id is None:
        raise HallError("no_ticket_in_hand", status=409, counter=counter.label)
    return find_ticket(writer, counter.ticket_id)


def _take(counter: CounterRow, ticket: TicketRow) -> None:
    """The counter has this ticket in hand, or nothing once the ticket's step took it away."""
    in_hand = Status(ticket.status) in IN_HAND
    counter.ticket_id = ticket.id if in_hand else None
    counter.ticket_number = ticket.number if in_hand else None
    counter.ticket_status = ticket.status if in_hand else None


def _answer(writer: Writer, context: Context, ticket: TicketRow, seq: int) -> dict[str, Any]:
    call = {"id": str(ticket.call_id), "seq": seq} if ticket.call_id else None
    return {"call": call, "ticket": staff_fields(writer, context, ticket)}


def _facts(reader: Reader, counter: CounterRow) -> CounterFacts:
    return catalogue(reader).counters[counter.id]


def _waiting(reader: Reader, service_id: UUID) -> int:
    return waiting_by_service(reader).get(service_id, 0)


def _remember(ticket: TicketRow) -> dict[str, Any]:
    values = {name: getattr(ticket, name) for name in _MEMORY}
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
        for name, value in values.items()
    }


def _restore(ticket: TicketRow, before: dict[str, Any]) -> None:
    for name, value in before.items():
        if value is not None and name.endswith("_at"):
            value = datetime.fromisoformat(value)
        elif value is not None and name.endswith("_id"):
            value = UUID(value)
        setattr(ticket, name, value)


def _keep(writer: Writer, counter: CounterRow, ticket: TicketRow, what: Step, before: dict[str, Any]) -> None:
    counter.last_step = {
        "step": what.value, "ticket_id": str(ticket.id), "number": ticket.number, "version": ticket.version,
        "at": writer.now.isoformat(), "before": before,
    }  # fmt: skip
