"""Writes each ticket's ESC/POS bytes into a folder: for trying out a terminal without a printer."""

from __future__ import annotations

from pathlib import Path

from shared.devices.printer.escpos_ticket import paper_named, render
from shared.devices.printer.protocol import PrinterStatus, PrintOutcome, PrintResult
from shared.schemas.device_health import DeviceHealth
from shared.schemas.ticket_document import TicketDocument


class FilePrinter:
    """One file per paper: <copy_id>.escpos."""

    def __init__(self, folder: str, *, paper: str = "80mm") -> None:
        self._folder = Path(folder)
        self._paper = paper_named(paper)
        self._status: PrinterStatus = PrinterStatus.OK

    def open(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            self._status = PrinterStatus.OFFLINE

    def close(self) -> None:
        """Nothing is held open."""

    def print_ticket(self, document: TicketDocument, copy_id: str) -> PrintOutcome:
        name = "".join(c if c.isalnum() or c in "-_" else "_" for c in copy_id)
        try:
            (self._folder / f"{name}.escpos").write_bytes(render(document, self._paper))
        except OSError:
            self._status = PrinterStatus.OFFLINE
            return PrintOutcome(copy_id, PrintResult.NOT_PRINTED, self._status, "printer_offline")
        self._status = PrinterStatus.OK
        return PrintOutcome(copy_id, PrintResult.PRINTED, self._status)

    def status(self) -> PrinterStatus:
        self._status = PrinterStatus.OK if self._folder.is_dir() else PrinterStatus.OFFLINE
        return self._status

    def health(self) -> DeviceHealth:
        if self._status is PrinterStatus.OFFLINE:
            return DeviceHealth(kind="printer", driver="file", state="error", code="printer_offline")
        return DeviceHealth(kind="printer", driver="file", state="ok")
