"""What every LED strip can do: show one line of text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from shared.schemas.device_health import DeviceHealth


@dataclass(frozen=True)
class LedShown:
    """The strip was sent this text and, where it answers at all, has confirmed it."""

    text: str


@dataclass(frozen=True)
class LedLost:
    """The strip cannot be reached, or does not confirm. `code` names the text."""

    code: str


@dataclass(frozen=True)
class LedBack:
    """The strip is there (again)."""


LedEvent = LedShown | LedLost | LedBack
LedListener = Callable[[LedEvent], None]


class LedDisplay(Protocol):
    """One strip with one worker thread of its own."""

    def open(self, listener: LedListener) -> None:
        """Start the worker and return at once; `listener` is called on the worker thread, never after close()."""

    def show(self, text: str) -> None:
        """What stands there from now on, also after the strip was away; only the newest counts. Returns at once."""

    def flash(self, text: str, seconds: float) -> None:
        """Shown for a while, unless something new is to be shown; then what stood there. Returns at once."""

    def close(self) -> None:
        """Stop the worker and wait for it (at most some seconds); harmless when repeated."""

    def health(self) -> DeviceHealth:
        """How the strip is, from memory: never blocks."""
