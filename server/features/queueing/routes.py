"""HTTP of tickets, counters' steps and receipts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.context import Context
from server.database import Writer
from server.features.queueing import calls, counters, duty, steps, undoing
from server.features.queueing.duty import AtCounter
from server.features.queueing.issue import issue, recent_services
from server.features.queueing.listing import list_tickets
from server.features.queueing.receipts import papers, record_paper, record_receipt
from server.features.queueing.returning import return_to_line
from server.features.queueing.view import find_by_code, find_ticket, public_ticket, staff_fields
from server.web import Asked, answer, change, look
from shared.domain.tickets import Step
from shared.schemas.base import Page
from shared.schemas.hall import Counter, CounterDesk, Pause, SignIn
from shared.schemas.tickets import (
    CallAnswer,
    CallTicketRequest,
    Paper,
    PaperRecord,
    Receipt,
    RecentServicesRequest,
    StaffTicket,
    Ticket,
    TicketRequest,
    TicketStatus,
    TransferRequest,
)

router = APIRouter()
NO_NUL = r"^[^\x00]*$"
Issuing = Annotated[Principal, Depends(Require("queue.tickets:issue"))]
Finding = Annotated[Principal, Depends(Require("queue.tickets:find"))]
Seeing = Annotated[Principal, Depends(Require("queue.tickets:view"))]
Printing = Annotated[Principal, Depends(Require("queue.tickets:print"))]
Recalling = Annotated[Principal, Depends(Require("queue.tickets:recall_person"))]
Operating = Annotated[Principal, Depends(AtCounter())]
Answering = Annotated[Principal, Depends(Require("queue.calls:answer"))]


def context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found


@router.post("/tickets", status_code=201, response_model=Ticket, tags=["tickets"])
async def issue_ticket(request: Request, principal: Issuing, body: TicketRequest) -> Response:
    """Take a number. Repeating the same id, or the same Idempotency-Key, gives the same ticket."""
    return await change(
        request, principal, lambda writer: issue(writer, context(request), body, principal.label), status=201
    )


@router.get("/tickets", response_model=Page[StaffTicket], tags=["tickets"])
async def tickets(
    request: Request,
    principal: Finding,
    status: TicketStatus | None = None,
    service_id: UUID | None = None,
    number: Annotated[str | None, Query(max_length=12, pattern=NO_NUL)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Today's tickets in the order of issue."""
    return answer(
        await look(
            request,
            lambda reader: list_tickets(reader, context(request), status, service_id, number, limit, cursor),
        )
    )


@router.get("/tickets/by-code", response_model=StaffTicket, tags=["tickets"])
async def ticket_by_code(
    request: Request, principal: Finding, code: Annotated[str, Query(min_length=8, max_length=300, pattern=NO_NUL)]
) -> Response:
    """What a counter's scanner read from a paper: the ticket and its holder, masked."""
    return answer(
        await look(request, lambda reader: staff_fields(reader, context(request), find_by_code(reader, code)))
    )


@router.get("/tickets/{ticket_id}", response_model=Ticket, tags=["tickets"])
async def ticket(request: Request, principal: Seeing, ticket_id: UUID) -> Response:
    return answer(
        await look(request, lambda reader: public_ticket(reader, context(request), find_ticket(reader, ticket_id)))
    )


@router.post("/tickets/{ticket_id}/papers", status_code=201, response_model=Paper, tags=["tickets"])
async def add_paper(request: Request, principal: Printing, ticket_id: UUID, body: PaperRecord) -> Response:
    """The kiosk tells what became of a print; ``copy_id`` names the paper."""
    return await change(request, principal, lambda writer: record_paper(writer, principal, ticket_id, body), status=201)


@router.get("/tickets/{ticket_id}/papers", response_model=Page[Paper], tags=["tickets"])
async def list_papers(request: Request, principal: Issuing, ticket_id: UUID, part: Asked) -> Response:
    """The reprint ledger of a ticket, oldest first."""
    found = await look(request, lambda reader: papers(reader, ticket_id))
    return answer(part.of(Page[Paper], found, "copy_id"))


@router.post("/citizens/recent-services", response_model=Page[UUID], tags=["tickets"])
async def recent(request: Request, principal: Recalling, body: RecentServicesRequest) -> Response:
    """The services this person came for last, newest first. A POST, so that no number stands in an address."""
    found = await look(request, lambda reader: recent_services(reader, context(request), body.identity))
    return answer(Page[UUID](items=found))


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
async def desk(request: Request, principal: Operating, counter_id: UUID) -> Response:
    """All the operator's screen shows: the ticket in hand, the queue, the held and the missed."""
    return answer(await look(request, lambda reader: counters.read_desk(reader, context(request), counter_id)))


@router.post(
    "/counters/{counter_id}/call-next",
    response_model=CallAnswer,
    responses={204: {"description": "nobody waits"}},
    tags=["counters"],
)
async def call_next(request: Request, principal: Operating, counter_id: UUID) -> Response:
    """Call the next person. No ticket is ever given to two counters."""
    return await _at(counter_id, request, principal, lambda w: calls.call_next(w, context(request), counter_id))


@router.post("/counters/{counter_id}/call-ticket", response_model=CallAnswer, tags=["counters"])
async def call_ticket(request: Request, principal: Operating, counter_id: UUID, body: CallTicketRequest) -> Response:
    """Call one certain ticket: held, missed, or waiting."""
    return await _at(
        counter_id, request, principal, lambda w: calls.call_ticket(w, context(request), counter_id, body.ticket_id)
    )


@router.post("/counters/{counter_id}/return-ticket", response_model=CallAnswer, tags=["counters"])
async def return_ticket(request: Request, principal: Operating, counter_id: UUID, body: CallTicketRequest) -> Response:
    """Put a missed or held ticket back into its line, where the calling policy says."""

    def work(writer: Writer) -> Any:
        return return_to_line(writer, context(request), find_ticket(writer, body.ticket_id))

    return await _at(counter_id, request, principal, work, calls=False)


@router.post("/counters/{counter_id}/transfer", response_model=CallAnswer, tags=["counters"])
async def transfer(request: Request, principal: Operating, counter_id: UUID, body: TransferRequest) -> Response:
    def work(writer: Writer) -> Any:
        return steps.transfer(writer, context(request), counter_id, body)

    return await _at(counter_id, request, principal, work, calls=False)


@router.post("/counters/{counter_id}/undo", response_model=CallAnswer, tags=["counters"])
async def undo(request: Request, principal: Operating, counter_id: UUID) -> Response:
    """Take the last step back, within ten seconds."""
    return await change(request, principal, lambda writer: undoing.undo(writer, context(request), counter_id))


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


@router.post("/calls/{call_id}/receipts", status_code=204, tags=["calls"])
async def receipt(request: Request, principal: Answering, call_id: UUID, body: Receipt) -> Response:
    """A display showed the call, a loudspeaker spoke it."""
    return await change(request, principal, lambda writer: record_receipt(writer, principal, call_id, body))
