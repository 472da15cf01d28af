"""Card reader, ticket printer, loudspeaker and scanner of this machine; what they say arrives on the main thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from shared.devices.card_reader.protocol import CardReader
from shared.devices.printer.protocol import PrinterStatus, PrintOutcome, PrintResult, TicketPrinter
from shared.devices.registry import make_card_reader, make_printer, make_scanner, make_speaker
from shared.devices.scanner.protocol import Scanner
from shared.devices.speech.protocol import Speaker
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
    printer_changed = Signal()

    def __init__(self, settings: Mapping[str, Mapping[str, Any]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faults: dict[DeviceKind, DeviceHealth] = {}
        self.reader: CardReader | None = self._make("card_reader", make_card_reader, settings)
        self.printer: TicketPrinter | None = self._make("printer", make_printer, settings)
        self.speaker: Speaker | None = self._make("speech", make_speaker, settings)
        self.scanner: Scanner | None = self._make("scanner", make_scanner, settings)
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

    def start(self) -> None:
        if self.printer is not None:
            self.printer.open()
        if self.reader is not None:
            self.reader.open(self.card_event.emit)
        if self.speaker is not None:
            self.speaker.open(lambda event: None)
        if self.scanner is not None:
            self.scanner.open(self.code_event.emit)
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

    def health(self) -> list[DeviceHealth]:
        """From memory; safe on any thread."""
        made = [
            device.health() for device in (self.reader, self.printer, self.speaker, self.scanner) if device is not None
        ]
        return made + list(self._faults.values())

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
