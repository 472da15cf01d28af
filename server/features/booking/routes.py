"""HTTP of appointments for the hall's own programs and for other channels, such as a website or a messenger."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.context import Context
from server.database import Writer
from server.features.booking import book, check_in, materials, rules, verdicts, view, waiting
from server.features.booking.people import checked
from server.features.booking.reach import within_reach
from server.features.catalogue.service import catalogue
from server.web import answer, change, look
from shared.domain.release import clock_of, minutes_of
from shared.schemas.base import Page
from shared.schemas.booking import (
    Appointment,
    Arrivals,
    Arriving,
    BookableSlot,
    Booking,
    BookingRules,
    Cancellation,
    PapersSent,
    PaperVerdict,
    Rebooking,
    WaitingEntry,
    WaitingRequest,
)

router = APIRouter(tags=["booking"])
PAPERS = "/appointment-papers"
PAPER_LIMIT = 11 * 1024 * 1024
NO_NUL = r"^[^\x00]*$"
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Making = Annotated[Principal, Depends(Require("booking.appointments:make"))]
Seeing = Annotated[Principal, Depends(Require("booking.appointments:view"))]
Cancelling = Annotated[Principal, Depends(Require("booking.appointments:cancel"))]
SEE_PAPERS, JUDGE_PAPERS = "booking.papers:view", "booking.papers:review"
Reading = Annotated[Principal, Depends(Require(SEE_PAPERS))]
Reviewing = Annotated[Principal, Depends(Require(JUDGE_PAPERS))]
Ruling = Annotated[Principal, Depends(Require("booking.rules:change"))]
Issuing = Annotated[Principal, Depends(Require("queue.tickets:issue"))]


def context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found


@router.get("/appointments/slots", response_model=Page[BookableSlot])
async def slots(request: Request, principal: Anybody, service_id: UUID) -> Response:
    """All slots of a service that can be booked, also those with none left; empty for one that is not booked."""
    found = await look(
        request, lambda reader: book.slots(reader, catalogue(reader).service(service_id), principal.kind)
    )
    items = [
        BookableSlot(day=one.slot.day, start=clock_of(one.slot.start), end=clock_of(one.slot.end), left=one.left)
        for one in found
    ]
    return answer(Page[BookableSlot](items=items))


@router.post("/appointments", status_code=201, response_model=Appointment)
async def make(request: Request, principal: Making, body: Booking) -> Response:
    """Book a slot for somebody. The same id, or the same Idempotency-Key, gives the same appointment."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> Appointment:
        person, service = checked(writer, body.identity, body.phone), catalogue(writer).service(body.service_id)
        made = book.book(
            writer, context(request), who, person,
            book.slot_of(writer, service, body.day, minutes_of(body.start), principal.kind), service,
            channel=principal.kind, language=body.language, token=f"api {body.id or uuid4()}",
        )  # fmt: skip
        return view.appointment(writer, context(request), made)

    return await change(request, principal, work, status=201)


@router.get("/appointments", response_model=Page[Appointment])
async def listed(
    request: Request,
    principal: Seeing,
    first: date | None = None,
    last: date | None = None,
    service_id: UUID | None = None,
    state: Annotated[str, Query(max_length=20, pattern=r"^[a-z_]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """From ``first`` (today) to ``last``, by day and time; who they are of is masked."""
    return answer(await look(
        request, lambda reader: view.appointments(
            reader, context(request), first=first, last=last, service_id=service_id, state=state, limit=limit,
            cursor=cursor,
        )
    ))  # fmt: skip


@router.get("/appointments/by-code", response_model=Appointment)
async def by_code(
    request: Request, principal: Seeing, code: Annotated[str, Query(min_length=8, max_length=300, pattern=NO_NUL)]
) -> Response:
    """The appointment whose code was scanned."""
    return answer(await look(
        request, lambda reader: view.appointment(reader, context(request), book.find_by_code(reader, code))
    ))  # fmt: skip


@router.post("/appointments/arrivals", response_model=Arrivals)
async def arrivals(request: Request, principal: Issuing, body: Arriving) -> Response:
    """Which appointments of today are of the code or the person before a kiosk, and whether they may check in now."""
    return answer(await look(request, lambda reader: check_in.arrivals(reader, context(request), body)))


@router.get("/appointments/{appointment_id}", response_model=Appointment)
async def one(request: Request, principal: Seeing, appointment_id: UUID) -> Response:
    return answer(await look(
        request, lambda reader: view.appointment(reader, context(request), book.find(reader, appointment_id))
    ))  # fmt: skip


@router.post("/appointments/{appointment_id}/change", response_model=Appointment)
async def rebook(request: Request, principal: Making, appointment_id: UUID, body: Rebooking) -> Response:
    """Another slot of the same service."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> Appointment:
        row = book.find(writer, appointment_id)
        service = catalogue(writer).service(row.service_id)
        slot = book.slot_of(writer, service, body.day, minutes_of(body.start), row.channel)
        return view.appointment(
            writer, context(request), book.change(writer, context(request), who, row, slot, service)
        )

    return await change(request, principal, work)


@router.post("/appointments/{appointment_id}/cancel", response_model=Appointment)
async def cancel(request: Request, principal: Making, appointment_id: UUID, body: Cancellation) -> Response:
    """Its holder cancels, by another channel; the hall's limits apply."""
    return await _cancel(request, principal, appointment_id, "holder", body.reason)


@router.post("/appointments/{appointment_id}/cancel-for", response_model=Appointment)
async def cancel_for(request: Request, principal: Cancelling, appointment_id: UUID, body: Cancellation) -> Response:
    """The hall cancels, and says why."""
    return await _cancel(request, principal, appointment_id, "staff", body.reason)


async def _cancel(request: Request, principal: Principal, id_: UUID, by: str, reason: str) -> Response:
    who = audit.actor(request, principal)

    def work(writer: Writer) -> Appointment:
        row = book.find(writer, id_)
        return view.appointment(
            writer, context(request), book.cancel(writer, context(request), who, row, by=by, reason=reason)
        )

    return await change(request, principal, work)


@router.get("/appointments/{appointment_id}/papers", response_model=PapersSent)
async def papers(request: Request, principal: Reading, appointment_id: UUID) -> Response:
    """What was sent in advance, for the counter."""
    return answer(await look(
        request, lambda reader: materials.papers(reader, within_reach(reader, principal, SEE_PAPERS, appointment_id))
    ))  # fmt: skip


@router.get("/appointments/{appointment_id}/papers/{paper_id}", response_class=Response)
async def paper(request: Request, principal: Reading, appointment_id: UUID, paper_id: UUID) -> Response:
    """One paper itself; that it was looked at is in the audit trail."""
    who, vault = audit.actor(request, principal), context(request).keys.vault

    def work(writer: Writer) -> tuple[str, bytes]:
        row = within_reach(writer, principal, SEE_PAPERS, appointment_id)
        return materials.open_paper(writer, vault, who, row, paper_id)

    kind, content = await asyncio.wrap_future(request.app.state.database.submit(work))
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff", "content-disposition": "attachment"}
    return Response(content, media_type=kind, headers=headers)


@router.post("/appointments/{appointment_id}/papers/{paper_id}/verdict", response_model=PapersSent)
async def judge(
    request: Request, principal: Reviewing, appointment_id: UUID, paper_id: UUID, body: PaperVerdict
) -> Response:
    """A counter accepts a paper, or refuses it and says why; its sender sees that on the appointment's page."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> PapersSent:
        row = within_reach(writer, principal, JUDGE_PAPERS, appointment_id)
        verdicts.judge_paper(writer, who, row, paper_id, body)
        return materials.papers(writer, row)

    return await change(request, principal, work)


@router.post(PAPERS, response_model=PapersSent)
async def send_paper(
    request: Request, principal: Making, appointment_id: UUID, material_id: UUID | None = None
) -> Response:  # fmt: skip
    """A JPEG, PNG or PDF as the body, at most 10 MB; another one for the same line takes its place."""
    who, content = audit.actor(request, principal), await request.body()
    sealed = await asyncio.to_thread(materials.seal_paper, context(request).keys.vault, content)

    def work(writer: Writer) -> PapersSent:
        row = book.find(writer, appointment_id)
        materials.keep_paper(writer, who, row, sealed, material_id)
        return materials.papers(writer, row)

    return await change(request, principal, work)


@router.get("/booking/rules", response_model=BookingRules)
async def see_rules(request: Request, principal: Seeing) -> Response:
    return answer(await look(request, rules.rules))


@router.put("/booking/rules", response_model=BookingRules)
async def set_rules(request: Request, principal: Ruling, body: BookingRules) -> Response:
    who = audit.actor(request, principal)
    demo = context(request).always_open
    return await change(request, principal, lambda writer: rules.set_rules(writer, who, body, demo=demo))


@router.get("/waiting-list", response_model=Page[WaitingEntry])
async def waiting_list(request: Request, principal: Seeing) -> Response:
    """Who waits for a slot or has one on offer, by day and the order of joining."""
    items = await look(request, lambda reader: view.waiting_entries(reader, context(request)))
    return answer(Page[WaitingEntry](items=items))


@router.post("/waiting-list", status_code=201, response_model=WaitingEntry)
async def join(request: Request, principal: Making, body: WaitingRequest) -> Response:
    """Wait for a slot of a day that is full."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> WaitingEntry:
        row = waiting.join(
            writer, context(request), who, checked(writer, body.identity, body.phone),
            catalogue(writer).service(body.service_id), body.day, channel=principal.kind, language=body.language,
            token=f"api {body.id or uuid4()}",
        )  # fmt: skip
        return view.waiting_entry(writer, context(request), row)

    return await change(request, principal, work, status=201)


@router.post("/waiting-list/{entry_id}/accept", status_code=201, response_model=Appointment)
async def accept(request: Request, principal: Making, entry_id: UUID) -> Response:
    """Take the slot that is on offer."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> Appointment:
        made = book.accept(writer, context(request), who, waiting.find(writer, entry_id))
        return view.appointment(writer, context(request), made)

    return await change(request, principal, work, status=201)


@router.post("/waiting-list/{entry_id}/leave", response_model=WaitingEntry)
async def leave(request: Request, principal: Making, entry_id: UUID) -> Response:
    """Wait no longer; a slot on offer goes to the next."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> Any:
        row = waiting.leave(writer, context(request), who, waiting.find(writer, entry_id))
        return view.waiting_entry(writer, context(request), row)

    return await change(request, principal, work)
