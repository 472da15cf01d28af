"""The staff card on the counter's reader."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from shared.devices.card_reader.protocol import (
    CardFailed,
    CardNoticed,
    CardPresented,
    CardReader,
    CardReaderEvent,
    CardRemoved,
    ReaderBack,
    ReaderLost,
    StaffCardPresented,
)
from shared.devices.registry import make_card_reader
from shared.devices.trying import Branch, Tried, try_out
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth

# A reader that comes (back) tells of the card on it at once; nobody lays one down so quickly.
AT_ONCE_S = 0.05


class StaffCards(QObject):
    """``code`` says how things stand: missing, starting, ready, reading, lift, not_staff, or what is wrong with what.

    ``laid`` brings a staff card's number; one that lay there when the reader came back was not laid down, and signs
    nobody in. A counter without a reader works, and so does one whose reader is broken.
    """

    laid = Signal(str)
    # Somebody's document, while whoever listens wants one.
    presented = Signal(object)
    changed = Signal()
    _heard = Signal(object)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__()
        self.code = "starting" if settings else "missing"
        # Whether cards can be laid down at all.
        self.usable = bool(settings)
        self._reader: CardReader | None = None
        self._branch = Branch(self._listen)
        self._fault: DeviceHealth | None = None
        self._on_health: Callable[[], object] = lambda: None
        self._back_at = 0.0
        self._lay_there = False
        self._heard.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        if settings:
            try:
                self._reader = make_card_reader(settings)
            except HallError as error:
                driver = str(settings.get("driver", ""))
                self.code, self.usable = error.code, False
                self._fault = DeviceHealth(kind="card_reader", driver=driver, state="error", code=error.code)

    def start(self, on_health: Callable[[], object]) -> None:
        """``on_health``: whoever reports the devices' health looks again; called on the main thread."""
        self._on_health = on_health
        if self._reader is not None:
            self._reader.open(self._branch.hear)

    def stop(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def health(self) -> list[DeviceHealth]:
        """From memory; safe on any thread. A counter without a reader has none to report."""
        if self._reader is not None:
            return [self._reader.health()]
        return [self._fault] if self._fault is not None else []

    def try_out(self, stop: Callable[[], bool]) -> Tried:
        """Blocks: a card within 20 s."""
        if self._reader is None:
            return Tried("failed", self._fault.code if self._fault is not None else "device_not_here")
        with self._branch.overhear() as ear:
            return try_out("card_reader", self._reader, ear, stop=stop)

    @property
    def settled(self) -> bool:
        """Whether a card that is noticed now was laid down now."""
        return time.monotonic() - self._back_at > AT_ONCE_S

    def _listen(self, event: CardReaderEvent) -> None:
        """On the reader's thread."""
        if isinstance(event, ReaderBack):
            self._back_at = time.monotonic()
        elif isinstance(event, CardNoticed):
            self._lay_there = not self.settled
        self._heard.emit(event)

    def _on_event(self, event: CardReaderEvent) -> None:
        match event:
            case CardNoticed():
                self._stand("reading")
            case StaffCardPresented() if self._lay_there:
                self._stand("lift")
            case StaffCardPresented():
                self._stand("ready")
                self.laid.emit(event.number)
            case CardPresented():
                self._stand("not_staff")
                self.presented.emit(event.card)
            case CardFailed():
                self._stand(event.error.code)
            case CardRemoved() | ReaderBack():
                self._stand("ready")
            case ReaderLost():
                self._stand(event.code, usable=False)
        self._on_health()

    def _stand(self, code: str, *, usable: bool = True) -> None:
        self.code, self.usable = code, usable
        self.changed.emit()
