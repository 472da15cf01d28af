"""The ticket's own page: what its code opens on a phone, and the stream that keeps it right."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import DBAPIError

from server.context import Context
from server.database import Database, Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.queueing.phone import Drawn, drawn, find_scanned
from server.features.queueing.phone_live import live
from server.features.queueing.returning import return_to_line
from server.mobile.rendering import HEADERS, lang_query, language, page, same_origin
from server.mobile.stream import Live, PhoneStream
from server.web import look
from shared.domain.errors import HallError
from shared.domain.tickets import Status, Step
from shared.i18n import text

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
# States that go on by themselves: their page is loaded again where no script runs.
_GOES_ON = ("waiting", "called", "serving", "held", "parked", "no_show")


@router.api_route("/t/{code}", methods=["GET", "HEAD"])
async def ticket_page(request: Request, code: str) -> Response:
    """The live status of the ticket whose code was scanned."""
    return await ticket_answer(request, code)


@router.post("/t/{code}/return")
async def come_back(request: Request, code: str) -> Response:
    """Who missed the call stands in line again, where the policy says; a refusal is the page with why."""
    chosen, context = language(request), request.app.state.context
    if not same_origin(request, context):
        return await ticket_answer(request, code, status=403, notice=text("calling.page.foreign", language=chosen))
    database: Database = request.app.state.database

    def work(writer: Writer) -> None:
        ticket = find_scanned(writer, code)
        if ticket.status == Status.HELD:
            # Their counter knows when: they are called by name.
            raise HallError("step_not_possible", status=409, ticket_status=ticket.status, step=Step.RETURN.value)
        return_to_line(writer, context, ticket)

    try:
        await asyncio.wrap_future(database.submit(work))
    except HallError as error:
        # Pressed twice, or called meanwhile: the page shows how it stands now.
        over = error.code in ("ticket_code_unknown", "step_not_possible", "ticket_of_another_day")
        notice = "" if over else text(f"errors.{error.code}", language=chosen, **error.params)
        return await ticket_answer(request, code, status=200 if over else error.status or 409, notice=notice)
    return RedirectResponse(f"/t/{quote(code)}{lang_query(request)}", 303, headers=HEADERS)


@router.get("/t/{code}/return")
async def come_back_page(request: Request, code: str) -> Response:
    """Where a refused form stands when it is loaded again: back to the ticket."""
    return RedirectResponse(f"/t/{quote(code)}{lang_query(request)}", 303, headers=HEADERS)


@router.get("/t/{code}/events")
async def ticket_events(request: Request, code: str) -> Response:
    """Server-Sent Events of this ticket: ``ticket`` with its public status, ``beat``, and ``end`` when it is over."""
    context: Context = request.app.state.context
    state = request.app.state
    read = partial(live, context=context, code=code, language=language(request), query=lang_query(request))

    async def one_look(own: bool, before: Live | None) -> Live:
        look = partial(read, own=own, before=before)
        found: Live = await asyncio.wrap_future(state.looks.ask(look, first=own))
        return found

    return PhoneStream(state.hub, code, one_look)


async def ticket_answer(request: Request, code: str, *, status: int = 200, notice: str = "") -> Response:
    """The ticket's page; ``notice`` says what became of a form. A page too when there is no such ticket."""
    chosen, query = language(request), lang_query(request)
    context: Context = request.app.state.context

    def read(reader: Reader) -> Drawn | str:
        try:
            return drawn(reader, context, find_scanned(reader, code), chosen, query)
        except HallError as error:
            if error.code != "ticket_code_unknown":
                raise
            facts = catalogue(reader).facts
            return str(facts["name"] if chosen == "zh-CN" else facts["name_en"])

    try:
        found = await look(request, read)
    except (HallError, DBAPIError) as error:
        log.warning("a ticket page failed", extra={"reason": type(error).__name__})
        shown = error.code if isinstance(error, HallError) else "database_unavailable"
        notice = text(f"errors.{shown}", language=chosen)
        return page("trouble.html", chosen, status=503, reload=True, hall="", notice=notice)
    if isinstance(found, str):
        return page("unknown.html", chosen, status=404, hall=found)
    return page(
        "ticket.html", chosen, status=status, reload=found.ticket.state in _GOES_ON, hall=found.hall, shown=found,
        ticket=found.ticket, code=code, here=f"/t/{code}", query=query, notice=notice,
    )  # fmt: skip
