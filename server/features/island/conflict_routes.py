"""HTTP of conflicts and of the ledger of leases."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.features.island.ledger import ledger
from server.features.island.settling import conflicts, settle
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.island import Conflict, LeaseRecord, SettleRequest

router = APIRouter(prefix="/island", tags=["island"])
VIEW, SETTLE = "queue.conflicts:view", "queue.conflicts:settle"


@router.get("/conflicts", response_model=Page[Conflict])
async def list_conflicts(
    request: Request, principal: Annotated[Principal, Depends(Require(VIEW))], asked: Asked, settled: bool | None = None
) -> Response:
    """What terminals did without knowing of each other, the newest first."""
    found = await look(request, lambda reader: conflicts(reader, settled=settled))
    return answer(asked.of(Page[Conflict], found))


@router.post("/conflicts/{conflict_id}/settle", response_model=Conflict)
async def settle_conflict(
    request: Request, principal: Annotated[Principal, Depends(Require(SETTLE))], conflict_id: UUID, body: SettleRequest
) -> Response:
    """Somebody has looked; the note stays with it."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: settle(writer, who, conflict_id, body.note))


@router.get("/leases", response_model=Page[LeaseRecord])
async def list_leases(
    request: Request, principal: Annotated[Principal, Depends(Require(VIEW))], asked: Asked, day: date | None = None
) -> Response:
    """Numbers given away to kiosks for a day (today), and what became of them."""
    found = await look(request, lambda reader: ledger(reader, day))
    return answer(asked.of(Page[LeaseRecord], found))
