"""HTTP of what walls show."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.features.signage import attract, service
from server.features.signage.program import program_of
from server.features.signage.web_pictures import ask_now, pages
from server.features.signage.web_setting import usable_setting
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.signage import (
    AttractRule,
    AttractRuleEdit,
    ContentCreate,
    ContentEdit,
    ContentPlaces,
    ContentVersion,
    SignageContent,
    SignageFigures,
    SignageProgram,
    WebPage,
    WebPageFetch,
)

router = APIRouter(tags=["signage"])
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Designer = Annotated[Principal, Depends(Require("signage.content:change"))]


@router.get("/signage/program", response_model=SignageProgram)
async def own_program(request: Request, principal: Anybody) -> Response:
    """What the calling display shows today and in the days to come."""
    return answer(await look(request, lambda reader: program_of(reader, principal.kind, principal.name)))


@router.get("/signage/contents", response_model=Page[SignageContent])
async def contents(request: Request, principal: Designer, part: Asked) -> Response:
    return answer(part.of(Page[SignageContent], await look(request, service.contents)))


@router.post("/signage/contents", status_code=201, response_model=SignageContent)
async def add(request: Request, principal: Designer, body: ContentCreate) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.add(writer, who, body), status=201)


@router.patch("/signage/contents/{content_id}", response_model=SignageContent)
async def edit(request: Request, principal: Designer, content_id: UUID, body: ContentEdit) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.edit(writer, who, content_id, body))


@router.get("/signage/contents/{content_id}/versions", response_model=Page[ContentVersion])
async def versions(request: Request, principal: Designer, content_id: UUID, part: Asked) -> Response:
    found = await look(request, lambda reader: service.versions(reader, content_id))
    return answer(part.of(Page[ContentVersion], found, "number"))


@router.put("/signage/contents/{content_id}/places", response_model=SignageContent)
async def place(request: Request, principal: Designer, content_id: UUID, body: ContentPlaces) -> Response:
    """Where a schedule is shown."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.place(writer, who, content_id, body))


@router.get("/signage/attract-rules", response_model=Page[AttractRule])
async def attract_rules(request: Request, principal: Designer) -> Response:
    """When kiosks rest."""
    return answer(Page[AttractRule](items=await look(request, attract.rules)))


@router.put("/signage/attract-rules", response_model=Page[AttractRule])
async def keep_attract_rule(request: Request, principal: Designer, body: AttractRuleEdit) -> Response:
    """Make, change or take away the rule of one kiosk or of all."""
    who = audit.actor(request, principal)
    return await change(
        request, principal, lambda writer: Page[AttractRule](items=attract.keep(writer, who, body))
    )  # fmt: skip


@router.get("/signage/web-pages", response_model=Page[WebPage])
async def web_pages(request: Request, principal: Designer, part: Asked) -> Response:
    """How the pages that layouts show stand."""
    every = usable_setting(request.app.state.settings.data)[0].every
    return answer(part.of(Page[WebPage], await look(request, lambda reader: pages(reader, every)), "address"))


@router.post("/signage/web-pages/fetch", response_model=Page[WebPage])
async def fetch_web_page(request: Request, principal: Designer, body: WebPageFetch) -> Response:
    """Fetch one now; the answer is how all pages stand."""
    who, every = audit.actor(request, principal), usable_setting(request.app.state.settings.data)[0].every
    return await change(
        request, principal, lambda writer: Page[WebPage](items=ask_now(writer, who, body.address, every))
    )


@router.get("/signage/figures", response_model=SignageFigures)
async def figures_now(request: Request, principal: Anybody) -> Response:
    """The day so far, as a wall shows it."""
    return answer(await look(request, request.app.state.figures.now))
