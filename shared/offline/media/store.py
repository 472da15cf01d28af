"""A terminal's media: a file that bears its name is whole, and a manifest is the current one when all its files are.

Parts grow under ``parts/``; one gets its name after its SHA-256 was right and it was flushed to the disk. What stands
in the current manifest is never removed. A process that is killed anywhere finds the last good manifest or the new one.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from shared.domain.errors import HallError
from shared.offline.checked_copy import CheckedCopy
from shared.offline.media.manifest import ManifestItem, MediaManifest

log = logging.getLogger(__name__)
# What a terminal keeps at most, and what stays free on its disk for its journals.
LIMIT: Final = 20 * 1024**3
RESERVE: Final = 200 * 1024**2
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MB: Final = 1024 * 1024


class MediaStore:
    """Of one folder; one thread at a time fetches, any may ask. Sizes in bytes."""

    def __init__(
        self, folder: Path, *, limit: int = LIMIT, reserve: int = RESERVE, room: Callable[[Path], int] | None = None
    ) -> None:  # fmt: skip
        """``room`` answers the free bytes of the disk: for who brings another."""
        self.folder = folder
        self._limit, self._reserve = limit, reserve
        self._room = room or free_bytes
        self._parts = folder / "parts"
        self._copy = CheckedCopy(folder / "manifest.json", MediaManifest)
        self._lock = threading.RLock()
        try:
            self._make_folder()
        except HallError as error:
            # A terminal starts on a full disk too; there is room for films when there is room.
            log.warning("no room for pictures and films yet: %s", error.code)
        found = self._copy.load() or MediaManifest()
        # Somebody who took files away by hand: what is left of it is shown rather than nothing.
        if gone := [item.sha256 for item in found.items if self._size(item.sha256) != item.size]:
            log.warning("files of the current manifest are missing: %d", len(gone))
        self._current = found

    @property
    def current(self) -> MediaManifest:
        """What is shown: the last one of which everything was here."""
        with self._lock:
            return self._current

    def path(self, sha256: str) -> Path | None:
        """The verified file; None while it is not here."""
        path = self._named(sha256)
        return path if path.is_file() else None

    def missing(self, manifest: MediaManifest) -> list[ManifestItem]:
        """What has to be fetched before it can be shown, in its order."""
        return [item for item in manifest.items if self._size(item.sha256) != item.size]

    def switch(self, manifest: MediaManifest) -> None:
        """From now on this one, also after a power cut. HallError ``media_not_all_here``, ``disk_full``."""
        with self._lock:
            if missing := self.missing(manifest):
                raise HallError("media_not_all_here", missing=len(missing))
            if manifest != self._current:
                with _disk(0):
                    self._copy.save(manifest)
                self._current = manifest
            # When they were needed last: what is to go first when room is short.
            for sha256 in manifest.wanted:
                with suppress(OSError):
                    os.utime(self._named(sha256))

    def offset(self, item: ManifestItem) -> int:
        """From where to go on."""
        try:
            size = self._part(item).stat().st_size
        except FileNotFoundError:
            return 0
        if size > item.size:
            self.drop(item)
            return 0
        return size

    def make_room(self, item: ManifestItem, keep: frozenset[str]) -> None:
        """Remove the files that were needed least lately until the rest of this one fits. HallError ``disk_full``.

        Never one of the current manifest nor of ``keep``, the manifest that is being fetched.
        """
        self._make_folder()
        needed = item.size - self.offset(item)
        with self._lock:
            held = self._current.wanted | keep
            spare = sorted((path for path in self._files() if path.name not in held), key=_needed_at)
            total = sum(_length(path) for path in (*self._files(), *self._parts.iterdir()))
            for path in spare:
                if total + needed <= self._limit and self._room(self.folder) - needed >= self._reserve:
                    break
                total -= _length(path)
                with suppress(OSError):
                    path.unlink()
                    log.info("not needed any more and removed: %s", path.name[:12])
        if total + needed > self._limit or self._room(self.folder) - needed < self._reserve:
            raise HallError("disk_full", mb=-(-needed // _MB))

    def append(self, item: ManifestItem, content: bytes) -> None:
        """Put what came behind what is here. HallError ``disk_full``."""
        with _disk(len(content)), self._part(item).open("ab", buffering=0) as file:
            file.write(content)

    def finish(self, item: ManifestItem) -> None:
        """All came: it gets its name when it is what it should be. HallError ``media_wrong_bytes``: begin anew."""
        part = self._part(item)
        with _disk(0):
            with part.open("rb+") as file:
                right = _sum(part) == item.sha256 and part.stat().st_size == item.size
                if right:
                    os.fsync(file.fileno())
            if not right:
                self.drop(item)
                raise HallError("media_wrong_bytes")
            to = self._named(item.sha256)
            if not to.parent.exists():
                to.parent.mkdir(exist_ok=True)
                _sync(self.folder)
            os.replace(part, to)
            _sync(to.parent)

    def drop(self, item: ManifestItem) -> None:
        with suppress(OSError):
            self._part(item).unlink()

    def drop_parts(self, keep: frozenset[str] = frozenset()) -> None:
        """Parts of what is wanted no more go."""
        for path in self._parts.glob("*"):
            if path.name not in keep:
                with suppress(OSError):
                    path.unlink()

    def doubt(self, sha256: str) -> bool:
        """A player could not show it: is the file still what it was? One that is not goes, and is fetched again."""
        path = self._named(sha256)
        try:
            if _sum(path) == sha256:
                return False
            log.error("a file on this disk has changed by itself: %s", sha256[:12])
            path.unlink()
        except OSError as error:
            log.warning("a file can't be read: %s", error)
        return True

    def _make_folder(self) -> None:
        with _disk(0):
            self._parts.mkdir(parents=True, exist_ok=True)

    def _named(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def _part(self, item: ManifestItem) -> Path:
        return self._parts / item.sha256

    def _size(self, sha256: str) -> int:
        return _length(self._named(sha256))

    def _files(self) -> list[Path]:
        return [path for path in self.folder.glob("??/*") if len(path.name) == 64]


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _needed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def free_bytes(folder: Path) -> int:
    """What the folder's disk has left for this program."""
    facts = os.statvfs(folder) if hasattr(os, "statvfs") else None
    if facts is None:
        import shutil

        return shutil.disk_usage(folder).free
    return facts.f_bavail * facts.f_frsize


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk(wanted: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise HallError("disk_full", mb=-(-wanted // _MB)) from error
        raise HallError("media_disk_fault", fault=error.strerror or type(error).__name__) from error
