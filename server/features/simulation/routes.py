"""HTTP of the adviser: what would have been."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.features.simulation.service import Runs, list_days, question, read_day
from server.web import answer, look
from shared.schemas.simulation import Advice, PastDays, WhatIf

router = APIRouter(tags=["simulation"])
Planner = Annotated[Principal, Depends(Require("figures:plan"))]
# One question at a time in a process: requests come first.
_turn = asyncio.Lock()


@router.get("/simulation/days", response_model=PastDays)
async def days(request: Request, principal: Planner) -> Response:
    """The days that can be run again."""
    return answer(PastDays(items=await look(request, list_days)))


@router.post("/simulation/what-if", response_model=Advice)
async def what_if(request: Request, principal: Planner, body: WhatIf) -> Response:
    """A day, or the last ones together, with other counters staffed or another calling policy. Changes nothing."""
    async with _turn:
        runs = Runs(await look(request, lambda reader: question(reader, body)))
        for day in runs.left():
            past = await look(request, partial(read_day, day=day))
            await asyncio.to_thread(runs.run, past)
        return answer(await asyncio.to_thread(runs.advice))
