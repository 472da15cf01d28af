"""What the database says when its machine is at fault: no room, a file that is damaged, a server that is away."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

from shared.domain.errors import HallError

# The primary code is the lowest byte of an extended one.
_FULL, _CORRUPT, _NOT_A_DATABASE = sqlite3.SQLITE_FULL, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB
# The log's file or its index can't grow: on a full disk, or against a limit of the process.
_NO_ROOM: Final = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_FSYNC})
_DISK_FULL_STATES: Final = frozenset({"53100"})
_DAMAGED_STATES: Final = frozenset({"XX001", "XX002"})


def refusal(error: DBAPIError) -> HallError:
    """What a caller is told of it: nothing was kept, and whether there is anything to do."""
    if is_full(error):
        return HallError("disk_full", status=507)
    if is_damaged(error):
        return HallError("database_damaged", status=503)
    return HallError("database_unavailable", status=503)


def is_full(error: DBAPIError) -> bool:
    """The disk has no room: everything that is there stays, and writing goes on when there is some again."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF == _FULL or code in _NO_ROOM
    return getattr(error.orig, "sqlstate", None) in _DISK_FULL_STATES


def is_damaged(error: BaseException) -> bool:
    """The file is not what the database wrote: no repetition helps."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in (_CORRUPT, _NOT_A_DATABASE)
    return getattr(origin, "sqlstate", None) in _DAMAGED_STATES
