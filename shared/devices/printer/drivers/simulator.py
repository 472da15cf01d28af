"""A printer on the device board.

Faults: paper_out, cover_open, cutter_stuck, near_end, unplugged, slow, paper_out_mid_print, silent.
"""

from __future__ import annotations

import base64
import threading

from shared.devices.board_line import BoardLine
from shared.devices.printer.escpos_ticket import paper_named, render
from shared.devices.printer.health import code_of, health_of
from shared.devices.printer.protocol import PrinterStatus, PrintOutcome, PrintResult
from shared.schemas.device_health import DeviceHealth
from shared.schemas.ticket_document import TicketDocument

_STATUS_OF_FAULT = {
    "paper_out": PrinterStatus.PAPER_OUT,
    "cover_open": PrinterStatus.COVER_OPEN,
    "cutter_stuck": PrinterStatus.CUTTER_STUCK,
    "near_end": PrinterStatus.NEAR_END,
    "unplugged": PrinterStatus.OFFLINE,
}
_ACK_S = 3.0


class SimulatedPrinter:
    """Prints onto the board: event "printed" with copy_id, document and escpos (base64 of the bytes)."""

    def __init__(
        self, board: str, name: str, *, paper: str = "80mm", print_s: float = 0.3, slow_s: float = 3.0
    ) -> None:
        self._line = BoardLine(board, name, "printer")
        self._paper, self._paper_name = paper_named(paper), paper
        self._print_s, self._slow_s = print_s, slow_s
        self._changed = threading.Condition()
        self._linked: bool | None = None
        self._fault: str | None = None
        self._acked: set[str] = set()
        self._printing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"printer {name}", daemon=True)

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._line.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(3)

    def print_ticket(self, document: TicketDocument, copy_id: str) -> PrintOutcome:
        with self._printing:
            status = self.status()
            if code := code_of(status):
                return PrintOutcome(copy_id, PrintResult.NOT_PRINTED, status, code)
            self._stop.wait(self._slow_s if self._fault == "slow" else self._print_s)
            if self._fault == "paper_out_mid_print":
                self._line.send("printed_partly", copy_id=copy_id)
                return PrintOutcome(copy_id, PrintResult.UNKNOWN, PrinterStatus.PAPER_OUT, "paper_out")
            escpos = base64.b64encode(render(document, self._paper)).decode()
            words = document.model_dump(mode="json")
            sent = self._line.send(
                "printed", ack=copy_id, copy_id=copy_id, document=words, escpos=escpos, paper=self._paper_name
            )
            if not sent:
                return PrintOutcome(copy_id, PrintResult.NOT_PRINTED, PrinterStatus.OFFLINE, "printer_offline")
            return self._outcome(copy_id)

    def status(self) -> PrinterStatus:
        with self._changed:
            self._changed.wait_for(lambda: self._linked is not None, 1.0)
            return self._status()

    def health(self) -> DeviceHealth:
        return health_of("simulator", None if self._linked is None else self._status())

    def _status(self) -> PrinterStatus:
        if not self._linked:
            return PrinterStatus.OFFLINE
        return _STATUS_OF_FAULT.get(self._fault or "", PrinterStatus.OK)

    def _outcome(self, copy_id: str) -> PrintOutcome:
        with self._changed:
            self._changed.wait_for(lambda: copy_id in self._acked or not self._linked or self._stop.is_set(), _ACK_S)
            acked = copy_id in self._acked
            self._acked.discard(copy_id)
            if acked and self._fault != "silent":
                return PrintOutcome(copy_id, PrintResult.PRINTED, self._status())
            return PrintOutcome(copy_id, PrintResult.UNKNOWN, PrinterStatus.OFFLINE, "print_unknown")

    def _work(self) -> None:
        while (message := self._line.receive()) is not None:
            with self._changed:
                match message["do"]:
                    case "welcome":
                        self._linked, self._fault = True, message["fault"]
                    case "gone":
                        self._linked = False
                    case "set_fault":
                        self._fault = message["fault"]
                    case "ack":
                        self._acked.add(message["ack"])
                self._changed.notify_all()
        self._line.hang_up()
