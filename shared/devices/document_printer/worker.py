"""The thread of a document printer: hands documents over, looks after them and tells what changed."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shared.devices.document_printer.protocol import DocumentEvent, DocumentListener, JobState, QueueStatus
from shared.devices.telling import tell
from shared.schemas.device_health import DeviceHealth

_CLOSE_S = 5.0


class PrinterAway(Exception):
    """The print service or the printer behind it cannot be asked."""


class DocumentRefused(Exception):
    """The print service does not take the document; nothing will come out."""


class DocumentLost(Exception):
    """The line broke while the document was handed over, and nobody knows what becomes of it."""


@dataclass(frozen=True)
class Look:
    """How the printer is and how far the documents are; those it does not know any more are missing."""

    status: QueueStatus
    jobs: Mapping[int, JobState] = field(default_factory=dict)


class PrintQueue(Protocol):
    """What a driver does. Each may block for some seconds, is called on the worker's thread and raises PrinterAway."""

    def send(self, pdf: bytes, title: str, copies: int) -> int:
        """Hand over; the queue's own number. DocumentRefused, DocumentLost."""

    def cancel(self, number: int) -> None:
        """Take it out; harmless when it has ended."""

    def look(self, numbers: Collection[int]) -> Look:
        """Now."""

    def close(self) -> None:
        """Let go of the queue."""


@dataclass
class _Job:
    number: int
    state: JobState = JobState.WAITING
    code: str = ""


class DocumentWorker:
    """A DocumentPrinter around a PrintQueue that looks `look_s` seconds apart, and rarely while there is nothing."""

    def __init__(self, driver: str, detail: str, print_queue: PrintQueue, *, look_s: float, idle_s: float) -> None:
        self._driver, self._detail, self._queue = driver, detail, print_queue
        self._look_s, self._idle_s = look_s, idle_s
        self._listener: DocumentListener | None = None
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._jobs: dict[str, _Job] = {}
        self._status: QueueStatus | None = None
        self._thread = threading.Thread(target=self._work, name=f"document printer {detail}", daemon=True)

    def open(self, listener: DocumentListener) -> None:
        self._listener = listener
        self._thread.start()

    def close(self) -> None:
        self._orders.put(None)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(_CLOSE_S)

    def print_document(self, job: str, pdf: bytes, title: str, copies: int = 1) -> None:
        if copies < 1:
            raise ValueError(f"{copies} copies")
        self._orders.put(lambda: self._send(job, pdf, title, copies))

    def cancel(self, job: str) -> None:
        self._orders.put(lambda: self._cancel(job))

    def status(self) -> QueueStatus:
        return QueueStatus.OFFLINE if self._status is None else self._status

    def health(self) -> DeviceHealth:
        status = self._status
        state = "error" if status and status.stops else "warning" if status is None or status else "ok"
        code = "starting" if status is None else status.value
        return DeviceHealth.model_validate(
            {"kind": "document_printer", "driver": self._driver, "state": state, "code": code, "detail": self._detail}
        )

    # ---- on the thread

    def _work(self) -> None:
        next_look = time.monotonic()
        while True:
            try:
                order = self._orders.get(timeout=max(0.0, next_look - time.monotonic()))
            except queue.Empty:
                self._look()
            else:
                if order is None:
                    break
                order()
            next_look = time.monotonic() + (self._look_s if self._jobs else self._idle_s)
        for job in list(self._jobs):
            self._cancel(job)
        self._queue.close()

    def _send(self, job: str, pdf: bytes, title: str, copies: int) -> None:
        if not pdf.startswith(b"%PDF-"):
            self._tell(job, JobState.FAILED, "document_refused")
            return
        try:
            number = self._queue.send(pdf, title, copies)
        except PrinterAway:
            self._status = QueueStatus.OFFLINE
            self._tell(job, JobState.FAILED, QueueStatus.OFFLINE.value)
        except DocumentRefused:
            self._tell(job, JobState.FAILED, "document_refused")
        except DocumentLost:
            self._tell(job, JobState.UNKNOWN, "document_unknown")
        else:
            self._jobs[job] = _Job(number)
            self._tell(job, JobState.WAITING)
            self._look()

    def _cancel(self, job: str) -> None:
        made = self._jobs.get(job)
        if made is None:
            return
        try:
            self._queue.cancel(made.number)
        except PrinterAway:
            # It may come out when the printer is back, and nobody would look after it.
            self._status = QueueStatus.OFFLINE
            self._end(job, JobState.UNKNOWN, "document_unknown")
            return
        self._look()
        if job in self._jobs:
            self._end(job, JobState.CANCELLED, "")

    def _look(self) -> None:
        try:
            look = self._queue.look([job.number for job in self._jobs.values()])
        except PrinterAway:
            look = Look(QueueStatus.OFFLINE, {job.number: JobState.HELD for job in self._jobs.values()})
        self._status = look.status
        for name, job in list(self._jobs.items()):
            state, code = look.jobs.get(job.number, JobState.UNKNOWN), ""
            if not state.final and look.status.stops:
                state, code = JobState.HELD, look.status.value
            elif state is JobState.HELD:
                code = QueueStatus.PAUSED.value
            elif state is JobState.UNKNOWN:
                code = "document_unknown"
            elif state is JobState.FAILED:
                code = "document_failed"
            if (state, code) != (job.state, job.code):
                job.state, job.code = state, code
                if state.final:
                    self._end(name, state, code)
                else:
                    self._tell(name, state, code)

    def _end(self, name: str, state: JobState, code: str) -> None:
        del self._jobs[name]
        self._tell(name, state, code)

    def _tell(self, job: str, state: JobState, code: str = "") -> None:
        tell(self._listener, DocumentEvent(job, state, code))
