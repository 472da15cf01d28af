"""HTTP of leases and of the uploads of terminals' journals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.features.island.leases import lease
from server.features.island.service import take_entries
from server.web import change
from shared.schemas.island import EntryAnswers, EntryBatch, LeaseRequest, Leases

router = APIRouter(prefix="/island", tags=["island"])
# Kiosks and counters; what an entry does is asked for once more where it is done.
Uploading = Annotated[Principal, Depends(Require("queue.tickets:issue"))]
ENTRIES = "/island/entries"
# Fifty tickets for several matters with their holders.
ENTRIES_LIMIT = 256 * 1024


@router.post("/entries", response_model=EntryAnswers)
async def upload_entries(request: Request, principal: Uploading, body: EntryBatch) -> Response:
    """What a terminal did without the server, in its order. Each entry is answered by its id, however often sent."""
    context = request.app.state.context
    return await change(request, principal, lambda writer: take_entries(writer, context, principal, body))


@router.post("/leases", response_model=Leases)
async def take_leases(request: Request, principal: Uploading, body: LeaseRequest) -> Response:
    """The numbers a kiosk may give while the server is away. Asked on connecting, with each day and at half."""
    context = request.app.state.context
    return await change(request, principal, lambda writer: lease(writer, context, principal, body))
