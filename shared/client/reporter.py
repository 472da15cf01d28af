"""A terminal's sign of life: its version, devices and machine, every 20 s and when something changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from shared.client.hall_client import HallClient
from shared.client.line import Line
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth
from shared.schemas.machine_health import MachineHealth

log = logging.getLogger(__name__)
EVERY_S = 20.0


class Reporter:
    """One thread; ``devices`` answers from memory, ``machine`` takes its time. ``changed()`` reports at once."""

    def __init__(
        self, client: HallClient, version: str, place: str, devices: Callable[[], list[DeviceHealth]],
        machine: Callable[[], MachineHealth] | None = None,
    ) -> None:  # fmt: skip
        self._client = client
        self._version = version
        self._place = place
        self._devices = devices
        self._machine = machine
        self._wake = threading.Event()
        self._stopping = False
        self._line: Line | None = None
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def changed(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._line is not None:
            self._line.cut()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        self._line = self._client.line()
        while not self._stopping:
            try:
                machine = self._machine() if self._machine is not None else None
                self._client.report(self._version, self._place, self._devices(), machine)
            except HallError as error:
                log.debug("not reported: %s", error)
            except Exception:
                # A device that can't say how it is must not make its terminal look switched off.
                log.exception("not reported")
            self._wake.wait(EVERY_S)
            self._wake.clear()
