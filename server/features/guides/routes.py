"""HTTP of guides, departments, and bringing guides in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require, as_now
from server.context import Context
from server.database import Reader, Writer
from server.errors import language_of
from server.features.guides import department_editing, departments, editing, files, runs, service, sources
from server.features.guides.bringing_in import AGAIN, StaleError, bring_in, rehearse
from server.features.guides.preparing import Prepared, Wanted, prepare
from server.web import Asked, answer, change, look
from shared.domain.errors import HallError
from shared.schemas.base import Page
from shared.schemas.guides import (
    DepartmentCreate,
    DepartmentEdit,
    DepartmentFacts,
    DepartmentSettings,
    Guide,
    GuideCreate,
    GuideEdit,
    GuideFields,
    GuideRun,
    GuideRunWanted,
    GuideSourceEdit,
    GuideSourceShown,
    GuideSummary,
    GuideVersion,
    Theme,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORT, IMPORT_LIMIT = "/guides/import", 5 * 1024 * 1024
# So many ids still fit into an address.
AT_ONCE = 50

router = APIRouter(tags=["guides"])
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Changing = Annotated[Principal, Depends(Require("catalogue.services:change"))]
IMPORT_RIGHT = "catalogue.guides:import"
Importing = Annotated[Principal, Depends(Require(IMPORT_RIGHT))]


def _base(request: Request) -> str:
    context = request.app.state.context
    assert isinstance(context, Context)
    return context.link_base


def _linked(request: Request, guide: Guide) -> Guide:
    return guide.model_copy(update={"link": f"{_base(request)}/g/{guide.id}"})


def _refuse_looking(principal: Principal) -> None:
    if not principal.may(department_editing.CHANGE):
        raise HallError("not_permitted", status=403, permission=department_editing.CHANGE)


def _refuse_retired(principal: Principal) -> None:
    if not (principal.may(department_editing.CHANGE) or principal.may(IMPORT_RIGHT)):
        raise HallError("not_permitted", status=403, permission=department_editing.CHANGE)


@router.get("/departments", response_model=Page[DepartmentFacts])
async def department_list(
    request: Request, principal: Anybody, part: Asked, category: Annotated[str, Query(max_length=64)] = "",
    every: bool = False,
) -> Response:  # fmt: skip
    """Departments in the order of the hall, with who is on duty now. ``every``: also those out of use, leaders that are
    not published, and full names; for whoever may change departments.
    """
    if every:
        _refuse_looking(principal)
    found = await look(request, lambda reader: departments.department_list(reader, category, every=every))
    return answer(part.of(Page[DepartmentFacts], found))


@router.post("/departments", status_code=201, response_model=DepartmentFacts)
async def create_department(request: Request, principal: Importing, body: DepartmentCreate) -> Response:
    """A department with a unit of the organisation of its own, or of one that stands there."""
    who = actor(request, principal)
    return await change(
        request,
        principal,
        lambda writer: department_editing.add_department(writer, as_now(writer, principal), who, body),
        status=201,
    )


@router.get("/departments/settings", response_model=DepartmentSettings)
async def department_settings(request: Request, principal: Anybody) -> Response:
    return answer(await look(request, departments.shown_settings))


@router.put("/departments/settings", response_model=DepartmentSettings)
async def set_department_settings(request: Request, principal: Importing, body: DepartmentSettings) -> Response:
    """How those on duty are named to visitors."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: department_editing.put_settings(writer, who, body))


@router.get("/departments/{department_id}", response_model=DepartmentFacts)
async def department(request: Request, principal: Anybody, department_id: UUID, every: bool = False) -> Response:
    if every:
        _refuse_looking(principal)
    return answer(await look(request, lambda reader: departments.department(reader, department_id, every=every)))


@router.patch("/departments/{department_id}", response_model=DepartmentFacts)
async def change_department(
    request: Request, principal: Changing, department_id: UUID, body: DepartmentEdit
) -> Response:  # fmt: skip
    """What visitors are told of it, what it is called, whether it is in use; ``version`` is the one that was looked at.
    Name and use are those of its unit: they take the right to change units.
    """
    who = actor(request, principal)
    return await change(
        request,
        principal,
        lambda writer: department_editing.edit_department(writer, as_now(writer, principal), who, department_id, body),
    )


@router.get("/guides", response_model=Page[GuideSummary])
async def guides(
    request: Request,
    principal: Anybody,
    part: Asked,
    department_id: UUID | None = None,
    audience: Literal["", "person", "enterprise"] = "",
    theme: Annotated[str, Query(max_length=200)] = "",
    service_id: UUID | None = None,
    retired: bool = False,
) -> Response:
    """Guides by department and code; what is given must fit. ``retired``: also those out of use, for who keeps them."""
    if retired:
        _refuse_retired(principal)
    found = await look(
        request,
        lambda reader: service.guide_list(
            reader, department_id=department_id, audience=audience, theme=theme, service_id=service_id,
            with_retired=retired,
        ),
    )  # fmt: skip
    return answer(part.of(Page[GuideSummary], found))


@router.get("/guides/themes", response_model=Page[Theme])
async def themes(
    request: Request, principal: Anybody, part: Asked, audience: Literal["", "person", "enterprise"] = ""
) -> Response:
    """Life events and subjects, those with the most guides first."""
    return answer(part.of(Page[Theme], await look(request, lambda reader: service.themes(reader, audience)), "name"))


@router.get("/guides/runs", response_model=Page[GuideRun])
async def run_list(request: Request, principal: Importing, part: Asked) -> Response:
    """What was brought in lately, without the rows of the reports."""
    return answer(part.of(Page[GuideRun], await look(request, runs.run_list)))


@router.post("/guides/runs", status_code=202, response_model=GuideRun)
async def begin_run(request: Request, principal: Importing, body: GuideRunWanted) -> Response:
    """Ask the item system now; what comes of it stands in the run."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: runs.begin(writer, who, body.mode), status=202)


@router.get("/guides/runs/{run_id}", response_model=GuideRun)
async def run(request: Request, principal: Importing, run_id: UUID) -> Response:
    return answer(await look(request, lambda reader: runs.run(reader, run_id)))


@router.post("/guides/runs/{run_id}/agree", response_model=GuideRun)
async def agree(request: Request, principal: Importing, run_id: UUID) -> Response:
    """Bring in what is held because it would take much away."""
    who = actor(request, principal)
    mode, staged = await look(request, lambda reader: runs.held(reader, run_id))
    return await _bring(
        request, principal, lambda reader: runs.ready(reader, mode, staged),
        lambda writer, prepared: runs.agree(writer, who, run_id, staged, prepared),
    )  # fmt: skip


@router.post("/guides/runs/{run_id}/drop", response_model=GuideRun)
async def drop(request: Request, principal: Importing, run_id: UUID) -> Response:
    who = actor(request, principal)
    return await change(request, principal, lambda writer: runs.drop(writer, who, run_id))


@router.get("/guides/source", response_model=GuideSourceShown)
async def source(request: Request, principal: Importing) -> Response:
    return answer(await look(request, sources.shown_source))


@router.put("/guides/source", response_model=GuideSourceShown)
async def set_source(request: Request, principal: Importing, body: GuideSourceEdit) -> Response:
    """The whole of it; the secret is kept sealed and never answered."""
    who, base = actor(request, principal), _base(request)
    return await change(request, principal, lambda writer: sources.put_source(writer, base, who, body))


@router.get(
    "/guides/export",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export(request: Request, principal: Anybody, empty: bool = False) -> Response:
    """All guides as an Excel workbook, to be edited and brought in; ``empty``: one to fill in."""
    language = language_of(request.headers.get("accept-language", ""))
    found: list[GuideFields] = []
    if not empty:
        found = await look(request, service.all_fields)
    content = await asyncio.get_running_loop().run_in_executor(None, files.write, found, language)
    headers = {"Content-Disposition": 'attachment; filename="guides.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)


@router.post(IMPORT, response_model=GuideRun)
async def import_file(
    request: Request, principal: Importing, dry_run: bool = True, whole: bool = False, agreed: bool = False
) -> Response:
    """Bring in a file (the body: JSON or Excel, at most 5 MB). ``whole``: it is all there is, what is missing is
    retired; ``agreed``: also when that is much.
    """
    who = actor(request, principal)
    staged = await asyncio.get_running_loop().run_in_executor(None, files.read, await request.body())
    if not staged.items and not staged.deleted and not staged.refused:
        raise HallError("guides_file_empty", status=422)

    def percent(reader: Reader) -> int:
        return sources.shown_source(reader).percent

    if dry_run:

        def work(reader: Reader) -> GuideRun:
            made = rehearse(reader, staged, whole=whole, by="file", percent=percent(reader))
            return runs.tried(reader.now, who.label, made)

        return answer(await look(request, work))

    def bring(writer: Writer, prepared: Prepared | None) -> GuideRun:
        made = bring_in(
            writer, who, staged, whole=whole, by="file", percent=percent(writer), agreed=agreed, prepared=prepared
        )
        if made.held_for and not agreed:
            raise HallError("guides_held", status=409, retired=made.counts["retired"], refused=made.counts["refused"])
        return runs.record_file(writer, who, made)

    def ready(reader: Reader) -> Prepared:
        return prepare(reader, staged, Wanted(whole, "file", percent(reader)))

    return await _bring(request, principal, ready, bring)


async def _bring(
    request: Request, principal: Principal, ready: Callable[[Reader], Prepared],
    write: Callable[[Writer, Prepared | None], GuideRun],
) -> Response:  # fmt: skip
    """As ``prepared_beside``, for a request."""
    for _ in range(AGAIN):
        made = await look(request, ready)
        try:
            return await change(request, principal, lambda writer, made=made: write(writer, made))  # type: ignore[misc]
        except StaleError:
            continue
    return await change(request, principal, lambda writer: write(writer, None))


@router.post("/guides", status_code=201, response_model=Guide)
async def create_guide(request: Request, principal: Changing, body: GuideCreate) -> Response:
    who = actor(request, principal)
    return await change(
        request, principal, lambda writer: editing.add_guide(writer, as_now(writer, principal), who, body), status=201
    )


@router.get("/guides/whole", response_model=Page[Guide])
async def whole_guides(
    request: Request, principal: Anybody, id: Annotated[list[UUID], Query(max_length=AT_ONCE)]
) -> Response:
    """Several at once, for who keeps a copy of all; those that are not there any more are left out."""
    found = await look(request, lambda reader: service.whole_guides(reader, id))
    return answer(Page[Guide](items=[_linked(request, one) for one in found]))


@router.get("/guides/{guide_id}", response_model=Guide)
async def guide(request: Request, principal: Anybody, guide_id: UUID, retired: bool = False) -> Response:
    """The whole of one; ``retired``: also one that is out of use, for who keeps them."""
    if retired:
        _refuse_retired(principal)
    found = await look(request, lambda reader: service.guide(reader, guide_id, with_retired=retired))
    return answer(_linked(request, found))


@router.get("/guides/{guide_id}/versions", response_model=Page[GuideVersion])
async def guide_versions(request: Request, principal: Changing, guide_id: UUID, part: Asked) -> Response:
    """What it said before, the latest first; a version is brought back by saying it again."""

    def read(reader: Reader) -> list[GuideVersion]:
        one = service.guide(reader, guide_id, with_retired=True)
        principal.require(department_editing.CHANGE, one.department_id)
        return service.versions(reader, guide_id)

    return answer(part.of(Page[GuideVersion], await look(request, read), "number"))


@router.patch("/guides/{guide_id}", response_model=Guide)
async def change_guide(request: Request, principal: Changing, guide_id: UUID, body: GuideEdit) -> Response:
    """Change, link with a service, retire; ``version`` is the one that was looked at."""
    who = actor(request, principal)
    return await change(
        request,
        principal,
        lambda writer: editing.edit_guide(writer, as_now(writer, principal), who, guide_id, body),
    )
