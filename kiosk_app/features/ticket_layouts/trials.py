"""Papers that an administrator asks for to see a layout: printed here, and what came of them told to the server."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject

from kiosk_app.devices import Devices
from shared.client.hall_client import HallClient
from shared.devices.printer.samples import sample
from shared.schemas.trial_prints import TrialOutcome, TrialPrint
from shared.ui.errands import Errands, Kind

log = logging.getLogger(__name__)


class Trials(Errands[TrialPrint, TrialOutcome]):
    """Layouts, printed with a line that says they are no number."""

    def __init__(self, client: HallClient, devices: Devices, parent: QObject | None = None) -> None:
        kind = Kind("trial print", client.own_trial_prints, self._print, client.settle_trial_print)
        super().__init__(kind, parent, devices.look_at_printer)
        self._devices = devices

    def _print(self, asked: TrialPrint) -> TrialOutcome:
        document = sample(asked.sample).model_copy(update={"layout": asked.draft, "trial": True})
        try:
            answer = self._devices.print_ticket(document, str(asked.id))
        except Exception:
            # Whatever a driver raises: the console must hear of it, and the next ticket is printed all the same.
            log.exception("trial print failed")
            return TrialOutcome(outcome="unknown", code="print_unknown")
        return TrialOutcome.model_validate({"outcome": answer.result.value, "code": answer.code or None})
