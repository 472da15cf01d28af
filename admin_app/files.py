"""Files that the console reads and writes, with what may be the matter with them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from shared.domain.errors import HallError

# As the server takes it; a larger one is not sent at all.
LARGEST = 5 * 1024 * 1024


def read_file(path: Path, *, excel: bool = True) -> bytes:
    """The file's bytes; a ``HallError`` that says what is the matter with it. ``excel``: nothing else will do."""
    try:
        if path.stat().st_size > LARGEST:
            raise HallError("import_file_large", file=path.name, mb=LARGEST // 1024 // 1024)
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise HallError("import_file_gone", file=path.name) from error
    except OSError as error:
        # Excel keeps a file to itself as long as it is open there.
        fault = error.strerror or str(error)
        raise HallError("import_file_locked", file=path.name, fault=fault) from error
    if excel and not content.startswith(b"PK"):
        raise HallError("import_file_wrong", file=path.name)
    return content


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
