"""Whose papers somebody may open and judge: those of their own departments, and of whoever stands before them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from server.auth import Principal, as_now
from server.database import Reader
from server.features.booking.book import find
from server.features.booking.models import AppointmentRow
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from shared.domain.errors import HallError


def within_reach(reader: Reader, principal: Principal, permission: str, appointment_id: UUID) -> AppointmentRow:
    """The appointment whose papers the caller may come to; HallError ``not_permitted`` for all others.

    A counter's terminal comes to those of the services its counter serves. Whoever is in a counter's hand stands before
    its clerk, whatever department their papers are for: a counter may serve several.
    """
    row, principal = find(reader, appointment_id), as_now(reader, principal)
    if principal.may(permission) and _stands_before(reader, principal, row):
        return row
    if principal.kind != "counter":
        principal.require(permission, catalogue(reader).services[row.service_id].department_id)
    elif principal.counter_id is None or not _serves(reader, principal.counter_id, row.service_id):
        raise HallError("not_permitted", status=403, permission=permission)
    return row


def _serves(reader: Reader, counter_id: UUID, service_id: UUID) -> bool:
    counter = catalogue(reader).counters.get(counter_id)
    return counter is not None and service_id in counter.service_ids


def _stands_before(reader: Reader, principal: Principal, row: AppointmentRow) -> bool:
    """Is their ticket in hand where the caller works? A terminal bound to no counter may work at any."""
    if row.ticket_id is None or principal.kind not in ("counter", "user"):
        return False
    at = select(CounterRow.id).where(CounterRow.hall_id == reader.hall_id, CounterRow.ticket_id == row.ticket_id)
    if principal.kind == "user":
        if principal.staff_id is None:
            return False
        at = at.where(CounterRow.staff_id == principal.staff_id)
    elif principal.counter_id is not None:
        at = at.where(CounterRow.id == principal.counter_id)
    return reader.session.scalar(at.limit(1)) is not None
