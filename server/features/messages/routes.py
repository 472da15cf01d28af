"""HTTP of messages to citizens, for administrators."""

from __future__ import annotations

import json
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.context import Context
from server.database import Writer
from server.features.messages import service
from server.features.messages.kinds import described
from server.web import answer, change, look
from shared.schemas.messages import (
    MessageKinds,
    MessageList,
    MessageRefusal,
    MessageSettings,
    MessageSettingsEdit,
    MessageTest,
)

router = APIRouter(prefix="/messages", tags=["messages"])
Viewer = Annotated[Principal, Depends(Require("messages:view"))]
Changer = Annotated[Principal, Depends(Require("messages:change"))]
State = Literal["waiting", "done", "given_up", "dropped"]


@router.get("", response_model=MessageList)
async def messages(
    request: Request, principal: Viewer, state: Annotated[State | None, Query()] = None
) -> Response:  # fmt: skip
    return answer(await look(request, lambda reader: service.listed(reader, state)))


@router.get("/settings", response_model=MessageSettings)
async def settings(request: Request, principal: Viewer) -> Response:
    return answer(await look(request, service.shown_settings))


@router.put("/settings", response_model=MessageSettings)
async def change_settings(request: Request, wanted: MessageSettingsEdit, principal: Changer) -> Response:
    """The whole of it; the secret is kept sealed and never answered."""
    who, context = audit.actor(request, principal), request.app.state.context
    assert isinstance(context, Context)
    base = context.link_base
    return await change(request, principal, lambda writer: service.put_settings(writer, base, wanted, who))


@router.get("/kinds", response_model=MessageKinds)
async def kinds(request: Request, principal: Viewer) -> Response:
    return answer(described())


@router.post("/test", status_code=201)
async def send_test(request: Request, wanted: MessageTest, principal: Changer) -> Response:
    """Answers the id; what became of it stands in the list."""
    who = audit.actor(request, principal)

    def work(writer: Writer) -> str:
        return json.dumps({"id": str(service.tell_test(writer, wanted.phone, wanted.language, who))})

    return await change(request, principal, work, status=201)


@router.post("/{message_id}/again", status_code=204)
async def send_again(request: Request, message_id: UUID, principal: Changer) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.again(writer, message_id, who))


@router.post("/refusals", status_code=204)
async def refuse(request: Request, wanted: MessageRefusal, principal: Changer) -> Response:
    """A number that wants no messages any more, whoever tells us so."""
    who = audit.actor(request, principal)
    return await change(
        request, principal, lambda writer: service.refuse(writer, wanted.phone, wanted.refused, who)
    )  # fmt: skip
