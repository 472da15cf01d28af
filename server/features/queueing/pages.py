"""The ticket's own page: what its code opens on a phone, and the stream that keeps it right."""

from __future__ import annotations

import logging
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError

from server.context import Context
from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.queueing.phone import Drawn, drawn, find_scanned, live
from server.mobile.rendering import lang_query, language, page
from server.mobile.stream import PhoneStream
from server.web import look
from shared.domain.errors import HallError
from shared.i18n import text

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
# States that go on by themselves: their page is loaded again where no script runs.
_GOES_ON = ("waiting", "called", "serving", "held", "no_show")


@router.api_route("/t/{code}", methods=["GET", "HEAD"])
async def ticket_page(request: Request, code: str) -> Response:
    """The live status of the ticket whose code was scanned."""
    return await ticket_answer(request, code)


@router.get("/t/{code}/events")
async def ticket_events(request: Request, code: str) -> Response:
    """Server-Sent Events of this ticket: ``ticket`` with its public status, ``beat``, and ``end`` when it is over."""
    context: Context = request.app.state.context
    state = request.app.state
    read = partial(live, context=context, code=code, language=language(request), query=lang_query(request))
    return PhoneStream(state.hub, code, partial(state.database.read, read), state.lookers)


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
