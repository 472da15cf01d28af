"""The same order to several terminals, and what came of the orders of the last day, terminal by terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Slot

from admin_app.features.terminals.orders import order_words
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.devices.messages import said
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.orders import ManyOrdersAsk, Order
from shared.schemas.terminals import Terminal
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

KINDS: Final = ("restart", "volume", "brightness", "display_on", "display_off", "power_off")
OF_TERMINALS: Final = ("kiosk", "counter", "display")
_TONES: Final = {"waiting": "busy", "done": "ok", "failed": "error", "unanswered": "warn"}


@dataclass(frozen=True)
class ManyState:
    """``terminals``: (id, name, kind, place) that can be chosen; ``rows``: the orders of the last day."""

    terminals: tuple[tuple[str, str, str, str], ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    loaded: bool = False
    busy: bool = False
    told: str = ""
    tone: str = "info"


class ManyOrdersPresenter(Presenter[ManyState]):
    def __init__(
        self, client: HallClient, terminals: Callable[[], Sequence[Terminal]], language: str,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(ManyState(), parent)
        self._client, self._terminals, self._language = client, terminals, language
        # The hall's; moments are told in it.
        self.zone: tzinfo = UTC
        self._watched = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(1_000)
        self._soon.timeout.connect(self.load)

    def open(self) -> None:
        """Whom there is to choose from now, and what was asked before."""
        self._watched = True
        able = [one for one in self._terminals() if one.kind in OF_TERMINALS and one.state in ("approved", "set_up")]
        able.sort(key=lambda one: (OF_TERMINALS.index(one.kind), one.name))
        away = text("orders.many.away", self._language)
        self.change(
            terminals=tuple(
                (str(one.id), one.name, one.kind, " · ".join(p for p in (one.place, "" if one.online else away) if p))
                for one in able
            ),
            told="",
        )  # fmt: skip
        self.load()

    def close(self) -> None:
        """Nobody looks at the outcomes any more."""
        self._watched = False
        self._soon.stop()

    def send(self, terminal_ids: Sequence[str], kind: str, value: int | None = None) -> None:
        """``value``: percent, of volume and brightness."""
        if self.state.busy or not terminal_ids:
            return
        asked = {"kind": kind, "value": value, "terminal_ids": list(terminal_ids)}
        wanted, key = ManyOrdersAsk.model_validate(asked), uuid4().hex
        self.change(busy=True, told=text("orders.many.asking", self._language, n=len(terminal_ids)), tone="info")
        run_in_background(lambda: self._client.order_many(wanted, key=key), self._asked, self._refused, owner=self)

    @Slot()
    def load(self) -> None:
        run_in_background(self._client.recent_orders, self._loaded, self._refused, owner=self)

    def _asked(self, orders: list[Order]) -> None:
        failed = sum(one.state == "failed" for one in orders)
        key = "asked_but" if failed else "asked"
        told = text(f"orders.many.{key}", self._language, n=len(orders) - failed, failed=failed)
        self.change(busy=False, told=told, tone="warn" if failed else "ok")
        self.load()

    def _loaded(self, orders: list[Order]) -> None:
        names = {one.id: one.name for one in self._terminals()}
        rows = (
            order_row(one, names.get(one.terminal_id, ""), datetime.now(UTC), self.zone, self._language)
            for one in orders
        )
        self.change(loaded=True, rows=tuple(rows))
        if self._watched and any(one.state == "waiting" for one in orders):
            self._soon.start()

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, told=sorry(error, self._language, acted=True), tone="error")


def order_row(order: Order, name: str, now: datetime, zone: tzinfo, language: str) -> dict[str, Any]:
    at = order.asked_at.astimezone(zone)
    today = at.date() == now.astimezone(zone).date()
    if order.state != "waiting":
        outcome = order_words(order, language)
    elif order.asked_at > now:
        outcome = text("orders.many.turn", language, at=f"{at:%H:%M:%S}")
    else:
        outcome = text("orders.many.waiting", language)
    value = "" if order.value is None else f" {order.value}%"
    return {
        "id": str(order.id), "at": f"{at:%H:%M:%S}" if today else f"{at:%m-%d %H:%M}", "name": name,
        "tone": _TONES[order.state],
        # A newer server may know orders this console does not.
        "what": said(f"orders.button.{order.kind}", language, order.kind) + value, "outcome": outcome,
    }  # fmt: skip
