"""HTTP of reports: reading only."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.database import Reader
from server.errors import language_of
from server.features.catalogue.service import catalogue
from server.features.reports.counting import Asked
from server.features.reports.service import SEE, report, tickets
from server.features.reports.sheets import workbook
from server.web import answer, look
from shared.schemas.reports import FigureName, Group, Report, ReportTickets

router = APIRouter(prefix="/reports", tags=["reports"])
Viewer = Annotated[Principal, Depends(Require(SEE))]
Kind = Literal["visits", "waits", "load", "promise"]
# Each reads the tickets of a whole range: one at a time in a process, requests come first.
_turn = asyncio.Lock()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(first: Annotated[date, Query()], last: Annotated[date, Query()], group: Annotated[Group, Query()]) -> Asked:
    return Asked(first, last, group)


Days = Annotated[Asked, Depends(_asked)]


@router.get("", response_model=Report)
async def show_report(request: Request, principal: Viewer, asked: Days) -> Response:
    """The figures of days by day, hour, department, service, counter or person, of the caller's units."""
    async with _turn:
        return answer(await look(request, lambda reader: report(reader, principal, asked)))


@router.get("/tickets", response_model=ReportTickets)
async def show_tickets(
    request: Request, principal: Viewer, asked: Days, figure: Annotated[FigureName, Query()],
    key: Annotated[str, Query(max_length=64)] = "",
) -> Response:  # fmt: skip
    """The visits behind a figure of the group ``key``, or of all groups."""
    async with _turn:
        return answer(await look(request, lambda reader: tickets(reader, principal, asked, key, figure)))


@router.get(
    "/workbook",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def show_workbook(request: Request, principal: Viewer, asked: Days, kind: Annotated[Kind, Query()]) -> Response:
    """The same as an Excel workbook with its plot and the meaning of each figure."""
    language = language_of(request.headers.get("accept-language", ""))

    def make(reader: Reader) -> bytes:
        facts = catalogue(reader).facts
        hall = str(facts.get("name", "") if language == "zh-CN" else facts.get("name_en", ""))
        made_at = reader.now.astimezone(reader.clocks.zone)
        return workbook(report(reader, principal, asked), kind, hall, made_at, language)

    name = f"{kind}-{asked.group}-{asked.first}-{asked.last}.xlsx"
    async with _turn:
        made = await look(request, make)
    return Response(made, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
