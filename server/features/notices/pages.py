"""Notices on a phone, and as feeds: the list with the pinned ones first, the page of one; all of it without scripts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.context import Context
from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.notices import feeds, shown
from server.mobile.rendering import lang_query, language, page
from server.web import look
from shared.domain.notices.body import as_html, parse
from shared.i18n import text
from shared.schemas.notices import ShownNotice

router = APIRouter(include_in_schema=False)
# Where the store of pictures answers.
MEDIA = "/api/v1/media/"
# Notices on one page of the list.
LENGTH = 30
FRESH = "public, max-age=0, must-revalidate"


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in the list."""

    id: UUID
    title: str
    summary: str
    kind: str
    day: str
    pinned: bool
    cover: str


@router.api_route("/n", methods=["GET", "HEAD"])
@router.api_route("/n/", methods=["GET", "HEAD"])
async def notices_page(request: Request) -> Response:
    """A part of the list; an address with a cursor that is none begins at the first."""
    chosen, context, query = language(request), _context(request), lang_query(request)
    after = _id(request.query_params.get("after", ""))

    def read(reader: Reader) -> tuple[str, list[Line], UUID | None]:
        found, last = shown.part(reader, context.link_base, LENGTH, after)
        return _hall(reader, chosen), [_line(one, reader, chosen) for one in found], last

    hall, lines, last = await look(request, read)
    more = f"/n{query}{'&' if query else '?'}after={last}" if last is not None else ""
    return page(
        "notices.html", chosen, hall=hall, here="/n", lines=lines, query=query, more=more, later="after" in
        request.query_params,
    )  # fmt: skip


@router.api_route("/n/{notice_id}", methods=["GET", "HEAD"])
async def notice_page(request: Request, notice_id: str) -> Response:
    """One that is over, or never was, says so; a version that was linked to leads to the newest one."""
    chosen, context, wanted = language(request), _context(request), _id(notice_id)

    def read(reader: Reader) -> tuple[str, dict[str, Any] | None]:
        one = shown.shown_one(reader, wanted, context.link_base)
        return _hall(reader, chosen), _one(one, reader, chosen) if one is not None else None

    hall, found = await look(request, read)
    here, query = f"/n/{wanted}", lang_query(request)
    if found is None:
        return page("notice_gone.html", chosen, status=404, hall=hall, here=here, query=query)
    return page("notice.html", chosen, hall=hall, here=here, query=query, one=found)


@router.api_route("/feed.atom", methods=["GET", "HEAD"])
async def atom_feed(request: Request) -> Response:
    return await _feed(request, atom=True)


@router.api_route("/feed.json", methods=["GET", "HEAD"])
async def json_feed(request: Request) -> Response:
    return await _feed(request, atom=False)


async def _feed(request: Request, *, atom: bool) -> Response:
    """What has not changed since is not sent again: the tag is what stands in it."""
    context = _context(request)

    def read(reader: Reader) -> bytes:
        start = shown.link_base(reader, context.link_base)
        found = sorted(shown.shown(reader, context.link_base), key=lambda one: one.published_at, reverse=True)
        facts = dict(
            title=text("notices.feed.title", hall=_hall(reader, "zh-CN")), start=start, media=f"{start}{MEDIA}",
            language="zh-CN",
        )  # fmt: skip
        if atom:
            return feeds.atom(found[: feeds.LENGTH], hall_id=str(reader.hall_id), **facts)
        return feeds.json_feed(found[: feeds.LENGTH], **facts)

    body = await look(request, read)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "etag": tag,
        "cache-control": FRESH,
        "x-content-type-options": "nosniff",
        "access-control-allow-origin": "*",
    }
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(None, 304, headers)
    kind = "application/atom+xml; charset=utf-8" if atom else "application/feed+json; charset=utf-8"
    return Response(body, 200, headers, media_type=kind)


def _id(said: str) -> UUID:
    """Nobody's when it is none."""
    try:
        return UUID(said)
    except ValueError:
        return UUID(int=0)


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


def _hall(reader: Reader, chosen: str) -> str:
    facts = catalogue(reader).facts
    return str(facts.get("name" if chosen == "zh-CN" else "name_en", ""))


def _line(one: ShownNotice, reader: Reader, chosen: str) -> Line:
    return Line(
        one.id, one.title, one.summary, text(f"notices.kind.{one.kind}", language=chosen),
        _day(one.first_at, reader, chosen), one.pin > 0, _thumbnail(one.cover),
    )  # fmt: skip


def _one(one: ShownNotice, reader: Reader, chosen: str) -> dict[str, Any]:
    body = as_html(parse(one.body), lambda media: f"{MEDIA}{media}")
    changed = _day(one.published_at, reader, chosen) if one.published_at != one.first_at else ""
    return dict(
        title=one.title, summary=one.summary, kind=text(f"notices.kind.{one.kind}", language=chosen),
        day=_day(one.first_at, reader, chosen), changed=changed, body=body,
        cover=f"{MEDIA}{one.cover}" if one.cover else "", video=f"{MEDIA}{one.video}" if one.video else "",
        poster=_thumbnail(one.cover),
    )  # fmt: skip


def _thumbnail(media: str) -> str:
    return f"{MEDIA}{media}/thumbnail" if media else ""


def _day(at: datetime, reader: Reader, chosen: str) -> str:
    local = at.astimezone(reader.clocks.zone)
    return text("notices.phone.day", language=chosen, year=local.year, month=f"{local:%m}", day=f"{local:%d}")
