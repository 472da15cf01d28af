"""How tickets, calls and desks look on the wire."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from server.context import Context
from server.database import Reader
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import Catalogue, CounterFacts, ServiceFacts, catalogue
from server.features.catalogue.view import counter_view
from server.features.queueing.lines import SENT_IN_VAIN, ahead_of
from server.features.queueing.models import CallRow, ReceiptRow, TicketRow
from shared.domain.errors import HallError
from shared.domain.tickets import UNDO_SECONDS, Status
from shared.domain.waits.forecast import Range
from shared.schemas.hall import CallReceipts, CounterDesk, UndoableAction
from shared.schemas.tickets import StaffTicket, Ticket

DESK_LIST = 50


def wire_time(moment: datetime | None) -> str | None:
    """RFC 3339 with Z, milliseconds."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def link(context: Context, qr: str) -> str:
    """What stands in a ticket's code: the address of its live page."""
    return f"{context.link_base}/t/{qr}"


def find_ticket(reader: Reader, ticket_id: UUID) -> TicketRow:
    row = reader.session.get(TicketRow, ticket_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("ticket_unknown", status=404)
    return row


def find_by_code(reader: Reader, code: str) -> TicketRow:
    """The ticket of a scanned code: its address, or the bare opaque id."""
    opaque = code.strip().rsplit("/", 1)[-1]
    row = reader.session.scalars(select(TicketRow).where(TicketRow.qr == opaque)).one_or_none()
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("ticket_code_unknown", status=404)
    return row


def place_of(reader: Reader, row: TicketRow) -> int:
    """People ahead; nobody once the ticket is called, or belongs to another day."""
    if row.status != Status.WAITING or row.service_day != reader.day:
        return 0
    return ahead_of(reader, row)


def ticket_fields(reader: Reader, context: Context, row: TicketRow) -> dict[str, Any]:
    """The public view of a ticket as a plain structure."""
    found = catalogue(reader)
    return public_fields(context, found, found.services[row.service_id], row, place_of(reader, row), reader.now)


def wait_of(
    context: Context, found: Catalogue, service: ServiceFacts, row: TicketRow, ahead: int, now: datetime
) -> Range | None:
    """The expected wait of a ticket that waits."""
    counters = found.open_counters.get(service.id, 0)
    ticket = (row.id, service.id)
    return context.waits.expected(now, ticket, ahead, counters, service.typical_s, urgent=row.priority < 0)


def public_fields(
    context: Context, found: Catalogue, service: ServiceFacts, row: TicketRow, ahead: int, now: datetime
) -> dict[str, Any]:
    counter = found.counters.get(row.counter_id) if row.counter_id is not None else None
    wait = wait_of(context, found, service, row, ahead, now) if row.status == Status.WAITING else None
    return {
        "id": str(row.id),
        "number": row.number,
        "service_id": str(service.id),
        "service_name": service.name,
        "service_name_en": service.name_en,
        "department_name": service.department[0],
        "department_name_en": service.department[1],
        "hint": service.hint,
        "hint_en": service.hint_en,
        "status": row.status,
        "ahead": ahead,
        "estimate": None
        if wait is None
        else {
            "p50_s": ceil(wait.p50_s),
            "p90_s": ceil(wait.p90_s),
            "early_s": int(wait.early_s),
        },
        "counter_labels": found.labels.get(service.id, []),
        "counter_label": counter.label if counter else None,
        "issued_at": wire_time(row.issued_at),
        "called_at": wire_time(row.called_at),
        "due_at": wire_time(row.due_at),
        "priority": -row.priority,
        "qr": link(context, row.qr),
        "rated": row.rated,
    }


def staff_fields(reader: Reader, context: Context, row: TicketRow, ahead: int | None = None) -> dict[str, Any]:
    """What the staff sees besides; ``ahead`` saves the count where a list already knows it."""
    found = catalogue(reader)
    place = place_of(reader, row) if ahead is None else ahead
    return public_fields(context, found, found.services[row.service_id], row, place, reader.now) | {
        "identity_kind": row.identity_kind,
        "identity_masked": row.identity_masked,
        "name_masked": row.name_masked,
        "agent_masked": row.agent_masked,
        "agent_name_masked": row.agent_name_masked,
        "recalls": row.recalls,
        "started_at": wire_time(row.started_at),
        "finished_at": wire_time(row.finished_at),
        "counter_id": str(row.counter_id) if row.counter_id else None,
        "appointment_id": str(row.appointment_id) if row.appointment_id else None,
        "note": row.note,
    }


def public_ticket(reader: Reader, context: Context, row: TicketRow) -> Ticket:
    return Ticket.model_validate(ticket_fields(reader, context, row))


def event_data(
    found: Catalogue, row: TicketRow, waiting: int, counter: CounterFacts | None = None, **extra: Any
) -> str:
    """The data of a ``ticket.*`` event: all a display draws, so that nobody has to ask back."""
    service = found.services[row.service_id]
    data: dict[str, Any] = {
        "ticket_id": str(row.id),
        "number": row.number,
        "service_id": str(service.id),
        "service_name": service.name,
        "service_name_en": service.name_en,
        "status": row.status,
        "waiting": waiting,
    }
    if counter is not None:
        data |= {
            "call_id": str(row.call_id) if row.call_id else None,
            "counter_id": str(counter.id),
            "counter_label": counter.label,
            "counter_name": counter.name,
            "zone": counter.zone,
            "floor": counter.floor,
            "recalls": row.recalls,
            "called_at": wire_time(row.called_at),
        }
    data |= extra
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


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


def desk(reader: Reader, context: Context, counter: CounterRow) -> CounterDesk:
    """All the operator's screen shows, in one answer."""
    session, facts = reader.session, catalogue(reader).counters[counter.id]
    today = (TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day)
    mine = (*today, TicketRow.service_id.in_(facts.service_ids), TicketRow.status == Status.WAITING)
    free = or_(TicketRow.reserved_counter_id.is_(None), TicketRow.reserved_counter_id == counter.id, SENT_IN_VAIN)
    order = (TicketRow.priority, TicketRow.position)
    waiting = session.scalars(select(TicketRow).where(*mine, free).order_by(*order).limit(DESK_LIST)).all()
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
        undoable=undoable(reader, counter),
        call=receipts_of(reader, call),
        served_today=served or 0,
    )


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
