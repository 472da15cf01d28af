"""HTTP of the calling policy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.features.calling.service import at_kiosks, set_policy, wire_policy
from server.web import answer, change, look
from shared.schemas.calling import CallingPolicy, KioskCalling

router = APIRouter(prefix="/calling", tags=["calling"])


@router.get("/policy", response_model=CallingPolicy)
async def show_policy(request: Request, principal: Annotated[Principal, Depends(Require("calling:view"))]) -> Response:
    return answer(await look(request, wire_policy))


@router.get("/kiosk-groups", response_model=KioskCalling)
async def kiosk_groups(request: Request, principal: Annotated[Principal, Depends(Require("hall:view"))]) -> Response:
    """What people may do by themselves: the priority groups they may choose, the highest first (none where the staff
    gives them), and whether a missed ticket comes back by its number alone."""
    return answer(await look(request, at_kiosks))


@router.put("/policy", response_model=CallingPolicy)
async def change_policy(
    request: Request, principal: Annotated[Principal, Depends(Require("calling:change"))], body: CallingPolicy
) -> Response:
    """The whole policy; it holds from the next call on. ``version`` is the one that was read."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: set_policy(writer, who, body))
