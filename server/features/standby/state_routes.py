"""HTTP of how safe the hall is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.features.standby.state import server_state
from server.web import answer, look
from shared.schemas.safety import ServerState

router = APIRouter(tags=["server"])
Seeing = Annotated[Principal, Depends(Require("server:view"))]


@router.get("/server/state", response_model=ServerState)
async def state(request: Request, principal: Seeing) -> Response:
    """Backups, second machines, room on the disk; ``alarms`` names what somebody must look at."""
    settings, database = request.app.state.settings, request.app.state.database
    return answer(await look(request, lambda reader: server_state(reader, settings, database.checkpoints)))
