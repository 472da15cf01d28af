"""HTTP of the registry of other providers, and of the links that an administrator sees and ends."""

from __future__ import annotations

import logging
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.context import Context
from server.crypto import Vault
from server.database import Reader, Writer
from server.features.accounts.service import find, find_below
from server.features.sign_on.outgoing import NoAnswerError
from server.features.sign_on.upstream import links, registry
from server.features.sign_on.upstream.person import WrongAnswerError
from server.features.sign_on.upstream.providers import Upstreams
from server.web import answer, change, look
from shared.domain.errors import HallError
from shared.schemas.base import Page
from shared.schemas.upstreams import AccountLink, Upstream, UpstreamCreate, UpstreamEdit

log = logging.getLogger(__name__)
router = APIRouter(tags=["sign-on"])
Viewer = Annotated[Principal, Depends(Require("sign_on:view"))]
Changer = Annotated[Principal, Depends(Require("sign_on:change"))]
SeeingAccounts = Annotated[Principal, Depends(Require("accounts:view"))]
Resetting = Annotated[Principal, Depends(Require("accounts:reset"))]


def _base(request: Request) -> str:
    context: Context = request.app.state.context
    return context.link_base


def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.keys.vault
    return vault


@router.get("/sign-on/upstreams", response_model=Page[Upstream])
async def upstreams(request: Request, principal: Viewer) -> Response:
    base = _base(request)
    return answer(Page[Upstream](items=await look(request, lambda reader: registry.listed(reader, base))))


@router.post("/sign-on/upstreams", status_code=201, response_model=Upstream)
async def add_upstream(request: Request, wanted: UpstreamCreate, principal: Changer) -> Response:
    """The secret is kept sealed and never answered."""
    who, base, vault = audit.actor(request, principal), _base(request), _vault(request)
    return await change(
        request, principal, lambda writer: registry.add(writer, vault, base, wanted, who), status=201
    )  # fmt: skip


@router.patch("/sign-on/upstreams/{upstream_id}", response_model=Upstream)
async def edit_upstream(request: Request, upstream_id: UUID, wanted: UpstreamEdit, principal: Changer) -> Response:
    who, base, vault = audit.actor(request, principal), _base(request), _vault(request)
    return await change(
        request, principal, lambda writer: registry.edit(writer, vault, base, upstream_id, wanted, who)
    )  # fmt: skip


@router.post("/sign-on/upstreams/{upstream_id}/check", status_code=204)
async def check_upstream(request: Request, upstream_id: UUID, principal: Changer) -> Response:
    """Ask the provider whether it is there; what is wrong with it stands in the log."""
    base, vault, asked = _base(request), _vault(request), request.app.state.upstreams
    provider = await look(
        request, lambda reader: registry.provider(vault, registry.of_id(reader, upstream_id), base)
    )  # fmt: skip
    assert isinstance(asked, Upstreams)
    try:
        await asked.check(provider)
    except (NoAnswerError, WrongAnswerError) as error:
        # One word for all: whoever asks does not find out what listens where.
        log.warning("provider %s does not pass its check: %s", provider.key, error.why)
        raise HallError("upstream_check_failed", status=502) from None
    return Response(status_code=204)


@router.get("/accounts/{account_id}/links", response_model=Page[AccountLink])
async def account_links(request: Request, account_id: UUID, principal: SeeingAccounts) -> Response:
    def read(reader: Reader) -> Page[AccountLink]:
        found = find(reader, principal, account_id, "accounts:view")
        return Page[AccountLink](items=links.of_account(reader, found.id))

    return answer(await look(request, read))


@router.post("/accounts/{account_id}/links/{upstream_id}/end", status_code=204)
async def end_link(request: Request, account_id: UUID, upstream_id: UUID, principal: Resetting) -> Response:
    """The account is no longer signed in to through this provider."""
    who = audit.actor(request, principal)

    def end(writer: Writer) -> None:
        links.unlink(writer, upstream_id, find_below(writer, principal, account_id, "accounts:reset"), who)

    return await change(request, principal, end)
