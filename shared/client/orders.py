"""The part of the hall client that speaks of orders to terminals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.orders import ManyOrdersAsk, Order, OrderAsk, OrderOutcome

Answer = TypeVar("Answer", bound=BaseModel)
FILE_S: Final = 30.0


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer]) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...
    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        read_s: float,
    ) -> bytes: ...  # fmt: skip


class OrderCalls:
    """Mixed into ``HallClient``."""

    def order(self: _Line, terminal_id: UUID, wanted: OrderAsk, *, key: str | None = None) -> Order:
        """Have a terminal do something."""
        return self._post(f"/terminals/{terminal_id}/orders", Order, wanted, key=key)

    def order_many(self: _Line, wanted: ManyOrdersAsk, *, key: str | None = None) -> list[Order]:
        """Have several terminals do the same."""
        return self._post("/terminals/orders", Page[Order], wanted, key=key).items

    def recent_orders(self: _Line) -> list[Order]:
        """Those of the last day, the newest first."""
        return self._get("/terminals/orders", Page[Order]).items

    def order_state(self: _Line, order_id: UUID) -> Order:
        return self._get(f"/terminals/orders/{order_id}", Order)

    def order_content(self: _Line, order_id: UUID) -> bytes:
        """The picture or the log that came with it."""
        return self._file("GET", f"/terminals/orders/{order_id}/content", read_s=FILE_S)

    def own_orders(self: _Line) -> list[Order]:
        """What this terminal shall do."""
        return self._get("/terminals/orders/mine", Page[Order]).items

    def bring_order_content(self: _Line, order_id: UUID, content: bytes) -> None:
        self._file("PUT", "/terminals/order-content", query={"order_id": str(order_id)}, content=content, read_s=FILE_S)

    def settle_order(self: _Line, order_id: UUID, said: OrderOutcome) -> Order:
        return Order.model_validate_json(self._send("PUT", f"/terminals/orders/{order_id}/outcome", body=said))
