"""HTTP of terminals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.features.terminals.service import report, terminals
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.terminals import Terminal, TerminalReport

router = APIRouter(tags=["terminals"])
Reporting = Annotated[Principal, Depends(Require("terminals:report"))]
Seeing = Annotated[Principal, Depends(Require("terminals:view"))]


@router.put("/terminals/me", response_model=Terminal)
async def report_terminal(request: Request, principal: Reporting, body: TerminalReport) -> Response:
    """What the calling terminal says of itself, every 20 s and when a device changes."""
    return await change(request, principal, lambda writer: report(writer, principal, body))


@router.get("/terminals", response_model=Page[Terminal])
async def list_terminals(request: Request, principal: Seeing, part: Asked) -> Response:
    return answer(part.of(Page[Terminal], await look(request, terminals)))
