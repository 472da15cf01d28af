"""HTTP of accounts for administrators; one's own account is in ``profile_routes``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.database import Reader, Writer
from server.features.access.service import policy
from server.features.accounts import administration, passwords, throttle
from server.features.accounts.proof import Door
from server.features.accounts.service import find, list_accounts, sessions_of, view_of
from server.web import Asked, answer, change, look, to_json
from shared.schemas.accounts import (
    Account,
    AccountCreate,
    AccountEdit,
    AccountKind,
    AccountMade,
    AccountSession,
    AccountStatus,
    Review,
    StatusChange,
)
from shared.schemas.base import Page

router = APIRouter(tags=["accounts"])
Seeing = Annotated[Principal, Depends(Require("accounts:view"))]
Changing = Annotated[Principal, Depends(Require("accounts:change"))]
Suspending = Annotated[Principal, Depends(Require("accounts:suspend"))]
Resetting = Annotated[Principal, Depends(Require("accounts:reset"))]
Reviewing = Annotated[Principal, Depends(Require("accounts:review"))]
SeeingSessions = Annotated[Principal, Depends(Require("accounts.sessions:view"))]
EndingSessions = Annotated[Principal, Depends(Require("accounts.sessions:end"))]


class Wanted:
    """Which accounts a list shall hold."""

    def __init__(
        self,
        search: Annotated[str, Query(max_length=64)] = "",
        status: AccountStatus | None = None,
        kind: AccountKind | None = None,
        unit_id: UUID | None = None,
    ) -> None:
        self.search, self.status, self.kind, self.unit_id = search, status or "", kind or "", unit_id


@router.get("/accounts", response_model=Page[Account])
async def accounts(request: Request, principal: Seeing, part: Asked, wanted: Annotated[Wanted, Depends()]) -> Response:
    """Those of the caller's units. ``search``: part of a name; a whole phone or id number finds its holder."""
    keys = Door.of(request).keys

    def read(reader: Reader) -> Page[Account]:
        return list_accounts(
            reader, principal, keys, search=wanted.search, status=wanted.status, kind=wanted.kind,
            unit_id=wanted.unit_id, limit=part.limit, cursor=part.cursor,
        )  # fmt: skip

    return answer(await look(request, read))


@router.post("/accounts", status_code=201, response_model=AccountMade)
async def add_account(request: Request, principal: Changing, body: AccountCreate) -> Response:
    """A new account with a password that is good once. The answer is not kept for a repetition: it holds a secret."""
    who, keys = audit.actor(request, principal), Door.of(request).keys
    return await _with_password(
        request, lambda writer, hashed: administration.create(writer, principal, who, keys, body, hashed), 201
    )


@router.get("/accounts/{account_id}", response_model=Account)
async def account(request: Request, principal: Seeing, account_id: UUID) -> Response:
    """One account; only here ``rests_s`` is told."""
    vault = Door.of(request).vault

    def read(reader: Reader) -> Account:
        found = find(reader, principal, account_id, "accounts:view")
        rests = throttle.rests(reader, vault, found)
        return view_of(reader, found).model_copy(update={"rests_s": rests})

    return answer(await look(request, read))


@router.patch("/accounts/{account_id}", response_model=Account)
async def edit_account(request: Request, principal: Seeing, account_id: UUID, body: AccountEdit) -> Response:
    """The card asks for ``accounts:reset``, all else for ``accounts:change``."""
    who, keys = audit.actor(request, principal), Door.of(request).keys
    return await change(
        request, principal, lambda writer: administration.edit(writer, principal, who, keys, account_id, body)
    )


@router.post("/accounts/{account_id}/status", response_model=Account)
async def set_status(request: Request, principal: Suspending, account_id: UUID, body: StatusChange) -> Response:
    """Suspend, close, or open again."""
    who = audit.actor(request, principal)
    return await change(
        request, principal, lambda writer: administration.set_status(writer, principal, who, account_id, body)
    )


@router.post("/accounts/{account_id}/reset", response_model=AccountMade)
async def reset(request: Request, principal: Resetting, account_id: UUID) -> Response:
    """A new password that is good once; second factor, staff card, links and all sessions go."""
    who, keys = audit.actor(request, principal), Door.of(request).keys
    return await _with_password(
        request, lambda writer, hashed: administration.reset(writer, principal, who, keys, account_id, hashed), 200
    )


@router.post("/accounts/{account_id}/unlock", response_model=Account)
async def unlock(request: Request, principal: Resetting, account_id: UUID) -> Response:
    """After too many wrong passwords: the account may be tried at once."""
    who, keys = audit.actor(request, principal), Door.of(request).keys
    return await change(
        request, principal, lambda writer: administration.unlock(writer, principal, who, keys, account_id)
    )


@router.post("/accounts/{account_id}/review", response_model=Account)
async def review(request: Request, principal: Reviewing, account_id: UUID, body: Review) -> Response:
    who = audit.actor(request, principal)
    return await change(
        request, principal, lambda writer: administration.review(writer, principal, who, account_id, body)
    )


@router.get("/accounts/{account_id}/sessions", response_model=Page[AccountSession])
async def account_sessions(request: Request, principal: SeeingSessions, account_id: UUID) -> Response:
    def read(reader: Reader) -> Page[AccountSession]:
        found = find(reader, principal, account_id, "accounts.sessions:view")
        return Page[AccountSession](items=sessions_of(reader, found.id, principal.session_id))

    return answer(await look(request, read))


@router.post("/accounts/{account_id}/sessions/end", status_code=204)
async def end_sessions(request: Request, principal: EndingSessions, account_id: UUID) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: administration.end_all(writer, principal, who, account_id))


@router.post("/accounts/{account_id}/sessions/{session_id}/end", status_code=204)
async def end_session(request: Request, principal: EndingSessions, account_id: UUID, session_id: UUID) -> Response:
    who = audit.actor(request, principal)
    return await change(
        request, principal, lambda writer: administration.end_one(writer, principal, who, account_id, session_id)
    )


async def _with_password(request: Request, work: Callable[[Writer, str], Account], status: int) -> Response:
    rules = await look(request, policy)
    password = passwords.one_time_password(rules.password.length)
    hashed = await passwords.hash_password(password)
    made = await Door.of(request).write(lambda writer: work(writer, hashed))
    return Response(to_json(AccountMade(account=made, password=password)), status, {"cache-control": "no-store"},
                    media_type="application/json")  # fmt: skip
