"""HTTP of terminals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Allow, Principal
from server.features.terminals.service import report, terminals
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.terminals import Terminal, TerminalReport

router = APIRouter(tags=["terminals"])
Anybody = Annotated[Principal, Depends(Allow("kiosk", "counter", "display", "staff"))]
Staff = Annotated[Principal, Depends(Allow("staff"))]


@router.put("/terminals/me", response_model=Terminal)
async def report_terminal(request: Request, principal: Anybody, body: TerminalReport) -> Response:
    """What the calling terminal says of itself, every 20 s and when a device changes."""
    return await change(request, principal, lambda writer: report(writer, principal, body))


@router.get("/terminals", response_model=Page[Terminal])
async def list_terminals(request: Request, principal: Staff, part: Asked) -> Response:
    return answer(part.of(Page[Terminal], await look(request, terminals)))
