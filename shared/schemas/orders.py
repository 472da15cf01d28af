"""What an administrator has a terminal do: start again, show its screen, send its log."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from shared.schemas.base import Message, Moment, ShortText

OrderKind = Literal["restart", "screenshot", "log"]
OrderState = Literal["waiting", "done", "failed", "unanswered"]
# What comes back with an order, at most: a picture of a wall of 3840 × 1080.
CONTENT_LIMIT = 8 * 1024 * 1024


class OrderAsk(Message):
    """To one terminal. It says no while somebody is served at it."""

    kind: OrderKind


class Order(Message):
    """``code``: why it was not done, a key of ``orders.why``. ``size``: bytes of what came back, 0: nothing (yet)."""

    id: UUID
    terminal_id: UUID
    kind: OrderKind
    state: OrderState
    code: str
    size: int
    asked_by: str
    asked_at: Moment


class OrderOutcome(Message):
    """What the terminal did; what it sends along is sent before."""

    result: Literal["done", "failed"]
    code: ShortText | None = None
