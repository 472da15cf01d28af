"""Document printers by CUPS, on this machine or another; whatever CUPS drives. Linux."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar

import cups  # type: ignore[import-not-found]

from shared.devices.document_printer.protocol import JobState, QueueStatus
from shared.devices.document_printer.worker import DocumentLost, DocumentRefused, DocumentWorker, Look, PrinterAway

_Answer = TypeVar("_Answer")

_PRINTER = ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs"]
_STOPPED = 5
# Of several troubles the first that stands here: what a person must do before the rest can be seen to.
_STOPS = {
    QueueStatus.OFFLINE: {"offline", "timed-out", "shutdown"},
    QueueStatus.COVER_OPEN: {"cover-open", "door-open", "interlock-open"},
    QueueStatus.JAM: {"media-jam"},
    QueueStatus.PAPER_OUT: {"media-empty", "media-needed", "input-tray-missing"},
    QueueStatus.TONER_OUT: {"toner-empty", "marker-supply-empty"},
}
# With a warning the printer goes on: one of its trays is empty and it takes from the other.
_WARNS = {
    QueueStatus.PAPER_LOW: {"media-low", "media-empty", "media-needed"},
    QueueStatus.TONER_LOW: {"toner-low", "marker-supply-low", "toner-empty", "marker-supply-empty"},
}
_DEGREES = ("error", "warning", "report")
# Every document begins with it; a printer that is switched off stays in it.
_CONNECTING, _CONNECTING_S = "connecting-to-device", 5.0
# RFC 8011, 5.3.7; a job that was only announced stays pending or held until its document is there.
_JOB_STATES = {
    3: JobState.WAITING,
    4: JobState.WAITING,
    5: JobState.PRINTING,
    6: JobState.HELD,
    7: JobState.CANCELLED,
    8: JobState.FAILED,
    9: JobState.PRINTED,
}
_LONGEST_NAME = 255  # bytes, RFC 8011, 5.1.3


class CupsDocumentPrinter(DocumentWorker):
    """One CUPS queue. PRINTED means what CUPS calls completed: the printer took everything and did not complain."""

    def __init__(self, queue: str, host: str = "localhost", port: int = 631, *, look_s: float = 1.0) -> None:
        """`look_s` seconds between two looks while something is printed; ten times that otherwise."""
        cups_queue = _CupsQueue(queue, host, port)
        super().__init__("cups", f"{queue}@{host}:{port}", cups_queue, look_s=look_s, idle_s=10 * look_s)


class _CupsQueue:
    """One connection, made anew whenever it failed."""

    def __init__(self, name: str, host: str, port: int) -> None:
        self._name, self._host, self._port = name, host, port
        self._connection: Any = None
        self._connecting_since: float | None = None

    def send(self, pdf: bytes, title: str, copies: int) -> int:
        try:
            number: int = self._ask(lambda to: to.createJob(self._name, _name(title), {"copies": str(copies)}))
        except cups.IPPError as error:
            raise DocumentRefused from error
        try:
            self._ask(lambda to: self._hand_over(to, number, pdf))
        except (PrinterAway, cups.IPPError) as error:
            # Without the last byte nothing is printed; with it, who knows.
            try:
                self.cancel(number)
            except PrinterAway:
                raise DocumentLost from error
            raise DocumentRefused from error
        return number

    def cancel(self, number: int) -> None:
        with contextlib.suppress(cups.IPPError):  # it has ended
            self._ask(lambda to: to.cancelJob(number))

    def look(self, numbers: Collection[int]) -> Look:
        try:
            printer = self._ask(lambda to: to.getPrinterAttributes(self._name, requested_attributes=_PRINTER))
        except cups.IPPError as error:  # no such queue
            raise PrinterAway from error
        now = time.monotonic()
        if _CONNECTING not in _reasons(printer):
            self._connecting_since = None
        elif self._connecting_since is None:
            self._connecting_since = now
        status = _status(printer)
        if not status.stops and self._connecting_since is not None and now - self._connecting_since > _CONNECTING_S:
            status = QueueStatus.OFFLINE
        return Look(status, {number: self._job(number) for number in numbers})

    def close(self) -> None:
        self._connection = None

    def _job(self, number: int) -> JobState:
        try:
            job = self._ask(lambda to: to.getJobAttributes(number, requested_attributes=["job-state"]))
        except cups.IPPError:  # its history is gone
            return JobState.UNKNOWN
        return _JOB_STATES.get(job.get("job-state", 0), JobState.UNKNOWN)

    def _hand_over(self, to: Any, number: int, pdf: bytes) -> None:
        to.startDocument(self._name, number, f"{number}.pdf", "application/pdf", 1)
        to.writeRequestData(pdf, len(pdf))
        to.finishDocument(self._name)

    def _ask(self, question: Callable[[Any], _Answer]) -> _Answer:
        """The answer; PrinterAway when there is none, cups.IPPError when it is a no."""
        try:
            if self._connection is None:
                # All kept per thread. Making a job asks this server and not the connection's; the password's
                # own question would wait at a terminal.
                cups.setServer(self._host)
                cups.setPort(self._port)
                cups.setPasswordCB(lambda prompt: None)
                self._connection = cups.Connection()
            return question(self._connection)
        except cups.IPPError as error:
            code = error.args[0] if error.args else 0
            if code in (cups.IPP_SERVICE_UNAVAILABLE, cups.IPP_INTERNAL_ERROR):  # what libcups says for a broken line
                self._connection = None
                raise PrinterAway from error
            raise
        except (RuntimeError, cups.HTTPError, OSError) as error:
            self._connection = None
            raise PrinterAway from error


def _status(printer: dict[str, Any]) -> QueueStatus:
    said = _reasons(printer)
    stopping = {reason for reason, degree in said.items() if degree == "error"}
    for status, reasons in _STOPS.items():
        if reasons & stopping:
            return status
    if printer.get("printer-state") == _STOPPED or not printer.get("printer-is-accepting-jobs", True):
        return QueueStatus.PAUSED
    if stopping - {_CONNECTING} - set().union(*_WARNS.values()):
        return QueueStatus.TROUBLE
    return next((status for status, reasons in _WARNS.items() if reasons & said.keys()), QueueStatus.OK)


def _reasons(printer: dict[str, Any]) -> dict[str, str]:
    """media-empty-error → {"media-empty": "error"}, as a bare media-empty is; reports are no troubles."""
    said = printer.get("printer-state-reasons", ())
    found = {}
    for reason in [said] if isinstance(said, str) else said:
        head, _, degree = reason.rpartition("-")
        name, degree = (head, degree) if degree in _DEGREES else (reason, "error")
        if name == "offline":
            degree = "error"  # CUPS' own word for it is offline-report
        if name != "none" and degree != "report":
            found[name] = degree
    return found


def _name(title: str) -> str:
    """As much as IPP allows, without signs that show nothing."""
    shown = "".join(sign if sign.isprintable() else " " for sign in title)
    return shown.encode()[:_LONGEST_NAME].decode(errors="ignore")
