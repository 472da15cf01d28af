"""By which means a terminal's machine and displays are changed. Drivers are imported when they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shared.devices.machine.controls import Controls, FirstThatWorks
from shared.devices.machine.protocol import DisplayPower, Level, MachinePower
from shared.devices.registry import make


# [devices.volume]               without it, whatever the system has: wpctl, pactl or amixer
# driver = "amixer"
# control = "PCM"
def _amixer_volume(control: str = "Master") -> Level:
    from shared.devices.machine.drivers.sound import AmixerVolume

    return AmixerVolume(control)


def _pactl_volume() -> Level:
    from shared.devices.machine.drivers.sound import PactlVolume

    return PactlVolume()


def _wpctl_volume() -> Level:
    from shared.devices.machine.drivers.sound import WpctlVolume

    return WpctlVolume()


def _backlight(folder: str = "/sys/class/backlight") -> Level:
    from shared.devices.machine.drivers.light import Backlight

    return Backlight(Path(folder))


def _ddc_brightness(display: int = 0) -> Level:
    from shared.devices.machine.drivers.light import DdcBrightness

    return DdcBrightness(display)


# [devices.display_power]
# driver = "pjlink"              # or "cec" (televisions), "ddc" (monitors)
# host = "192.168.1.40"
# password = "JBMIAProjectorLink"
def _pjlink_display(host: str, port: int = 4352, password: str = "", patience_s: float = 20.0) -> DisplayPower:
    from shared.devices.machine.drivers.display import PjlinkDisplay
    from shared.devices.machine.pjlink import Pjlink

    return PjlinkDisplay(Pjlink(host, port, password), patience_s=patience_s)


def _cec_display(address: int = 0, adapter: str = "") -> DisplayPower:
    from shared.devices.machine.drivers.display import CecDisplay

    return CecDisplay(address, adapter)


def _ddc_display(display: int = 0) -> DisplayPower:
    from shared.devices.machine.drivers.display import DdcDisplay

    return DdcDisplay(display)


# [devices.machine_power]        only a machine with this table may be switched off from afar
# driver = "command"
# off = "systemctl poweroff"
# rtcwake = "sudo -n rtcwake"
# clock = true                   # false: it is woken by the network or its plug, and its clock is not set
def _command_power(off: str = "systemctl poweroff", rtcwake: str = "rtcwake", clock: bool = True) -> MachinePower:
    from shared.devices.machine.drivers.power import CommandPower

    return CommandPower(off, rtcwake, clock=clock)


def _simulated_machine(file: str, name: str) -> Any:
    from shared.devices.machine.drivers.simulator import SimulatedMachine

    return SimulatedMachine(Path(file), name)


VOLUMES: dict[str, Callable[..., Level]] = {
    "wpctl": _wpctl_volume, "pactl": _pactl_volume, "amixer": _amixer_volume, "simulator": _simulated_machine,
}  # fmt: skip
BRIGHTNESSES: dict[str, Callable[..., Level]] = {
    "backlight": _backlight, "ddc": _ddc_brightness, "simulator": _simulated_machine,
}  # fmt: skip
DISPLAY_POWERS: dict[str, Callable[..., DisplayPower]] = {
    "pjlink": _pjlink_display, "cec": _cec_display, "ddc": _ddc_display, "simulator": _simulated_machine,
}  # fmt: skip
MACHINE_POWERS: dict[str, Callable[..., MachinePower]] = {
    "command": _command_power, "simulator": _simulated_machine,
}  # fmt: skip


def make_controls(devices: Mapping[str, Mapping[str, Any]]) -> Controls:
    """What an order may change on this machine, by a profile's devices."""
    volume, brightness = devices.get("volume"), devices.get("brightness")
    display, power = devices.get("display_power"), devices.get("machine_power")
    return Controls(
        make(VOLUMES, volume) if volume else FirstThatWorks([_wpctl_volume(), _pactl_volume(), _amixer_volume()]),
        make(BRIGHTNESSES, brightness) if brightness else FirstThatWorks([_backlight(), _ddc_brightness()]),
        make(DISPLAY_POWERS, display) if display else None,
        make(MACHINE_POWERS, power) if power else None,
    )
