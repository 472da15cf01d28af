"""An embedded database that is damaged is put aside at the start, and no new and empty hall ever takes its place."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from server.faults import is_damaged
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
DATABASE: Final = "hall.db"
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_PREFIX: Final = "damaged-"


def quarantined(data: Path) -> Path | None:
    """The folder with the damaged database, while nothing has taken its place."""
    if (data / DATABASE).exists() or not data.is_dir():
        return None
    return latest_aside(data)


def latest_aside(data: Path) -> Path | None:
    """The folder with the damaged database that was put aside last, for as long as somebody keeps it there."""
    return max(data.glob(f"{_PREFIX}*"), default=None)


def check(data: Path) -> None:
    """Look whether the database can be worked with; HallError, and it is put aside, when it is damaged.

    The quick check reads every page and leaves out only whether indexes agree with their tables: a second for a
    gigabyte, at each start.
    """
    aside = quarantined(data)
    if aside is None:
        fault = fault_of(data / DATABASE)
        if not fault:
            return
        aside = _put_aside(data)
        log.error("database damaged", extra={"fault": fault, "aside": str(aside)})
    raise HallError("database_quarantined", path=str(aside), data=str(data))


def fault_of(path: Path) -> str:
    """What is wrong with the file; empty when nothing is, when it isn't there yet, and when somebody holds it."""
    if not path.exists():
        return ""
    if path.stat().st_size == 0 and not path.with_name(f"{path.name}-wal").exists():
        # SQLite would take it for a new database.
        return "empty"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=3)) as found:
            said = str(found.execute("PRAGMA quick_check(1)").fetchone()[0])
            return "" if said == "ok" else said
    except sqlite3.OperationalError:
        # No room, no right, a lock: the start says so by itself, and the file is left where it is.
        return ""
    except sqlite3.DatabaseError as error:
        if is_damaged(error):
            return str(error)
        raise


def _put_aside(data: Path) -> Path:
    aside = data / f"{_PREFIX}{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    for end in _BESIDE:
        if (data / f"{DATABASE}{end}").exists():
            os.replace(data / f"{DATABASE}{end}", aside / f"{DATABASE}{end}")
    return aside
