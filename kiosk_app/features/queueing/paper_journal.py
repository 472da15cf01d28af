"""Which papers came out, on disk until the server knows: ids and outcomes only, nothing of a person."""

from __future__ import annotations

import json
import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from shared.schemas.base import Message
from shared.schemas.tickets import PaperRecord

log = logging.getLogger(__name__)


class PaperLine(Message):
    """One paper of one ticket."""

    ticket_id: UUID
    record: PaperRecord


class PaperJournal:
    """Safe on any thread; the file is replaced whole, so a power cut leaves the old one or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._printing: set[UUID] = set()
        self._lines: dict[UUID, PaperLine] = {line.record.copy_id: line for line in _read(path)}

    def begin(self, ticket_id: UUID, copy_id: UUID) -> None:
        """Before the first byte: if the power fails now, nobody knows whether paper came out."""
        with self._lock:
            self._printing.add(copy_id)
            self._put(ticket_id, copy_id, "unknown", "kiosk_stopped")

    def settle(self, ticket_id: UUID, copy_id: UUID, outcome: str, code: str) -> None:
        """What the printer said in the end."""
        with self._lock:
            self._printing.discard(copy_id)
            self._put(ticket_id, copy_id, outcome, code or None)

    def pending(self) -> list[PaperLine]:
        """What the server has to be told, oldest first; papers being printed are not known yet."""
        with self._lock:
            return [line for copy_id, line in self._lines.items() if copy_id not in self._printing]

    def told(self, line: PaperLine) -> None:
        """The server has it; unless it has changed meanwhile, it is forgotten here."""
        with self._lock:
            if self._lines.get(line.record.copy_id) == line:
                del self._lines[line.record.copy_id]
                self._write()

    def _put(self, ticket_id: UUID, copy_id: UUID, outcome: str, code: str | None) -> None:
        record = PaperRecord.model_validate(
            {"copy_id": copy_id, "outcome": outcome, "code": code, "at": datetime.now(UTC)}
        )
        self._lines[copy_id] = PaperLine(ticket_id=ticket_id, record=record)
        self._write()

    def _write(self) -> None:
        new = self._path.with_suffix(".new")
        try:
            with new.open("w", encoding="utf-8") as file:
                file.writelines(line.model_dump_json() + "\n" for line in self._lines.values())
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:
            # A full disk must not keep a person from the ticket; the server is told anyway while the program runs.
            log.error("paper journal not written: %s", error)


def _read(path: Path) -> list[PaperLine]:
    lines = []
    try:
        written = path.read_text("utf-8").splitlines()
    except OSError:
        return []
    for number, line in enumerate(written, start=1):
        try:
            lines.append(PaperLine.model_validate(json.loads(line)))
        except (ValueError, ValidationError):
            log.error("%s line %d is damaged and was left out", path.name, number)
    return lines
