"""The server's data folder: usable, private, and of one server at a time."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from server.auth import Keys
from shared.domain.errors import HallError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def open_folder(data: Path) -> None:
    """Make the folder and its key file; says what is wrong where that can't be done."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        # Somebody else's folder, such as /tmp, stays as it is.
        if not any(data.iterdir()):
            data.chmod(0o700)
        Keys.of(data)
    except OSError as error:
        raise HallError("data_folder_unusable", path=str(data), fault=error.strerror or str(error)) from error


def hold(data: Path, name: str = "server.lock") -> IO[str]:
    """A lock that lasts as long as the answered file is open; the system lets it go when the process dies.

    Two servers on one embedded database would give right numbers, but each would hide its calls from the other's
    displays.
    """
    file = (data / name).open("a+")
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise HallError("data_in_use", path=str(data)) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
