"""The copy on the second machine: a database file, and the log that continues it, byte for byte the hall's own.

The log bears a name of its own, so that nobody who opens the file folds it by accident; it is given SQLite's name when
it is to be folded. A machine that loses power finds the file whole and the log up to some frame.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from server import wal
from server.features.backup import sqlite_copy
from server.features.backup.facts import Facts
from server.wal import Place
from shared.domain.errors import HallError

STATE: Final = "standby.json"
DATABASE: Final = "hall.db"
LOG: Final = "hall.db-received"


@dataclass(frozen=True, slots=True)
class State:
    """``source``: the server that is followed. Times in Unix seconds; ``lag_s``: how old the copy was at most."""

    source: str
    salt: str
    page: int
    whole: bool = False
    asked_at: float = 0.0
    level_at: float = 0.0
    lag_s: float = 0.0
    behind: int = 0
    verified_at: float = 0.0
    verified_seq: int = 0
    fault: str = ""


class Copy:
    """Of one folder. Nothing here is called from two threads."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data / LOG
        self.state: State | None = None

    def read(self) -> State | None:
        """What is kept here; None when it is no copy, or one that was left between two logs."""
        try:
            found = State(**json.loads((self.data / STATE).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        self.state = found
        if not (self.data / DATABASE).exists() or (self.data / f"{DATABASE}-wal").exists():
            return None
        # A log without a whole frame, after a power cut, is as good as none: it is received again.
        if self.place.frames and wal.salt_of(self.log).hex() != found.salt:
            return None
        return found

    def note(self, **changed: object) -> None:
        assert self.state is not None
        self.state = replace(self.state, **changed)  # type: ignore[arg-type]
        beside = self.data / f"{STATE}.new"
        beside.write_text(json.dumps(asdict(self.state)), "utf-8")
        os.replace(beside, self.data / STATE)

    def begin(self, folder: Path, state: State) -> None:
        """Take a new first copy in: whatever was here is replaced at the end, in one step a file."""
        with closing(sqlite3.connect(folder / DATABASE)) as database:
            database.execute("PRAGMA journal_mode=WAL")
        self.log.unlink(missing_ok=True)
        for end in ("-wal", "-shm"):
            (self.data / f"{DATABASE}{end}").unlink(missing_ok=True)
        for path in [path for path in folder.iterdir() if path.is_file()]:
            os.replace(path, self.data / path.name)
        self.state = state
        self.note()

    @property
    def place(self) -> Place:
        """Up to where everything is on this disk."""
        assert self.state is not None
        page, salt = self.state.page, bytes.fromhex(self.state.salt)
        frames = wal.frames_in(self.log.stat().st_size, page) if self.log.exists() else 0
        return Place(salt, frames, page, wal.check_at(self.log, page, frames) if frames else b"")

    def append(self, first: int, content: bytes) -> None:
        """Put what was received behind what is there, on the disk, before more is asked for."""
        page = self.place.page
        begin = wal.HEAD + first * (wal.FRAME + page) if first else 0
        descriptor = os.open(self.log, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "rb+") as file:
            file.truncate(begin)
            file.seek(begin)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def fold(self) -> int:
        """Fold the log into the file; SQLite checks each frame. HallError when it takes fewer than are there."""
        expected = self.place.frames
        if not expected:
            if (self.data / f"{DATABASE}-wal").exists():
                # This was broken off before.
                _fold(self.data / DATABASE)
            return 0
        os.replace(self.log, self.data / f"{DATABASE}-wal")
        taken = _fold(self.data / DATABASE)
        if taken != expected:
            raise HallError("standby_not_whole", fault=f"{taken} / {expected}")
        return taken

    def verify(self) -> Facts:
        """Fold a copy of this copy, and look whether it is whole: every page, and the event numbers without a gap."""
        scratch = self.data / "verify"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        try:
            shutil.copyfile(self.data / DATABASE, scratch / DATABASE)
            expected = self.place.frames
            if expected:
                shutil.copyfile(self.log, scratch / f"{DATABASE}-wal")
                if (taken := _fold(scratch / DATABASE)) != expected:
                    raise HallError("standby_not_whole", fault=f"{taken} / {expected}")
            return sqlite_copy.facts(scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _fold(path: Path) -> int:
    """How many frames SQLite found good and folded."""
    with closing(sqlite3.connect(path)) as database:
        _, length, folded = database.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return int(folded) if length == folded else -1
