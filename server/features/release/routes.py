"""HTTP of the release of numbers: the calendar, plans, single days."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require, as_now
from server.context import Context
from server.errors import language_of
from server.features.release import plan_exchange, plan_table, table
from server.features.release.calendar import calendar_days, load_table, set_day, try_table, unset_day
from server.features.release.days import change_day, days_view, restore_day, try_day
from server.features.release.plans import drop_draft, kept, look_through, plan_view, publish, save_draft, summaries
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.release import (
    CalendarDay,
    CalendarDayEdit,
    CalendarReport,
    DayChange,
    DayEdit,
    DayShown,
    DayTry,
    DraftEdit,
    PlansReport,
    PlanSummary,
    Publish,
    ServicePlan,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_DAYS = 42
TABLES, TABLE_LIMIT = ("/release/calendar/import", "/release/plans/import"), 1024 * 1024

router = APIRouter(prefix="/release", tags=["release"])
Seeing = Annotated[Principal, Depends(Require("release:view"))]
Planning = Annotated[Principal, Depends(Require("release.plans:change"))]
Days = Annotated[Principal, Depends(Require("release.calendar:change"))]
Year = Annotated[int, Query(ge=2000, le=2200)]
Version = Annotated[int, Query(ge=0)]


def _context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found


@router.get("/calendar", response_model=Page[CalendarDay])
async def calendar(request: Request, principal: Seeing, year: Year, part: Asked) -> Response:
    """The days of a year that differ: holidays, worked weekends, special days."""
    found = await look(request, lambda reader: calendar_days(reader, date(year, 1, 1), date(year, 12, 31)))
    return answer(part.of(Page[CalendarDay], found, "day"))


@router.put("/calendar/{day}", response_model=CalendarDay)
async def put_day(request: Request, principal: Days, day: date, body: CalendarDayEdit) -> Response:
    """Set what kind of day it is; ``version`` is the one that was looked at."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: set_day(writer, who, day, body))


@router.delete("/calendar/{day}", status_code=204)
async def delete_day(request: Request, principal: Days, day: date, version: Version) -> Response:
    """A usual day again."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: unset_day(writer, who, day, version))


@router.get(
    "/calendar/export",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_calendar(request: Request, principal: Seeing, year: Year) -> Response:
    """The year's table as an Excel workbook, to be edited and brought back."""
    language = language_of(request.headers.get("accept-language", ""))
    content = await look(
        request,
        lambda reader: table.write(calendar_days(reader, date(year, 1, 1), date(year, 12, 31)), language),
    )
    return Response(
        content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="days-{year}.xlsx"'}
    )


@router.post("/calendar/import", response_model=CalendarReport)
async def import_calendar(request: Request, principal: Days, dry_run: bool = True) -> Response:
    """Load the year's table (the body: Excel or CSV): all its rows, or none of them and a report per row."""
    who = actor(request, principal)
    content = await request.body()
    given = await asyncio.get_running_loop().run_in_executor(None, table.read, content)
    if dry_run:
        return answer(await look(request, lambda reader: try_table(reader, given)))
    return await change(request, principal, lambda writer: load_table(writer, who, given))


@router.get("/plans", response_model=Page[PlanSummary])
async def plans(request: Request, principal: Seeing, part: Asked) -> Response:
    """All services numbers are taken for, with what their plan gives on a usual weekday."""
    return answer(part.of(Page[PlanSummary], await look(request, summaries), "service_id"))


@router.get(
    "/plans/export",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_plans(request: Request, principal: Seeing) -> Response:
    """All plans as an Excel workbook, a draft before what is in force; to be edited and brought back."""
    language = language_of(request.headers.get("accept-language", ""))
    content = await look(request, lambda reader: plan_exchange.export(reader, language))
    return Response(content, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="plans.xlsx"'})


@router.post("/plans/import", response_model=PlansReport)
async def import_plans(request: Request, principal: Planning, dry_run: bool = True) -> Response:
    """Take the workbook's plans as drafts: all of them, or none and a report per row. Nothing is in force by it."""
    who = actor(request, principal)
    lines = await asyncio.get_running_loop().run_in_executor(None, plan_table.read, await request.body())
    if dry_run:
        return answer(await look(request, lambda reader: plan_exchange.try_plans(reader, principal, lines)))
    return await change(
        request, principal,
        lambda writer: plan_exchange.load_plans(writer, as_now(writer, principal), who, lines),
    )  # fmt: skip


@router.get("/plans/{service_id}", response_model=ServicePlan)
async def plan(request: Request, principal: Seeing, service_id: UUID) -> Response:
    """The plan in force, the draft with the linter's findings, earlier versions, single days that differ."""
    return answer(await look(request, lambda reader: plan_view(reader, _context(request), service_id)))


@router.put("/plans/{service_id}/draft", response_model=ServicePlan)
async def put_draft(request: Request, principal: Planning, service_id: UUID, body: DraftEdit) -> Response:
    """Keep a draft; the answer says what the linter finds."""
    who, context = actor(request, principal), _context(request)
    await look(request, lambda reader: look_through(reader, context, service_id, kept(body.windows)))
    return await change(
        request, principal,
        lambda writer: save_draft(writer, context, as_now(writer, principal), who, service_id, body),
    )  # fmt: skip


@router.delete("/plans/{service_id}/draft", response_model=ServicePlan)
async def delete_draft(request: Request, principal: Planning, service_id: UUID, version: Version) -> Response:
    who, context = actor(request, principal), _context(request)
    return await change(
        request, principal,
        lambda writer: drop_draft(writer, context, as_now(writer, principal), who, service_id, version),
    )  # fmt: skip


@router.post("/plans/{service_id}/publish", response_model=ServicePlan)
async def publish_draft(request: Request, principal: Planning, service_id: UUID, body: Publish) -> Response:
    """Put the draft in force. Errors refuse; warnings want a reason, which the trail keeps."""
    who, context = actor(request, principal), _context(request)
    await look(request, lambda reader: look_through(reader, context, service_id))
    return await change(
        request, principal, lambda writer: publish(writer, context, as_now(writer, principal), who, service_id, body)
    )


@router.get("/plans/{service_id}/days", response_model=Page[DayShown])
async def days(
    request: Request,
    principal: Seeing,
    service_id: UUID,
    first: date,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 7,
    draft: bool = False,
) -> Response:
    """What the days look like; with ``draft`` as they would if it were in force."""
    found = await look(
        request, lambda reader: days_view(reader, _context(request), service_id, first, days, draft=draft)
    )
    return answer(Page[DayShown](items=found))


@router.post("/plans/{service_id}/days/{day}/preview", response_model=DayShown)
async def preview_day(request: Request, principal: Seeing, service_id: UUID, day: date, body: DayTry) -> Response:
    """What the day would look like with these windows; nothing is kept."""
    return answer(await look(request, lambda reader: try_day(reader, _context(request), service_id, day, body)))


@router.put("/plans/{service_id}/days/{day}", response_model=DayChange)
async def put_changed_day(
    request: Request, principal: Planning, service_id: UUID, day: date, body: DayEdit
) -> Response:  # fmt: skip
    """Keep a change of one day; ``version`` is the one that was looked at."""
    who, context = actor(request, principal), _context(request)
    return await change(
        request, principal,
        lambda writer: change_day(writer, context, as_now(writer, principal), who, service_id, day, body),
    )  # fmt: skip


@router.delete("/plans/{service_id}/days/{day}", status_code=204)
async def delete_changed_day(
    request: Request, principal: Planning, service_id: UUID, day: date, version: Version
) -> Response:  # fmt: skip
    """As its kind again."""
    who = actor(request, principal)
    return await change(
        request, principal, lambda writer: restore_day(writer, as_now(writer, principal), who, service_id, day, version)
    )
