"""HTTP of the organisation: units and people."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require, as_now
from server.errors import language_of
from server.features.organisation.bringing_in import NotBroughtInError, bring_in, rehearse, report_of
from server.features.organisation.exchange import only_changed, rows_of
from server.features.organisation.people import add_person, edit_person, people_list
from server.features.organisation.service import add_unit, edit_unit, unit_list
from server.features.organisation.workbook import read, write
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.organisation import (
    ImportReport,
    People,
    Person,
    PersonCreate,
    PersonEdit,
    Unit,
    UnitCreate,
    UnitEdit,
)

IMPORT = "/organisation/import"
IMPORT_LIMIT = 5 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

router = APIRouter(tags=["organisation"])
SeeUnits = Annotated[Principal, Depends(Require("organisation.units:view"))]
Units = Annotated[Principal, Depends(Require("organisation.units:change"))]
SeePeople = Annotated[Principal, Depends(Require("organisation.people:view"))]
PeopleOf = Annotated[Principal, Depends(Require("organisation.people:change"))]


@router.get("/units", response_model=Page[Unit])
async def units(request: Request, principal: SeeUnits, part: Asked, retired: bool = False) -> Response:
    """The organisation tree, as far as the caller may see it; parents before what is below them."""
    items = await look(request, lambda reader: unit_list(reader, principal, with_retired=retired))
    return answer(part.of(Page[Unit], items))


@router.post("/units", status_code=201, response_model=Unit)
async def create_unit(request: Request, principal: Units, body: UnitCreate) -> Response:
    who = actor(request, principal)
    return await change(
        request, principal, lambda writer: add_unit(writer, as_now(writer, principal), who, body), status=201
    )


@router.patch("/units/{unit_id}", response_model=Unit)
async def change_unit(request: Request, principal: Units, unit_id: UUID, body: UnitEdit) -> Response:
    """Rename, move, retire; ``version`` is the one that was looked at."""
    who = actor(request, principal)
    return await change(
        request, principal, lambda writer: edit_unit(writer, as_now(writer, principal), who, unit_id, body)
    )


@router.get("/people", response_model=People)
async def people(
    request: Request,
    principal: SeePeople,
    unit_id: UUID | None = None,
    below: bool = True,
    query: Annotated[str, Query(max_length=64)] = "",
    retired: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """People by number; in a unit and, with ``below``, all units under it."""
    found = await look(
        request,
        lambda reader: people_list(
            reader, principal, unit_id=unit_id, below=below, query=query, with_retired=retired, limit=limit,
            cursor=cursor,
        ),
    )  # fmt: skip
    return answer(found)


@router.post("/people", status_code=201, response_model=Person)
async def create_person(request: Request, principal: PeopleOf, body: PersonCreate) -> Response:
    who, vault = actor(request, principal), request.app.state.keys.vault
    return await change(
        request, principal, lambda writer: add_person(writer, as_now(writer, principal), who, vault, body), status=201
    )


@router.patch("/people/{person_id}", response_model=Person)
async def change_person(request: Request, principal: PeopleOf, person_id: UUID, body: PersonEdit) -> Response:
    """Change, move to another unit, retire; ``version`` is the one that was looked at."""
    who, vault = actor(request, principal), request.app.state.keys.vault
    return await change(
        request, principal, lambda writer: edit_person(writer, as_now(writer, principal), who, vault, person_id, body)
    )


@router.get(
    "/organisation/export",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_organisation(request: Request, principal: SeePeople) -> Response:
    """The caller's units and people as an Excel workbook, to be edited and brought back; phones are masked."""
    language = language_of(request.headers.get("accept-language", ""))
    content = await look(request, lambda reader: write(rows_of(reader, principal, language), language))
    return Response(
        content, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="organisation.xlsx"'}
    )


@router.post(IMPORT, response_model=ImportReport)
async def import_organisation(request: Request, principal: PeopleOf, dry_run: bool = True) -> Response:
    """Bring back a workbook (the body, at most 5 MB): all its rows, or none of them and a report per row."""
    language = language_of(request.headers.get("accept-language", ""))
    who, vault = actor(request, principal), request.app.state.keys.vault
    content = await request.body()
    sheets = await asyncio.get_running_loop().run_in_executor(None, read, content)
    wanted = await look(request, lambda reader: only_changed(reader, principal, sheets, language))
    if dry_run:
        # A read: whoever tries a file of thousands of rows keeps nobody from their work.
        tried = await look(
            request, lambda reader: report_of(rehearse(reader, as_now(reader, principal), wanted, language))
        )
        return answer(tried)
    try:
        return await change(
            request, principal,
            lambda writer: bring_in(writer, as_now(writer, principal), who, vault, wanted, language),
        )  # fmt: skip
    except NotBroughtInError as refused:
        return answer(refused.report)
