"""Puts tickets on paper on a worker, and tells the server which paper came out, now or when it is back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk_app.devices import Devices
from kiosk_app.features.queueing.paper_journal import PaperJournal
from shared.client.hall_client import HallClient
from shared.devices.printer.protocol import PrintOutcome
from shared.domain.errors import HallError
from shared.schemas.ticket_document import TicketDocument
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
RETRY_MS = 5_000


class Printing(QObject):
    """``finished(ticket_id, result, code)`` follows every print_ticket exactly once."""

    finished = Signal(object, str, str)

    def __init__(
        self, client: HallClient, devices: Devices, journal: PaperJournal, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._client, self._devices, self._journal = client, devices, journal
        self._telling = self._stopped = False
        # While the server does not know all tickets yet, it would refuse what is told of their papers.
        self.hold_back: Callable[[], bool] = lambda: False
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self.tell_server)

    def print_ticket(self, ticket_id: UUID, document: TicketDocument) -> None:
        """Only for a ticket the server has answered with, or that stands in the kiosk's own journal."""
        copy_id = uuid4()
        devices, journal = self._devices, self._journal

        def work() -> PrintOutcome:
            journal.begin(ticket_id, copy_id)
            outcome, code = "unknown", "print_unknown"
            try:
                answer = devices.print_ticket(document, str(copy_id))
                outcome, code = answer.result.value, answer.code
                return answer
            finally:
                journal.settle(ticket_id, copy_id, outcome, code)

        run_in_background(
            work,
            lambda outcome: self._ended(ticket_id, outcome.result.value, outcome.code),
            lambda error: self._ended(ticket_id, "unknown", "print_unknown"),
            owner=self,
        )

    def tell_server(self) -> None:
        """Hand over what the journal holds; what does not go through stays and is tried again."""
        if self._stopped or self._telling or not self._journal.pending() or self.hold_back():
            return
        self._telling = True
        run_in_background(self._tell, self._told, self._not_told, owner=self)

    def stop(self) -> None:
        """What is not told yet stays in the journal for the next start."""
        self._stopped = True
        self._retry.stop()

    def _ended(self, ticket_id: UUID, result: str, code: str) -> None:
        self.finished.emit(ticket_id, result, code)
        self.tell_server()
        self._devices.look_at_printer()

    def _tell(self) -> None:
        for line in self._journal.pending():
            try:
                self._client.record_paper(line.ticket_id, line.record)
            except HallError as error:
                status = error.status or 0
                if not 400 <= status < 500 or status in (401, 403, 429):
                    raise
                # The server will never take this line, e.g. it was set up anew since.
                log.warning("paper %s refused: %s", line.record.copy_id, error.code)
            self._journal.told(line)

    def _told(self, _: None) -> None:
        self._telling = False
        self.tell_server()

    def _not_told(self, error: HallError) -> None:
        self._telling = False
        log.info("papers not recorded yet: %s", error.code)
        if not self._stopped:
            self._retry.start()
