"""A consistent copy of an embedded database while its server writes, and whether a copy is whole."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from server.features.backup.facts import Facts, check_sequence
from shared.domain.errors import HallError

NAME: Final = "hall.db"
_WAIT_S: Final = 10


def copy(database: Path, folder: Path) -> None:
    """One snapshot, by SQLite's own online backup: writers go on meanwhile, and what they write is not in it."""
    to = folder / NAME
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    # ``rw``, never creating: a reader of a log that no server holds must be able to make the index beside it.
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=_WAIT_S)) as source:
        source.execute("PRAGMA wal_autocheckpoint=0")
        with closing(sqlite3.connect(to)) as target:
            target.execute("PRAGMA synchronous=OFF")
            source.backup(target)
            # One file, without a log of its own.
            target.execute("PRAGMA journal_mode=DELETE")
    with to.open("rb+") as file:
        os.fsync(file.fileno())


def facts(folder: Path) -> Facts:
    """What the copy holds; HallError ``backup_not_whole`` when SQLite or the event numbers say that something lacks."""
    with closing(sqlite3.connect(f"{(folder / NAME).absolute().as_uri()}?mode=ro", uri=True)) as copied:
        return look(copied)


def look(connection: sqlite3.Connection) -> Facts:
    """As ``facts``, of an open database."""
    try:
        fault = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if fault != "ok":
            raise sqlite3.DatabaseError(fault)
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        hall, hall_id, epoch, seq = connection.execute("SELECT key, id, epoch, seq FROM halls").fetchone()
        counted, first, last = connection.execute("SELECT count(*), min(seq), max(seq) FROM events").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise HallError("backup_not_whole", fault=str(error)) from error
    check_sequence(seq, counted, first, last)
    return Facts("sqlite", str(revision), str(hall), str(hall_id), epoch, seq, rows, {})
