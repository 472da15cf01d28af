"""HTTP of trying a calling policy before it is switched on: nothing here changes anything."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.features.rehearsal.preview import preview
from server.features.rehearsal.replaying import rehearsal, run
from server.features.simulation.past import days_with_tickets
from server.web import answer, look
from shared.schemas.calling import CallingPreview, PreviewRequest, ReplayDays, Replayed, ReplayRequest

router = APIRouter(prefix="/calling", tags=["calling"])
Viewer = Annotated[Principal, Depends(Require("calling:view"))]
DAYS = 60
# One day at a time in a process: requests come first.
_turn = asyncio.Lock()


@router.post("/preview", response_model=CallingPreview)
async def show_preview(request: Request, principal: Viewer, body: PreviewRequest) -> Response:
    """Whom a counter would call now and in what order: as the hall calls, and under the policy that is sent."""
    return answer(await look(request, lambda reader: preview(reader, body)))


@router.get("/days", response_model=ReplayDays)
async def days(request: Request, principal: Viewer) -> Response:
    """The days that can be run again."""
    return answer(ReplayDays(items=await look(request, lambda reader: days_with_tickets(reader, DAYS))))


@router.post("/replay", response_model=Replayed)
async def replay_day(request: Request, principal: Viewer, body: ReplayRequest) -> Response:
    """A past day under the policy in use and under the one that is sent, side by side."""
    async with _turn:
        given = await look(request, lambda reader: rehearsal(reader, body))
        return answer(await asyncio.to_thread(run, given))
