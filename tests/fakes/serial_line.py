"""A pseudo-terminal as the line of a serial scanner: plugged in, written on, pulled out."""

from __future__ import annotations

import os
import tty
from pathlib import Path
from typing import Self


class SerialLine:
    """`path` is the port; it stays the same when the scanner is plugged in again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ttyScanner"
        self._master: int | None = None

    def plug_in(self) -> None:
        self._master, port = os.openpty()
        tty.setraw(port)
        self.path.symlink_to(os.ttyname(port))
        os.close(port)

    def send(self, data: bytes) -> None:
        assert self._master is not None
        os.write(self._master, data)

    def pull_out(self) -> None:
        if self._master is not None:
            self.path.unlink()
            os.close(self._master)
            self._master = None

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.pull_out()
