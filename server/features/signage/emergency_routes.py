"""HTTP of emergencies; there from the first second of a server."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.features.signage import emergencies
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.emergencies import Emergency, EmergencyRaise

router = APIRouter(tags=["signage"])
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Warner = Annotated[Principal, Depends(Require("signage.emergencies:raise"))]


@router.get("/emergencies", response_model=Page[Emergency])
async def listed(request: Request, principal: Anybody, part: Asked) -> Response:
    """The latest first, also those that are over."""
    return answer(part.of(Page[Emergency], await look(request, emergencies.latest), "identifier"))


@router.post("/emergencies", status_code=201, response_model=Emergency)
async def raise_emergency(request: Request, principal: Warner, body: EmergencyRaise) -> Response:
    """Raise, update or cancel one: on every screen at once."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: emergencies.raise_emergency(writer, who, body), status=201)
