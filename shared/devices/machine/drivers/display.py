"""Switching displays: projectors over the network, televisions and monitors over their cable."""

from __future__ import annotations

import re
import time
from typing import Final

from shared.devices.machine.commands import run_command
from shared.devices.machine.pjlink import Pjlink, Power
from shared.devices.machine.protocol import MachineFault

# VESA's number of the power mode, and its values: off by signal, from which every monitor comes back.
_POWER, _ON, _OFF = "D6", "1", "4"
_BUSY: Final = {True: Power.COOLING, False: Power.WARMING}


class PjlinkDisplay:
    """A projector or wall that speaks PJLink. One that warms up or cools down is waited for, for ``patience_s``."""

    def __init__(self, link: Pjlink, *, patience_s: float = 20.0, look_s: float = 1.0) -> None:
        self._link, self._patience_s, self._look_s = link, patience_s, look_s

    def switch(self, on: bool) -> None:
        until = time.monotonic() + self._patience_s
        while True:
            power = self._link.power()
            if power in ((Power.ON, Power.WARMING) if on else (Power.OFF, Power.COOLING)):
                return
            if power is not _BUSY[on] and self._link.switch(on):
                return
            if time.monotonic() > until:
                raise MachineFault("warming_up", power.name)
            time.sleep(self._look_s)

    def is_on(self) -> bool | None:
        try:
            return self._link.power() in (Power.ON, Power.WARMING)
        except MachineFault:
            return None


class CecDisplay:
    """A television on HDMI, by cec-client; ``address`` 0 is the television itself."""

    def __init__(self, address: int = 0, adapter: str = "") -> None:
        self._address = address
        self._words = ("cec-client", "-s", "-d", "1", *((adapter,) if adapter else ()))

    def switch(self, on: bool) -> None:
        run_command(self._words, says=f"{'on' if on else 'standby'} {self._address}\n")

    def is_on(self) -> bool | None:
        try:
            told = run_command(self._words, says=f"pow {self._address}\n")
        except MachineFault:
            return None
        found = re.search(r"power status: (.+)", told)
        state = found[1].strip() if found else ""
        return None if state in ("", "unknown") else state in ("on", "in transition from standby to on")


class DdcDisplay:
    """A monitor, by ddcutil."""

    def __init__(self, display: int = 0) -> None:
        self._which = ("--display", str(display)) if display else ()

    def switch(self, on: bool) -> None:
        run_command(("ddcutil", *self._which, "setvcp", _POWER, _ON if on else _OFF))

    def is_on(self) -> bool | None:
        try:
            told = run_command(("ddcutil", *self._which, "--brief", "getvcp", _POWER))
        except MachineFault:
            return None
        found = re.search(rf"VCP {_POWER} S?NC x(\w\w)", told)
        return None if found is None else int(found[1], 16) == int(_ON)
