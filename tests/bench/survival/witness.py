"""What a terminal was told: one line a fact, outside its own disk, so that it outlives whatever happens to it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any


class Witness:
    """Appended to by one process. A line that was written survives kill -9; half a line is nobody's word."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        # What a killed process had begun must not run into the next line.
        os.write(self._file, b"\n")

    def tell(self, what: str, **fact: Any) -> None:
        # By the clock that nobody shifts, and that all processes of a machine share.
        line = {"what": what, "at": time.monotonic(), **fact}
        os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")


def read(path: Path) -> list[dict[str, Any]]:
    """All facts, in order."""
    found = []
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def put(path: Path, value: Any) -> None:
    """A small file that is whole whenever it is read."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(value, ensure_ascii=False))
    part.replace(path)


def get(path: Path) -> Any:
    """Its value, or None where there is none yet."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None
