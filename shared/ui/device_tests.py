"""Tests that an administrator asks for at the console: done here, and what came of them told to the server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Slot

from shared.client.hall_client import HallClient
from shared.devices.trying import Tried
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceKind
from shared.schemas.device_tests import DeviceTestOutcome
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
RETRY_MS = 5_000
ASKED = "device_test.asked"

Try = Callable[[DeviceKind, Callable[[], bool]], Tried]


class DeviceTests(QObject):
    """Each is done once by this program, also when telling its outcome takes several tries. Main thread only."""

    def __init__(self, client: HallClient, try_out: Try, parent: QObject | None = None) -> None:
        """``try_out`` blocks, on a worker; it ends soon after its second argument answers True."""
        super().__init__(parent)
        self._client, self._try_out = client, try_out
        self._begun: set[UUID] = set()
        self._untold: dict[UUID, DeviceTestOutcome] = {}
        self._busy = self._again = self._stopped = False
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Fetch what is asked of this terminal, do it, tell; a call meanwhile is answered by one more."""
        if self._stopped:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        run_in_background(self._work, self._done, self._failed, owner=self)

    @Slot(object)
    def hear(self, event: object) -> None:
        """An event of the hall's stream."""
        if getattr(event, "kind", "") == ASKED:
            self.look()

    def stop(self) -> None:
        """What is under way ends soon and is not told."""
        self._stopped = True
        self._retry.stop()

    def _work(self) -> None:
        """On a worker, one at a time."""
        for asked in self._client.own_device_tests():
            if asked.id not in self._begun and not self._stopped:
                self._begun.add(asked.id)
                self._untold[asked.id] = self._do(asked.kind)
        for test_id, said in list(self._untold.items()):
            try:
                self._client.settle_device_test(test_id, said)
            except HallError as error:
                if not 400 <= (error.status or 0) < 500:
                    raise
                log.warning("outcome of a device test refused: %s", error.code)
            del self._untold[test_id]

    def _do(self, kind: DeviceKind) -> DeviceTestOutcome:
        try:
            tried = self._try_out(kind, lambda: self._stopped)
        except Exception:
            # Whatever a driver raises: the console must hear of it.
            log.exception("trying %s failed", kind)
            tried = Tried("unknown", "device_test_broke")
        return DeviceTestOutcome(result=tried.result, code=tried.code or None, seen=tried.seen or None)

    def _done(self, _: None) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self.look()

    def _failed(self, error: HallError) -> None:
        self._busy = self._again = False
        log.info("device tests: %s", error.code)
        if not self._stopped:
            self._retry.start()
