"""The LED strip above the counter: the number called, a pause, or a welcome."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from counter_app.desk import DeskModel
from shared.devices.hearing import Branch
from shared.devices.led_display.protocol import LedDisplay
from shared.devices.registry import make_led_display
from shared.devices.trying import Tried, try_out
from shared.domain.errors import HallError
from shared.i18n import catalogue, text
from shared.schemas.device_health import DeviceHealth
from shared.schemas.hall import CounterDesk

log = logging.getLogger(__name__)


class CounterStrip(QObject):
    """Hands the strip what it shall say and never waits for it; a counter without a strip has nothing here."""

    _heard = Signal(object)

    def __init__(self, model: DeskModel, settings: Mapping[str, Any], language: str) -> None:
        super().__init__()
        self._model, self._language = model, language
        self._led: LedDisplay | None = None
        self._fault: DeviceHealth | None = None
        self._branch = Branch(self._heard.emit)
        self._on_health: Callable[[], object] = lambda: None
        self._shown = ""
        if settings:
            try:
                self._led = make_led_display(settings)
            except HallError as error:
                log.error("the LED strip is not set up: %s", error)
                driver = str(settings.get("driver", ""))
                self._fault = DeviceHealth(kind="led_display", driver=driver, state="error", code=error.code)
        self._heard.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        model.changed.connect(self._follow)

    def start(self, on_health: Callable[[], object]) -> None:
        """``on_health``: whoever reports the devices' health looks again; called on the main thread."""
        self._on_health = on_health
        if self._led is not None:
            self._led.open(self._branch.hear)
            self._follow()

    def stop(self) -> None:
        if self._led is not None:
            self._led.close()

    def health(self) -> list[DeviceHealth]:
        """From memory; safe on any thread."""
        if self._led is not None:
            return [self._led.health()]
        return [self._fault] if self._fault is not None else []

    def try_out(self, stop: Callable[[], bool]) -> Tried:
        """Blocks: a test stands there for five seconds."""
        if self._led is None:
            return Tried("failed", self._fault.code if self._fault is not None else "device_not_here")
        with self._branch.overhear() as ear:
            return try_out("led_display", self._led, ear, stop=stop)

    @Slot()
    def _follow(self) -> None:
        """Without a line what stood there stays: the counter may still be serving whom it called."""
        if self._led is None or self._model.desk is None:
            return
        words = strip_words(self._model.desk, self._language)
        if words != self._shown:
            self._shown = words
            self._led.show(words)

    def _on_event(self, _: object) -> None:
        self._on_health()


def strip_words(desk: CounterDesk, language: str) -> str:
    """What stands above the counter: who is called here, before anything else."""

    def words(key: str, **params: object) -> str:
        return text(f"counter.strip.{key}", language, **params).strip()

    counter, ticket = desk.counter, desk.ticket
    if ticket is not None:
        key = "called" if ticket.status == "called" else "serving"
        return words(key, number=ticket.number, counter=counter.label)
    if counter.state == "paused":
        key = f"counter.pause.{counter.pause_reason}"
        known = bool(counter.pause_reason) and catalogue().has(key)
        return words("paused", reason=text(key, language) if known else counter.pause_reason or "")
    if counter.state == "closed":
        return words("closed")
    return words("welcome", counter=counter.label)
