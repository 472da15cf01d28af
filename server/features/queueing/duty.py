"""Who is on duty at a counter: signing in and out, pausing, and the end of a person's session."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from fastapi import Request
from sqlalchemy import or_, select

from server import audit
from server.auth import Authenticator, Principal, Require
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.access.service import rights_of
from server.features.accounts.sessions import live_session, needs_touch, touch
from server.features.catalogue.models import CounterRow
from server.features.queueing import counters
from server.features.queueing.hand_over import take
from server.features.queueing.models import HandOverRow
from server.features.queueing.view import find_by_number, find_ticket
from server.web import look
from shared.domain.errors import HallError
from shared.domain.tickets import Status
from shared.schemas.hall import Counter, SignIn
from shared.schemas.tickets import CallTicketRequest

OPERATE = "queue.counters:operate"
OUT_OF_TURN = "queue.tickets:call_by_number"


class AtCounter(Require):
    """The one check of who operates which counter.

    A terminal that is bound to a counter operates that one; a person the one they are signed in at, or signs in there.
    """

    def __init__(self) -> None:
        super().__init__(OPERATE)

    async def __call__(self, request: Request) -> Principal:
        principal = await super().__call__(request)
        asked = request.path_params["counter_id"]
        if principal.counter_id is not None and not _same(asked, principal.counter_id):
            raise HallError("not_your_counter", status=403)
        if (
            principal.kind == "user"
            and not request.url.path.endswith("/sign-in")
            and not await look(request, lambda reader: _is_signed_in(reader, principal, asked))
        ):
            raise HallError("not_your_counter", status=403)
        return principal


def _same(asked: str, counter_id: UUID) -> bool:
    try:
        return UUID(asked) == counter_id
    except ValueError:
        return False


def _is_signed_in(reader: Reader, principal: Principal, asked: str) -> bool:
    if principal.staff_id is None:
        return False
    at = reader.session.scalars(
        select(CounterRow.id).where(CounterRow.hall_id == reader.hall_id, CounterRow.staff_id == principal.staff_id)
    )
    return any(_same(asked, counter_id) for counter_id in at)


async def prove(authenticator: Authenticator, principal: Principal, body: SignIn) -> Principal | None:
    """The person who signs in, proved; None where a set-up token vouches for a number alone, or for nobody."""
    if principal.kind == "user":
        return principal
    if body.staff_token:
        person = await authenticator.principal(body.staff_token)
        if person.kind != "user" or person.staff_id is None or not person.may(OPERATE):
            raise HallError("not_permitted", status=403, permission=OPERATE)
        return person
    if principal.set_up:
        return None
    raise HallError("staff_proof_needed", status=401)


def sign_in(
    writer: Writer, who: audit.Actor, counter_id: UUID, staff_number: str | None, person: Principal | None
) -> Counter:
    """Open a counter for the person proved; without one for whoever has this staff number."""
    number = staff_number
    if person is not None:
        number = counters.staff_number(writer, person.staff_id)
        if staff_number not in (None, number):
            raise HallError("not_permitted", status=403, permission=OPERATE)
    before = counters.find_counter(writer, counter_id)
    opens = before.state == "closed" or before.pause_reason in counters.UNATTENDED
    view = counters.sign_in(writer, counter_id, number)
    counter = counters.find_counter(writer, counter_id)
    if person is not None and counter.session_id != person.session_id:
        counter.session_id = person.session_id
        writer.flush()
    left = take(writer, counter)
    if left is not None:
        audit.record(
            writer, who, "counter.taken_over", "counter", counter_id, label=counter.label, staff=number or "",
            parked=left.parked, held=left.held,
        )  # fmt: skip
    if opens:
        audit.record(
            writer, who, "counter.signed_in", "counter", counter_id, label=counter.label, staff=number or "",
            proved=person is not None,
        )  # fmt: skip
    return view


def sign_out(writer: Writer, who: audit.Actor, counter_id: UUID) -> Counter:
    before = counters.find_counter(writer, counter_id).state
    view = counters.sign_out(writer, counter_id)
    counter = counters.find_counter(writer, counter_id)
    counter.session_id = None
    writer.flush()
    if before != "closed":
        audit.record(writer, who, "counter.signed_out", "counter", counter_id, label=counter.label)
    return view


def hand_over(writer: Writer, who: audit.Actor, counter_id: UUID, note: str) -> Counter:
    """Leave the counter to a colleague; the note itself stays out of the trail."""
    staff = counters.find_counter(writer, counter_id).staff_id
    view = counters.hand_over(writer, counter_id, note)
    left = writer.session.get_one(HandOverRow, counters.find_counter(writer, counter_id).hand_over_id)
    audit.record(
        writer, who, "counter.handed_over", "counter", counter_id, label=view.label,
        staff=counters.staff_number(writer, staff) if staff else "", parked=left.parked, held=left.held,
        in_hand=view.ticket_number or "",
    )  # fmt: skip
    return view


def may_call_by_number(reader: Reader, principal: Principal, counter_id: UUID) -> bool:
    """Whether whoever is on duty there may call somebody out of turn: what terminal and person both may."""
    if not principal.may(OUT_OF_TURN):
        return False
    session_id = counters.find_counter(reader, counter_id).session_id
    if session_id is None:
        return principal.set_up or principal.kind == "user"
    session = live_session(reader, session_id)
    if session is None:
        return False
    rights = rights_of(reader, session.account_id, "staff")
    return OUT_OF_TURN in rights.everywhere or OUT_OF_TURN in rights.in_units


def wanted_ticket(
    writer: Writer, principal: Principal, who: audit.Actor, counter_id: UUID, request: CallTicketRequest
) -> UUID:
    """The ticket somebody wants to call: one of the counter's services, or one that the counter itself has kept.

    403 when it still waits for its turn, or is kept by another counter that is on duty, and they may not call out of
    turn; whom somebody calls away from another counter is in the audit trail.
    """
    ticket = find_ticket(writer, request.ticket_id) if request.ticket_id else find_by_number(writer, request.number)
    kept = ticket.status in (Status.HELD, Status.PARKED)
    if kept and ticket.counter_id == counter_id:
        return ticket.id
    counter = counters.refuse_others(writer, counter_id, ticket)
    if ticket.status == Status.WAITING and not may_call_by_number(writer, principal, counter_id):
        raise HallError("out_of_turn", status=403, number=ticket.number)
    if kept and ticket.counter_id is not None:
        keeper = writer.session.get_one(CounterRow, ticket.counter_id)
        if keeper.state != "closed" and not keeper.retired:
            if not may_call_by_number(writer, principal, counter_id):
                raise HallError("ticket_kept_elsewhere", status=403, number=ticket.number, counter=keeper.label)
            audit.record(
                writer, who, "ticket.called_away", "ticket", ticket.id, number=ticket.number, counter=counter.label,
                before=ticket.status, **{"from": keeper.label},
            )  # fmt: skip
    return ticket.id


def pause(writer: Writer, who: audit.Actor, counter_id: UUID, reason: str) -> Counter:
    before = counters.find_counter(writer, counter_id).state
    view = counters.pause(writer, counter_id, reason)
    if before != "paused":
        audit.record(writer, who, "counter.paused", "counter", counter_id, label=view.label)
    return view


def attend(writer: Writer, counter_id: UUID, *, calls: bool) -> None:
    """Somebody works at a counter: their session is in use. Nobody is called for a person whose session is over.

    What is begun can be finished all the same.
    """
    session_id = counters.find_counter(writer, counter_id).session_id
    if session_id is None:
        return
    session = live_session(writer, session_id)
    if session is None:
        if calls:
            raise HallError("staff_proof_needed", status=401)
    elif needs_touch(session, writer.now):
        touch(writer, session_id)


def close_forgotten(writer: Writer) -> None:
    """Sign out the counters whose person's session has run out by time: nobody ended it, so nobody told."""
    found = writer.session.scalars(
        select(CounterRow.session_id).where(CounterRow.hall_id == writer.hall_id, CounterRow.session_id.is_not(None))
    ).all()
    over = [session_id for session_id in found if session_id and live_session(writer, session_id) is None]
    rights_ended(writer, over)


def rights_ended(writer: Writer, ended: Collection[UUID]) -> None:
    """Whose session or account has ended serves no longer: the counter closes, once nobody stands at it.

    With a ticket in hand it is paused: what is begun can be finished, and nobody new is called.
    """
    if not ended:
        return
    people = select(AccountRow.staff_id).where(AccountRow.id.in_(ended), AccountRow.staff_id.is_not(None))
    found = writer.session.scalars(
        select(CounterRow).where(
            CounterRow.hall_id == writer.hall_id,
            CounterRow.state != "closed",
            or_(CounterRow.session_id.in_(ended), CounterRow.staff_id.in_(people)),
        )
    ).all()
    for counter in found:
        counters.end_duty(writer, counter)
        audit.record(
            writer, audit.SYSTEM, "counter.signed_out", "counter", counter.id, label=counter.label,
            reason="session ended", paused=counter.state == "paused",
        )  # fmt: skip
