"""Papers that an administrator asks for to see a layout: printed here, and what came of them told to the server."""

from __future__ import annotations

import logging
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Slot

from kiosk_app.devices import Devices
from shared.client.hall_client import HallClient
from shared.devices.printer.samples import sample
from shared.domain.errors import HallError
from shared.schemas.trial_prints import TrialOutcome, TrialPrint
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
RETRY_MS = 5_000


class Trials(QObject):
    """Each is printed once by this program, also when telling its outcome takes several tries. Main thread only."""

    def __init__(self, client: HallClient, devices: Devices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._devices = client, devices
        self._begun: set[UUID] = set()
        self._untold: dict[UUID, TrialOutcome] = {}
        self._busy = self._again = self._stopped = False
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Fetch what is asked of this kiosk, print it, tell; a call that comes meanwhile is answered by one more."""
        if self._stopped:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        run_in_background(self._work, self._done, self._failed, owner=self)

    def stop(self) -> None:
        self._stopped = True
        self._retry.stop()

    def _work(self) -> None:
        """On a worker, one at a time."""
        for asked in self._client.own_trial_prints():
            if asked.id not in self._begun:
                self._begun.add(asked.id)
                self._untold[asked.id] = self._print(asked)
        for trial_id, said in list(self._untold.items()):
            try:
                self._client.settle_trial_print(trial_id, said)
            except HallError as error:
                if not 400 <= (error.status or 0) < 500:
                    raise
                log.warning("outcome of a trial print refused: %s", error.code)
            del self._untold[trial_id]

    def _print(self, asked: TrialPrint) -> TrialOutcome:
        document = sample(asked.sample).model_copy(update={"layout": asked.draft, "trial": True})
        try:
            answer = self._devices.print_ticket(document, str(asked.id))
        except Exception:
            # Whatever a driver raises: the console must hear of it, and the next ticket is printed all the same.
            log.exception("trial print failed")
            return TrialOutcome(outcome="unknown", code="print_unknown")
        return TrialOutcome.model_validate({"outcome": answer.result.value, "code": answer.code or None})

    def _done(self, _: None) -> None:
        self._busy = False
        self._devices.look_at_printer()
        if self._again:
            self._again = False
            self.look()

    def _failed(self, error: HallError) -> None:
        self._busy = self._again = False
        log.info("trial prints: %s", error.code)
        if not self._stopped:
            self._retry.start()
