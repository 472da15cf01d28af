"""Rating a visit on the ticket's page: a plain form, so that it works in any browser."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from server.context import Context
from server.database import Database, Writer
from server.features.feedback.models import RatingRow
from server.features.feedback.service import rate
from server.features.queueing.pages import ticket_answer
from server.features.queueing.phone import find_scanned, state_of
from server.mobile.faces import BAD
from server.mobile.rendering import HEADERS, lang_query, language, same_origin
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.tickets import RatingRequest

router = APIRouter(include_in_schema=False)
# The form has a level, a comment and ten reasons at most.
FIELDS = 16


@router.post("/t/{code}/rating")
async def rate_by_phone(request: Request, code: str) -> Response:
    """One rating per visit; afterwards the page thanks. Every refusal is the page again, with why."""
    chosen = language(request)
    context: Context = request.app.state.context
    if not same_origin(request, context):
        return await ticket_answer(request, code, status=403, notice=text("phone.rate.foreign", language=chosen))
    try:
        wanted = _read_form(await request.body())
    except ValueError:
        return await ticket_answer(request, code, status=422, notice=text("phone.rate.wrong", language=chosen))
    if wanted is None:
        return await ticket_answer(request, code, status=422, notice=text("phone.rate.choose", language=chosen))
    database: Database = request.app.state.database
    try:
        await asyncio.wrap_future(database.submit(lambda writer: _rate(writer, code, wanted)))
    except HallError as error:
        if error.code == "ticket_code_unknown":
            return await ticket_answer(request, code)
        # An old ticket's page says itself that it has expired.
        old = error.code == "ticket_of_another_day"
        notice = "" if old else text(f"errors.{error.code}", language=chosen, **error.params)
        return await ticket_answer(request, code, status=error.status or 409, notice=notice)
    # The answer to a form is an address, so that loading it again sends nothing again.
    return _back(request, code)


@router.get("/t/{code}/rating")
async def rating_page(request: Request, code: str) -> Response:
    """Where a refused form stands when it is loaded again: back to the ticket."""
    return _back(request, code)


def _back(request: Request, code: str) -> Response:
    return RedirectResponse(f"/t/{quote(code)}{lang_query(request)}", 303, headers=HEADERS)


def _read_form(body: bytes) -> RatingRequest | None:
    """The rating a browser sent, None when no face was chosen; ValueError for anything no form of ours sends."""
    fields = parse_qs(body.decode(), max_num_fields=FIELDS, strict_parsing=bool(body))
    level = fields.get("level", [""])[0]
    if not level:
        return None
    if level not in ("1", "2", "3", "4", "5"):
        raise ValueError(level)
    # Hidden with the reasons when the choice was changed to a good one, but still sent.
    bad = int(level) <= BAD
    try:
        return RatingRequest(
            level=int(level), reasons=list(dict.fromkeys(fields.get("reason", ()))) if bad else [],
            comment=fields.get("comment", [""])[0].replace("\r\n", "\n") if bad else "",
        )  # fmt: skip
    except ValidationError as error:
        raise ValueError(str(error)) from None


def _rate(writer: Writer, code: str, wanted: RatingRequest) -> None:
    ticket = find_scanned(writer, code)
    first = writer.session.get(RatingRow, ticket.id)
    same = (wanted.level, wanted.reasons, wanted.comment)
    if first is not None and (first.level, first.reasons, first.comment) == same:
        return  # an impatient second touch
    if state_of(writer, ticket) == "expired":
        raise HallError("ticket_of_another_day", status=409, number=ticket.number)
    rate(writer, ticket, wanted, "phone")
