"""HTTP of personal data. Numbers stand in bodies, never in addresses, and no answer is kept for a repeated request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require
from server.database import Database, Writer
from server.features.personal_data.erase import erase_person
from server.features.personal_data.reveal import reveal, value_or_refusal
from server.features.personal_data.service import export, find
from server.web import answer, change
from shared.schemas.personal_data import (
    Erased,
    Person,
    PersonAsked,
    PersonExport,
    PersonNamed,
    Revealed,
    RevealRequest,
)

router = APIRouter(tags=["personal data"])
Result = TypeVar("Result")
Finding = Annotated[Principal, Depends(Require("personal_data:find"))]
Revealing = Annotated[Principal, Depends(Require("personal_data:reveal"))]
Exporting = Annotated[Principal, Depends(Require("personal_data:export"))]
Erasing = Annotated[Principal, Depends(Require("personal_data:erase"))]


@router.post("/personal-data/find", response_model=Person)
async def find_person(request: Request, principal: Finding, body: PersonNamed) -> Response:
    """What is kept about a person, masked."""
    keys, who = request.app.state.keys, actor(request, principal)
    return answer(await _write(request, lambda writer: find(writer, keys, who, body)))


@router.post("/personal-data/reveal", response_model=Revealed)
async def reveal_value(request: Request, principal: Revealing, body: RevealRequest) -> Response:
    """One value in full; that it was shown, to whom and why, is in the audit trail."""
    keys, who = request.app.state.keys, actor(request, principal)
    shown = await _write(request, lambda writer: reveal(writer, keys, principal, who, body))
    return answer(Revealed(value=value_or_refusal(shown)))


@router.post("/personal-data/export", response_model=PersonExport)
async def export_person(request: Request, principal: Exporting, body: PersonAsked) -> Response:
    """All that is kept about a person, in full."""
    keys, who = request.app.state.keys, actor(request, principal)
    return answer(await _write(request, lambda writer: export(writer, keys, who, body)))


@router.post("/personal-data/erase", response_model=Erased)
async def erase(request: Request, principal: Erasing, body: PersonAsked) -> Response:
    """Erase what names a person; 409 while a ticket of theirs is open today."""
    keys, who = request.app.state.keys, actor(request, principal)
    return await change(request, principal, lambda writer: erase_person(writer, keys, who, body))


async def _write(request: Request, work: Callable[[Writer], Result]) -> Result:
    """A change whose answer must not lie in the table of kept answers."""
    database: Database = request.app.state.database
    return await asyncio.wrap_future(database.submit(work))
