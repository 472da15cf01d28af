"""How the machine is: disk, memory, heat, running time, screens; what a system does not tell stays unknown."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shared.domain.power import read_mac
from shared.schemas.machine_health import MachineHealth

ROOT: Final = Path("/")
# What drivers call the sensor of the processor itself.
_CPU_ZONES: Final = ("x86_pkg_temp", "cpu", "soc", "tcpu")
_CPU_CHIPS: Final = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "scpi_sensors")
# Beyond these a sensor is not connected, or counts in something else.
_COLDEST, _HOTTEST = -40.0, 150.0
_MOST_MACS: Final = 4


def read_machine(data: Path, root: Path = ROOT) -> MachineHealth:
    """All but screens and levels. ``data``: where the program keeps its own; ``root``: tests give another. Never
    raises."""
    memory = _memory(root) if sys.platform == "linux" else {}
    disk = _disk(data)
    return MachineHealth(
        disk_free_mb=disk[0], disk_total_mb=disk[1], memory_free_mb=memory.get("MemAvailable"),
        memory_total_mb=memory.get("MemTotal"), temperature_c=temperature(root), uptime_s=_uptime(root),
        macs=list(_macs(root))[:_MOST_MACS],
    )  # fmt: skip


def temperature(root: Path = ROOT) -> float | None:
    """Of the processor, else of the hottest place the system knows; degrees Celsius."""
    cpu: list[float | None] = []
    other: list[float | None] = []
    for zone in _inside(root / "sys/class/thermal", "thermal_zone*"):
        kind = _words(zone / "type").lower()
        (cpu if kind.startswith(_CPU_ZONES) else other).append(_degrees(zone / "temp"))
    for chip in _inside(root / "sys/class/hwmon", "hwmon*"):
        found = cpu if _words(chip / "name").lower() in _CPU_CHIPS else other
        found += [_degrees(sensor) for sensor in _inside(chip, "temp*_input")]
    for degrees in (cpu, other):
        known = [one for one in degrees if one is not None]
        if known:
            return max(known)
    return None


def display_is_lit(name: str, root: Path = ROOT) -> bool | None:
    """What the kernel says of a screen's signal; ``name`` as the window system has it, "HDMI-1" or "HDMI-A-1"."""
    wanted = name.replace("-A-", "-").lower()
    for connector in _inside(root / "sys/class/drm", "card*-*"):
        if connector.name.partition("-")[2].replace("-A-", "-").lower() == wanted:
            state = _words(connector / "dpms").lower()
            return {"on": True, "off": False, "standby": False, "suspend": False}.get(state)
    return None


def _inside(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _words(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _degrees(file: Path) -> float | None:
    try:
        value = int(_words(file)) / 1000
    except ValueError:
        return None
    return round(value, 1) if _COLDEST < value < _HOTTEST and value else None


def _memory(root: Path) -> dict[str, int]:
    """Megabytes by name."""
    found = {}
    for line in _words(root / "proc/meminfo").splitlines():
        name, _, value = line.partition(":")
        number = value.strip().partition(" ")[0]
        if number.isdecimal():
            found[name] = int(number) // 1024
    return found


def _uptime(root: Path) -> int | None:
    try:
        return int(float(_words(root / "proc/uptime").partition(" ")[0]))
    except ValueError:
        return None


def _disk(data: Path) -> tuple[int | None, int | None]:
    try:
        found = shutil.disk_usage(data if data.exists() else Path())
    except OSError:
        return None, None
    return found.free // 1024**2, found.total // 1024**2


def _macs(root: Path) -> Iterator[str]:
    """Of the network cards that are real and have a cable: those that can wake the machine."""
    for card in _inside(root / "sys/class/net", "*"):
        if (card / "device").exists() and _words(card / "operstate") == "up":
            try:
                yield read_mac(_words(card / "address"))
            except ValueError:
                continue
