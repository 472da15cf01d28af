"""What an administrator may have a terminal's machine do. Everything here blocks and belongs on a worker."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class MachineFault(Exception):
    """It was not done; ``code`` is a key of ``orders.why``: unsupported, not_allowed, device_silent, device_refused,
    warming_up, wrong_password, wake_not_set."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class Level(Protocol):
    """Something between 0 and 100 percent: volume, brightness."""

    def set(self, percent: int) -> None:
        """MachineFault."""

    def get(self) -> int | None:
        """None where it does not tell. Never raises."""


class DisplayPower(Protocol):
    """The displays this terminal draws on."""

    def switch(self, on: bool) -> None:
        """Comes back when the display is so, or is on its way. MachineFault."""

    def is_on(self) -> bool | None:
        """None where it does not tell. Never raises."""


class MachinePower(Protocol):
    def prepare(self, wake_at: datetime | None) -> None:
        """Have the machine wake by itself at a moment; None: it is woken by others. MachineFault: it may not go off."""

    def off(self) -> None:
        """Switch it off. MachineFault."""
