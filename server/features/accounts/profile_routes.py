"""HTTP of one's own account."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.database import Reader
from server.features.accounts import profile as own
from server.features.accounts.page_parts import hall_of
from server.features.accounts.proof import Door
from server.features.accounts.service import sessions_of
from server.web import answer, change, look, to_json
from shared.schemas.accounts import (
    AccountSession,
    PasswordChange,
    Profile,
    ProfileEdit,
    SecondFactorConfirm,
    SecondFactorOffer,
    SecondFactorRemoval,
)
from shared.schemas.base import Page

router = APIRouter(tags=["profile"])
Own = Annotated[Principal, Depends(Require("profile:use"))]


@router.get("/profile", response_model=Profile)
async def profile(request: Request, principal: Own) -> Response:
    account_id = own.own_id(principal)
    return answer(await look(request, lambda reader: own.profile(reader, account_id)))


@router.patch("/profile", response_model=Profile)
async def edit_profile(request: Request, principal: Own, body: ProfileEdit) -> Response:
    account_id, door = own.own_id(principal), Door.of(request)
    if body.phone is None:
        return await profile(request, principal)
    phone = body.phone
    return await change(request, principal, lambda writer: own.set_own_phone(writer, door, account_id, phone))


@router.post("/profile/password", status_code=204)
async def change_password(request: Request, principal: Own, body: PasswordChange) -> Response:
    own.own_id(principal)
    await own.change_own_password(Door.of(request), principal, body.current, body.code, body.password)
    return Response(status_code=204)


@router.post("/profile/second-factor/offer", response_model=SecondFactorOffer)
async def offer_second_factor(request: Request, principal: Own) -> Response:
    """A secret for an authenticator app. Nothing is kept before its first code comes."""
    account_id, hall = own.own_id(principal), await hall_of(request)
    offer = await own.offer_second_factor(Door.of(request), account_id, hall.name)
    found = SecondFactorOffer(secret=offer.secret, uri=offer.uri, sealed=offer.sealed)
    return Response(to_json(found), 200, {"cache-control": "no-store"}, media_type="application/json")


@router.post("/profile/second-factor", status_code=204)
async def set_second_factor(request: Request, principal: Own, body: SecondFactorConfirm) -> Response:
    own.own_id(principal)
    await own.set_second_factor(Door.of(request), principal, body.current, body.old_code, body.sealed, body.code)
    return Response(status_code=204)


@router.post("/profile/second-factor/remove", status_code=204)
async def remove_second_factor(request: Request, principal: Own, body: SecondFactorRemoval) -> Response:
    own.own_id(principal)
    await own.remove_second_factor(Door.of(request), principal, body.current, body.code)
    return Response(status_code=204)


@router.get("/profile/sessions", response_model=Page[AccountSession])
async def own_sessions(request: Request, principal: Own) -> Response:
    account_id = own.own_id(principal)

    def read(reader: Reader) -> Page[AccountSession]:
        return Page[AccountSession](items=sessions_of(reader, account_id, principal.session_id))

    return answer(await look(request, read))


@router.post("/profile/sessions/{session_id}/end", status_code=204)
async def end_own_session(request: Request, principal: Own, session_id: UUID) -> Response:
    account_id, door = own.own_id(principal), Door.of(request)
    return await change(request, principal, lambda writer: own.end_own(writer, door, account_id, session_id))
