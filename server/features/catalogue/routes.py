"""HTTP of the hall's facts, and of editing services and counters."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require
from server.context import Context
from server.features.catalogue.edit import add_counter, add_service, edit_counter, edit_service, names_after
from server.features.catalogue.spell_apart import learn_apart
from server.features.catalogue.view import counter_list, hall_view, staff_list
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.hall import (
    Counter,
    CounterCreate,
    CounterEdit,
    Hall,
    Service,
    ServiceCreate,
    ServiceEdit,
    StaffMember,
)

router = APIRouter(tags=["catalogue"])
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Services = Annotated[Principal, Depends(Require("catalogue.services:change"))]
Counters = Annotated[Principal, Depends(Require("catalogue.counters:change"))]


def _always_open(request: Request) -> bool:
    found: Context = request.app.state.context
    return found.always_open


@router.get("/hall", response_model=Hall)
async def hall(request: Request, principal: Anybody) -> Response:
    """Facts of the hall that every screen may show."""
    return answer(await look(request, hall_view))


@router.get("/counters", response_model=Page[Counter])
async def counters(request: Request, principal: Anybody, part: Asked, retired: bool = False) -> Response:
    """All counters and what they are doing."""
    items = await look(request, lambda reader: counter_list(reader, with_retired=retired))
    return answer(part.of(Page[Counter], items))


@router.get("/staff", response_model=Page[StaffMember])
async def staff(
    request: Request, principal: Annotated[Principal, Depends(Require("queue.counters:operate"))], part: Asked
) -> Response:
    """Who may sign in at a counter."""
    return answer(part.of(Page[StaffMember], await look(request, staff_list)))


async def _spell(request: Request, service_id: UUID | None, body: ServiceEdit) -> None:
    """Before the change: while dictionaries are loaded nobody could take a ticket."""
    names = await look(request, lambda reader: names_after(reader, service_id, body))
    await asyncio.get_running_loop().run_in_executor(None, learn_apart, names)


@router.post("/services", status_code=201, response_model=Service)
async def create_service(request: Request, principal: Services, body: ServiceCreate) -> Response:
    work, who = _always_open(request), actor(request, principal)
    await _spell(request, None, body)
    return await change(
        request, principal, lambda writer: add_service(writer, principal, who, body, always_open=work), status=201
    )


@router.patch("/services/{service_id}", response_model=Service)
async def change_service(request: Request, principal: Services, service_id: UUID, body: ServiceEdit) -> Response:
    """Change what is given; ``retired`` takes a service out of use and keeps its history."""
    work, who = _always_open(request), actor(request, principal)
    await _spell(request, service_id, body)
    return await change(
        request, principal, lambda writer: edit_service(writer, principal, who, service_id, body, always_open=work)
    )


@router.post("/counters", status_code=201, response_model=Counter)
async def create_counter(request: Request, principal: Counters, body: CounterCreate) -> Response:
    who = actor(request, principal)
    return await change(request, principal, lambda writer: add_counter(writer, who, body), status=201)


@router.patch("/counters/{counter_id}", response_model=Counter)
async def change_counter(request: Request, principal: Counters, counter_id: UUID, body: CounterEdit) -> Response:
    who = actor(request, principal)
    return await change(request, principal, lambda writer: edit_counter(writer, who, counter_id, body))
