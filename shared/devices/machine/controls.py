"""What an order changes on this machine, by whichever means it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.devices.machine.protocol import DisplayPower, Level, MachineFault, MachinePower


class FirstThatWorks:
    """Of several means the first that this machine has; it may be another one after somebody plugged in a monitor."""

    def __init__(self, means: Sequence[Level]) -> None:
        self._means = means

    def set(self, percent: int) -> None:
        fault = MachineFault("unsupported")
        for one in self._means:
            try:
                one.set(percent)
                return
            except MachineFault as refused:
                # What a real means answers tells more than that there is none of another.
                fault = refused if fault.code == "unsupported" else fault
        raise fault

    def get(self) -> int | None:
        return next((found for one in self._means if (found := one.get()) is not None), None)


@dataclass(frozen=True)
class Controls:
    """``display``, ``power``: None where the settings name no means."""

    volume: Level
    brightness: Level
    display: DisplayPower | None = None
    power: MachinePower | None = None

    def set_level(self, kind: str, percent: int) -> None:
        """``volume`` or ``brightness``. MachineFault."""
        (self.volume if kind == "volume" else self.brightness).set(percent)

    def switch_display(self, on: bool) -> None:
        if self.display is None:
            raise MachineFault("unsupported")
        self.display.switch(on)

    def prepare_off(self, wake_at: datetime | None) -> None:
        """Displays first: a terminal that is off can't switch them any more."""
        if self.power is None:
            raise MachineFault("unsupported")
        self.power.prepare(wake_at)
        if self.display is not None:
            self.display.switch(False)

    def off(self) -> None:
        if self.power is None:
            raise MachineFault("unsupported")
        self.power.off()
