"""What every ticket printer can do: print one ticket and tell honestly whether paper came out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.schemas.device_health import DeviceHealth
from shared.schemas.ticket_document import TicketDocument


class PrinterStatus(StrEnum):
    """What the printer says about itself."""

    OK = "ok"
    NEAR_END = "near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    CUTTER_STUCK = "cutter_stuck"
    OFFLINE = "offline"


class PrintResult(StrEnum):
    """Whether paper came out. UNKNOWN: the printer took the ticket and then fell silent; someone must look."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PrintOutcome:
    """The answer to print_ticket; `code` names the reason (`devices.message.<code>`), empty when printed."""

    copy_id: str
    result: PrintResult
    status: PrinterStatus
    code: str = ""

    @property
    def printed(self) -> bool:
        """Whether paper surely came out."""
        return self.result is PrintResult.PRINTED


class TicketPrinter(Protocol):
    """One printer. print_ticket and status block (bounded): call them from a background thread."""

    def open(self) -> None:
        """Make ready; does not fail when the printer is away."""

    def close(self) -> None:
        """Let go of the printer; harmless when repeated."""

    def print_ticket(self, document: TicketDocument, copy_id: str) -> PrintOutcome:
        """Print one paper; `copy_id` names it in the reprint ledger. Ends within some seconds, never raises."""

    def status(self) -> PrinterStatus:
        """Ask the printer now. Ends within a second or two, never raises."""

    def health(self) -> DeviceHealth:
        """What the last status or print told, from memory: never blocks."""
