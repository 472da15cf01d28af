"""HTTP of the rules against hoarding. Numbers of documents stand in bodies, never in addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require
from server.context import Context
from server.database import Reader, Writer
from server.features.limits import editing
from server.features.limits.history import preview
from server.features.limits.persons import key_of
from server.features.limits.service import agent_left
from server.features.limits.settings import settings
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.limits import (
    AgentAsked,
    AgentLeft,
    LimitBlock,
    LimitBlockCreate,
    LimitEnd,
    LimitException,
    LimitExceptionCreate,
    LimitPenalty,
    LimitPreview,
    LimitRule,
    LimitRuleEdit,
    LimitTrial,
)

router = APIRouter(prefix="/limits", tags=["limits"])
Issuing = Annotated[Principal, Depends(Require("queue.tickets:issue"))]
Seeing = Annotated[Principal, Depends(Require("queue.limits:view"))]
Changing = Annotated[Principal, Depends(Require("queue.limits:change"))]
Blocking = Annotated[Principal, Depends(Require("queue.limits:block"))]
Excepting = Annotated[Principal, Depends(Require("queue.limits:except"))]


def _context(request: Request) -> Context:
    return cast(Context, request.app.state.context)


@router.get("/rules", response_model=Page[LimitRule])
async def rules(request: Request, principal: Seeing) -> Response:
    """Every kind of rule, whether it is on, and its numbers."""
    return answer(Page[LimitRule](items=await look(request, editing.rules)))


@router.put("/rules/{kind}", response_model=LimitRule)
async def change_rule(request: Request, principal: Changing, kind: str, body: LimitRuleEdit) -> Response:
    """Switch a rule or change its numbers; it holds from the next number on."""
    who = actor(request, principal)
    return await change(request, principal, lambda writer: editing.change_rule(writer, who, kind, body))


@router.post("/preview", response_model=LimitPreview)
async def try_rule(request: Request, principal: Seeing, body: LimitTrial) -> Response:
    """What this rule alone would have refused in the last seven days. Nothing is changed."""
    return answer(await look(request, lambda reader: preview(reader, body)))


@router.get("/blocks", response_model=Page[LimitBlock])
async def blocks(request: Request, principal: Seeing, part: Asked) -> Response:
    return answer(part.of(Page[LimitBlock], await look(request, editing.blocks)))


@router.post("/blocks", status_code=201, response_model=LimitBlock)
async def add_block(request: Request, principal: Blocking, body: LimitBlockCreate) -> Response:
    """Shut somebody out until and with a day."""
    who, context = actor(request, principal), _context(request)
    return await change(request, principal, lambda w: editing.add_block(w, context, who, body), status=201)


@router.post("/blocks/{block_id}/end", response_model=LimitBlock)
async def end_block(request: Request, principal: Blocking, block_id: UUID, body: LimitEnd) -> Response:
    return await _end(request, principal, editing.end_block, block_id, body)


@router.post("/agents/left", response_model=AgentLeft)
async def agent(request: Request, principal: Issuing, body: AgentAsked) -> Response:
    """Whether whoever lays down this document may take a number for somebody else now; refused with the rule."""
    context = _context(request)

    def read(reader: Reader) -> AgentLeft:
        blocks = settings(reader).blocks
        return AgentLeft(left=agent_left(reader, key_of(context, body.identity), blocks=blocks))

    return answer(await look(request, read))


@router.get("/exceptions", response_model=Page[LimitException])
async def exceptions(request: Request, principal: Seeing, part: Asked) -> Response:
    return answer(part.of(Page[LimitException], await look(request, editing.exceptions)))


@router.post("/exceptions", status_code=201, response_model=LimitException)
async def add_exception(request: Request, principal: Excepting, body: LimitExceptionCreate) -> Response:
    """Let somebody take numbers for others, or have more for who comes along."""
    who, context = actor(request, principal), _context(request)
    return await change(request, principal, lambda w: editing.add_exception(w, context, who, body), status=201)


@router.post("/exceptions/{exception_id}/end", response_model=LimitException)
async def end_exception(request: Request, principal: Excepting, exception_id: UUID, body: LimitEnd) -> Response:
    return await _end(request, principal, editing.end_exception, exception_id, body)


@router.get("/penalties", response_model=Page[LimitPenalty])
async def penalties(request: Request, principal: Seeing, part: Asked) -> Response:
    """What was missed and cancelled, newest first."""
    return answer(part.of(Page[LimitPenalty], await look(request, editing.penalties)))


@router.post("/penalties/{penalty_id}/lift", response_model=LimitPenalty)
async def lift_penalty(request: Request, principal: Blocking, penalty_id: UUID, body: LimitEnd) -> Response:
    """It counts no longer: there was a reason."""
    return await _end(request, principal, editing.lift_penalty, penalty_id, body)


async def _end(
    request: Request, principal: Principal, work: Callable[[Writer, Any, UUID, LimitEnd], Any], id_: UUID,
    body: LimitEnd,
) -> Response:  # fmt: skip
    who = actor(request, principal)
    return await change(request, principal, lambda writer: work(writer, who, id_, body))
