"""HTTP of ratings at the counter; phones rate on their ticket's page."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.features.feedback.service import rate
from server.features.queueing.view import find_ticket
from server.web import change
from shared.schemas.tickets import Rating, RatingRequest

router = APIRouter(tags=["feedback"])


@router.post("/tickets/{ticket_id}/rating", status_code=201, response_model=Rating)
async def rate_ticket(
    request: Request,
    principal: Annotated[Principal, Depends(Require("feedback.ratings:give"))],
    ticket_id: UUID,
    body: RatingRequest,
) -> Response:
    """The citizen's rating from the counter's second screen; one per visit."""
    return await change(
        request, principal, lambda writer: rate(writer, find_ticket(writer, ticket_id), body, "counter"), status=201
    )
