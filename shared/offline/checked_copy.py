"""A message on the disk that is whole or not there: what a program starts with when the server is away."""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from shared.schemas.base import Message

log = logging.getLogger(__name__)
_LARGEST = 16 * 1024 * 1024
Kept = TypeVar("Kept", bound=Message)


class CheckedCopy(Generic[Kept]):
    """One file: a line with the checksum, then JSON. Not thread-safe: one thread at a time saves."""

    def __init__(self, path: Path, kind: type[Kept]) -> None:
        self.path = path
        self._kind = kind

    def save(self, copy: Kept) -> None:
        """Replace the file; after a power cut there is the old one or the new one, never half of one. OSError."""
        body = copy.model_dump_json().encode()
        part = self.path.with_name(self.path.name + ".part")
        with part.open("wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)
        _sync_folder(self.path.parent)

    def load(self) -> Kept | None:
        """The copy, or None. A damaged file is put aside as ``*.damaged`` for those who want to know why."""
        try:
            with self.path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("the copy %s cannot be read: %s", self.path, error)
            return None
        checksum, _, body = data.partition(b"\n")
        if len(data) <= _LARGEST and hashlib.sha256(body).hexdigest().encode() == checksum:
            try:
                return self._kind.model_validate_json(body)
            except ValidationError as error:
                log.warning("the copy %s is of another version: %s", self.path, error)
        damaged = self.path.with_name(self.path.name + ".damaged")
        log.warning("the copy is damaged and was put aside: %s", damaged)
        with suppress(OSError):
            self.path.replace(damaged)
        return None


def _sync_folder(folder: Path) -> None:
    # Windows has no such thing: there a rename is written through by the file system's own journal.
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
