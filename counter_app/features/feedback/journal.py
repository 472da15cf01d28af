"""Ratings on disk until the server has them: one small file each, so that a kill or a power cut loses none.

A file holds an opaque ticket id, the level and the reasons; nothing about the person.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from uuid import UUID

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeptRating:
    """One rating; ``key`` is its Idempotency-Key for ever."""

    ticket_id: str
    level: int
    reasons: tuple[str, ...] = ()
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def with_reasons(self, reasons: tuple[str, ...]) -> KeptRating:
        """The same rating with what the citizen added; nothing of it was sent before, so the key stays."""
        return replace(self, reasons=reasons)


class RatingJournal:
    """All methods touch the disk: call them off the UI thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def put(self, rating: KeptRating, *, unless: Callable[[], bool] = lambda: False) -> None:
        """On disk when this returns, in the order of the calls; OSError when it could not be kept."""
        with self._lock:
            if not unless():
                self._write(rating)

    def _write(self, rating: KeptRating) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self._folder / f"{rating.ticket_id}.new"
        with beside.open("w", encoding="utf-8") as stream:
            json.dump(asdict(rating), stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, self._file(rating.ticket_id))
        self._sync_folder()

    def take_out(self, ticket_id: str) -> None:
        """The server has it, or will never take it."""
        self._file(ticket_id).unlink(missing_ok=True)

    def all(self) -> list[KeptRating]:
        """Everything kept, oldest first; a damaged file is put aside and logged."""
        found = []
        for file in self._files():
            try:
                values = json.loads(file.read_text("utf-8"))
                rating = KeptRating(
                    str(UUID(values["ticket_id"])),
                    int(values["level"]),
                    tuple(map(str, values["reasons"])),
                    values["key"],
                )
            except FileNotFoundError:
                continue  # taken out meanwhile
            except (OSError, ValueError, KeyError, TypeError):
                _log.exception("rating %s cannot be read and is put aside", file.name)
                os.replace(file, file.with_suffix(".damaged"))
                continue
            found.append(rating)
        return found

    def _files(self) -> list[Path]:
        """Oldest first; another thread may take one out at any moment."""
        written = {}
        for file in self._folder.glob("*.json"):
            with suppress(FileNotFoundError):
                written[file] = file.stat().st_mtime
        return sorted(written, key=written.__getitem__)

    def _file(self, ticket_id: str) -> Path:
        return self._folder / f"{ticket_id}.json"

    def _sync_folder(self) -> None:
        if os.name == "nt":
            return
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
