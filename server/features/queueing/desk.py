"""The operator's desk: all that one counter's screen shows, in one answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import bindparam, func, or_, select

from server.context import Context
from server.database import Reader
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from server.features.catalogue.view import counter_view
from server.features.queueing.hand_over import left_at
from server.features.queueing.lines import IN_LANE, SENT_IN_VAIN
from server.features.queueing.models import CallRow, ReceiptRow, TicketRow
from server.features.queueing.order import as_called
from server.features.queueing.view import staff_fields
from shared.domain.tickets import UNDO_SECONDS, Status
from shared.schemas.hall import CallReceipts, CounterDesk, UndoableAction
from shared.schemas.tickets import StaffTicket

DESK_LIST = 30
# What a counter may ask for, to go on with when it is alone.
LONGEST_LIST = 500


_TODAY = (TicketRow.hall_id == bindparam("hall"), TicketRow.service_day == bindparam("day_"))
_AT_COUNTER = (*_TODAY, TicketRow.counter_id == bindparam("counter"))
_MINE = (
    *_TODAY, TicketRow.service_id.in_(bindparam("services", expanding=True)), TicketRow.status == Status.WAITING,
    or_(TicketRow.reserved_counter_id.is_(None), TicketRow.reserved_counter_id == bindparam("counter"), SENT_IN_VAIN),
)  # fmt: skip
# Every counter's screen reads these after each step of its own and many of others': built once, and plain rows where
# there are many.
_WAITING = (
    select(TicketRow.__table__, func.count().over().label("in_all")).where(*_MINE).order_by(TicketRow.lane, *IN_LANE)
    .limit(bindparam("most"))
)  # fmt: skip
_LEFT_HERE = (
    select(TicketRow).where(*_AT_COUNTER, TicketRow.status == bindparam("status_"))
    .order_by(TicketRow.called_at.desc(), TicketRow.call_id.desc()).limit(DESK_LIST)
)  # fmt: skip
# All of them, however many: who is away the longest must not fall out of it.
_PARKED_HERE = select(TicketRow).where(*_AT_COUNTER, TicketRow.status == Status.PARKED)
_STATUSES = select(TicketRow.status, func.count()).where(*_AT_COUNTER).group_by(TicketRow.status)
_RECEIPTS = (
    select(ReceiptRow.stage, func.count()).where(ReceiptRow.call_id == bindparam("call")).group_by(ReceiptRow.stage)
)


def receipts_of(reader: Reader, call: CallRow | None) -> CallReceipts | None:
    if call is None:
        return None
    counts = {stage: count for stage, count in reader.connection.execute(_RECEIPTS, {"call": call.id})}
    return CallReceipts(
        call_id=call.id, called_at=call.called_at, shown=counts.get("shown", 0), spoken=counts.get("spoken", 0)
    )


def desk(
    reader: Reader, context: Context, counter: CounterRow, *, may_call_by_number: bool = False, most: int = DESK_LIST
) -> CounterDesk:
    """All the operator's screen shows, in one answer; ``most`` of who waits."""
    session, facts = reader.session, catalogue(reader).counters[counter.id]
    key = {"hall": reader.hall_id, "day_": reader.day, "counter": counter.id}
    found = cast(
        Sequence[Any], reader.connection.execute(_WAITING, {**key, "services": facts.service_ids, "most": most}).all()
    )
    waiting = as_called(reader, counter.id, found)
    counted = {status: count for status, count in reader.connection.execute(_STATUSES, key)}

    def here(status: Status) -> Sequence[TicketRow]:
        # Most counters hold nobody: what isn't there is not read.
        return session.scalars(_LEFT_HERE, {**key, "status_": status}).all() if counted.get(status) else ()

    def listed(rows: Sequence[TicketRow]) -> list[StaffTicket]:
        return [_staff_ticket(reader, context, row, 0) for row in rows]

    in_hand = session.get(TicketRow, counter.ticket_id) if counter.ticket_id else None
    call = session.get(CallRow, in_hand.call_id) if in_hand is not None and in_hand.call_id else None
    return CounterDesk(
        counter=counter_view(reader, counter),
        ticket=_staff_ticket(reader, context, in_hand, 0) if in_hand is not None else None,
        waiting_count=found[0].in_all if found else 0,
        waiting=[_staff_ticket(reader, context, row, place) for place, row in enumerate(waiting)],
        held=listed(here(Status.HELD)),
        missed=listed(here(Status.NO_SHOW)),
        parked=listed(parked_at(reader, counter)) if counted.get(Status.PARKED) else [],
        hand_over=left_at(reader, counter),
        may_call_by_number=may_call_by_number,
        undoable=undoable(reader, counter),
        call=receipts_of(reader, call),
        served_today=counted.get(Status.FINISHED, 0),
    )


def parked_at(reader: Reader, counter: CounterRow) -> list[TicketRow]:
    """Today's tickets parked at a counter: who is due first, then who did not say, the longest away first."""
    key = {"hall": reader.hall_id, "day_": reader.day, "counter": counter.id}
    return sorted(reader.session.scalars(_PARKED_HERE, key), key=_due_first)


def _due_first(row: TicketRow) -> tuple[bool, datetime | None, int]:
    return row.parked_until is None, row.parked_until or row.parked_at, row.position


def _staff_ticket(reader: Reader, context: Context, row: TicketRow, ahead: int) -> StaffTicket:
    return StaffTicket.model_validate(staff_fields(reader, context, row, ahead))


def undoable(reader: Reader, counter: CounterRow) -> UndoableAction | None:
    """The last step while its ten seconds run."""
    last = counter.last_step
    if last is None:
        return None
    at = datetime.fromisoformat(last["at"])
    until = at + timedelta(seconds=UNDO_SECONDS)
    # A clock that was set back must not make the ten seconds an hour.
    if not at <= reader.now < until:
        return None
    return UndoableAction(step=last["step"], ticket_number=last["number"], until=until)
