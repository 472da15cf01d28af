"""A real file system with so little room that a test can fill it."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path


class SmallDisk:
    """A file system with so little room that it can be filled; ``mounted`` is False where nobody may mount one."""

    def __init__(self, place: Path, size_mb: int) -> None:
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        options = f"size={size_mb}m,mode=755"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(place)], capture_output=True)
        self.mounted = done.returncode == 0

    @property
    def _ballast(self) -> Path:
        return self.place / "ballast"

    def fill(self) -> None:
        """Take all the room there is, to the last byte; nothing where that would be the machine's own."""
        if not self.mounted:
            return
        with self._ballast.open("wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                with suppress(OSError):
                    while True:
                        file.write(b"\0" * size)

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.place)], check=True)
