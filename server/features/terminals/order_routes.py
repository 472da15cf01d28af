"""HTTP of orders to terminals."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.database import Writer
from server.features.terminals import orders
from server.web import Asked, answer, change, look
from shared.schemas.base import Page
from shared.schemas.orders import CONTENT_LIMIT, ManyOrdersAsk, Order, OrderAsk, OrderOutcome

router = APIRouter(tags=["terminals"])
Reporting = Annotated[Principal, Depends(Require("terminals:report"))]
Managing = Annotated[Principal, Depends(Require("terminals:manage"))]
CONTENT: Final = "/terminals/order-content"
BODY_LIMIT: Final = CONTENT_LIMIT + 1024


@router.post("/terminals/{terminal_id}/orders", status_code=201, response_model=Order)
async def ask_order(request: Request, principal: Managing, terminal_id: UUID, body: OrderAsk) -> Response:
    """Have a terminal do something; ``GET /terminals/orders/{order_id}`` tells what came of it."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: orders.ask(writer, who, terminal_id, body), status=201)


@router.post("/terminals/orders", status_code=201, response_model=Page[Order])
async def ask_many(request: Request, principal: Managing, body: ManyOrdersAsk) -> Response:
    """Have several terminals do the same: an order for each, in the order they were named. Those that start again do
    so one after the other; who can't be asked now has failed at once."""
    who = audit.actor(request, principal)
    return await change(
        request, principal, lambda writer: Page[Order](items=orders.ask_many(writer, who, body)), status=201
    )  # fmt: skip


@router.get("/terminals/orders", response_model=Page[Order])
async def recent_orders(request: Request, principal: Managing, part: Asked) -> Response:
    """What terminals were asked for in the last day, the newest first, and what came of it."""
    return answer(part.of(Page[Order], await look(request, orders.recent)))


@router.get("/terminals/orders/mine", response_model=Page[Order])
async def own_orders(request: Request, principal: Reporting, part: Asked) -> Response:
    """What the calling terminal shall do now."""
    return answer(part.of(Page[Order], await look(request, lambda reader: orders.mine(reader, principal))))


@router.get("/terminals/orders/{order_id}", response_model=Order)
async def get_order(request: Request, principal: Managing, order_id: UUID) -> Response:
    return answer(await look(request, lambda reader: orders.order(reader, order_id)))


@router.put("/terminals/orders/{order_id}/outcome", response_model=Order)
async def settle_order(request: Request, principal: Reporting, order_id: UUID, body: OrderOutcome) -> Response:
    """What the calling terminal did."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: orders.settle(writer, who, principal, order_id, body))


@router.put(CONTENT, response_model=Order)
async def bring_content(request: Request, principal: Reporting, order_id: UUID) -> Response:
    """A picture (PNG) or a log (UTF-8) as the body, at most 8 MB: what the calling terminal was asked for."""
    content, vault = await request.body(), request.app.state.keys.vault
    return await change(request, principal, lambda writer: orders.bring(writer, vault, principal, order_id, content))


@router.get("/terminals/orders/{order_id}/content", response_class=Response)
async def see_content(request: Request, principal: Managing, order_id: UUID) -> Response:
    """The picture or the log; that it was looked at is in the audit trail."""
    who, vault = audit.actor(request, principal), request.app.state.keys.vault

    def work(writer: Writer) -> tuple[str, bytes]:
        return orders.open_content(writer, vault, who, order_id)

    kind, content = await asyncio.wrap_future(request.app.state.database.submit(work))
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff", "content-disposition": "attachment"}
    return Response(content, media_type=kind, headers=headers)
