"""HTTP of terminals' power and places: plans, waking, out of service, the floors' pictures."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.features.terminals import places, plans, waking
from server.web import Asked, answer, change, look
from shared.domain.errors import HallError
from shared.schemas.base import Page
from shared.schemas.power import FloorPlan, FloorPlanEdit, OutOfService, PowerPlan, PowerPlanEdit, SpotEdit
from shared.schemas.terminals import Terminal

router = APIRouter(tags=["terminals"])
Seeing = Annotated[Principal, Depends(Require("terminals:view"))]
Managing = Annotated[Principal, Depends(Require("terminals:manage"))]


@router.get("/terminals/power-plans", response_model=Page[PowerPlan])
async def list_power_plans(request: Request, principal: Seeing, part: Asked) -> Response:
    return answer(part.of(Page[PowerPlan], await look(request, plans.plans)))


@router.post("/terminals/power-plans", status_code=201, response_model=PowerPlan)
async def add_power_plan(request: Request, principal: Managing, body: PowerPlanEdit) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: plans.keep_plan(writer, who, None, body), status=201)


@router.put("/terminals/power-plans/{plan_id}", response_model=PowerPlan)
async def edit_power_plan(request: Request, principal: Managing, plan_id: UUID, body: PowerPlanEdit) -> Response:
    """Everything of it anew, its terminals among it."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: plans.keep_plan(writer, who, plan_id, body))


@router.delete("/terminals/power-plans/{plan_id}", status_code=204)
async def remove_power_plan(request: Request, principal: Managing, plan_id: UUID, version: int) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: plans.remove_plan(writer, who, plan_id, version))


@router.get("/terminals/floor-plans", response_model=Page[FloorPlan])
async def list_floor_plans(request: Request, principal: Seeing, part: Asked) -> Response:
    return answer(part.of(Page[FloorPlan], await look(request, places.floor_plans), "floor"))


@router.put("/terminals/floor-plans/{floor}", response_model=FloorPlan)
async def edit_floor_plan(request: Request, principal: Managing, floor: str, body: FloorPlanEdit) -> Response:
    """The picture that shows a floor."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: places.keep_floor_plan(writer, who, floor, body))


@router.put("/terminals/{terminal_id}/spot", response_model=Terminal)
async def place_terminal(request: Request, principal: Managing, terminal_id: UUID, body: SpotEdit) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: places.place(writer, who, terminal_id, body))


@router.put("/terminals/{terminal_id}/out-of-service", response_model=Terminal)
async def set_out_of_service(request: Request, principal: Managing, terminal_id: UUID, body: OutOfService) -> Response:
    """Nothing of it is an alarm until then, and no plan switches it."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: places.set_out(writer, who, terminal_id, body))


@router.post("/terminals/{terminal_id}/wake", status_code=204)
async def wake_terminal(request: Request, principal: Managing, terminal_id: UUID) -> Response:
    """Send its network card a magic packet. That it was sent does not mean that it was heard."""
    who, state = audit.actor(request, principal), request.app.state
    wake = await asyncio.wrap_future(state.database.submit(lambda writer: waking.want_on(writer, terminal_id)))
    (fault,) = await asyncio.to_thread(waking.send_and_note, state.database, state.settings.wake_to, who, [wake])
    if fault:
        raise HallError("wake_not_sent", status=503, name=wake.name, fault=fault)
    return Response(status_code=204)
