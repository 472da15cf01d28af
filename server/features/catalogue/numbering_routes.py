"""HTTP of the number formats."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.features.catalogue.numbering import change_formats, state
from server.web import answer, change, look
from shared.schemas.numbering import NumberingChange, NumberingState

router = APIRouter(tags=["numbering"])


@router.get("/numbering", response_model=NumberingState)
async def show(request: Request, principal: Annotated[Principal, Depends(Require("hall:view"))]) -> Response:
    """The formats in use, and those that follow."""
    return answer(await look(request, state))


@router.put("/numbering", response_model=NumberingState)
async def change_all(
    request: Request,
    principal: Annotated[Principal, Depends(Require("catalogue.numbering:change"))],
    body: NumberingChange,
) -> Response:
    """All formats at once, from now or from tomorrow on."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: change_formats(writer, who, body))
