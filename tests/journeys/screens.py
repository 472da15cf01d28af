"""Virtual screens: each terminal gets an X server of its own, with one monitor or two."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence


class VirtualScreen:
    """An Xvfb of this size. ``monitors`` splits it: (name, width, height, x, y) each, the first is the main one.

    ``stays``: one that is never unplugged, the first when left out; it holds the server's only output, which without a
    holder would be a monitor of its own.
    """

    def __init__(
        self, width: int, height: int, monitors: Sequence[tuple[str, int, int, int, int]] = (), stays: str = ""
    ) -> None:
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-noreset", "-nolisten", "tcp", "-screen", "0", f"{width}x{height}x24"],
            pass_fds=[writer], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.display = f":{number}"
        self._monitors = {name: (w, h, x, y) for name, w, h, x, y in monitors}
        first = next(iter(self._monitors), "")
        self._stays = stays or first
        for name in sorted(self._monitors, key=lambda one: one != self._stays):
            self.plug(name, main=name == first)

    def plug(self, name: str, *, main: bool = False) -> None:
        """A monitor of this screen is plugged in, or again: programs hear of it as of a real one."""
        w, h, x, y = self._monitors[name]
        output = "screen" if name == self._stays else "none"
        self._xrandr("--setmonitor", f"*{name}" if main else name, f"{w}/{w // 4}x{h}/{h // 4}+{x}+{y}", output)

    def unplug(self, name: str) -> None:
        self._xrandr("--delmonitor", name)

    def _xrandr(self, *arguments: str) -> None:
        subprocess.run(["xrandr", "--display", self.display, *arguments], check=True, capture_output=True)

    @property
    def environment(self) -> dict[str, str]:
        """What a program on this screen needs."""
        return {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "", "QSG_RENDER_LOOP": "basic"}

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()
