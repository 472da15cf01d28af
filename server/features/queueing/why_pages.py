"""The citizen's question "why was B012 before me?", answered on a page of the ticket, and the same for staff."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from server.auth import Principal, Require
from server.database import Reader
from server.errors import language_of
from server.features.calling.service import rules
from server.features.catalogue.service import catalogue
from server.features.queueing.pages import ticket_answer
from server.features.queueing.phone import find_scanned
from server.features.queueing.view import find_ticket
from server.features.queueing.why import called_before, choices
from server.mobile.rendering import HEADERS, lang_query, language, page
from server.web import answer, look
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.base import Page
from shared.schemas.calling import CalledBefore, Choice

pages = APIRouter(include_in_schema=False)
router = APIRouter(tags=["tickets"])
Asking = Annotated[Principal, Depends(Require("queue.tickets:find"))]
_NUMBER = re.compile(r"[A-Za-z]{0,4}[0-9]{1,6}")


@router.get("/tickets/{ticket_id}/calls", response_model=Page[Choice])
async def calls(request: Request, principal: Asking, ticket_id: UUID) -> Response:
    """Each call of a ticket: by which rule, and whom it was chosen from."""
    words = language_of(request.headers.get("accept-language", ""))
    found = await look(request, lambda reader: choices(reader, find_ticket(reader, ticket_id), words))
    return answer(Page[Choice](items=found))


@router.get("/tickets/{ticket_id}/called-before", response_model=Page[CalledBefore])
async def before(
    request: Request,
    principal: Asking,
    ticket_id: UUID,
    number: Annotated[str, Query(max_length=12, pattern=r"^[A-Za-z0-9]*$")] = "",
) -> Response:
    """Who came later and was called before this ticket, and why; or about one number of today."""
    words = language_of(request.headers.get("accept-language", ""))

    def read(reader: Reader) -> list[CalledBefore]:
        return called_before(reader, find_ticket(reader, ticket_id), words, number.upper())

    return answer(Page[CalledBefore](items=await look(request, read)))


@dataclass(frozen=True, slots=True)
class _Why:
    hall: str
    number: str
    asked: str
    # Words instead of an answer: nobody by that number, or no number.
    notice: str
    before: list[dict[str, Any]]
    how: list[str]


@pages.get("/t/{code}/why")
async def why_page(request: Request, code: str, number: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Who was called before this ticket though they came later, and about any one number of today.

    While nobody was, and no number is asked about, there is nothing to tell: the ticket itself is.
    """
    chosen, query = language(request), lang_query(request)

    def read(reader: Reader) -> _Why:
        return _why(reader, code, number.strip().upper().replace(" ", ""), chosen)

    try:
        found = await look(request, read)
    except HallError:
        # Unknown, or the database is away: the ticket's own page says so.
        return await ticket_answer(request, code)
    if not found.before and not found.asked:
        return RedirectResponse(f"/t/{quote(code)}{query}", 303, headers=HEADERS)
    return page(
        "why.html", chosen, hall=found.hall, why=found, code=code, here=f"/t/{code}/why", query=query,
    )  # fmt: skip


def _why(reader: Reader, code: str, asked: str, chosen: str) -> _Why:
    mine = find_scanned(reader, code)
    facts = catalogue(reader).facts
    hall = str(facts["name"] if chosen == "zh-CN" else facts.get("name_en") or facts["name"])
    notice = ""
    found: list[CalledBefore] = []
    if not asked:
        found = called_before(reader, mine, chosen)
    elif asked == mine.number:
        notice = text("calling.page.yourself", language=chosen, number=asked)
    elif not _NUMBER.fullmatch(asked):
        notice = text("calling.page.wrong", language=chosen)
    else:
        found = called_before(reader, mine, chosen, asked)
        if not found:
            notice = text("calling.page.nobody", language=chosen, number=asked)
    zone = reader.clocks.zone
    told = [
        {"number": one.number, "at": one.called_at.astimezone(zone).strftime("%H:%M"), "counter": one.counter_label,
         "sentence": one.sentence}
        for one in found
    ]  # fmt: skip
    return _Why(hall, mine.number, asked, notice, told, _how(reader, chosen))


def _how(reader: Reader, chosen: str) -> list[str]:
    """The hall's policy for anybody, one sentence a rule."""
    policy = rules(reader).policy
    said = [
        text(
            f"calling.how.{policy.merge}", language=chosen, booked=policy.ratio_booked, walk_in=policy.ratio_walk_in,
            minutes=int(policy.booked_head_start_s // 60), group_minutes=int(policy.group_head_start_s // 60),
        )
    ]  # fmt: skip
    if policy.merge != "ageing":
        capped = "cap" if policy.urgent_in_a_row else "groups"
        said.append(
            text(
                f"calling.how.{capped}", language=chosen, n=policy.urgent_in_a_row,
                minutes=int(policy.urgent_patience_s // 60),
            )
        )  # fmt: skip
    missed = {"n": policy.missed_behind, "minutes": int(policy.missed_within_s // 60)}
    said.append(text("calling.how.missed", language=chosen, **missed))
    said.append(text("calling.how.overdue", language=chosen, minutes=int(policy.patience_s // 60), n=policy.passes))
    return said
