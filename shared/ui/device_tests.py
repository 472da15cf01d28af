"""Tests that an administrator asks for at the console: done here, and what came of them told to the server."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from shared.client.hall_client import HallClient
from shared.devices.trying import Tried
from shared.schemas.device_health import DeviceKind
from shared.schemas.device_tests import DeviceTest, DeviceTestOutcome
from shared.ui.errands import Errands, Kind

log = logging.getLogger(__name__)
ASKED = "device_test.asked"

Try = Callable[[DeviceKind, Callable[[], bool]], Tried]


class DeviceTests(Errands[DeviceTest, DeviceTestOutcome]):
    """Devices of this terminal, tried as they work."""

    def __init__(self, client: HallClient, try_out: Try, parent: QObject | None = None) -> None:
        """``try_out`` blocks, on a worker; it ends soon after its second argument answers True."""
        super().__init__(Kind("device test", client.own_device_tests, self._do, client.settle_device_test), parent)
        self._try_out = try_out

    @Slot(object)
    def hear(self, event: object) -> None:
        """An event of the hall's stream."""
        if getattr(event, "kind", "") == ASKED:
            self.look()

    def _do(self, asked: DeviceTest) -> DeviceTestOutcome:
        try:
            tried = self._try_out(asked.kind, lambda: self.stopped)
        except Exception:
            # Whatever a driver raises: the console must hear of it.
            log.exception("trying %s failed", asked.kind)
            tried = Tried("unknown", "device_test_broke")
        return DeviceTestOutcome(result=tried.result, code=tried.code or None, seen=tried.seen or None)
