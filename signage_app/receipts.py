"""Tells the hall that a call was really shown or spoken here."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Literal
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from shared.domain.errors import HallError
from shared.schemas.tickets import Receipt
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
Stage = Literal["shown", "spoken"]
# Later than this nobody at the counter waits for it any more.
YOUNG_S = 120.0
RETRY_MS = 1000
_REMEMBERED = 4000
_WORTH_REPEATING = frozenset({"server_unreachable", "server_stopping", "database_unavailable"})


class Receipts(QObject):
    """Each call and stage once; one request at a time, in order, repeated while the receipt is young."""

    def __init__(
        self,
        send: Callable[[UUID, Receipt], None],
        age: Callable[[datetime], float],
        *,
        retry_ms: int = RETRY_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._send = send
        self._age = age
        self._waiting: deque[tuple[UUID, Receipt]] = deque()
        self._known: OrderedDict[tuple[UUID, Stage], None] = OrderedDict()
        self._sending: tuple[UUID, Receipt] | None = None
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(retry_ms)
        self._retry.timeout.connect(self._go_on)

    @property
    def outstanding(self) -> int:
        return len(self._waiting) + (self._sending is not None)

    def add(self, call_id: UUID, stage: Stage, at: datetime) -> None:
        """It happened at `at`, server time."""
        key = (call_id, stage)
        if key in self._known:
            return
        self._known[key] = None
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        self._waiting.append((call_id, Receipt(stage=stage, at=at)))
        self._go_on()

    def stop(self) -> None:
        self._retry.stop()
        self._waiting.clear()

    def _go_on(self) -> None:
        if self._sending is not None or self._retry.isActive():
            return
        while self._waiting:
            call_id, receipt = self._waiting.popleft()
            if self._age(receipt.at) <= YOUNG_S:
                self._sending = (call_id, receipt)
                run_in_background(partial(self._send, call_id, receipt), self._sent, self._failed, owner=self)
                return
            log.info("receipt %s of call %s came too late to be sent", receipt.stage, call_id)

    def _sent(self, _: None) -> None:
        self._sending = None
        self._go_on()

    def _failed(self, error: HallError) -> None:
        refused, self._sending = self._sending, None
        if error.code in _WORTH_REPEATING and refused is not None:
            self._waiting.appendleft(refused)
            self._retry.start()
            return
        log.warning("a receipt was refused: %s", error)
        self._go_on()
