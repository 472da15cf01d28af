"""HTTP of the registry of single sign-on, for administrators."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.features.sign_on import keys, service
from server.features.sign_on.cas.pages import LOGIN
from server.features.sign_on.faults import NO_STORE
from server.features.sign_on.forms import write
from server.features.sign_on.keys import Signer
from server.features.sign_on.provider import DISCOVERY, endpoints, issuer
from server.web import answer, change, look
from shared.schemas.base import Page
from shared.schemas.sign_on import ClientCreate, ClientEdit, OutboxEntry, SigningKey, SignOnClient, SignOnProvider

router = APIRouter(prefix="/sign-on", tags=["sign-on"])
Viewer = Annotated[Principal, Depends(Require("sign_on:view"))]
Changer = Annotated[Principal, Depends(Require("sign_on:change"))]


@router.get("/clients", response_model=Page[SignOnClient])
async def clients(request: Request, principal: Viewer) -> Response:
    return answer(Page[SignOnClient](items=await look(request, service.clients)))


@router.post("/clients", status_code=201, response_model=SignOnClient)
async def add_client(request: Request, wanted: ClientCreate, principal: Changer) -> Response:
    """The answer holds the secret, once: no answer is kept under an Idempotency-Key, which would keep it in clear."""
    who = audit.actor(request, principal)
    made = await write(request, lambda writer: service.add_client(writer, wanted, who))
    return Response(made.model_dump_json(), 201, NO_STORE, media_type="application/json")


@router.patch("/clients/{client_id}", response_model=SignOnClient)
async def edit_client(request: Request, client_id: UUID, wanted: ClientEdit, principal: Changer) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.edit_client(writer, client_id, wanted, who))


@router.post("/clients/{client_id}/secret", response_model=SignOnClient)
async def renew_secret(request: Request, client_id: UUID, principal: Changer) -> Response:
    who = audit.actor(request, principal)
    made = await write(request, lambda writer: service.renew_secret(writer, client_id, who))
    return Response(made.model_dump_json(), 200, NO_STORE, media_type="application/json")


@router.get("/provider", response_model=SignOnProvider)
async def provider(request: Request, principal: Viewer) -> Response:
    """What an administrator gives to the other side; the same as the discovery document says."""
    facts = endpoints(issuer(request))
    said = SignOnProvider(
        **{name: facts[name] for name in SignOnProvider.model_fields if name in facts},
        discovery=facts["issuer"] + DISCOVERY,
        cas=facts["issuer"] + LOGIN.removesuffix("/login"),
        key_days=keys.SIGNS.days,
        key_overlap_hours=int(keys.PUBLISHED_AFTER.total_seconds() // 3600),
    )
    return answer(said)


@router.get("/keys", response_model=Page[SigningKey])
async def signing_keys(request: Request, principal: Viewer) -> Response:
    return answer(Page[SigningKey](items=await look(request, service.signing_keys)))


@router.post("/keys/rotate", status_code=204)
async def rotate_keys(request: Request, principal: Changer) -> Response:
    """The next key signs from now on; the old one is published for another day."""
    signer: Signer = request.app.state.signer
    await asyncio.to_thread(signer.ready)
    fresh, who = await asyncio.to_thread(keys.make_key), audit.actor(request, principal)
    vault = request.app.state.keys.vault
    return await change(request, principal, lambda writer: keys.rotate(writer, vault, fresh, who))


@router.get("/outbox", response_model=Page[OutboxEntry])
async def outbox(request: Request, principal: Viewer) -> Response:
    return answer(Page[OutboxEntry](items=await look(request, service.outbox)))
