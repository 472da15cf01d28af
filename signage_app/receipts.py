"""Tells the hall that a call was really shown or spoken here."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime
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
        self._busy = False
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(retry_ms)
        self._retry.timeout.connect(self._go_on)

    @property
    def outstanding(self) -> int:
        return len(self._waiting)

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
        while self._waiting and self._age(self._waiting[0][1].at) > YOUNG_S:
            call_id, receipt = self._waiting.popleft()
            log.info("receipt %s of call %s came too late to be sent", receipt.stage, call_id)
        if self._busy or self._retry.isActive() or not self._waiting:
            return
        self._busy = True
        call_id, receipt = self._waiting[0]
        run_in_background(lambda: self._send(call_id, receipt), self._sent, self._failed, owner=self)

    def _sent(self, _: None) -> None:
        self._busy = False
        if self._waiting:
            self._waiting.popleft()
        self._go_on()

    def _failed(self, error: HallError) -> None:
        self._busy = False
        if error.code in _WORTH_REPEATING:
            self._retry.start()
            return
        log.warning("a receipt was refused: %s", error)
        if self._waiting:
            self._waiting.popleft()
        self._go_on()
