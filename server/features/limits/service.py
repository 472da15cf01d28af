"""May this person have a number or a booking now? And the places that keep a second one from being given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy import bindparam, delete, update
from sqlalchemy.exc import IntegrityError

from server.database import Reader, Writer
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.limits.models import ClaimRow, PenaltyRow
from server.features.limits.persons import (
    Agent,
    Holder,
    blocked_until,
    claim_row,
    facts_of,
    more_of,
    taken_by_agent,
)
from server.features.limits.settings import settings
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.limits.judging import (
    Act,
    Asked,
    Refusal,
    allowed,
    block_refusal,
    cancellable,
    free_place,
    judge,
    scope_of,
)
from shared.domain.tickets import OPEN, Status

_INSERT = ClaimRow.__table__.insert()  # type: ignore[attr-defined]
_FREE = update(ClaimRow).where(ClaimRow.id == bindparam("row"), ClaimRow.hall_id == bindparam("hall"))
_FREE = _FREE.values(place=None)


class Ticket(Protocol):
    """What a ticket's row shows here: tickets are kept by a feature that asks this one."""

    id: Any
    number: Any
    status: Any
    service_id: Any
    identity_key: Any
    identity_masked: Any
    agent_key: Any
    agent_masked: Any


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody the rules let have a number or a booking: what ``claim`` writes down."""

    who: Holder
    service_id: UUID
    act: Act
    channel: str
    day: date
    scope: str
    place: int


def admit(
    writer: Writer, who: Holder | None, service: ServiceFacts, act: Act, channel: str, *,
    begins: datetime | None = None, besides: UUID | None = None,
) -> Admitted | None:  # fmt: skip
    """Refuse with the rule that forbids it; None where nothing is to be claimed.

    ``begins``: when a booked visit begins; its day is the one it counts for. ``besides``: a booking of theirs that
    becomes this very number, and does not stand in its way. Raises ``HallError(…, status=409)``.
    """
    if who is None:
        return None
    found = settings(writer)
    rules = found.rules
    idle = not (rules.counts or rules.remembers or rules.lead_time or found.blocks)
    if act == "ticket" and idle and who.agent is None:
        return None
    now = writer.now.astimezone(writer.clocks.zone)
    begins = begins.astimezone(writer.clocks.zone) if begins is not None else None
    day = begins.date() if begins is not None else now.date()
    if who.agent is not None:
        _refuse_agent(writer, who, who.agent, service, blocks=found.blocks)
    facts = facts_of(writer, found, who.key)
    if besides is not None:
        facts = replace(facts, claims=[claim for claim in facts.claims if claim.id != besides])
    refusal = judge(rules, facts, Asked(act, service.id, now, day, begins))
    if refusal is not None:
        raise _error(writer, refusal, service)
    if act == "ticket" and not rules.counts and who.agent is None:
        return None
    scope = scope_of(rules, service.id, day)
    return Admitted(who, service.id, act, channel, day, scope, free_place(facts, scope))


def claim(writer: Writer, admitted: Admitted | None, id_: UUID, label: str) -> None:
    """Take the place: the database gives each once, whoever asked first.

    ``id_`` is the ticket's or appointment's, ``label`` its number or its time, as a refusal names it.
    """
    if admitted is None:
        return
    agent = admitted.who.agent
    values = {
        "hall_id": writer.hall_id, "id": id_, "label": label, "act": admitted.act, "channel": admitted.channel,
        "identity_key": admitted.who.key, "agent_key": agent.key if agent else None,
        "service_id": admitted.service_id, "day": admitted.day, "scope": admitted.scope, "place": admitted.place,
    }  # fmt: skip
    try:
        writer.connection.execute(_INSERT, values)
    except IntegrityError as error:
        raise HallError("limit_taken_meanwhile", status=409) from error


def let_go(writer: Writer, id_: UUID, *, counts: bool = True) -> None:
    """A number or a booking is over; ``counts``: it still counts for its day. A cancelled one does not."""
    if counts:
        writer.connection.execute(_FREE, {"row": id_, "hall": writer.hall_id})
    else:
        writer.connection.execute(delete(ClaimRow).where(ClaimRow.id == id_, ClaimRow.hall_id == writer.hall_id))


def moved(writer: Writer, appointment_id: UUID, ticket_id: UUID, label: str) -> None:
    """A booking became a number: the place goes with it."""
    writer.connection.execute(
        update(ClaimRow)
        .where(ClaimRow.id == appointment_id, ClaimRow.hall_id == writer.hall_id)
        .values(id=ticket_id, act="ticket", label=label)
    )


def refuse_cancelling(reader: Reader, begins: datetime) -> None:
    """``HallError("limit_cancel_late")`` when it is too late to cancel or change a booking."""
    refusal = cancellable(settings(reader).rules, reader.now, begins)
    if refusal is not None:
        raise HallError(refusal.code, status=409, rule=refusal.rule, **refusal.params)


def penalise(
    writer: Writer, kind: Literal["missed", "cancelled"], act: Act, about_id: UUID, service_id: UUID, key: bytes,
    masked: str,
) -> None:  # fmt: skip
    """Remember that somebody missed or cancelled, where a rule asks for it. Once for each number or booking."""
    rules = settings(writer).rules
    if not (rules.no_shows if kind == "missed" else rules.cancellations):
        return
    forgive(writer, kind, about_id)
    writer.connection.execute(PenaltyRow.__table__.insert(), {  # type: ignore[attr-defined]
        "hall_id": writer.hall_id, "id": uuid7(), "kind": kind, "act": act, "about_id": about_id,
        "service_id": service_id, "identity_key": key, "identity_masked": masked, "at": writer.now, "lifted_at": None,
        "version": 0,
    })  # fmt: skip


def forgive(writer: Writer, kind: Literal["missed", "cancelled"], about_id: UUID) -> None:
    """It was not missed after all: somebody took the step back, or the person came later."""
    writer.connection.execute(delete(PenaltyRow).where(
        PenaltyRow.hall_id == writer.hall_id, PenaltyRow.kind == kind, PenaltyRow.about_id == about_id
    ))  # fmt: skip


def followed(writer: Writer, ticket: Ticket, before: str) -> None:
    """A step has changed a ticket from ``before``: with its end the place is free, taken back it is theirs again."""
    if ticket.identity_key is None or ticket.status == before:
        return
    rules = settings(writer).rules
    was_open, is_open = Status(before) in OPEN, Status(ticket.status) in OPEN
    if was_open != is_open and (rules.counts or ticket.agent_key is not None):
        if is_open:
            _take_back(writer, ticket)
        else:
            let_go(writer, ticket.id)
    if rules.no_shows is None or Status.NO_SHOW not in (before, ticket.status):
        return
    if before == Status.NO_SHOW:
        forgive(writer, "missed", ticket.id)
    else:
        # Whoever took the number answers for it, not the person in whose name they took it.
        key, masked = ticket.agent_key or ticket.identity_key, ticket.agent_masked or ticket.identity_masked or ""
        penalise(writer, "missed", "ticket", ticket.id, ticket.service_id, key, masked)


def _take_back(writer: Writer, ticket: Ticket) -> None:
    row = claim_row(writer, ticket.id)
    if row is None or row.place is not None or row.day < writer.day:
        return
    found = settings(writer)
    facts = facts_of(writer, found, row.identity_key)
    most = allowed(found.rules, facts, row.day, writer.day)
    held = [one for one in facts.claims if one.scope == row.scope and one.place is not None]
    if most is not None and len(held) >= most:
        raise HallError("limit_other_since", status=409, number=ticket.number)
    writer.connection.execute(
        update(ClaimRow).where(ClaimRow.id == ticket.id).values(place=free_place(facts, row.scope))
    )


def _refuse_agent(writer: Writer, who: Holder, agent: Agent, service: ServiceFacts, *, blocks: bool) -> None:
    if agent.key == who.key:
        raise HallError("limit_agent_self", status=422)
    agent_left(writer, agent.key, blocks=blocks, service=service)


def agent_left(reader: Reader, key: bytes, *, blocks: bool, service: ServiceFacts | None = None) -> int:
    """How many more numbers somebody may take for others today, at least one.

    Raises ``limit_blocked``, ``limit_agent_unknown`` or ``limit_agent_used``. ``service``: what it would be for.
    """
    until = blocked_until(reader, key) if blocks else None
    if until is not None:
        raise _error(reader, block_refusal(until), service)
    most = more_of(reader, key, "agent")
    if not most:
        raise HallError("limit_agent_unknown", status=409, rule="agents")
    left = most - taken_by_agent(reader, key)
    if left <= 0:
        raise HallError("limit_agent_used", status=409, rule="agents", count=most)
    return left


def wire(refusal: Refusal) -> dict[str, Any]:
    """The parameters of a refusal as they are sent: days as text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in refusal.params.items()}


def _error(reader: Reader, refusal: Refusal, service: ServiceFacts | None) -> HallError:
    """The refusal with what a person needs to act on it: which number, of which service."""
    params = wire(refusal) | {"rule": refusal.rule}
    if service is not None:
        params |= {"service": service.name, "service_en": service.name_en}
    held = refusal.claim
    if held is not None:
        about = catalogue(reader).services[held.service_id]  # type: ignore[index]
        params |= {"service": about.name, "service_en": about.name_en, "id": str(held.id), "label": held.label}
    return HallError(refusal.code, status=409, **params)
