"""HTTP of figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.features.statistics.service import today
from server.web import answer, look
from shared.schemas.statistics import Today

router = APIRouter(tags=["statistics"])


@router.get("/statistics/today", response_model=Today)
async def figures(request: Request, principal: Annotated[Principal, Depends(Require("figures:view"))]) -> Response:
    return answer(await look(request, today))
