"""HTTP of the ticket layouts, and of trying them on paper."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.features.ticket_layouts import service, trials
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.ticket_layouts import (
    LayoutCreate,
    LayoutEdit,
    LayoutPublish,
    LayoutsInUse,
    LayoutUses,
    LayoutView,
)
from shared.schemas.trial_prints import TrialAsk, TrialOutcome, TrialPrint

router = APIRouter(tags=["ticket layouts"], prefix="/ticket-layouts")
Designer = Annotated[Principal, Depends(Require("catalogue.ticket_layouts:change"))]
Printing = Annotated[Principal, Depends(Require("queue.tickets:print"))]


@router.get("/in-use", response_model=LayoutsInUse)
async def in_use(request: Request, principal: Printing) -> Response:
    """What the calling terminal prints by."""
    return answer(await look(request, lambda reader: service.in_use(reader, principal.kind, principal.name)))


@router.get("", response_model=Page[LayoutView])
async def layouts(request: Request, principal: Designer, part: Asked) -> Response:
    return answer(part.of(Page[LayoutView], await look(request, service.layouts)))


@router.post("", status_code=201, response_model=LayoutView)
async def add(request: Request, principal: Designer, body: LayoutCreate) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.add_layout(writer, who, body), status=201)


@router.patch("/{layout_id}", response_model=LayoutView)
async def edit(request: Request, principal: Designer, layout_id: UUID, body: LayoutEdit) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.edit_layout(writer, who, layout_id, body))


@router.post("/{layout_id}/publish", response_model=LayoutView)
async def publish(request: Request, principal: Designer, layout_id: UUID, body: LayoutPublish) -> Response:
    """The draft, or an older version again, is what is printed from now on."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.publish(writer, who, layout_id, body))


@router.put("/{layout_id}/uses", response_model=LayoutView)
async def use(request: Request, principal: Designer, layout_id: UUID, body: LayoutUses) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.use(writer, who, layout_id, body))


@router.post("/trials", status_code=201, response_model=TrialPrint)
async def ask_trial(request: Request, principal: Designer, body: TrialAsk) -> Response:
    """Print a draft at a kiosk; what came of it is told by ``GET /ticket-layouts/trials/{trial_id}``."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: trials.ask(writer, who, body), status=201)


@router.get("/trials/mine", response_model=Page[TrialPrint])
async def own_trials(request: Request, principal: Printing, part: Asked) -> Response:
    """What the calling kiosk shall print to try a layout."""
    return answer(part.of(Page[TrialPrint], await look(request, lambda reader: trials.mine(reader, principal))))


@router.get("/trials/{trial_id}", response_model=TrialPrint)
async def trial(request: Request, principal: Designer, trial_id: UUID) -> Response:
    return answer(await look(request, lambda reader: trials.trial(reader, trial_id)))


@router.put("/trials/{trial_id}/outcome", response_model=TrialPrint)
async def settle_trial(request: Request, principal: Printing, trial_id: UUID, body: TrialOutcome) -> Response:
    """What the calling kiosk's printer said."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: trials.settle(writer, who, principal, trial_id, body))
