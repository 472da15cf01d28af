"""Booking on a phone: department, item, day and time, who; each step a page with an address, without scripts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from server.audit import Actor
from server.context import Context
from server.database import Reader, Writer
from server.features.accounts.cookies import Visitor, form, visitor
from server.features.accounts.page_parts import show
from server.features.accounts.proof import Door
from server.features.booking import book, holds, page_views, proven, waiting
from server.features.booking.forms import KINDS, Choice, address, count, identity_of, message_language, token_of
from server.features.booking.models import AppointmentRow, WaitingRow
from server.features.booking.people import Person, checked, of_account
from server.features.booking.rules import rules
from server.features.booking.telling import day_words
from server.features.catalogue.service import catalogue
from server.mobile.rendering import HEADERS, language
from server.web import look
from shared.domain.errors import HallError
from shared.domain.release import clock_of
from shared.domain.search import LONGEST

router = APIRouter(include_in_schema=False)
_KEPT = ("kind", "name", "number", "phone")
# What these say is for the person alone, and whoever types a number need not be that person.
_OF_PERSON = (
    "limit_has_number", "limit_has_booking", "limit_per_day", "limit_per_service", "limit_blocked", "limit_missed",
    "limit_cancelled", "limit_taken_meanwhile",
)  # fmt: skip
_SLOT_GONE = ("release_none_left", "release_not_now", "appointment_slot_unknown")


def of_person(error: HallError) -> HallError:
    """A refusal as somebody may read it who need not be the person it is about."""
    return HallError("booking_limited", status=409) if error.code in _OF_PERSON else error


def actor(request: Request) -> Actor:
    return Actor("phone", address=Door.of(request).address)


async def draw(
    request: Request, who: Visitor, name: str, *, here: str, params: Mapping[str, Any] | None = None,
    error: HallError | None = None, status: int = 200, **values: Any,
) -> Response:  # fmt: skip
    """A booking page. ``params``: what its address has besides the language."""
    keep = "".join(f"&{key}={quote(str(value), safe='')}" for key, value in (params or {}).items() if value is not None)
    return await show(
        request, who, name, here=here, keep=keep, error=error, status=status,
        to=lambda path, **more: address(request, path, **more), **values,
    )  # fmt: skip


def onward(request: Request, path: str, **params: object) -> Response:
    """The answer to a form is an address, so that loading it again sends nothing again."""
    return RedirectResponse(address(request, path, **params), 303, headers=HEADERS)


@router.api_route("/b", methods=["GET", "HEAD"])
@router.api_route("/b/", methods=["GET", "HEAD"])
async def departments_page(request: Request) -> Response:
    """Where booking begins: the departments, and one's own appointments when signed in."""
    who, chosen = await visitor(request), language(request)
    if query := request.query_params.get("q", "").strip()[:LONGEST]:
        hits, near = await look(request, lambda reader: page_views.search(reader, query, chosen))
        return await draw(
            request, who, "book_found.html", here="/b", params={"q": query}, items=hits, near=near, q=query
        )
    found = await look(request, lambda reader: page_views.items(reader, chosen))
    wanted = request.query_params.get("department", "")
    departments: dict[str, list[page_views.Item]] = {}
    for item in found:
        departments.setdefault(item.department_id, []).append(item)
    if wanted in departments:
        return await draw(
            request, who, "book_items.html", here="/b", params={"department": wanted}, items=departments[wanted]
        )
    browser, mine = browser_of(request.app.state.context, who), list[tuple[str, str, str, str]]()
    begun = await look(request, lambda reader: page_views.begun(reader, browser, chosen))
    if who.account is not None:
        id_ = who.account.id
        mine = await look(request, lambda reader: page_views.own(reader, id_, chosen))
    return await draw(
        request,
        who,
        "book_departments.html",
        here="/b",
        departments=list(departments.values()),
        mine=mine,
        begun=begun,
    )


@router.get("/b/new")
async def choose_page(request: Request) -> Response:
    """Day and time of an item, then who books it."""
    who = await visitor(request)
    try:
        choice = Choice.of(request.query_params)
        return await _choose(request, who, choice, request.query_params.get("wait") == "1")
    except HallError as error:
        if error.code not in ("service_unknown", "appointment_not_read", *_SLOT_GONE):
            raise
        return await draw(request, who, "book_told.html", here="/b", error=error)


@router.post("/b/new")
async def send(request: Request) -> Response:
    """Book, or wait for a day that is full."""
    who = await visitor(request)
    fields: Mapping[str, str] = {}
    choice = Choice(None, None, None)
    try:
        fields = await form(request, who)
        choice = Choice.of(fields)
        await count(request)
        made = await Door.of(request).write(lambda writer: _make(request, writer, who, fields, choice))
    except HallError as error:
        if choice.service_id is None:
            return await draw(request, who, "book_told.html", here="/b", error=error)
        if error.code in _SLOT_GONE:
            choice = Choice(choice.service_id, choice.day, None)
        return await _choose(request, who, choice, fields.get("wait") == "1", fields, error)
    return onward(request, made)


def browser_of(context: Context, who: Visitor) -> bytes:
    """This browser, by keyed hash."""
    return context.keys.vault.index("booking.browser", who.visit)


def _make(request: Request, writer: Writer, who: Visitor, fields: Mapping[str, str], choice: Choice) -> str:
    """The address of what was made."""
    context: Context = request.app.state.context
    if choice.service_id is None or choice.day is None:
        raise HallError("appointment_not_read", status=422)
    service, person = catalogue(writer).service(choice.service_id), _person(writer, context, who, fields)
    chosen, token, by = message_language(request), token_of(fields), actor(request)
    slot = None
    if fields.get("wait") != "1":
        if choice.start is None:
            raise HallError("appointment_not_read", status=422)
        slot = book.slot_of(writer, service, choice.day, choice.start, "phone")
    if holds.needed(writer, context, person, partial(proven.proved, request)):
        held = holds.hold(
            writer, context, by, person, service, choice.day, slot, language=chosen, token=token,
            browser=browser_of(context, who),
        )  # fmt: skip
        return f"/b/c/{held.code}"
    browser = browser_of(context, who)
    if slot is None:
        entry: WaitingRow = waiting.join(
            writer, context, by, person, service, choice.day, channel="phone", language=chosen, token=token
        )
        holds.give_up_begun(writer, context, browser)
        return f"/b/w/{entry.code}"
    try:
        row: AppointmentRow = book.book(
            writer, context, by, person, slot, service, channel="phone", language=chosen, token=token,
            pool=holds.pass_on(writer, browser, service, slot),
        )  # fmt: skip
    except HallError as error:
        raise of_person(error) if person.account_id is None else error from None
    holds.give_up_begun(writer, context, browser)
    return f"/b/{row.code}"


def _person(reader: Reader, context: Context, who: Visitor, fields: Mapping[str, str]) -> Person:
    if fields.get("own") == "1" and who.account is not None:
        own = of_account(context.keys.vault, who.account)
        if own is not None:
            return own
    return checked(reader, identity_of(fields), fields.get("phone", "")[:24])


async def _choose(
    request: Request, who: Visitor, choice: Choice, wait: bool, fields: Mapping[str, str] | None = None,
    error: HallError | None = None,
) -> Response:  # fmt: skip
    chosen, context = language(request), request.app.state.context
    if choice.service_id is None:
        raise HallError("service_unknown", status=404)
    service_id, day, start, browser = choice.service_id, choice.day, choice.start, browser_of(context, who)

    def read(reader: Reader) -> Any:
        service = catalogue(reader).service(service_id)
        return (
            page_views.when(reader, service, day, chosen, kept=holds.open_of(reader, browser)),
            page_views.checklist(reader, service_id, chosen),
            page_views.known(reader, context, who.account), day_words(day, chosen) if day else "",
            rules(reader).proof != "off",
        )  # fmt: skip

    when, lines, known, words, coded = await look(request, read)
    params = {"service": service_id, "day": day, "start": start, "wait": "1" if wait else None}
    if day is None or (start is None and not wait):
        return await draw(
            request, who, "book_when.html", here="/b/new", params=params, error=error, when=when, code="", old="",
            lines=lines,
        )  # fmt: skip
    time = "" if start is None else next(
        (one.words for one in (*when.chosen.morning, *when.chosen.afternoon) if one.start == start), clock_of(start)
    ) if when.chosen else clock_of(start)  # fmt: skip
    given = {name: (fields or {}).get(name, "")[:64] for name in _KEPT}
    return await draw(
        request, who, "book_person.html", here="/b/new", params=params, error=error, item=when.item, day=day,
        day_words=words, start=start, time=time, wait=wait, lines=lines, known=known, coded=coded, kinds=KINDS,
        given=given, token=(fields or {}).get("token") or secrets.token_urlsafe(16),
    )  # fmt: skip
