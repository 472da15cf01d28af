"""The page an appointment's code opens: what, where, when, what to bring; moving, cancelling, papers, calendar."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.context import Context
from server.database import Reader, Writer
from server.features.accounts.cookies import visitor
from server.features.accounts.page_parts import qr_path
from server.features.accounts.proof import Door
from server.features.booking import book, materials, page_views, telling, waiting
from server.features.booking.forms import Choice, count, form_with_file, plain_form
from server.features.booking.models import AppointmentRow, WaitingRow
from server.features.booking.pages import actor, draw, onward
from server.features.catalogue.service import catalogue
from server.mobile.rendering import HEADERS, language, page
from server.web import look
from shared.domain.booking.calendar_file import Entry, calendar_file
from shared.domain.errors import HallError
from shared.domain.release import Slot
from shared.i18n import text

router = APIRouter(include_in_schema=False)
_CODE = re.compile(r"[A-Za-z0-9_-]{22}")
PAPERS = "/b/papers"
# More than a paper may have, so that most of what is too large is refused with a page that says so.
FORM_LIMIT = 24 * 1024 * 1024
_DONE = ("changed", "sent", "taken_back")


@router.post(PAPERS)
async def send_paper(request: Request) -> Response:
    """A paper in advance. One address for all: only here a body may be large."""
    code = ""
    try:
        fields, content = await form_with_file(request)
        code = fields.get("code", "")
        await count(request)
        line = UUID(fields["line"]) if fields.get("line") else None
        vault = request.app.state.context.keys.vault
        sealed = await asyncio.to_thread(materials.seal_paper, vault, content)

        def work(writer: Writer) -> None:
            materials.keep_paper(writer, actor(request), _find(writer, code), sealed, line)

        await Door.of(request).write(work)
    except (HallError, ValueError) as error:
        known = error if isinstance(error, HallError) else HallError("material_unknown", status=404)
        return await _shown(request, code, known)
    return onward(request, f"/b/{code}", done="sent")


@router.post("/b/{code}/papers/{paper_id}/back")
async def take_back(request: Request, code: str, paper_id: UUID) -> Response:
    try:
        await plain_form(request)
        await Door.of(request).write(
            lambda writer: materials.drop_paper(writer, actor(request), _find(writer, code), paper_id)
        )
    except HallError as error:
        return await _shown(request, code, error)
    return onward(request, f"/b/{code}", done="taken_back")


@router.get("/b/{code}/calendar.ics")
async def calendar(request: Request, code: str) -> Response:
    """The appointment for the phone's own calendar."""
    context, chosen = _context(request), language(request)

    def read(reader: Reader) -> bytes:
        row = _find(reader, code)
        told = telling.params(reader, context, row, chosen)
        return calendar_file(Entry(
            f"{row.id}@zhiting", row.starts_at, row.ends_at,
            text("booking.calendar.summary", language=chosen, **told), told["place"],
            text("booking.calendar.about", language=chosen, **told), telling.link(context, row), row.version,
            row.state == "cancelled", row.booked_at,
        ))  # fmt: skip

    try:
        body = await look(request, read)
    except HallError as error:
        return await _unknown(request, error)
    headers = HEADERS | {"content-disposition": 'attachment; filename="appointment.ics"'}
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


@router.get("/b/{code}/change")
async def change_page(request: Request, code: str) -> Response:
    return await _change(request, code)


@router.post("/b/{code}/change")
async def change(request: Request, code: str) -> Response:
    try:
        choice = Choice.of(await plain_form(request))
        await count(request)

        def work(writer: Writer) -> None:
            row = _find(writer, code)
            service = catalogue(writer).service(row.service_id)
            if choice.day is None or choice.start is None:
                raise HallError("appointment_not_read", status=422)
            slot = book.slot_of(writer, service, choice.day, choice.start, row.channel)
            book.change(writer, _context(request), actor(request), row, slot, service)

        await Door.of(request).write(work)
    except HallError as error:
        return await _change(request, code, error)
    return onward(request, f"/b/{code}", done="changed")


@router.get("/b/{code}/cancel")
async def cancel_page(request: Request, code: str) -> Response:
    return await _shown(request, code, template="appointment_cancel.html")


@router.post("/b/{code}/cancel")
async def cancel(request: Request, code: str) -> Response:
    try:
        await plain_form(request)
        await Door.of(request).write(
            lambda writer: book.cancel(writer, _context(request), actor(request), _find(writer, code), by="holder")
        )
    except HallError as error:
        return await _shown(request, code, error)
    return onward(request, f"/b/{code}")


@router.api_route("/b/w/{code}", methods=["GET", "HEAD"])
async def waiting_page(request: Request, code: str) -> Response:
    """One's place on the waiting list; the link in the message of a freed slot."""
    return await _waiting(request, code)


@router.post("/b/w/{code}")
async def answer_offer(request: Request, code: str) -> Response:
    """Take the slot on offer, or wait no longer."""
    try:
        fields = await plain_form(request)

        def work(writer: Writer) -> str:
            row, context = _find_waiting(writer, code), _context(request)
            if fields.get("act") == "take":
                return f"/b/{book.accept(writer, context, actor(request), row).code}"
            waiting.leave(writer, context, actor(request), row)
            return f"/b/w/{code}"

        where = await Door.of(request).write(work)
    except HallError as error:
        return await _waiting(request, code, error)
    return onward(request, where)


@router.api_route("/b/{code}", methods=["GET", "HEAD"])
async def appointment_page(request: Request, code: str) -> Response:
    return await _shown(request, code)


async def _shown(
    request: Request, code: str, error: HallError | None = None, template: str = "appointment.html"
) -> Response:  # fmt: skip
    chosen, context = language(request), _context(request)
    try:
        shown, link = await look(
            request,
            lambda reader: (
                page_views.shown(reader, _find(reader, code), chosen),
                telling.link(context, _find(reader, code)),
            ),
        )
    except HallError as missing:
        return await _unknown(request, missing)
    path, size = qr_path(link)
    done = request.query_params.get("done", "")
    return await draw(
        request, await visitor(request), template, here=f"/b/{code}" + ("/cancel" if "cancel" in template else ""),
        error=error, shown=shown, path=path, size=size, papers=PAPERS,
        done=text(f"booking.done.{done}", language=chosen) if done in _DONE and error is None else "",
    )  # fmt: skip


async def _change(request: Request, code: str, error: HallError | None = None) -> Response:
    chosen = language(request)
    try:
        choice = Choice.of(request.query_params)
    except HallError as wrong:
        choice, error = Choice(None, None, None), wrong

    def read(reader: Reader) -> Any:
        row = _find(reader, code)
        service = catalogue(reader).services[row.service_id]
        shown = page_views.shown(reader, row, chosen)
        return shown, page_views.when(reader, service, choice.day or row.day, chosen, row.channel), Slot(
            row.day, row.start, row.end
        )  # fmt: skip

    try:
        shown, when, old = await look(request, read)
    except HallError as missing:
        return await _unknown(request, missing)
    if not shown.open:
        return await _shown(request, code, error or HallError("appointment_has_begun", status=409))
    params = {"day": choice.day, "start": choice.start}
    fresh = None
    if when.chosen is not None and choice.start is not None and error is None:
        fresh = next((one for one in (*when.chosen.morning, *when.chosen.afternoon) if one.start == choice.start), None)
    if fresh is not None and (when.chosen.day, fresh.start) != (old.day, old.start):
        return await draw(
            request, await visitor(request), "appointment_change.html", here=f"/b/{code}/change", params=params,
            shown=shown, day=when.chosen, time=fresh,
        )  # fmt: skip
    return await draw(
        request, await visitor(request), "book_when.html", here=f"/b/{code}/change", params=params, error=error,
        when=when, code=code, old=f"{shown.day} {shown.time}", lines=(),
    )  # fmt: skip


async def _waiting(request: Request, code: str, error: HallError | None = None) -> Response:
    chosen = language(request)
    try:
        shown = await look(
            request, lambda reader: page_views.shown_waiting(reader, _find_waiting(reader, code), chosen)
        )
    except HallError as missing:
        return await _unknown(request, missing)
    # What stands there already need not be said twice.
    told = None if error is not None and error.code.startswith("waiting_not_possible") else error
    return await draw(
        request, await visitor(request), "waiting.html", here=f"/b/w/{code}", error=told, shown=shown,
        status=error.status or 409 if error else 200,
    )  # fmt: skip


async def _unknown(request: Request, error: HallError) -> Response:
    if error.code not in ("appointment_unknown", "waiting_unknown"):
        raise error
    key = "name" if language(request) == "zh-CN" else "name_en"
    name = await look(request, lambda reader: str(catalogue(reader).facts.get(key, "")))
    return page("unknown_booking.html", language(request), status=404, hall=name, to_book="/b")


def _find(reader: Reader, code: str) -> AppointmentRow:
    if not _CODE.fullmatch(code):
        raise HallError("appointment_unknown", status=404)
    return book.find_by_code(reader, code)


def _find_waiting(reader: Reader, code: str) -> WaitingRow:
    if not _CODE.fullmatch(code):
        raise HallError("waiting_unknown", status=404)
    return waiting.find_by_code(reader, code)


def _context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found
