"""How tickets, calls and desks look on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from math import ceil
from typing import Any, cast
from uuid import UUID

from sqlalchemy import bindparam, case, func, select

from server.context import Context
from server.database import Reader
from server.features.catalogue.service import Catalogue, CounterFacts, ServiceFacts, catalogue
from server.features.queueing.items import items_of
from server.features.queueing.lines import ahead_of
from server.features.queueing.models import TicketRow
from shared.domain.errors import HallError
from shared.domain.island.numbers import DOT, bare
from shared.domain.numbering import SEPARATORS
from shared.domain.tickets import Status
from shared.domain.waits.forecast import Range
from shared.schemas.tickets import Ticket

# Who knows of papers whose number is not their ticket's: asked when no ticket has the number.
on_paper: list[Callable[[Reader, str], UUID | None]] = []
# Every phone looks its ticket up again and again: built once.
_BY_CODE = select(TicketRow).where(TicketRow.qr == bindparam("code"))
_ROW_BY_CODE = select(TicketRow.__table__).where(TicketRow.qr == bindparam("code"))


def wire_time(moment: datetime | None) -> str | None:
    """RFC 3339 with Z, milliseconds."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def link(context: Context, qr: str) -> str:
    """What stands in a ticket's code: the address of its live page."""
    return f"{context.link_base}/t/{qr}"


def find_ticket(reader: Reader, ticket_id: UUID) -> TicketRow:
    row = reader.get(TicketRow, ticket_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("ticket_unknown", status=404)
    return row


def find_by_code(reader: Reader, code: str) -> TicketRow:
    """The ticket of a scanned code: its address, or the bare opaque id."""
    opaque = code.strip().rsplit("/", 1)[-1]
    row = reader.session.scalars(_BY_CODE, {"code": opaque}).one_or_none()
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("ticket_code_unknown", status=404)
    return row


def glance(reader: Reader, code: str) -> TicketRow:
    """``find_by_code`` for somebody who only looks, again and again: a plain row, which costs half."""
    row = reader.connection.execute(_ROW_BY_CODE, {"code": code}).one_or_none()
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("ticket_code_unknown", status=404)
    return cast(TicketRow, row)


def find_by_number(reader: Reader, number: str | None) -> TicketRow:
    """Today's ticket with this printed number; of two series that look alike, the one issued last."""
    told = (number or "").strip().upper()
    # Nobody has to type the separator; without it, prefix and count still part where the digits begin.
    column: Any = TicketRow.number
    for sign in (*filter(None, SEPARATORS), DOT):
        column = func.replace(column, sign, "")
    row = reader.session.scalars(
        select(TicketRow)
        .where(TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day, column == bare(told))
        # Typed in full it is that one: without signs, a kiosk's own numbers may run into one another.
        .order_by(case((TicketRow.number == told, 0), else_=1), TicketRow.position.desc())
    ).first()
    others = (row_id for find in on_paper if row is None and (row_id := find(reader, told)) is not None)
    if row is None and (id_ := next(others, None)) is not None:
        row = reader.get(TicketRow, id_)
    if row is None:
        raise HallError("ticket_number_unknown", status=404, number=told)
    return row


def place_of(reader: Reader, row: TicketRow) -> int:
    """People ahead; nobody once the ticket is called, or belongs to another day."""
    if row.status != Status.WAITING or row.service_day != reader.day:
        return 0
    return ahead_of(reader, row)


def ticket_fields(reader: Reader, context: Context, row: TicketRow) -> dict[str, Any]:
    """The public view of a ticket as a plain structure."""
    found = catalogue(reader)
    service, items = found.services[row.service_id], items_of(reader, row)
    return public_fields(context, found, service, row, place_of(reader, row), reader.now, items)


def wait_of(
    context: Context, found: Catalogue, service: ServiceFacts, row: TicketRow, ahead: int, now: datetime
) -> Range | None:
    """The expected wait of a ticket that waits."""
    counters = found.open_counters.get(service.id, 0)
    ticket = (row.id, service.id)
    return context.waits.expected(now, ticket, ahead, counters, service.typical_s, urgent=row.priority < 0)


def estimate_fields(wait: Range | None) -> dict[str, int] | None:
    """Whole seconds."""
    if wait is None:
        return None
    return {"p50_s": ceil(wait.p50_s), "p90_s": ceil(wait.p90_s), "early_s": int(wait.early_s)}


def public_fields(
    context: Context, found: Catalogue, service: ServiceFacts, row: TicketRow, ahead: int, now: datetime,
    items: Sequence[UUID] = (),
) -> dict[str, Any]:  # fmt: skip
    """``items``: the services of a ticket for several matters, in order."""
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
        "estimate": estimate_fields(wait),
        "counter_labels": found.labels.get(service.id, []),
        "counter_label": counter.label if counter else None,
        "issued_at": wire_time(row.issued_at),
        "called_at": wire_time(row.called_at),
        "due_at": wire_time(row.due_at),
        "priority": -row.priority,
        "priority_refused": row.priority_proof == "refused",
        "qr": link(context, row.qr),
        "rated": row.rated,
        "items": item_fields(found, items, row.item) if items else [],
    }


def item_fields(found: Catalogue, items: Sequence[UUID], at: int) -> list[dict[str, Any]]:
    """The matters of a ticket that is for several; ``at`` is the place of the one that is dealt with."""
    named = [(place, found.services[id_]) for place, id_ in enumerate(items)]
    return [
        {
            "service_id": str(service.id), "service_name": service.name, "service_name_en": service.name_en,
            "state": "done" if place < at else "now" if place == at else "open",
        }
        for place, service in named
    ]  # fmt: skip


def staff_fields(
    reader: Reader, context: Context, row: TicketRow, ahead: int | None = None, items: Sequence[UUID] | None = None
) -> dict[str, Any]:
    """What the staff sees besides; ``ahead`` and ``items`` save the look where a list already knows them."""
    found = catalogue(reader)
    place = place_of(reader, row) if ahead is None else ahead
    service, items = found.services[row.service_id], items_of(reader, row) if items is None else items
    return public_fields(context, found, service, row, place, reader.now, items) | {
        "identity_kind": row.identity_kind,
        "identity_masked": row.identity_masked,
        "name_masked": row.name_masked,
        "agent_masked": row.agent_masked,
        "agent_name_masked": row.agent_name_masked,
        "priority_proof": row.priority_proof,
        "recalls": row.recalls,
        "started_at": wire_time(row.started_at),
        "finished_at": wire_time(row.finished_at),
        "counter_id": str(row.counter_id) if row.counter_id else None,
        "reserved_counter_id": str(row.reserved_counter_id) if row.reserved_counter_id else None,
        "appointment_id": str(row.appointment_id) if row.appointment_id else None,
        "note": row.note,
        "parked_at": wire_time(row.parked_at),
        "parked_until": wire_time(row.parked_until),
        "park_reason": row.park_reason,
        "parked_s": row.parked_s,
        "silent": row.silent,
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
        if row.silent:
            data["silent"] = True
    data |= extra
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
