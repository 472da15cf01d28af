"""How bright the screen is: the panel's own light, or a monitor that is told over its cable."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from shared.devices.machine.commands import run_command
from shared.devices.machine.protocol import MachineFault

BACKLIGHT: Final = Path("/sys/class/backlight")
# VESA's number of the brightness.
_BRIGHTNESS: Final = "10"


class Backlight:
    """A built-in panel. Never quite dark: that is what switching off is for."""

    def __init__(self, folder: Path = BACKLIGHT) -> None:
        self._folder = folder

    def set(self, percent: int) -> None:
        panel = self._panel()
        if panel is None:
            raise MachineFault("unsupported", str(self._folder))
        try:
            most = int((panel / "max_brightness").read_text())
            (panel / "brightness").write_text(str(max(1, round(most * percent / 100))))
        except PermissionError as error:
            raise MachineFault("not_allowed", str(error)) from error
        except (OSError, ValueError) as error:
            raise MachineFault("device_refused", str(error)) from error

    def get(self) -> int | None:
        panel = self._panel()
        try:
            if panel is None or (most := int((panel / "max_brightness").read_text())) <= 0:
                return None
            return round(int((panel / "brightness").read_text()) * 100 / most)
        except (OSError, ValueError):
            return None

    def _panel(self) -> Path | None:
        """Firmware's own is named first by systems that have two."""
        try:
            return next(iter(sorted(self._folder.iterdir())), None)
        except OSError:
            return None


class DdcBrightness:
    """A monitor, by ddcutil; ``display``: its number there, 0: the only one."""

    def __init__(self, display: int = 0) -> None:
        self._which = ("--display", str(display)) if display else ()

    def set(self, percent: int) -> None:
        run_command(("ddcutil", *self._which, "setvcp", _BRIGHTNESS, str(percent)))

    def get(self) -> int | None:
        try:
            told = run_command(("ddcutil", *self._which, "--brief", "getvcp", _BRIGHTNESS))
        except MachineFault:
            return None
        found = re.search(rf"VCP {_BRIGHTNESS} C (\d+) (\d+)", told)
        return round(int(found[1]) * 100 / int(found[2])) if found and int(found[2]) else None
