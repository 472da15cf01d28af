"""HTTP of counters: who is on duty, calling, and the steps with a ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal
from server.context import Context
from server.database import Reader, Writer
from server.features.queueing import calls, counters, duty, hand_over, parking, priority, steps, undoing
from server.features.queueing.desk import DESK_LIST, LONGEST_LIST
from server.features.queueing.desk import desk as desk_of
from server.features.queueing.duty import AtCounter
from server.features.queueing.missed import missed_tickets
from server.features.queueing.returning import return_at_counter
from server.web import answer, change, look
from shared.domain.tickets import Step
from shared.schemas.base import Page
from shared.schemas.hall import Counter, CounterDesk, HandOverRequest, Pause, SignIn
from shared.schemas.tickets import (
    CallAnswer,
    CallRequest,
    CallTicketRequest,
    MissedTicket,
    ParkRequest,
    PriorityRequest,
    ReturnRequest,
    TransferRequest,
    UnparkRequest,
)

router = APIRouter()
Operating = Annotated[Principal, Depends(AtCounter())]


def context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found


async def _at(
    counter_id: UUID, request: Request, principal: Principal, work: Callable[[Writer], Any], *, calls: bool = True
) -> Response:
    """A change by whoever is on duty at a counter; ``calls``: only while their session lives."""

    def attended(writer: Writer) -> Any:
        duty.attend(writer, counter_id, calls=calls)
        return work(writer)

    return await change(request, principal, attended)


@router.post("/counters/{counter_id}/sign-in", response_model=Counter, tags=["counters"])
async def sign_in(request: Request, principal: Operating, counter_id: UUID, body: SignIn) -> Response:
    """Open a counter. An enrolled terminal, and so its person, proves who signs in with ``staff_token``."""
    who, person = audit.actor(request, principal), await duty.prove(request.app.state.authenticator, principal, body)
    return await change(
        request, principal, lambda writer: duty.sign_in(writer, who, counter_id, body.staff_number, person)
    )


@router.post("/counters/{counter_id}/sign-out", response_model=Counter, tags=["counters"])
async def sign_out(request: Request, principal: Operating, counter_id: UUID) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: duty.sign_out(writer, who, counter_id))


@router.post("/counters/{counter_id}/pause", response_model=Counter, tags=["counters"])
async def pause(request: Request, principal: Operating, counter_id: UUID, body: Pause) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: duty.pause(writer, who, counter_id, body.reason))


@router.post("/counters/{counter_id}/resume", response_model=Counter, tags=["counters"])
async def resume(request: Request, principal: Operating, counter_id: UUID) -> Response:
    return await _at(counter_id, request, principal, lambda writer: counters.resume(writer, counter_id))


@router.get("/counters/{counter_id}/desk", response_model=CounterDesk, tags=["counters"])
async def desk(
    request: Request, principal: Operating, counter_id: UUID,
    waiting: Annotated[int, Query(ge=1, le=LONGEST_LIST)] = DESK_LIST,
) -> Response:  # fmt: skip
    """All the operator's screen shows: the ticket in hand, the queue, the held and the missed.

    ``waiting``: how many of the queue are listed at most.
    """

    def read(reader: Reader) -> CounterDesk:
        may = duty.may_call_by_number(reader, principal, counter_id)
        counter = counters.find_counter(reader, counter_id)
        return desk_of(reader, context(request), counter, may_call_by_number=may, most=waiting)

    return answer(await look(request, read))


@router.post(
    "/counters/{counter_id}/call-next",
    response_model=CallAnswer,
    responses={204: {"description": "nobody waits"}},
    tags=["counters"],
)
async def call_next(
    request: Request, principal: Operating, counter_id: UUID, body: CallRequest | None = None
) -> Response:
    """Call the next person. No ticket is ever given to two counters."""
    silent = body is not None and body.silent

    def work(writer: Writer) -> Any:
        return calls.call_next(writer, context(request), counter_id, silent=silent)

    return await _at(counter_id, request, principal, work)


@router.post("/counters/{counter_id}/call-ticket", response_model=CallAnswer, tags=["counters"])
async def call_ticket(request: Request, principal: Operating, counter_id: UUID, body: CallTicketRequest) -> Response:
    """Call one certain ticket of the counter's services: held, missed or parked. One that waits, or that another
    counter keeps, only with the permission to call by number."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> Any:
        ticket_id = duty.wanted_ticket(writer, principal, who, counter_id, body)
        return calls.call_ticket(writer, context(request), counter_id, ticket_id, silent=body.silent)

    return await _at(counter_id, request, principal, work)


@router.post("/counters/{counter_id}/park", response_model=CallAnswer, tags=["counters"])
async def park(request: Request, principal: Operating, counter_id: UUID, body: ParkRequest) -> Response:
    """The person in hand is away for a while; the counter serves others. No part of serving time."""

    def work(writer: Writer) -> Any:
        return parking.park(writer, context(request), counter_id, body)

    return await _at(counter_id, request, principal, work, calls=False)


@router.post("/counters/{counter_id}/unpark", response_model=CallAnswer, tags=["counters"])
async def unpark(
    request: Request, principal: Operating, counter_id: UUID, body: UnparkRequest | None = None
) -> Response:
    """Go on with a parked ticket without calling it; without an id, with the one that is due first."""
    wanted = body.ticket_id if body is not None else None
    return await _at(counter_id, request, principal, lambda w: parking.unpark(w, context(request), counter_id, wanted))


@router.post("/counters/{counter_id}/next-item", response_model=CallAnswer, tags=["counters"])
async def next_item(request: Request, principal: Operating, counter_id: UUID) -> Response:
    """End the item in hand; the ticket's next one follows here, or in the line of whoever serves it."""

    def work(writer: Writer) -> Any:
        return steps.next_item(writer, context(request), counter_id)

    return await _at(counter_id, request, principal, work, calls=False)


@router.post("/counters/{counter_id}/priority", response_model=CallAnswer, tags=["counters"])
async def prioritise(request: Request, principal: Operating, counter_id: UUID, body: PriorityRequest) -> Response:
    """Put somebody who waits into another priority group, for a reason that is kept in the audit trail."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> Any:
        return priority.prioritise(writer, who, context(request), counter_id, body)

    return await _at(counter_id, request, principal, work)


@router.post("/counters/{counter_id}/hand-over", response_model=Counter, tags=["counters"])
async def hand_over_counter(
    request: Request, principal: Operating, counter_id: UUID, body: HandOverRequest | None = None
) -> Response:
    """Leave the counter to a colleague with its parked and held tickets; they sign in as usual and see the note."""
    who, note = audit.actor(request, principal), body.note if body is not None else ""
    return await change(request, principal, lambda writer: duty.hand_over(writer, who, counter_id, note))


@router.post("/counters/{counter_id}/hand-over/read", status_code=204, tags=["counters"])
async def read_hand_over(request: Request, principal: Operating, counter_id: UUID) -> Response:
    """Whoever took over has read what was left."""

    def work(writer: Writer) -> None:
        hand_over.close(writer, counters.find_counter(writer, counter_id))

    return await _at(counter_id, request, principal, work)


@router.post("/counters/{counter_id}/return-ticket", response_model=CallAnswer, tags=["counters"])
async def return_ticket(request: Request, principal: Operating, counter_id: UUID, body: ReturnRequest) -> Response:
    """Put a missed or held ticket of its services back into its line, where the calling policy says."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> Any:
        return return_at_counter(writer, who, context(request), counter_id, body)

    return await _at(counter_id, request, principal, work, calls=False)


@router.get("/counters/{counter_id}/missed", response_model=Page[MissedTicket], tags=["counters"])
async def missed(request: Request, principal: Operating, counter_id: UUID) -> Response:
    """Who missed the call of its services today, the last called first, and where they would stand again."""
    found = await look(request, lambda reader: missed_tickets(reader, context(request), counter_id))
    return answer(Page[MissedTicket](items=found))


@router.post("/counters/{counter_id}/transfer", response_model=CallAnswer, tags=["counters"])
async def transfer(request: Request, principal: Operating, counter_id: UUID, body: TransferRequest) -> Response:
    def work(writer: Writer) -> Any:
        return steps.transfer(writer, context(request), counter_id, body)

    return await _at(counter_id, request, principal, work, calls=False)


@router.post("/counters/{counter_id}/undo", response_model=CallAnswer, tags=["counters"])
async def undo(request: Request, principal: Operating, counter_id: UUID) -> Response:
    """Take the last step back, within ten seconds."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: undoing.undo(writer, context(request), counter_id, who))


def _add_step(what: Step, path: str) -> None:
    async def handler(request: Request, principal: Operating, counter_id: UUID) -> Response:
        def work(writer: Writer) -> Any:
            return steps.step(writer, context(request), counter_id, what)

        return await _at(counter_id, request, principal, work, calls=False)

    router.add_api_route(
        f"/counters/{{counter_id}}/{path}",
        handler,
        methods=["POST"],
        response_model=CallAnswer,
        name=what.value,
        tags=["counters"],
    )


for _step, _path in (
    (Step.RECALL, "recall"),
    (Step.START, "start"),
    (Step.FINISH, "finish"),
    (Step.NO_SHOW, "no-show"),
    (Step.HOLD, "hold"),
):
    _add_step(_step, _path)
