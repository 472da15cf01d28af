"""The counter's own state: signed in, paused, resumed, signed out, and the end of its person's duty."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from server.database import Reader, Writer
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.catalogue.service import catalogue
from server.features.catalogue.view import counter_view
from server.features.queueing.hand_over import leave
from server.features.queueing.models import CounterStateRow, TicketRow
from server.features.queueing.view import find_ticket
from shared.domain.errors import HallError
from shared.schemas.hall import Counter

# Why a counter is paused whose person may serve no longer while somebody still stands at it.
SESSION_ENDED = "session_ended"
# The same when they have left it to a colleague.
HANDED_OVER = "handed_over"
UNATTENDED = frozenset({SESSION_ENDED, HANDED_OVER})


def find_counter(reader: Reader, counter_id: UUID) -> CounterRow:
    row = reader.get(CounterRow, counter_id)
    if row is None or row.hall_id != reader.hall_id or row.retired:
        raise HallError("counter_unknown", status=404)
    return row


def ready_counter(reader: Reader, counter_id: UUID) -> CounterRow:
    """The counter when somebody can be served there now: it is open and its hand is free."""
    counter = find_counter(reader, counter_id)
    if counter.state != "open":
        raise HallError("counter_not_open", status=409, counter=counter.label)
    refuse_in_hand(reader, counter)
    return counter


def refuse_others(reader: Reader, counter_id: UUID, ticket: TicketRow) -> CounterRow:
    """The counter, when it is on duty and serves what the ticket is for: nobody rules over other counters' lines."""
    counter = find_counter(reader, counter_id)
    if counter.state == "closed":
        raise HallError("counter_not_open", status=409, counter=counter.label)
    found = catalogue(reader)
    if ticket.service_id not in found.counters[counter.id].service_ids:
        service = found.services[ticket.service_id].name
        raise HallError(
            "ticket_of_other_counters", status=403, number=ticket.number, service=service, counter=counter.label
        )
    return counter


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
    if counter.state != "closed" and counter.pause_reason not in UNATTENDED:
        if counter.staff_id != (staff.id if staff else None) and staff is not None:
            raise HallError("counter_taken", status=409, counter=counter.label)
        return counter_view(writer, counter)
    counter.staff_id = staff.id if staff else None
    return _change_state(writer, counter, "open")


def sign_out(writer: Writer, counter_id: UUID) -> Counter:
    counter = find_counter(writer, counter_id)
    refuse_in_hand(writer, counter)
    counter.staff_id = None
    counter.last_step = None
    return _change_state(writer, counter, "closed")


def pause(writer: Writer, counter_id: UUID, reason: str) -> Counter:
    counter = find_counter(writer, counter_id)
    if counter.state == "closed":
        raise HallError("counter_not_open", status=409, counter=counter.label)
    refuse_in_hand(writer, counter)
    counter.last_step = None
    return _change_state(writer, counter, "paused", reason)


def resume(writer: Writer, counter_id: UUID) -> Counter:
    counter = find_counter(writer, counter_id)
    if counter.state == "closed":
        raise HallError("counter_not_open", status=409, counter=counter.label)
    if counter.pause_reason in UNATTENDED:
        raise HallError("staff_proof_needed", status=401)
    return _change_state(writer, counter, "open")


def hand_over(writer: Writer, counter_id: UUID, note: str) -> Counter:
    """Leave the counter to a colleague: its parked and held tickets, and even the one in hand, stay where they are."""
    counter = find_counter(writer, counter_id)
    if counter.state == "closed" or counter.pause_reason in UNATTENDED:
        raise HallError("counter_not_open", status=409, counter=counter.label)
    leave(writer, counter, note)
    return end_duty(writer, counter, HANDED_OVER)


def end_duty(writer: Writer, counter: CounterRow, reason: str = SESSION_ENDED) -> Counter:
    """Close a counter whose person may serve no longer; with a ticket in hand pause it, so that this can be finished.

    Nobody is called while it is paused so; whoever signs in next takes it over.
    """
    counter.session_id = counter.staff_id = counter.last_step = None
    if counter.ticket_id is None:
        return _change_state(writer, counter, "closed")
    return _change_state(writer, counter, "paused", reason)


def staff_number(reader: Reader, staff_id: UUID | None) -> str:
    staff = reader.get(StaffRow, staff_id) if staff_id is not None else None
    if staff is None or staff.retired:
        raise HallError("not_permitted", status=403, permission="queue.counters:operate")
    return staff.number


def _change_state(writer: Writer, counter: CounterRow, state: str, reason: str | None = None) -> Counter:
    if (counter.state, counter.pause_reason) != (state, reason):
        counter.state, counter.pause_reason, counter.since = state, reason, writer.now
        writer.touch_catalogue()
        writer.flush()
        view = counter_view(writer, counter)
        seq = writer.emit("counter.changed", view.model_dump_json())
        # What past days are replayed from, and breaks are learned from.
        writer.session.add(
            CounterStateRow(
                hall_id=writer.hall_id, seq=seq, counter_id=counter.id, state=state, reason=reason,
                staff_id=counter.staff_id, at=writer.now,
            )
        )  # fmt: skip
        return view
    return counter_view(writer, counter)


def _staff(reader: Reader, number: str) -> StaffRow:
    staff = reader.session.scalars(
        select(StaffRow).where(StaffRow.hall_id == reader.hall_id, StaffRow.number == number)
    ).one_or_none()
    if staff is None or staff.retired:
        raise HallError("staff_unknown", status=404, number=number)
    return staff


def refuse_in_hand(reader: Reader, counter: CounterRow) -> None:
    if counter.ticket_id is not None:
        ticket = find_ticket(reader, counter.ticket_id)
        raise HallError("ticket_in_hand", status=409, number=ticket.number, counter=counter.label)
