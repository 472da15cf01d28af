"""Issuing a ticket: number, ticket, event and answer in one transaction."""

from __future__ import annotations

import secrets
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from sqlalchemy import bindparam, func, select

from server.context import Context
from server.crypto import place
from server.database import Reader, Writer
from server.features.booking.service import became, check_in
from server.features.calling.service import rules
from server.features.catalogue import numbering
from server.features.catalogue.service import ServiceFacts, catalogue, closed_reason
from server.features.limits import service as limits
from server.features.limits.persons import holder_of
from server.features.queueing.items import add_items
from server.features.queueing.lines import ahead_of, join_line, next_number
from server.features.queueing.models import TicketRow
from server.features.queueing.standing import BEHIND_ALL, first_place, newcomers_are_last
from server.features.queueing.view import event_data, public_fields, ticket_fields
from server.features.release import service as release
from server.idempotency import fingerprint
from server.web import to_json
from shared.domain.calling import Grouped, group_of
from shared.domain.errors import HallError
from shared.domain.id_numbers import birth_date, check_typing, mask
from shared.domain.identifiers import uuid7
from shared.domain.items import MOST_ITEMS, in_order
from shared.domain.names import mask_name
from shared.domain.tickets import Status
from shared.schemas.tickets import Identity, TicketRequest

_INSERT = TicketRow.__table__.insert()  # type: ignore[attr-defined]
_NOT_YET: dict[str, None] = dict.fromkeys(
    ("counter_id", "staff_id", "reserved_counter_id", "call_id", "first_called_at", "called_at", "started_at",
     "finished_at")
)  # fmt: skip
_KNOWN = select(TicketRow.fingerprint).where(TicketRow.id == bindparam("ticket"))
RECENT = 3
# No public rule says what a right passport number is.
UNCHECKED_KINDS = ("passport", "other")


def issue(writer: Writer, context: Context, request: TicketRequest, terminal: str) -> str:
    """Make a ticket and answer its JSON. The terminal's own id makes it safe to repeat."""
    identity = _checked(request.identity, writer)
    holder = holder_of(context, identity, _checked(request.agent, writer))
    identity_key, agent = (holder.key, holder.agent) if holder else (None, None)
    items = in_order(request.service_id, request.items)
    print_ = fingerprint(
        b"".join(id_.bytes for id_ in items), identity_key or b"", bytes([request.priority]),
        terminal.partition(":")[0].encode(), *((agent.key,) if agent else ()),
        *((request.appointment_id.bytes,) if request.appointment_id else ()),
    )  # fmt: skip
    if request.id is not None:
        known = writer.connection.execute(_KNOWN, {"ticket": request.id}).scalar()
        if known is not None:
            return _again(writer, context, request.id, known == print_)
    if len(items) > MOST_ITEMS:
        raise HallError("too_many_items", status=422, most=MOST_ITEMS)
    found = catalogue(writer)
    service, *others = (found.service(id_) for id_ in items)
    for item in (service, *others):
        _refuse_closed(writer, context, item)
    due_at = admitted = left = None
    if request.appointment_id is not None:
        # Who booked has the ticket, whatever was read at the kiosk; who was erased since is who stands there.
        booked, due_at = check_in(writer, context, request.appointment_id, service.id)
        identity = booked or identity
        holder = holder_of(context, identity)
        identity_key, agent = (holder.key if holder else None), None
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
    grouped = _group(writer, identity, request.priority, through)
    format_ = numbering.today(writer).of(service.series or "")
    count = next_number(writer, service.series or "", format_.start)
    place_ = first_place(writer.seq + 1, grouped.group, due_at, writer.now)
    waiting = join_line(writer, service.id, place_["lane"])
    ticket_id = request.id or uuid7()
    values = dict(
        hall_id=writer.hall_id, id=ticket_id, service_day=writer.day, series=service.series, count=count,
        number=format_.label(service.series or "", count, booked=request.appointment_id is not None),
        service_id=service.id, status=Status.WAITING.value,
        **place_,
        identity_kind=identity.kind if identity else None, identity_key=identity_key,
        identity_masked=mask(identity.number) if identity else None,
        name_masked=mask_name(identity.name) if identity and identity.name else None,
        identity_cipher=_sealed(context, "identity", ticket_id, identity.number if identity else None),
        name_cipher=_sealed(context, "name", ticket_id, identity.name if identity else None),
        agent_key=agent.key if agent else None, agent_masked=agent.masked if agent else None,
        agent_name_masked=agent.name_masked if agent else None,
        qr=secrets.token_urlsafe(16), fingerprint=print_, issued_by=terminal, issued_at=writer.now,
        priority_proof=grouped.proof,
        note="", recalls=0, rated=False, version=0, due_at=due_at, appointment_id=request.appointment_id,
        items=len(items), item=0, park_reason="", parked_s=0, silent=False,
    )  # fmt: skip
    # Only read from here on: making the mapped object costs as much as inserting the row.
    row = cast(TicketRow, SimpleNamespace(**_NOT_YET, **values))
    # Who walks in, in nobody's group, comes behind everybody; all others, and who is let in between, are counted.
    ahead = waiting - 1
    if place_["lane"] != BEHIND_ALL or not newcomers_are_last(writer):
        ahead = ahead_of(writer, row)
    several = items if len(items) > 1 else ()
    fields = public_fields(context, found, service, row, ahead, writer.now, several)
    told = fields["estimate"] or {"p50_s": None, "p90_s": None}
    writer.connection.execute(_INSERT, values | {"told_p50_s": told["p50_s"], "told_p90_s": told["p90_s"]})
    limits.claim(writer, admitted, ticket_id, row.number)
    if request.appointment_id is not None:
        became(writer, request.appointment_id, ticket_id, row.number)
        if identity is None:
            # No step of this ticket will find whose place it was.
            limits.let_go(writer, ticket_id)
    add_items(writer, ticket_id, items)
    writer.emit("ticket.issued", event_data(found, row, waiting, ahead=ahead, left=left))
    return to_json(fields)


def _group(writer: Writer, identity: Identity | None, asked: int, through: str) -> Grouped:
    """The priority group: what is asked for, or what the age in the document gives by the hall's rules."""
    groups = rules(writer).policy.groups
    born = birth_date(identity.kind, identity.number) if identity is not None and groups else None
    return group_of(groups, asked, born, writer.day, kiosk=through == "kiosk")


def _sealed(context: Context, column: str, ticket_id: UUID, text: str | None) -> bytes | None:
    return context.keys.vault.seal(text, place("tickets", column, ticket_id)) if text else None


def _refuse_closed(writer: Writer, context: Context, service: ServiceFacts) -> None:
    if not service.ticketable:
        raise HallError("service_not_ticketable", status=409, service=service.name)
    local = writer.now.astimezone(writer.clocks.zone)
    reason = closed_reason(catalogue(writer), service, local, always_open=context.always_open)
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
