"""Orders to the chosen terminal: what was asked, what came of it, and what came along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, Signal

from admin_app.awaiting import Awaiting
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.devices.messages import said
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.orders import Order, OrderAsk
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

KINDS: Final = ("screenshot", "log", "restart", "display_on", "display_off", "power_off")


@dataclass(frozen=True)
class OrdersState:
    """The last order of this console: to which terminal; ``told`` in words, good or bad as ``tone`` says."""

    terminal_id: str = ""
    busy: bool = False
    told: str = ""
    tone: str = "info"


class OrdersPresenter(Presenter[OrdersState]):
    # Kind, moment of asking, content: a PNG, or a text in UTF-8.
    came = Signal(str, object, bytes)

    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(OrdersState(), parent)
        self._client, self._language = client, language
        # The hall's; moments are told in it.
        self.zone: tzinfo = UTC
        self._awaiting = Awaiting(client.order_state, self._heard, self._lost, self)

    def ask(self, terminal_id: str, kind: str, value: int | None = None) -> None:
        """Have the terminal do it; one at a time. ``value``: percent, of volume and brightness."""
        if self.state.busy:
            return
        self.change(terminal_id=terminal_id, busy=True, told=text(f"orders.asking.{kind}", self._language), tone="info")
        wanted, key = OrderAsk.model_validate({"kind": kind, "value": value}), uuid4().hex
        self._awaiting.ask(lambda: self._client.order(UUID(terminal_id), wanted, key=key), self._refused)

    def wake(self, terminal_id: str) -> None:
        """Have the server wake its machine; nobody knows whether it hears it until it is on line."""
        if self.state.busy:
            return
        self.change(terminal_id=terminal_id, busy=True, told=text("orders.asking.wake", self._language), tone="info")

        def sent(_: None) -> None:
            self.change(busy=False, told=text("orders.told.wake", self._language), tone="ok")

        run_in_background(lambda: self._client.wake_terminal(UUID(terminal_id)), sent, self._refused, owner=self)

    def tell(self, terminal_id: str, error: HallError) -> None:
        """What else could not be done to a terminal."""
        self.change(terminal_id=terminal_id, told=sorry(error, self._language, acted=True), tone="error")

    def _heard(self, order: Order) -> None:
        if order.state == "waiting":
            return
        if order.state == "done" and order.size:
            asked: tuple[str, datetime] = order.kind, order.asked_at
            run_in_background(
                lambda: self._client.order_content(order.id),
                lambda content: self._here(*asked, content), self._refused, owner=self,
            )  # fmt: skip
            return
        tones = {"done": "ok", "unanswered": "warn"}
        self.change(busy=False, told=order_words(order, self._language), tone=tones.get(order.state, "error"))

    def _here(self, kind: str, at: datetime, content: bytes) -> None:
        self.change(busy=False, told=text(f"orders.told.{kind}", self._language), tone="ok")
        self.came.emit(kind, at, content)

    def _lost(self, error: HallError) -> None:
        self.change(busy=False, told=text("orders.told.lost", self._language), tone="warn")

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, told=sorry(error, self._language, acted=True), tone="error")


def order_words(order: Order, language: str) -> str:
    """What came of it."""
    if order.state == "done":
        return text(f"orders.told.{order.kind}", language, value=order.value)
    if order.state == "unanswered":
        return text("orders.told.unanswered", language)
    # A newer terminal may have reasons this console does not know.
    unknown = text("orders.why.unknown", language, code=order.code)
    return text("orders.told.failed", language, why=said(f"orders.why.{order.code}", language, unknown))
