"""What every scanner can do: hand over the text of a code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from shared.schemas.device_health import DeviceHealth


@dataclass(frozen=True, repr=False)
class CodeScanned:
    """The text of one scanned code. May hold personal data: its repr shows the length only."""

    text: str

    def __repr__(self) -> str:
        return f"CodeScanned({len(self.text)} characters)"


@dataclass(frozen=True)
class ScannerLost:
    """The scanner does not answer any more. `code` names the text."""

    code: str


@dataclass(frozen=True)
class ScannerBack:
    """The scanner answers (again)."""


ScannerEvent = CodeScanned | ScannerLost | ScannerBack
ScannerListener = Callable[[ScannerEvent], None]


class Scanner(Protocol):
    """One scanner."""

    def open(self, listener: ScannerListener) -> None:
        """Start listening; `listener` may be called on the driver's own thread, never after close()."""

    def close(self) -> None:
        """Stop; harmless when repeated."""

    def health(self) -> DeviceHealth:
        """How the scanner is, from memory: never blocks."""
