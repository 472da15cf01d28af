"""Switching the machine off, after its clock was told when to wake it."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Final

from shared.devices.machine.commands import run_command
from shared.devices.machine.protocol import MachineFault

OFF: Final = "systemctl poweroff"
RTCWAKE: Final = "rtcwake"


class CommandPower:
    """``off`` and ``rtcwake`` as a shell would split them, such as "sudo -n rtcwake". ``clock`` False: others wake this
    machine, by the network or by their plug, and its clock is not asked."""

    def __init__(self, off: str = OFF, rtcwake: str = RTCWAKE, *, clock: bool = True) -> None:
        self._off, self._rtcwake, self._clock = shlex.split(off), shlex.split(rtcwake), clock

    def prepare(self, wake_at: datetime | None) -> None:
        if wake_at is None or not self._clock:
            return
        try:
            run_command((*self._rtcwake, "-m", "no", "-t", str(int(wake_at.timestamp()))))
        except MachineFault as fault:
            # A machine that would not be back tomorrow morning stays on.
            raise MachineFault("wake_not_set", str(fault)) from fault

    def off(self) -> None:
        run_command(self._off)
