"""What every document printer can do: take a PDF, say how it goes on with it, and let go of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.schemas.device_health import DeviceHealth


class QueueStatus(StrEnum):
    """How the printer is. The values are codes: `devices.status.`, `devices.message.` and `devices.technician.`."""

    OK = ""
    PAPER_LOW = "document_paper_low"
    TONER_LOW = "document_toner_low"
    PAPER_OUT = "document_paper_out"
    TONER_OUT = "document_toner_out"
    JAM = "document_jam"
    COVER_OPEN = "document_cover_open"
    PAUSED = "document_paused"
    TROUBLE = "document_trouble"
    OFFLINE = "document_offline"

    @property
    def stops(self) -> bool:
        """Whether nothing comes out until somebody does something."""
        return self not in (QueueStatus.OK, QueueStatus.PAPER_LOW, QueueStatus.TONER_LOW)


class JobState(StrEnum):
    """How far a document is. HELD: it waits until the trouble is over, or until it is cancelled."""

    WAITING = "waiting"
    PRINTING = "printing"
    HELD = "held"
    PRINTED = "printed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        """Whether nothing more will be told. UNKNOWN: nobody can say what came out; someone must look."""
        return self in (JobState.PRINTED, JobState.CANCELLED, JobState.FAILED, JobState.UNKNOWN)


@dataclass(frozen=True)
class DocumentEvent:
    """A document got on. `code` says why it is HELD, FAILED or UNKNOWN; else empty."""

    job: str
    state: JobState
    code: str = ""


DocumentListener = Callable[[DocumentEvent], None]


class DocumentPrinter(Protocol):
    """One printer with its queue. No method blocks; the listener is called on the device's own thread."""

    def open(self, listener: DocumentListener) -> None:
        """Make ready; does not fail when the printer is away."""

    def close(self) -> None:
        """End within some seconds. What has not come out is cancelled: nobody is there to take it any more."""

    def print_document(self, job: str, pdf: bytes, title: str, copies: int = 1) -> None:
        """Print; `job` is the caller's name for it, used once. The title is seen by who looks at the queue.

        Each change is told, at last a state that is `final`. What is no PDF ends FAILED. ValueError for `copies` < 1.
        """

    def cancel(self, job: str) -> None:
        """Stop it; what lies in the tray already lies there. Harmless for a job that has ended."""

    def status(self) -> QueueStatus:
        """How the printer was when it was last looked at, some seconds ago at most; from memory."""

    def health(self) -> DeviceHealth:
        """The same for staff; from memory."""
