"""HTTP of finished cases: read by everybody, brought by other systems and files."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require
from server.errors import language_of
from server.features.publicity import files, service
from server.web import answer, change, look
from shared.domain.errors import HallError
from shared.schemas.publicity import (
    CasesGiven,
    PublicityPage,
    PublicityReport,
    PublicitySettingsEdit,
    PublicitySettingsShown,
    TakeDown,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORT, IMPORT_LIMIT = "/publicity/import", 5 * 1024 * 1024
CASES, CASES_LIMIT = "/publicity/cases", 1024 * 1024

router = APIRouter(tags=["publicity"])
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Changing = Annotated[Principal, Depends(Require("content.publicity:change"))]


@router.get("/publicity", response_model=PublicityPage)
async def publicity(
    request: Request, principal: Anybody, search: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:  # fmt: skip
    """Finished cases, the newest first; ``search``: a part of a number."""
    return answer(await look(request, lambda reader: service.page(reader, search.strip(), limit, cursor)))


@router.put(CASES, response_model=PublicityReport)
async def bring(request: Request, principal: Changing, body: CasesGiven) -> Response:
    """Bring finished cases, as often as one likes: all of them, or none. Names are masked before they are kept."""
    who, staged = actor(request, principal), service.staged_of(body.cases)
    return await change(request, principal, lambda writer: service.bring(writer, who, staged, by="system"))


@router.post(IMPORT, response_model=PublicityReport)
async def import_file(request: Request, principal: Changing, dry_run: bool = True) -> Response:
    """Bring in a file (the body: JSON as of ``PUT /publicity/cases``, or Excel; at most 5 MB)."""
    who = actor(request, principal)
    staged = await asyncio.get_running_loop().run_in_executor(None, files.read, await request.body())
    if not staged.cases and not staged.refused:
        raise HallError("publicity_file_empty", status=422)
    if dry_run:
        return answer(await look(request, lambda reader: service.rehearse(reader, staged)))
    return await change(request, principal, lambda writer: service.bring(writer, who, staged, by="file"))


@router.get(
    "/publicity/form",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def form(request: Request, principal: Changing) -> Response:
    """An Excel workbook to fill in."""
    language = language_of(request.headers.get("accept-language", ""))
    content = await asyncio.get_running_loop().run_in_executor(None, files.form, language)
    headers = {"Content-Disposition": 'attachment; filename="publicity.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)


@router.get("/publicity/settings", response_model=PublicitySettingsShown)
async def settings(request: Request, principal: Changing) -> Response:
    return answer(await look(request, service.shown_settings))


@router.put("/publicity/settings", response_model=PublicitySettingsShown)
async def set_settings(request: Request, principal: Changing, body: PublicitySettingsEdit) -> Response:
    who = actor(request, principal)
    return await change(request, principal, lambda writer: service.put_settings(writer, who, body))


@router.post("/publicity/{case_id}/take-down", status_code=204)
async def take_down(request: Request, principal: Changing, case_id: UUID, body: TakeDown) -> Response:
    """Nobody sees it any more, whoever brings it again."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: service.take_down(writer, who, case_id, body.reason))
