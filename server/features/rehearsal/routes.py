"""HTTP of trying a calling policy before it is switched on: nothing here changes anything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.features.rehearsal.preview import preview
from server.web import answer, look
from shared.schemas.calling import CallingPreview, PreviewRequest

router = APIRouter(prefix="/calling", tags=["calling"])
Viewer = Annotated[Principal, Depends(Require("calling:view"))]


@router.post("/preview", response_model=CallingPreview)
async def show_preview(request: Request, principal: Viewer, body: PreviewRequest) -> Response:
    """Whom a counter would call now and in what order: as the hall calls, and under the policy that is sent."""
    return answer(await look(request, lambda reader: preview(reader, body)))
