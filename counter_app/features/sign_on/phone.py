"""Signing in by a phone that is signed in: a QR that renews itself, and asking whether the phone has agreed."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from shared.client.signing_in import PhoneOffer, SignedIn
from shared.domain.errors import HallError
from shared.ui.background import run_in_background

AGAIN_S = 3.0


class PhoneWay(QObject):
    """From ``start`` to ``stop``; ``offered(PhoneOffer)`` comes with each new QR, ``away(HallError)`` without one."""

    offered = Signal(object)
    away = Signal(object)
    agreed = Signal(object)
    refused = Signal(object)

    def __init__(self, attempt: Callable[[], SignedIn]) -> None:
        super().__init__()
        self._make = attempt
        # Answers of an earlier round are nobody's any more.
        self._round = 0
        self._until = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._next: Callable[[], None] = self._offer
        self._timer.timeout.connect(lambda: self._next())

    def start(self) -> None:
        self._round += 1
        self._offer()

    def stop(self) -> None:
        self._round += 1
        self._timer.stop()

    def _offer(self) -> None:
        attempt, round_ = self._make(), self._round
        run_in_background(
            attempt.begin_phone,
            lambda offer: self._on_offer(round_, attempt, offer),
            lambda error: self._on_error(round_, error),
            owner=self,
        )

    def _on_offer(self, round_: int, attempt: SignedIn, offer: PhoneOffer) -> None:
        if round_ != self._round:
            return
        self._until = time.monotonic() + offer.expires_in
        self.offered.emit(offer)
        self._wait(offer.interval, lambda: self._ask(round_, attempt, offer))

    def _ask(self, round_: int, attempt: SignedIn, offer: PhoneOffer) -> None:
        run_in_background(
            lambda: attempt.poll_phone(offer),
            lambda agreed: self._on_answer(round_, attempt, offer, agreed),
            lambda error: self._on_error(round_, error),
            owner=self,
        )

    def _on_answer(self, round_: int, attempt: SignedIn, offer: PhoneOffer, agreed: bool) -> None:
        if round_ != self._round:
            if agreed:
                # Somebody has signed in another way meanwhile: this session would be nobody's.
                run_in_background(attempt.sign_out, owner=self)
            return
        if agreed:
            self._round += 1
            self.agreed.emit(attempt)
        elif time.monotonic() >= self._until:
            self._offer()
        else:
            self._wait(offer.interval, lambda: self._ask(round_, attempt, offer))

    def _on_error(self, round_: int, error: HallError) -> None:
        if round_ != self._round:
            return
        if error.code == "sign_in_ticket_old":
            self._offer()
        elif error.code == "server_unreachable":
            self.away.emit(error)
            self._wait(AGAIN_S, self._offer)
        else:
            self._round += 1
            self.refused.emit(error)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._next = then
        self._timer.start(round(seconds * 1000))
