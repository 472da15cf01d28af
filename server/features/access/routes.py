"""HTTP of roles, grants and the policy; and what the caller may do."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Known, Principal, Require
from server.features.access.grants import give, grants_of, holders_of, take
from server.features.access.roles import add_role, edit_role, permission_table, role_list
from server.features.access.service import shown_name
from server.web import Asked, answer, change, look
from shared.schemas.access import (
    Grant,
    GrantCreate,
    Me,
    PermissionRow,
    Role,
    RoleCreate,
    RoleEdit,
)
from shared.schemas.base import Page

router = APIRouter(tags=["access"])
See = Annotated[Principal, Depends(Require("roles:view"))]
ChangeRoles = Annotated[Principal, Depends(Require("roles:change"))]
Granting = Annotated[Principal, Depends(Require("roles:grant"))]


@router.get("/me", response_model=Me)
async def me(request: Request, principal: Annotated[Principal, Depends(Known())]) -> Response:
    """Who calls and what they may do; the programs ask once and show only that."""
    name = await look(request, lambda reader: shown_name(reader, principal))
    found = Me(
        kind=principal.kind, name=principal.name, shown_name=name, account_id=principal.account_id,
        staff_id=principal.staff_id, permissions=sorted(principal.everywhere),
        units={key: sorted(units) for key, units in principal.in_units.items() if principal.may(key)},
        counter_id=principal.counter_id,
    )  # fmt: skip
    return answer(found)


@router.get("/permissions", response_model=Page[PermissionRow])
async def permissions(request: Request, principal: See, part: Asked) -> Response:
    """All that can be permitted."""
    return answer(part.of(Page[PermissionRow], permission_table(), "key"))


@router.get("/roles", response_model=Page[Role])
async def roles(request: Request, principal: See, part: Asked, retired: bool = False) -> Response:
    return answer(part.of(Page[Role], await look(request, lambda reader: role_list(reader, with_retired=retired))))


@router.post("/roles", status_code=201, response_model=Role)
async def create_role(request: Request, principal: ChangeRoles, body: RoleCreate) -> Response:
    who = actor(request, principal)
    return await change(request, principal, lambda writer: add_role(writer, principal, who, body), status=201)


@router.patch("/roles/{role_id}", response_model=Role)
async def change_role(request: Request, principal: ChangeRoles, role_id: UUID, body: RoleEdit) -> Response:
    """Roles that ship can't be changed; ``retired`` takes one out of use."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: edit_role(writer, principal, who, role_id, body))


@router.get("/roles/{role_id}/holders", response_model=Page[Grant])
async def role_holders(request: Request, principal: See, role_id: UUID, part: Asked) -> Response:
    """Who holds a role where, as far as the caller's units go."""
    return answer(part.of(Page[Grant], await look(request, lambda reader: holders_of(reader, principal, role_id))))


@router.get("/accounts/{account_id}/grants", response_model=Page[Grant])
async def account_grants(request: Request, principal: See, account_id: UUID, part: Asked) -> Response:
    return answer(part.of(Page[Grant], await look(request, lambda reader: grants_of(reader, principal, account_id))))


@router.post("/grants", status_code=201, response_model=Grant)
async def create_grant(request: Request, principal: Granting, body: GrantCreate) -> Response:
    """Let an account hold a role in a unit and all below it; without a unit, in the whole hall."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: give(writer, principal, who, body), status=201)


@router.delete("/grants/{grant_id}", status_code=204)
async def end_grant(request: Request, principal: Granting, grant_id: UUID) -> Response:
    who = actor(request, principal)
    return await change(request, principal, lambda writer: take(writer, principal, who, grant_id))
