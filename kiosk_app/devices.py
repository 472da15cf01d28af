"""The devices of this machine: card reader, ticket and document printer, loudspeaker, scanner.

What they say arrives on the main thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from shared.devices.card_reader.protocol import CardReader
from shared.devices.document_printer.protocol import DocumentPrinter
from shared.devices.printer.protocol import PrinterStatus, PrintOutcome, PrintResult, TicketPrinter
from shared.devices.registry import (
    make_card_reader,
    make_document_printer,
    make_printer,
    make_scanner,
    make_speaker,
)
from shared.devices.scanner.protocol import Scanner
from shared.devices.speech.protocol import Speaker
from shared.devices.trying import Branch, Tried, try_out
from shared.domain.announcements import SpokenLanguage
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth, DeviceKind
from shared.schemas.ticket_document import TicketDocument
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
Device = TypeVar("Device")
LOOK_MS = 15_000


class Devices(QObject):
    """A device that is not set up, or wrongly, is None: the kiosk works without it and says so."""

    card_event = Signal(object)
    code_event = Signal(object)
    # DocumentEvent: how far a page is that was given to the document printer.
    document_event = Signal(object)
    printer_changed = Signal()

    def __init__(self, settings: Mapping[str, Mapping[str, Any]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faults: dict[DeviceKind, DeviceHealth] = {}
        self.reader: CardReader | None = self._make("card_reader", make_card_reader, settings)
        self.printer: TicketPrinter | None = self._make("printer", make_printer, settings)
        self.speaker: Speaker | None = self._make("speech", make_speaker, settings)
        self.scanner: Scanner | None = self._make("scanner", make_scanner, settings)
        self.documents: DocumentPrinter | None = self._make("document_printer", make_document_printer, settings)
        self._branches: dict[str, Branch] = {
            "card_reader": Branch(self.card_event.emit),
            "speech": Branch(lambda event: None),
            "scanner": Branch(self.code_event.emit),
            "document_printer": Branch(self.document_event.emit),
        }
        self._looking = False
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look_at_printer)

    def listen(self, listener: Callable[[object], None]) -> None:
        """``listener`` hears the card reader's events on the main thread."""
        self.card_event.connect(listener, Qt.ConnectionType.QueuedConnection)

    def listen_to_codes(self, listener: Callable[[object], None]) -> None:
        """``listener`` hears the scanner's events on the main thread."""
        self.code_event.connect(listener, Qt.ConnectionType.QueuedConnection)

    def listen_to_documents(self, listener: Callable[[object], None]) -> None:
        """``listener`` hears on the main thread how far each document is."""
        self.document_event.connect(listener, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        if self.printer is not None:
            self.printer.open()
        if self.reader is not None:
            self.reader.open(self._branches["card_reader"].hear)
        if self.speaker is not None:
            self.speaker.open(self._branches["speech"].hear)
        if self.scanner is not None:
            self.scanner.open(self._branches["scanner"].hear)
        if self.documents is not None:
            self.documents.open(self._branches["document_printer"].hear)
        self._timer.start()
        self.look_at_printer()

    def stop(self) -> None:
        self._timer.stop()
        if self.reader is not None:
            self.reader.close()
        if self.printer is not None:
            self.printer.close()
        if self.speaker is not None:
            self.speaker.close()
        if self.scanner is not None:
            self.scanner.close()
        if self.documents is not None:
            self.documents.close()

    def health(self) -> list[DeviceHealth]:
        """From memory; safe on any thread."""
        made = [device.health() for device in self._every.values() if device is not None]
        return made + list(self._faults.values())

    def try_out(
        self,
        kind: DeviceKind,
        stop: Callable[[], bool],
        *,
        languages: Sequence[SpokenLanguage],
        page: Callable[[], bytes],
    ) -> Tried:
        """Blocks: a paper, a sentence, a card within 20 s. What is read also goes where it always goes."""
        device = self._every.get(kind)
        if device is None:
            fault = self._faults.get(kind)
            return Tried("failed", fault.code if fault is not None else "device_not_here")
        branch = self._branches.get(kind) or Branch(lambda event: None)
        with branch.overhear() as ear:
            return try_out(kind, device, ear, languages=languages, page=page, stop=stop)

    @property
    def _every(self) -> dict[str, Any]:
        return {
            "card_reader": self.reader, "printer": self.printer, "speech": self.speaker, "scanner": self.scanner,
            "document_printer": self.documents,
        }  # fmt: skip

    def print_ticket(self, document: TicketDocument, copy_id: str) -> PrintOutcome:
        """Blocks; a machine without a printer answers as one that is switched off."""
        if self.printer is None:
            return PrintOutcome(copy_id, PrintResult.NOT_PRINTED, PrinterStatus.OFFLINE, "printer_offline")
        return self.printer.print_ticket(document, copy_id)

    @property
    def printer_code(self) -> str:
        """Why no paper would come out now; empty when it would."""
        if self.printer is None:
            return "printer_offline"
        health = self.printer.health()
        return health.code if health.state == "error" else ""

    def look_at_printer(self) -> None:
        """Ask the printer how it is, so that people know before they take a number."""
        if self.printer is None or self._looking:
            return
        self._looking = True
        run_in_background(self.printer.status, self._looked, self._looked, owner=self)

    def _looked(self, _: object) -> None:
        self._looking = False
        if self.printer_code != self._told:
            self._told = self.printer_code
            self.printer_changed.emit()

    def _make(
        self,
        kind: DeviceKind,
        make: Callable[[Mapping[str, Any]], Device],
        settings: Mapping[str, Mapping[str, Any]],
    ) -> Device | None:
        table = settings.get(kind)
        if not table:
            return None
        try:
            return make(table)
        except HallError as error:
            log.error("%s is not set up: %s", kind, error)
            driver = str(table.get("driver", ""))
            self._faults[kind] = DeviceHealth(kind=kind, driver=driver, state="error", code=error.code)
            return None
