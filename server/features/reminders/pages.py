"""Asking for reminders on the ticket's page: a page of its own, so that nothing reloads while a number is typed."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from server.context import Context
from server.database import Database, Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.messages import reminding
from server.features.messages.service import reaches, settings
from server.features.queueing.pages import ticket_answer
from server.features.queueing.phone import find_scanned, state_of
from server.mobile.rendering import HEADERS, lang_query, language, page, same_origin
from server.web import look
from shared.domain.errors import HallError
from shared.i18n import text

router = APIRouter(include_in_schema=False)
FIELDS = 4
ASKABLE = ("waiting", "held", "no_show")


@router.get("/t/{code}/reminder")
async def reminder_page(request: Request, code: str) -> Response:
    """The form, or which number is reminded and how to stop that."""
    return await _page(request, code)


@router.post("/t/{code}/reminder")
async def ask_for_reminder(request: Request, code: str) -> Response:
    """Keep or forget a number. Every refusal is the form again, with why."""
    chosen, context = language(request), request.app.state.context
    assert isinstance(context, Context)
    if not same_origin(request, context):
        return await _page(request, code, 403, text("phone.remind.foreign", language=chosen))
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=FIELDS)
    except ValueError:
        fields = {}
    given = {name: values[0] for name, values in fields.items()}
    database: Database = request.app.state.database
    try:
        # Read first: a made-up code must not take a turn of the one writer.
        await look(request, lambda reader: find_scanned(reader, code).id)
        await asyncio.wrap_future(database.submit(lambda writer: _apply(writer, context, code, given, chosen)))
    except HallError as error:
        if error.code == "ticket_code_unknown":
            return await ticket_answer(request, code)
        words = text(f"errors.{error.code}", language=chosen, **error.params)
        return await _page(request, code, error.status or 409, words)
    return RedirectResponse(f"/t/{quote(code)}{lang_query(request)}", 303, headers=HEADERS)


def _apply(writer: Writer, context: Context, code: str, given: dict[str, str], chosen: str) -> None:
    ticket = find_scanned(writer, code)
    if "stop" in given:
        reminding.stop(writer, ticket.id)
        return
    if not reaches(writer, demo=context.always_open):
        raise HallError("reminder_not_offered", status=409)
    if state_of(writer, ticket) not in ASKABLE:
        raise HallError("reminder_over", status=409)
    if given.get("consent") != "yes":
        raise HallError("reminder_consent", status=422)
    reminding.remind(writer, ticket.id, given.get("phone", "")[:40], chosen)


async def _page(request: Request, code: str, status: int = 200, notice: str = "") -> Response:
    chosen, context = language(request), request.app.state.context

    def read(reader: Reader) -> dict[str, Any] | None:
        ticket = find_scanned(reader, code)
        masked = reminding.number_shown(reader, ticket.id)
        offered = reaches(reader, demo=context.always_open) and state_of(reader, ticket) in ASKABLE
        if not offered and not masked and not notice:
            return None
        facts = catalogue(reader).facts
        rules = settings(reader).rules
        hall = facts.get("name", "") if chosen == "zh-CN" else facts.get("name_en", "")
        return {
            "number": ticket.number, "masked": masked, "hall": hall, "offered": offered, "ahead": rules.near_ahead,
        }  # fmt: skip

    try:
        found = await look(request, read)
    except HallError:
        return await ticket_answer(request, code)
    if found is None:
        # Nothing to ask for here: the ticket's page says how things stand.
        return RedirectResponse(f"/t/{quote(code)}{lang_query(request)}", 303, headers=HEADERS)
    return page(
        "reminder.html", chosen, status=status, here=f"/t/{code}/reminder", back=f"/t/{code}{lang_query(request)}",
        query=lang_query(request), notice=notice, **found,
    )  # fmt: skip
