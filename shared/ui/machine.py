"""The machine a program runs on: how it is, for its reports, and what an order changes on it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication, QScreen

from shared.devices.machine.protocol import MachineFault
from shared.devices.machine.registry import make_controls
from shared.devices.machine.vitals import ROOT, display_is_lit, read_machine
from shared.domain.errors import HallError
from shared.schemas.machine_health import MachineHealth, ScreenHealth
from shared.schemas.orders import LEVELS, Order

log = logging.getLogger(__name__)
# Asking a monitor or a sound server starts a program: seldom, and after each order.
LEVELS_S: Final = 120.0


class Machine(QObject):
    """Made on the main thread; ``health`` and what an order asks for block and belong on workers."""

    def __init__(
        self, devices: Mapping[str, Mapping[str, Any]], data: Path, parent: QObject | None = None, root: Path = ROOT
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._data, self._root = data, root
        try:
            self._controls = make_controls(devices)
        except HallError as error:
            # People can be served all the same; what is wrong is seen when somebody orders something.
            log.warning("machine not to be controlled: %s", error)
            self._controls = make_controls({})
        self._screens: tuple[tuple[str, int, int], ...] = ()
        self._lock = threading.Lock()
        self._levels: tuple[int | None, int | None, bool | None] = (None, None, None)
        self._asked = -LEVELS_S
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._added)
            application.screenRemoved.connect(self._look)
            for screen in QGuiApplication.screens():
                self._added(screen)

    def health(self) -> MachineHealth:
        """On the reporter's thread; never raises."""
        found, controls = read_machine(self._data, self._root), self._controls
        volume, brightness, lit = self._known_levels()
        screens = [
            ScreenHealth(
                name=name, width=width, height=height, lit=display_is_lit(name, self._root) if lit is None else lit
            )
            for name, width, height in self._screens
        ]  # fmt: skip
        can = [
            name for name, means in (("display", controls.display), ("power", controls.power)) if means is not None
        ]  # fmt: skip
        told = {"screens": screens[:8], "volume": volume, "brightness": brightness, "can": can}
        return found.model_copy(update=told)

    def obey(self, order: Order) -> str:
        """On a worker: empty when it is done, else why not. A machine that is switched off goes with ``go_off``."""
        try:
            if order.kind in LEVELS:
                self._controls.set_level(order.kind, order.value or 0)
            elif order.kind == "power_off":
                self._controls.prepare_off(order.wake_at)
            else:
                self._controls.switch_display(order.kind == "display_on")
        except MachineFault as fault:
            log.warning("%s: %s", order.kind, fault)
            return fault.code
        finally:
            self._asked = -LEVELS_S
        return ""

    def go_off(self) -> None:
        """On a worker, after the server was told."""
        try:
            self._controls.off()
        except MachineFault as fault:
            log.error("the machine stays on: %s", fault)

    def _known_levels(self) -> tuple[int | None, int | None, bool | None]:
        with self._lock:
            if time.monotonic() - self._asked >= LEVELS_S:
                self._asked = time.monotonic()
                controls, display = self._controls, self._controls.display
                lit = display.is_on() if display is not None else None
                self._levels = controls.volume.get(), controls.brightness.get(), lit
            return self._levels

    @Slot(QScreen)
    def _added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._look)
        self._look()

    @Slot()
    def _look(self) -> None:
        found = []
        for screen in QGuiApplication.screens():
            size, ratio = screen.size(), screen.devicePixelRatio()
            found.append((screen.name(), round(size.width() * ratio), round(size.height() * ratio)))
        self._screens = tuple(found)
