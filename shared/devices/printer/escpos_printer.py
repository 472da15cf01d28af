"""An ESC/POS printer behind any kind of line: what is asked and sent, and what may be said of the paper afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol, Self

from shared.devices.printer.escpos_ticket import paper_named, render
from shared.devices.printer.health import code_of, health_of
from shared.devices.printer.protocol import PrinterStatus, PrintOutcome, PrintResult
from shared.schemas.device_health import DeviceHealth
from shared.schemas.ticket_document import TicketDocument

_ASK_ONLINE, _ASK_WHY_OFFLINE, _ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
_ASK_WHICH_ERROR = b"\x10\x04\x03"
# Answered only when everything before it has been worked off: that is how paper is known to have come out.
_ASK_WHEN_DONE = b"\x1dr\x01"
_ANSWER_S, _BUSY_S, _QUIET_S = 1.0, 3.0, 0.2


class PrinterSilent(Exception):
    """The printer did not answer in time, did not take what was sent, or the line was cut."""


class Line(Protocol):
    """One conversation with the printer, with a time limit on everything; raises PrinterSilent only."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def send(self, data: bytes, timeout: float) -> None:
        """Hand over all of it within `timeout` seconds."""

    def receive(self, timeout: float) -> bytes:
        """What the printer said, at the latest after `timeout` seconds; empty when it said nothing."""


class EscposPrinter:
    """Opens its line for each paper and each question, so that a printer that was switched off needs no care."""

    def __init__(
        self,
        driver: str,
        detail: str,
        line: Callable[[], Line],
        *,
        paper: str = "80mm",
        timeout_s: float = 6.0,
        confirms: bool = True,
        settles: bool = False,
    ) -> None:
        """`timeout_s` bounds sending and printing; `confirms` False for printers that do not know GS r.

        `settles` for lines where the answer about an earlier paper may still come: such a paper is waited for.
        """
        self._driver, self._detail, self._line = driver, detail, line
        self._timeout_s, self._confirms = timeout_s, confirms
        self._paper = paper_named(paper)
        self._lock = threading.Lock()
        self._last: PrinterStatus | None = None
        # What an earlier run of the program left in the printer is not known either.
        self._unsettled = settles and confirms
        self._settles = self._unsettled

    def open(self) -> None:
        """Nothing to do: each paper opens the line by itself."""

    def close(self) -> None:
        """Nothing is held open."""

    def status(self) -> PrinterStatus:
        if not self._lock.acquire(timeout=_BUSY_S):
            return self._last or PrinterStatus.OFFLINE  # it is printing right now
        try:
            with self._line() as line:
                self._last = _Conversation(line).status()
        except PrinterSilent:
            self._last = PrinterStatus.OFFLINE
        finally:
            self._lock.release()
        return self._last

    def print_ticket(self, document: TicketDocument, copy_id: str) -> PrintOutcome:
        data = render(document, self._paper)
        if not self._lock.acquire(timeout=self._timeout_s):
            status = self._last or PrinterStatus.OFFLINE
            return PrintOutcome(copy_id, PrintResult.NOT_PRINTED, status, "printer_busy")
        try:
            outcome = self._print(data, copy_id)
        finally:
            self._lock.release()
        self._last = outcome.status
        return outcome

    def health(self) -> DeviceHealth:
        return health_of(self._driver, self._last, self._detail)

    def _print(self, data: bytes, copy_id: str) -> PrintOutcome:
        sent = False
        try:
            with self._line() as line:
                talk = _Conversation(line)
                before = talk.status()
                if code := code_of(before):
                    return PrintOutcome(copy_id, PrintResult.NOT_PRINTED, before, code)
                if self._unsettled and not talk.settle(time.monotonic() + self._timeout_s):
                    return PrintOutcome(copy_id, PrintResult.NOT_PRINTED, before, "printer_busy")
                self._unsettled = self._settles
                sent, deadline = True, time.monotonic() + self._timeout_s
                line.send(data + (_ASK_WHEN_DONE if self._confirms else b""), self._timeout_s)
                done = talk.wait_done(deadline) if self._confirms else True
                after = talk.status()
        except PrinterSilent:
            # Once a byte is out nobody can say what the printer made of it.
            result = PrintResult.UNKNOWN if sent else PrintResult.NOT_PRINTED
            code = "print_unknown" if sent else "printer_offline"
            return PrintOutcome(copy_id, result, PrinterStatus.OFFLINE, code)
        if done:
            self._unsettled = False
            return PrintOutcome(copy_id, PrintResult.PRINTED, after)
        # Half a ticket may hang there, and the rest may come when paper is put in.
        return PrintOutcome(copy_id, PrintResult.UNKNOWN, after, code_of(after) or "print_unknown")


class _Conversation:
    """Questions and answers on an open line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._done = False

    def status(self) -> PrinterStatus:
        """Ask cover, paper and readiness; the worst counts."""
        why, paper, online = (self._ask(question) for question in (_ASK_WHY_OFFLINE, _ASK_PAPER, _ASK_ONLINE))
        if why & 0x04:
            return PrinterStatus.COVER_OPEN
        if paper & 0x60 or why & 0x20:
            return PrinterStatus.PAPER_OUT
        if why & 0x40 and self._ask(_ASK_WHICH_ERROR) & 0x08:
            return PrinterStatus.CUTTER_STUCK
        if online & 0x08 or why & 0x40:
            return PrinterStatus.OFFLINE
        return PrinterStatus.NEAR_END if paper & 0x0C else PrinterStatus.OK

    def wait_done(self, deadline: float) -> bool:
        """Whether the answer to GS r came; False as soon as paper or cover stop the printer."""
        while not self._done and time.monotonic() < deadline:
            self._receive(0.3)
            if not self._done and code_of(self.status()):
                break
        return self._done

    def settle(self, deadline: float) -> bool:
        """Whether the printer worked off all it had, so that the next answer to GS r is about the next paper."""
        self._done = False
        self._line.send(_ASK_WHEN_DONE, _ANSWER_S)
        if not self.wait_done(deadline):
            return False
        # The answer may have been an older one; then ours follows at once, for nothing is printed between them.
        while any(not _real_time(byte) for byte in self._line.receive(_QUIET_S)):
            pass
        self._done = False
        return True

    def _ask(self, question: bytes) -> int:
        self._line.send(question, _ANSWER_S)
        deadline = time.monotonic() + _ANSWER_S
        while (left := deadline - time.monotonic()) > 0:
            if answer := self._receive(left):
                return answer[-1]
        raise PrinterSilent

    def _receive(self, timeout: float) -> bytes:
        """Answers to DLE EOT that came within the time, perhaps none; the one to GS r sets `_done`."""
        data = self._line.receive(timeout)
        self._done = self._done or not all(map(_real_time, data))
        return bytes(byte for byte in data if _real_time(byte))


def _real_time(byte: int) -> bool:
    """Whether a byte answers DLE EOT (fixed bits 1 and 4) and not GS r (bit 4 clear)."""
    return byte & 0x93 == 0x12
