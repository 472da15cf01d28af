"""Issuing a ticket: number, ticket, event and answer in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select

from server.context import Context
from server.database import Reader, Writer
from server.features.booking.service import became, check_in
from server.features.catalogue import numbering
from server.features.catalogue.service import ServiceFacts, catalogue, closed_reason
from server.features.limits import service as limits
from server.features.limits.persons import Holder, holder_of
from server.features.queueing.lines import next_number
from server.features.queueing.making import New, grouped, make
from server.features.queueing.models import TicketRow
from server.features.queueing.standing import first_place
from server.features.queueing.view import ticket_fields
from server.features.release import service as release
from server.idempotency import fingerprint
from server.web import to_json
from shared.domain.errors import HallError
from shared.domain.id_numbers import check_typing
from shared.domain.identifiers import uuid7
from shared.domain.items import MOST_ITEMS, in_order
from shared.schemas.tickets import Identity, TicketRequest

_KNOWN = select(TicketRow.fingerprint).where(TicketRow.id == bindparam("ticket"))
RECENT = 3
# No public rule says what a right passport number is.
UNCHECKED_KINDS = ("passport", "other")


def issue(writer: Writer, context: Context, request: TicketRequest, terminal: str) -> str:
    """Make a ticket and answer its JSON. The terminal's own id makes it safe to repeat."""
    identity = _checked(request.identity, writer)
    holder = holder_of(context, identity, _checked(request.agent, writer))
    items = in_order(request.service_id, request.items)
    print_ = print_of(items, holder, request.priority, terminal, request.appointment_id)
    if request.id is not None:
        known = writer.connection.execute(_KNOWN, {"ticket": request.id}).scalar()
        if known is not None:
            return _again(writer, context, request.id, known == print_)
    if len(items) > MOST_ITEMS:
        raise HallError("too_many_items", status=422, most=MOST_ITEMS)
    found = catalogue(writer)
    service, *others = (found.service(id_) for id_ in items)
    for item in (service, *others):
        refuse_closed(writer, context, item, writer.now)
    due_at = admitted = left = None
    if request.appointment_id is not None:
        # Who booked has the ticket, whatever was read at the kiosk; who was erased since is who stands there.
        booked, due_at = check_in(writer, context, request.appointment_id, service.id)
        identity = booked or identity
        holder = holder_of(context, identity)
    if identity is None:
        for item in (service, *others):
            if item.identity == "required":
                raise HallError("identity_required", status=409, service=item.name)
    if request.agent is not None and identity is None:
        raise HallError("limit_agent_for_whom", status=422)
    through = terminal.partition(":")[0]
    if request.appointment_id is None:
        # What was booked is counted already, by both.
        admitted = limits.admit(writer, holder, service, "ticket", through)
        left = release.take(writer, service, "onsite", through=through, always_open=context.always_open)
    for other in others:
        # One ticket is one place; what the rules say of each service holds for its items too.
        limits.admit(writer, holder, other, "ticket", through, besides=request.appointment_id)
        release.take(writer, other, "onsite", through=through, always_open=context.always_open)
    group = grouped(writer, identity, request.priority, through)
    format_ = numbering.today(writer).of(service.series or "")
    count = next_number(writer, service.series or "", format_.start)
    ticket_id = request.id or uuid7()
    number = format_.label(service.series or "", count, booked=request.appointment_id is not None)
    new = New(
        ticket_id, writer.day, service.series or "", count, number, service, items,
        first_place(writer.seq + 1, group.group, due_at, writer.now), group.proof, identity, holder,
        secrets.token_urlsafe(16), print_, terminal, writer.now, due_at, request.appointment_id,
    )  # fmt: skip
    fields = make(writer, context, new, left)
    limits.claim(writer, admitted, ticket_id, number)
    if request.appointment_id is not None:
        became(writer, request.appointment_id, ticket_id, number)
        if identity is None:
            # No step of this ticket will find whose place it was.
            limits.let_go(writer, ticket_id)
    return to_json(fields)


def print_of(
    items: Sequence[UUID], holder: Holder | None, priority: int, terminal: str, appointment_id: UUID | None = None
) -> bytes:
    """What makes asking again the same asking."""
    agent = holder.agent if holder else None
    return fingerprint(
        b"".join(id_.bytes for id_ in items), holder.key if holder else b"", bytes([priority]),
        terminal.partition(":")[0].encode(), *((agent.key,) if agent else ()),
        *((appointment_id.bytes,) if appointment_id else ()),
    )  # fmt: skip


def refuse_closed(reader: Reader, context: Context, service: ServiceFacts, at: datetime) -> None:
    """409 when the service gave or gives no numbers then."""
    if not service.ticketable:
        raise HallError("service_not_ticketable", status=409, service=service.name)
    local = at.astimezone(reader.clocks.zone)
    reason = closed_reason(catalogue(reader), service, local, always_open=context.always_open)
    if reason is not None:
        note = {"suspended": service.suspended_note, "hours": service.hours_text}.get(reason, "")
        raise HallError("service_closed", status=409, service=service.name, reason=reason, note=note)


def _checked(identity: Identity | None, reader: Reader) -> Identity | None:
    if identity is not None and identity.kind not in UNCHECKED_KINDS:
        judged = check_typing(identity.kind, identity.number, reader.day)
        if judged.state != "ok":
            raise HallError("identity_number_wrong", status=422, reason=judged.code)
    return identity


def _again(writer: Writer, context: Context, ticket_id: UUID, same: bool) -> str:
    if not same:
        raise HallError("idempotency_mismatch", status=422, key=str(ticket_id))
    row = writer.session.get_one(TicketRow, ticket_id)
    return to_json(ticket_fields(writer, context, row))


def recent_services(reader: Reader, context: Context, identity: Identity) -> list[UUID]:
    """The services this person took tickets for last, newest first."""
    key = context.keys.identity_key(identity.kind, identity.number)
    last = func.max(TicketRow.issued_at)
    rows = reader.session.execute(
        select(TicketRow.service_id)
        .where(TicketRow.hall_id == reader.hall_id, TicketRow.identity_key == key)
        .group_by(TicketRow.service_id)
        .order_by(last.desc())
        .limit(RECENT)
    )
    services = catalogue(reader).services
    return [id_ for (id_,) in rows if id_ in services and not services[id_].retired]
