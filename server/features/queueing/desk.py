"""The operator's desk: all that one counter's screen shows, in one answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

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

DESK_LIST = 50


def receipts_of(reader: Reader, call: CallRow | None) -> CallReceipts | None:
    if call is None:
        return None
    counts: dict[str, int] = {}
    counted = select(ReceiptRow.stage, func.count()).where(ReceiptRow.call_id == call.id).group_by(ReceiptRow.stage)
    for stage, count in reader.session.execute(counted):
        counts[stage] = count
    return CallReceipts(
        call_id=call.id, called_at=call.called_at, shown=counts.get("shown", 0), spoken=counts.get("spoken", 0)
    )


def desk(reader: Reader, context: Context, counter: CounterRow, *, may_call_by_number: bool = False) -> CounterDesk:
    """All the operator's screen shows, in one answer."""
    session, facts = reader.session, catalogue(reader).counters[counter.id]
    today = (TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day)
    mine = (*today, TicketRow.service_id.in_(facts.service_ids), TicketRow.status == Status.WAITING)
    free = or_(TicketRow.reserved_counter_id.is_(None), TicketRow.reserved_counter_id == counter.id, SENT_IN_VAIN)
    in_lanes = select(TicketRow).where(*mine, free).order_by(TicketRow.lane, *IN_LANE).limit(DESK_LIST)
    waiting = as_called(reader, counter.id, session.scalars(in_lanes).all())
    count = session.scalar(select(func.count()).select_from(TicketRow).where(*mine, free)) or 0
    at_counter = (*today, TicketRow.counter_id == counter.id)

    def listed(status: Status) -> list[StaffTicket]:
        chosen = select(TicketRow).where(*at_counter, TicketRow.status == status).order_by(TicketRow.called_at.desc())
        return [_staff_ticket(reader, context, row, 0) for row in session.scalars(chosen.limit(DESK_LIST))]

    served = session.scalar(
        select(func.count()).select_from(TicketRow).where(*at_counter, TicketRow.status == Status.FINISHED)
    )
    in_hand = session.get(TicketRow, counter.ticket_id) if counter.ticket_id else None
    call = session.get(CallRow, in_hand.call_id) if in_hand is not None and in_hand.call_id else None
    return CounterDesk(
        counter=counter_view(reader, counter),
        ticket=_staff_ticket(reader, context, in_hand, 0) if in_hand is not None else None,
        waiting_count=count,
        waiting=[_staff_ticket(reader, context, row, place) for place, row in enumerate(waiting)],
        held=listed(Status.HELD),
        missed=listed(Status.NO_SHOW),
        parked=[_staff_ticket(reader, context, row, 0) for row in parked_at(reader, counter)],
        hand_over=left_at(reader, counter),
        may_call_by_number=may_call_by_number,
        undoable=undoable(reader, counter),
        call=receipts_of(reader, call),
        served_today=served or 0,
    )


def parked_at(reader: Reader, counter: CounterRow) -> list[TicketRow]:
    """Today's tickets parked at a counter: who is due first, then who did not say, the longest away first."""
    rows = reader.session.scalars(
        select(TicketRow).where(
            TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day,
            TicketRow.counter_id == counter.id, TicketRow.status == Status.PARKED,
        )
    )  # fmt: skip
    return sorted(rows, key=lambda row: (row.parked_until is None, row.parked_until or row.parked_at, row.position))


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
