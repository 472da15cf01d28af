"""A document printer on the device board.

Faults: paper_out, toner_out, jam, cover_open, paused, unplugged, paper_low, toner_low.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Collection
from dataclasses import dataclass

from shared.devices.board_line import BoardLine
from shared.devices.document_printer.protocol import JobState, QueueStatus
from shared.devices.document_printer.worker import DocumentWorker, Look, PrinterAway

_FIRST_S, _HEAR_S = 1.0, 0.01
# In base64 a line of the board still holds it.
SHOWN_BYTES = 500_000


class SimulatedDocumentPrinter(DocumentWorker):
    """Prints onto the board: event "document_printed" with title, copies, size and sha256 of the PDF, and the PDF
    itself in base64 where it is no larger than ``SHOWN_BYTES``."""

    def __init__(self, board: str, name: str, *, print_s: float = 1.0) -> None:
        super().__init__("simulator", name, _BoardQueue(board, name, print_s), look_s=min(print_s, 0.2), idle_s=0.2)


@dataclass
class _Sheet:
    pdf: bytes
    title: str
    copies: int
    state: JobState = JobState.WAITING
    done_at: float = 0.0


class _BoardQueue:
    """Prints one document after the other, as long as nothing stops it."""

    def __init__(self, board: str, name: str, print_s: float) -> None:
        self._line = BoardLine(board, name, "document_printer")
        self._print_s = print_s
        self._linked: bool | None = None
        self._fault: str | None = None
        self._sheets: dict[int, _Sheet] = {}

    def send(self, pdf: bytes, title: str, copies: int) -> int:
        self._hear()
        if not self._linked:
            raise PrinterAway
        number = len(self._sheets) + 1
        self._sheets[number] = _Sheet(pdf, title, copies)
        return number

    def cancel(self, number: int) -> None:
        sheet = self._sheets[number]
        if not sheet.state.final:
            sheet.state, sheet.pdf = JobState.CANCELLED, b""

    def look(self, numbers: Collection[int]) -> Look:
        self._hear()
        if not self._linked:
            raise PrinterAway
        status = self._status()
        if not status.stops:
            self._print()
        return Look(status, {number: self._sheets[number].state for number in numbers})

    def close(self) -> None:
        self._line.close()
        self._line.hang_up()

    def _print(self) -> None:
        now = time.monotonic()
        for sheet in self._sheets.values():
            if sheet.state is JobState.WAITING:
                sheet.state, sheet.done_at = JobState.PRINTING, now + self._print_s
            if sheet.state is JobState.PRINTING:
                if now < sheet.done_at:
                    return
                digest = hashlib.sha256(sheet.pdf).hexdigest()
                words = {"title": sheet.title, "copies": sheet.copies, "size": len(sheet.pdf), "sha256": digest}
                if len(sheet.pdf) <= SHOWN_BYTES:
                    words["pdf"] = base64.b64encode(sheet.pdf).decode("ascii")
                self._line.send("document_printed", **words)
                sheet.state, sheet.pdf = JobState.PRINTED, b""

    def _status(self) -> QueueStatus:
        if self._fault == "unplugged":
            return QueueStatus.OFFLINE
        return next((one for one in QueueStatus if one.value == f"document_{self._fault}"), QueueStatus.OK)

    def _hear(self) -> None:
        """What the board said meanwhile; the first time it gets a moment to say who it is."""
        timeout = _FIRST_S if self._linked is None else _HEAR_S
        while (message := self._line.receive(timeout)) is not None:
            timeout = _HEAR_S
            match message["do"]:
                case "welcome":
                    self._linked, self._fault = True, message["fault"]
                case "gone":
                    self._linked = False
                case "set_fault":
                    self._fault = message["fault"]
