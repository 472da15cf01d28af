"""SQLite's write-ahead log as it lies on the disk: how far it is committed, and its bytes.

The formats are SQLite's own, documented and stable (``fileformat2`` 4, ``walformat`` 2): the log is a head of 32 bytes
and frames of 24 bytes and a page; the index beside it begins with two equal copies of a record that says how many
frames are committed. It is written after the log was flushed, whichever process committed.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

HEAD: Final = 32
FRAME: Final = 24
_RECORD: Final = struct.Struct("=IIIBBHIIII8s8s")
_VERSION: Final = 3007000


@dataclass(frozen=True, slots=True)
class Place:
    """How far a log is committed. ``salt`` names its generation, ``check`` proves all frames up to here."""

    salt: bytes
    frames: int
    page: int
    check: bytes

    @property
    def bytes(self) -> int:
        """The size of the log's file up to here."""
        return HEAD + self.frames * (FRAME + self.page) if self.frames else 0


class Index:
    """The index beside a database's log, kept open. Closing any descriptor of it would let go of the locks that SQLite
    holds on it for this process, and the next process to open the database would believe that nobody uses it."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-shm")
        self._lock = Lock()
        self._file: int | None = None

    def committed(self) -> Place | None:
        """The place that is committed now; None while the index is being written, or when there is none."""
        with self._lock:
            try:
                raw = os.pread(self._opened(), 2 * _RECORD.size, 0)
            except OSError:
                return None
        if len(raw) < 2 * _RECORD.size or raw[: _RECORD.size] != raw[_RECORD.size :]:
            return None
        version, _, _, ready, _, page, frames, _, first, second, salt, _ = _RECORD.unpack_from(raw)
        if version != _VERSION or not ready:
            return None
        # The checksum stands in the machine's own order here, and big-endian in the log.
        return Place(salt, frames, 65536 if page == 1 else page, struct.pack(">II", first, second))

    def _opened(self) -> int:
        now = self._path.stat()
        if self._file is not None:
            was = os.fstat(self._file)
            if (was.st_dev, was.st_ino) == (now.st_dev, now.st_ino):
                return self._file
            # Another file: the locks on the one that is gone are nobody's.
            os.close(self._file)
        self._file = os.open(self._path, os.O_RDONLY)
        return self._file

    def close(self) -> None:
        """Once this process has the database open no more."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None


def check_at(log: Path, page: int, frames: int) -> bytes:
    """The running checksum that the log itself holds after so many frames; empty when it isn't that long."""
    if frames == 0:
        return b""
    with log.open("rb") as file:
        file.seek(HEAD + (frames - 1) * (FRAME + page) + 16)
        return file.read(8)


def salt_of(log: Path) -> bytes:
    with log.open("rb") as file:
        return file.read(HEAD)[16:24]


def read(log: Path, page: int, first: int, last: int) -> bytes:
    """The frames after ``first`` up to ``last``, with the log's head before the first of all."""
    begin = 0 if first == 0 else HEAD + first * (FRAME + page)
    end = HEAD + last * (FRAME + page)
    with log.open("rb") as file:
        file.seek(begin)
        return file.read(end - begin)


def frames_in(size: int, page: int) -> int:
    """How many whole frames a log of this size holds."""
    return max(0, size - HEAD) // (FRAME + page)
