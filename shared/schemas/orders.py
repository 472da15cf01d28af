"""What an administrator, or a rule, has a terminal do: start again, show its screen, be louder, switch off."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, model_validator

from shared.schemas.base import Message, Moment, ShortText
from shared.schemas.machine_health import Percent

OrderKind = Literal[
    "restart", "screenshot", "log", "volume", "brightness", "display_on", "display_off", "power_off"
]  # fmt: skip
LEVELS: Final = ("volume", "brightness")
OrderState = Literal["waiting", "done", "failed", "unanswered"]
# What comes back with an order, at most: a picture of a wall of 3840 × 1080.
CONTENT_LIMIT = 8 * 1024 * 1024


MOST_AT_ONCE: Final = 500


class OrderAsk(Message):
    """To one terminal. It says no while somebody is served at it. ``value``: percent, of volume and brightness only;
    ``wake_at``: when a machine that is switched off shall wake by itself."""

    kind: OrderKind
    value: Percent | None = None
    wake_at: Moment | None = None

    @model_validator(mode="after")
    def _whole(self) -> OrderAsk:
        if (self.kind in LEVELS) != (self.value is not None):
            raise ValueError("volume and brightness need a value, nothing else has one")
        if self.wake_at is not None and self.kind != "power_off":
            raise ValueError("only a machine that is switched off wakes")
        return self


class ManyOrdersAsk(OrderAsk):
    """The same to several terminals, none twice."""

    terminal_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]

    @model_validator(mode="after")
    def _for_many(self) -> ManyOrdersAsk:
        if self.kind in ("screenshot", "log"):
            raise ValueError("what comes back is looked at one by one")
        if len(set(self.terminal_ids)) != len(self.terminal_ids):
            raise ValueError("a terminal stands twice")
        return self


class Order(Message):
    """``kind``: an ``OrderKind``, or one of a newer server. ``code``: why it was not done, a key of ``orders.why``.
    ``size``: bytes of what came back, 0: nothing (yet). ``asked_at``: to come while its turn is waited for."""

    id: UUID
    terminal_id: UUID
    kind: ShortText
    state: OrderState
    code: str
    value: int | None = None
    wake_at: Moment | None = None
    size: int
    asked_by: str
    asked_at: Moment


class OrderOutcome(Message):
    """What the terminal did; what it sends along is sent before."""

    result: Literal["done", "failed"]
    code: ShortText | None = None
