"""Finished cases on a phone: the newest first, a search by number. Without scripts."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.publicity import service
from server.mobile.rendering import lang_query, language, page
from server.web import look
from shared.domain.errors import HallError
from shared.schemas.publicity import PublicityPage

router = APIRouter(include_in_schema=False)
PAGE = "/p"
LENGTH = 20
_LONGEST = 64


@router.api_route(PAGE, methods=["GET", "HEAD"])
@router.api_route(f"{PAGE}/", methods=["GET", "HEAD"])
async def publicity_page(request: Request) -> Response:
    """A part of the list; an address with a cursor that is none begins at the newest."""
    chosen = language(request)
    search = request.query_params.get("number", "").strip()[:_LONGEST]
    cursor = request.query_params.get("after", "")[:_LONGEST]

    def read(reader: Reader) -> tuple[str, PublicityPage]:
        facts = catalogue(reader).facts
        hall = str((facts.get("name_en") if chosen != "zh-CN" else "") or facts["name"])
        try:
            return hall, service.page(reader, search, LENGTH, cursor or None)
        except HallError:
            return hall, service.page(reader, search, LENGTH)

    hall, found = await look(request, read)
    keep = {"number": search} if search else {}
    own = {"lang": request.query_params["lang"]} if lang_query(request) else {}
    more = f"{PAGE}?{urlencode({**keep, **own, 'after': found.next_cursor})}" if found.next_cursor else ""
    return page(
        "publicity.html", chosen, hall=hall, here=PAGE, keep=f"&{urlencode(keep)}" if keep else "",
        query=lang_query(request), search=search, found=found, more=more, later=bool(cursor), own=own.get("lang", ""),
    )  # fmt: skip
