"""Files that the console writes."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from shared.domain.errors import HallError


def write_file(path: Path, content: bytes) -> None:
    """The whole file or none: what was there before stays until the new one is complete."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(content)
        os.replace(fresh, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise HallError("file_not_written", path=str(path), fault=error.strerror or str(error)) from error
