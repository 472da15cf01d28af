"""HTTP of roles, grants and the policy; and what the caller may do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Known, Principal
from server.features.access.service import shown_name
from server.web import answer, look
from shared.schemas.access import Me

router = APIRouter(tags=["access"])


@router.get("/me", response_model=Me)
async def me(request: Request, principal: Annotated[Principal, Depends(Known())]) -> Response:
    """Who calls and what they may do; the programs ask once and show only that."""
    name = await look(request, lambda reader: shown_name(reader, principal))
    found = Me(
        kind=principal.kind, name=principal.name, shown_name=name, account_id=principal.account_id,
        staff_id=principal.staff_id, permissions=sorted(principal.everywhere),
        units={key: sorted(units) for key, units in principal.in_units.items()}, counter_id=principal.counter_id,
    )  # fmt: skip
    return answer(found)
