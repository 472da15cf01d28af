"""HTTP of checklists: what to bring for a service, and the workbook they are written in."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require, as_now
from server.errors import language_of
from server.features.booking import material_table, materials
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.booking import Checklist, ChecklistRead, Materials

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE, TABLE_LIMIT = "/materials/read", 1024 * 1024

router = APIRouter(tags=["booking"])
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Changing = Annotated[Principal, Depends(Require("catalogue.services:change"))]


@router.get("/materials", response_model=Page[Materials])
async def checklists(request: Request, principal: Anybody, part: Asked) -> Response:
    """The checklists of all services that give numbers, also the empty ones."""
    return answer(part.of(Page[Materials], await look(request, materials.checklists), "service_id"))


@router.get("/services/{service_id}/materials", response_model=Materials)
async def checklist(request: Request, principal: Anybody, service_id: UUID) -> Response:
    """What to bring."""
    return answer(await look(request, lambda reader: materials.materials(reader, service_id)))


@router.put("/services/{service_id}/materials", response_model=Materials)
async def set_checklist(request: Request, principal: Changing, service_id: UUID, body: Checklist) -> Response:
    """The whole list; lines that are left out are taken away. ``version`` is the one that was looked at."""
    who = audit.actor(request, principal)
    return await change(
        request,
        principal,
        lambda writer: materials.set_materials(writer, as_now(writer, principal), who, service_id, body),
    )


@router.get(
    "/services/{service_id}/materials/export",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_checklist(request: Request, principal: Anybody, service_id: UUID) -> Response:
    """The list as an Excel workbook, to be edited and read again."""
    language = language_of(request.headers.get("accept-language", ""))
    content = await look(
        request, lambda reader: material_table.write(materials.materials(reader, service_id).items, language)
    )
    headers = {"Content-Disposition": 'attachment; filename="materials.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)


@router.post(TABLE, response_model=ChecklistRead)
async def read_table(request: Request, principal: Changing) -> Response:
    """What a workbook says (the body): its lines, or what is wrong row by row. Nothing is kept."""
    content = await request.body()
    return answer(await asyncio.get_running_loop().run_in_executor(None, material_table.read, content))
