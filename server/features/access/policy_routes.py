"""HTTP of the hall's security policy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import select

from server import audit
from server.auth import Principal, Require, access_changed
from server.database import Writer
from server.features.access.duties import put_policy
from server.features.access.models import RoleRow
from server.features.access.service import policy
from server.web import answer, change, look
from shared.domain.errors import HallError
from shared.schemas.access import SecurityPolicy

router = APIRouter(tags=["access"])


@router.get("/policy", response_model=SecurityPolicy)
async def show_policy(request: Request, principal: Annotated[Principal, Depends(Require("policy:view"))]) -> Response:
    return answer(await look(request, policy))


@router.put("/policy", response_model=SecurityPolicy)
async def change_policy(
    request: Request, principal: Annotated[Principal, Depends(Require("policy:change"))], body: SecurityPolicy
) -> Response:
    """The whole policy; it holds from the next request on."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> SecurityPolicy:
        before = policy(writer).model_dump(mode="json")
        known = set(writer.session.scalars(select(RoleRow.key).where(RoleRow.hall_id == writer.hall_id)))
        if not set(body.second_factor) <= known:
            raise HallError("role_unknown", status=404)
        after = put_policy(writer, body).model_dump(mode="json")
        changed = {key: after[key] for key in after if after[key] != before[key]}
        if changed:
            audit.record(writer, who, "policy.changed", "policy", **changed)
            access_changed(writer)
        return body

    return await change(request, principal, work)
