"""The contents on the disk, each named by its SHA-256, and parts of uploads: a file that bears its name is whole."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from server.folder import hold
from shared.domain.errors import HallError

FOLDER: Final = "media"
THUMBNAIL: Final = ".thumbnail.jpg"
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MB: Final = 1024 * 1024


class MediaFiles:
    """Of one data folder; several processes of one hall share it. ``reserve``: bytes of the disk that stay free."""

    def __init__(self, data: Path, reserve: int = 0, folder: str = FOLDER) -> None:
        self.folder = data / folder
        self.parts = self.folder / "parts"
        self.reserve = reserve

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def thumbnail(self, sha256: str) -> Path:
        return self.path(sha256).with_name(sha256 + THUMBNAIL)

    def part(self, upload_id: UUID) -> Path:
        return self.parts / str(upload_id)

    def offset(self, upload_id: UUID) -> int:
        """How many bytes are on the disk."""
        try:
            return self.part(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def check_room(self, wanted: int) -> None:
        """HallError ``media_no_room`` when the disk would come below what the hall's own data needs."""
        with _room(wanted):
            self.parts.mkdir(parents=True, exist_ok=True, mode=0o700)
            free = shutil.disk_usage(self.folder).free
        if free - wanted < self.reserve:
            raise _no_room(wanted, free)

    @contextmanager
    def held(self, upload_id: UUID) -> Iterator[None]:
        """One at a time writes to a part, of all processes; HallError ``media_upload_busy``."""
        with _room(0):
            self.parts.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            lock = hold(self.parts, f"{upload_id}.lock")
        except HallError as error:
            raise HallError("media_upload_busy", status=409) from error
        except OSError as error:
            raise _no_room(0, 0) from error
        with closing(lock):
            yield

    def append(self, upload_id: UUID, offset: int, content: bytes, size: int) -> int:
        """Put a piece behind what is there, on the disk when this returns; answers the new length.

        HallError ``media_offset`` with the right one, ``media_no_room``: what was there before stays.
        """
        with self.held(upload_id):
            there = self.offset(upload_id)
            # The same piece once more, because its answer was lost.
            if offset < there and offset + len(content) <= there:
                return there
            if offset != there or offset + len(content) > size:
                raise HallError("media_offset", status=409, offset=there)
            self.check_room(len(content))
            with _room(len(content)), self.part(upload_id).open("ab") as file:
                try:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(there)
                    raise
        return offset + len(content)

    def keep(self, upload_id: UUID, sha256: str, thumbnail: Path) -> None:
        """A part that was checked gets its name, and its small picture too: first on the disk, then named."""
        to = self.path(sha256)
        with _room(0):
            to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            for source, target in ((thumbnail, self.thumbnail(sha256)), (self.part(upload_id), to)):
                if source.exists():
                    # Young again: whoever clears old files away leaves it until its row is there.
                    os.utime(source)
                    with source.open("rb+") as file:
                        os.fsync(file.fileno())
                    os.replace(source, target)
            for folder in (to.parent, self.folder):
                sync_folder(folder)

    def drop_part(self, upload_id: UUID) -> None:
        for end in ("", ".lock", THUMBNAIL):
            with suppress(OSError):
                self.parts.joinpath(f"{upload_id}{end}").unlink(missing_ok=True)

    def remove(self, sha256: str) -> None:
        for path in (self.path(sha256), self.thumbnail(sha256)):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def contents(self) -> list[Path]:
        """Everything that bears a name, thumbnails too."""
        return sorted(path for path in self.folder.glob("??/*") if path.is_file())


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    # Windows writes a rename through by its file system's own journal.
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _room(wanted: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _no_room(wanted, 0) from error
        raise HallError("media_not_kept", status=503, fault=error.strerror or type(error).__name__) from error


def _no_room(wanted: int, free: int) -> HallError:
    return HallError("media_no_room", status=507, mb=-(-wanted // _MB), free_mb=free // _MB)
