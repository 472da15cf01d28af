"""HTTP of the hall's introduction: what everybody sees, and its versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require
from server.features.introduction import service
from server.web import answer, change, look
from shared.schemas.base import Page
from shared.schemas.introduction import (
    IntroductionAct,
    IntroductionEdit,
    IntroductionVersion,
    IntroductionView,
    ShownIntroduction,
)

router = APIRouter(tags=["introduction"], prefix="/introduction")
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Changing = Annotated[Principal, Depends(Require("content.introduction:change"))]


@router.get("", response_model=ShownIntroduction)
async def introduction(request: Request, principal: Anybody) -> Response:
    """What is published now: the hall, and getting here."""
    base = request.app.state.context.link_base
    return answer(await look(request, lambda reader: service.shown(reader, base)))


@router.get("/versions", response_model=IntroductionView)
async def versions(request: Request, principal: Changing) -> Response:
    return answer(await look(request, service.view))


@router.get("/versions/earlier", response_model=Page[IntroductionVersion])
async def earlier(
    request: Request, principal: Changing, before: Annotated[int, Query(ge=1, le=2**31 - 1)]
) -> Response:  # fmt: skip
    """Those that are older than one; the introduction itself comes with its newest."""
    found = await look(request, lambda reader: service.versions(reader, before))
    return answer(Page[IntroductionVersion](items=found))


@router.put("/content", response_model=IntroductionView)
async def save(request: Request, body: IntroductionEdit, principal: Changing) -> Response:
    """A new version; what is shown stays."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: service.save(writer, who, body.edition, body.content))


@router.post("/publish", response_model=IntroductionView)
async def publish(request: Request, body: IntroductionAct, principal: Changing) -> Response:
    """Show a version, the newest or an old one, everywhere at once."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: service.publish(writer, who, body.edition, body.number))


@router.post("/restore", response_model=IntroductionView)
async def restore(request: Request, body: IntroductionAct, principal: Changing) -> Response:
    """An old version becomes the newest draft."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: service.restore(writer, who, body.edition, body.number))
