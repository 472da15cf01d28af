"""The system's volume by the command of its sound server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from shared.devices.machine.commands import run_command
from shared.devices.machine.protocol import MachineFault

_PIPEWIRE: Final = "@DEFAULT_AUDIO_SINK@"
_PULSE: Final = "@DEFAULT_SINK@"
_PERCENT: Final = re.compile(r"(\d{1,3})%")


class _Sound:
    """``said`` asks, ``given`` are the commands for a percentage. What is set is heard: a mute is taken back."""

    said: Sequence[str] = ()

    def given(self, percent: int) -> Sequence[Sequence[str]]:
        raise NotImplementedError

    def set(self, percent: int) -> None:
        for words in self.given(percent):
            run_command(words)

    def get(self) -> int | None:
        try:
            return self.read(run_command(self.said))
        except MachineFault:
            return None

    def read(self, told: str) -> int | None:
        found = _PERCENT.search(told)
        return int(found[1]) if found else None


class WpctlVolume(_Sound):
    """PipeWire."""

    said = ("wpctl", "get-volume", _PIPEWIRE)

    def given(self, percent: int) -> Sequence[Sequence[str]]:
        return ("wpctl", "set-volume", _PIPEWIRE, f"{percent}%"), ("wpctl", "set-mute", _PIPEWIRE, "0")

    def read(self, told: str) -> int | None:
        found = re.search(r"Volume:\s*(\d+\.\d+)(.*MUTED)?", told)
        return None if found is None else 0 if found[2] else round(float(found[1]) * 100)


class PactlVolume(_Sound):
    """PulseAudio, or PipeWire in its place."""

    said = ("pactl", "get-sink-volume", _PULSE)

    def given(self, percent: int) -> Sequence[Sequence[str]]:
        return ("pactl", "set-sink-volume", _PULSE, f"{percent}%"), ("pactl", "set-sink-mute", _PULSE, "0")


class AmixerVolume(_Sound):
    """ALSA alone; ``control``: the name of its slider."""

    def __init__(self, control: str = "Master") -> None:
        self._control = control
        self.said = ("amixer", "-M", "sget", control)

    def given(self, percent: int) -> Sequence[Sequence[str]]:
        return (("amixer", "-M", "sset", self._control, f"{percent}%", "unmute"),)

    def read(self, told: str) -> int | None:
        return 0 if "[off]" in told else super().read(told)
