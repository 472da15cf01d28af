"""A number without the server: what the kiosk can judge from what it knows, and how the ticket reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from shared.domain.errors import HallError
from shared.offline.held_numbers import ISSUED, Given, HeldNumbers
from shared.offline.journal import Entry, Journal
from shared.schemas.hall import Service
from shared.schemas.tickets import Identity, Ticket, TicketItem, TicketRequest

REFUSED = 409


class Alone:
    """Safe on any thread. What only the server can judge is refused in words that say where to go."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.held = HeldNumbers(journal)

    def can_serve(self, day: date) -> bool:
        """Whether there are numbers for the day at all."""
        return self.held.holds(day)

    def issue(
        self, request: TicketRequest, services: Sequence[Service], *, now: datetime, as_of: datetime, ahead: int,
        left: Mapping[UUID, int],
    ) -> Ticket:  # fmt: skip
        """The ticket, which is in the journal when this returns. ``services``: all it is for, the first of them first.

        ``ahead``: who waited for it when the line broke, ``left``: the numbers on site that were left then, where they
        are counted. HallError with status 409 for a refusal, as the server's; ``disk_full``.
        """
        day = now.date()
        own = [entry for entry in self._journal.of_day(day) if entry.kind == ISSUED]
        holder = self._judge(request, services, own, left)
        try:
            given = self.held.give(request, services[0].series or "", day=day, at=now, holder=holder)
        except HallError as error:
            raise HallError(error.code, status=REFUSED, **error.params) from error
        before = sum(not entry.uploaded and entry.body["service_id"] == str(services[0].id) for entry in own)
        return ticket_of(given, request, services, ahead + before, as_of)

    def _judge(
        self, request: TicketRequest, services: Sequence[Service], own: Sequence[Entry], left: Mapping[UUID, int]
    ) -> str:  # fmt: skip
        """The mark of who takes it; HallError for what may not be given."""
        if request.appointment_id is not None or request.agent is not None:
            raise HallError("island_needs_server", status=REFUSED)
        for service in services:
            if not service.open:
                raise HallError(
                    "service_closed", status=REFUSED, service=service.name, reason=service.closed_reason or "",
                    note=service.closed_note,
                )  # fmt: skip
            taken = sum(str(service.id) in (entry.body["service_id"], *entry.body["items"]) for entry in own)
            if service.id in left and left[service.id] - taken <= 0:
                raise HallError("island_none_left", status=REFUSED, service=service.name)
        if request.identity is None:
            return ""
        mark = self._mark(request.identity)
        mine = next((entry for entry in own if entry.body.get("_holder") == mark), None)
        if mine is not None:
            raise HallError("island_has_number", status=REFUSED, label=mine.body["number"])
        return mark

    def _mark(self, identity: Identity) -> str:
        return self._journal.mark("person", identity.number.upper())


def ticket_of(
    given: Given, request: TicketRequest, services: Sequence[Service], ahead: int, as_of: datetime
) -> Ticket:  # fmt: skip
    """What the screen and the paper show of it; nobody can say how long it will take."""
    first = services[0]
    items = [
        TicketItem(service_id=one.id, service_name=one.name, service_name_en=one.name_en, state="open" if n else "now")
        for n, one in enumerate(services)
    ]  # fmt: skip
    return Ticket(
        id=given.ticket_id, number=given.number, service_id=first.id, service_name=first.name,
        service_name_en=first.name_en, department_name=first.department_name,
        department_name_en=first.department_name_en, hint=first.hint, hint_en="", status="waiting", ahead=ahead,
        estimate=None, counter_labels=first.counter_labels, counter_label=None, issued_at=given.at, called_at=None,
        priority=request.priority, qr=given.link, rated=False, items=items if len(items) > 1 else [], as_of=as_of,
    )  # fmt: skip
