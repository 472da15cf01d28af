"""The page that asks for the code sent to the phone: with it what was begun is booked, without it it is over."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.context import Context
from server.database import Reader, Writer
from server.features.accounts.cookies import Visitor, form, visitor
from server.features.accounts.proof import Door
from server.features.booking import holds, page_views, proven
from server.features.booking.models import HoldRow
from server.features.booking.pages import actor, draw, of_person, onward
from server.features.booking.rules import rules
from server.features.messages.service import said
from server.mobile.rendering import language
from server.web import look
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False)
_NOT_OF_BOOKING = (
    "form_foreign", "booking_code_rests", "booking_code_no_more", "booking_code_often", "booking_rests",
    "booking_code_unwanted", "booking_code_over",
)  # fmt: skip
_CODE = re.compile(r"[A-Za-z0-9_-]{22}")


@router.api_route("/b/c/{code}", methods=["GET", "HEAD"])
async def code_page(request: Request, code: str) -> Response:
    return await _shown(request, await visitor(request), code)


@router.post("/b/c/{code}")
async def answer_code(request: Request, code: str) -> Response:
    """The code; or another one is asked for, the form is filled in anew, or the slot is given up."""
    who, door, context = await visitor(request), Door.of(request), _context(request)
    try:
        fields = await form(request, who)
        act = fields.get("act", "")
        if act == "change":
            path, params = await look(request, lambda reader: _anew(_find(reader, code)))
            return onward(request, path, **params)
        if act == "leave":
            return onward(request, await door.write(lambda writer: _leave(writer, context, _find(writer, code))))
        if act == "again":
            await door.write(lambda writer: holds.send_again(writer, context, actor(request), _find(writer, code)))
            return onward(request, f"/b/c/{code}")
        typed = fields.get("code", "")
        made = await door.write(
            lambda writer: holds.confirm(writer, context, actor(request), _find(writer, code), typed)
        )
    except HallError as error:
        if error.code in _NOT_OF_BOOKING or (error.status or 409) >= 500:
            return await _shown(request, who, code, error)
        # The booking itself was refused: nobody waits for this slot any more.
        await door.write(lambda writer: _give_up(writer, context, code))
        return await _over(request, who, of_person(error))
    if isinstance(made, HallError):
        return await _shown(request, who, code, made)
    answer = onward(request, made.address)
    if made.phone_index is not None:
        days = await look(request, lambda reader: rules(reader).proof_days)
        proven.keep(request, answer, made.phone_index, days)
    return answer


async def _shown(request: Request, who: Visitor, code: str, error: HallError | None = None) -> Response:
    chosen, context = language(request), _context(request)
    folder = request.app.state.settings.data

    def read(reader: Reader) -> Any:
        row = _find(reader, code)
        # A demonstration has no phones: what would have been sent is shown where it is asked for.
        seen = said(reader, holds.CODE, f"{row.id} {row.sends}", folder) if context.always_open else ""
        return row.became, page_views.shown_hold(reader, row, chosen), seen

    try:
        became, shown, seen = await look(request, read)
    except HallError as missing:
        told = error if error is not None and error.code == "booking_code_used_up" else missing
        return await _over(request, who, told)
    if became:
        return onward(request, became)
    return await draw(request, who, "book_code.html", here=f"/b/c/{code}", error=error, shown=shown, seen=seen)


async def _over(request: Request, who: Visitor, error: HallError) -> Response:
    return await draw(request, who, "book_told.html", here="/b", error=error)


def _anew(row: HoldRow) -> tuple[str, dict[str, object]]:
    """The address where another time or another number can be chosen; until that stands the slot stays kept."""
    if row.became:
        return row.became, {}
    wait = 1 if row.start is None else None
    return "/b/new", {"service": row.service_id, "day": row.day, "start": row.start, "wait": wait}


def _leave(writer: Writer, context: Context, row: HoldRow) -> str:
    if row.became:
        return row.became
    holds.give_up(writer, context, row)
    return "/b"


def _give_up(writer: Writer, context: Context, code: str) -> None:
    try:
        row = holds.find(writer, code)
    except HallError:
        return
    if not row.became:
        holds.give_up(writer, context, row)


def _find(reader: Reader, code: str) -> HoldRow:
    if not _CODE.fullmatch(code):
        raise HallError("booking_code_over", status=404)
    return holds.find(reader, code)


def _context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found
