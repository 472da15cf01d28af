"""HTTP of tickets, counters' steps and receipts."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.context import Context
from server.features.queueing.duty import AtCounter
from server.features.queueing.issue import issue, recent_services
from server.features.queueing.listing import list_tickets
from server.features.queueing.receipts import papers, record_paper, record_receipt
from server.features.queueing.returning import before_a_kiosk, come_back
from server.features.queueing.view import find_by_code, find_ticket, public_ticket, staff_fields
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.tickets import (
    Paper,
    PaperRecord,
    Receipt,
    RecentServicesRequest,
    Returnable,
    StaffTicket,
    Ticket,
    TicketRequest,
    TicketSearch,
    TicketStatus,
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


@router.post("/tickets/returnable", response_model=Page[Returnable], tags=["tickets"])
async def returnable(request: Request, principal: Issuing, body: TicketSearch) -> Response:
    """What the code, number or person before a kiosk missed, and whether they may come back to the line by themselves.

    At a kiosk a number alone will do only where the calling policy says so. A POST, so that no number of a document
    stands in an address.
    """
    staff = principal.kind != "kiosk"
    found = await look(request, lambda reader: before_a_kiosk(reader, context(request), body, staff=staff))
    return answer(Page[Returnable](items=found))


@router.post("/tickets/{ticket_id}/return", response_model=Ticket, tags=["tickets"])
async def return_ticket(request: Request, principal: Issuing, ticket_id: UUID) -> Response:
    """Who missed the call comes back to the line at a kiosk, where the calling policy says."""
    return await change(request, principal, lambda writer: come_back(writer, context(request), ticket_id))


@router.post("/citizens/recent-services", response_model=Page[UUID], tags=["tickets"])
async def recent(request: Request, principal: Recalling, body: RecentServicesRequest) -> Response:
    """The services this person came for last, newest first. A POST, so that no number stands in an address."""
    found = await look(request, lambda reader: recent_services(reader, context(request), body.identity))
    return answer(Page[UUID](items=found))


@router.post("/calls/{call_id}/receipts", status_code=204, tags=["calls"])
async def receipt(request: Request, principal: Answering, call_id: UUID, body: Receipt) -> Response:
    """A display showed the call, a loudspeaker spoke it."""
    work = partial(record_receipt, principal=principal, call_id=call_id, receipt=body)
    return await change(request, principal, work, can_wait=True)
