"""A ticket's QR under the counter's scanner: whose it is, and calling it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Signal, Slot

from counter_app.desk import DeskModel
from counter_app.features.queueing.desk_presenter import DeskPresenter
from counter_app.features.queueing.state import Found
from counter_app.settings import CounterSettings, Memory
from counter_app.without_server import by_code
from shared.devices.scanner.protocol import CodeScanned, ScannerBack, ScannerEvent, ScannerLost
from shared.domain.errors import HallError
from shared.domain.tickets import STEPS, Status, Step
from shared.schemas.hall import CounterDesk
from shared.schemas.tickets import StaffTicket
from shared.ui.background import Reads, run_in_background

SHORTEST_CODE = 8


class ScanningPresenter(DeskPresenter):
    """Finds the scanned ticket and says what can be done with it."""

    # From the scanner's thread to this one.
    scanner_told = Signal(object)

    def __init__(self, model: DeskModel, settings: CounterSettings, memory: Memory, language: str) -> None:
        super().__init__(model, settings, memory, language)
        self._scans = Reads()
        self.scanner_told.connect(self._on_scanner)

    @Slot(str)
    def call_ticket(self, ticket_id: str) -> None:
        """Call a held, missed, parked or scanned ticket."""
        if "call-ticket" not in self.state.can:
            self._tell("warn", "found.hand_full" if self.state.person else "found.not_open")
            return
        self._do("call-ticket", {"ticket_id": UUID(ticket_id)})

    @Slot()
    def call_found(self) -> None:
        found = self.state.found
        if found is not None and not found.refusal:
            self.call_ticket(found.ticket_id)

    @Slot()
    def close_found(self) -> None:
        self.change(found=None)

    @Slot(str)
    def code_scanned(self, code: str) -> None:
        """A ticket's QR was held under the scanner; the one before is of no interest any more."""
        self._scans.outdate()
        if len(code.strip()) < SHORTEST_CODE:
            self._on_code_refused(HallError("ticket_code_unknown"))
            return
        if self._model.is_alone:
            known = by_code(self._model.desk, code) if self._model.desk is not None else None
            if known is None:
                self._on_code_refused(HallError("code_unknown_alone"))
            else:
                self._on_found(known)
            return
        client = self._model.client
        run_in_background(
            lambda: client.ticket_by_code(code), self._on_found, self._on_code_refused, owner=self, reads=self._scans
        )

    def _on_scanner(self, event: ScannerEvent) -> None:
        match event:
            case CodeScanned():
                self.code_scanned(event.text)
            case ScannerLost():
                self.tell(HallError(event.code))
            case ScannerBack() if self.state.message is not None:
                self._tell("ok", "message.scanner_back")

    def _on_found(self, ticket: StaffTicket) -> None:
        words = self._words
        if self.state.phase not in ("open", "paused"):
            self._tell("warn", "found.not_open")
            return
        # The mini bar has no room for it.
        self.change(
            message=None,
            mini=False,
            found=Found(
                str(ticket.id), ticket.number, words.service(ticket), words.holder(ticket), words.status(ticket),
                self._refusal(ticket),
            ),
        )  # fmt: skip

    def _refusal(self, ticket: StaffTicket) -> str:
        mine, desk = self._model.ticket, self._model.desk
        if mine is not None and mine.id == ticket.id:
            return self._words.t("found.in_hand")
        if (Status(ticket.status), Step.CALL) not in STEPS:
            return self._words.t("found.not_callable")
        if Status(ticket.status) is Status.WAITING and not self._may_call_by_number(desk):
            return self._words.t("found.out_of_turn")
        if mine is not None:
            return self._words.t("found.hand_full")
        return "" if self.state.phase == "open" else self._words.t("found.not_open")

    def _may_call_by_number(self, desk: CounterDesk | None) -> bool:
        return self._model.is_alone or (desk is not None and desk.may_call_by_number)

    def _on_code_refused(self, error: HallError) -> None:
        known = error if error.code != "invalid_request" else HallError("ticket_code_unknown")
        self.change(found=None)
        self.tell(known)


def scanner_listener(presenter: ScanningPresenter) -> Callable[[ScannerEvent], None]:
    """Hands what a scanner says, on whichever thread, to the presenter."""
    return presenter.scanner_told.emit
