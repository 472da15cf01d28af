"""The journal of a counter: steps taken alone, written down before they are shown, and brought to the server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.island.numbers import bare
from shared.offline.journal import Entry, Journal
from shared.offline.journal_health import journal_health
from shared.offline.sync import Sync
from shared.schemas.device_health import DeviceHealth


class Diary:
    """Opened by ``open``. Methods but ``has_finished`` and ``health`` touch the disk or the line: off the UI thread."""

    def __init__(self, path: Path, client: HallClient) -> None:
        self._path, self._client = path, client
        self._opened: Journal | None = None
        self._was_refused = False
        # Numbers finished here, without their signs: nobody is served twice by mistake.
        self._finished: set[str] = set()

    def open(self) -> None:
        """HallError ``disk_full`` when there is no room for it; harmless when repeated."""
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                self._opened = Journal(self._path)
            except HallError:
                self._was_refused = True
                raise
            self._sync = Sync(self._opened, self._client.upload_entries, lambda: None)
            self._finished = {bare(one.body["number"]) for one in self._opened.pending() if _ends(one.kind)}

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def health(self) -> list[DeviceHealth]:
        """From memory; empty while all is well, or before it was opened."""
        return journal_health(self._opened) if self._opened is not None or self._was_refused else []

    @property
    def _journal(self) -> Journal:
        self.open()
        assert self._opened is not None
        return self._opened

    def write(self, kind: str, counter_id: UUID, body: Mapping[str, Any], at: datetime, day: date) -> None:
        """On the disk when this returns; HallError ``disk_full`` when nothing was kept."""
        self._journal.append(kind, dict(body), at=at, day=day, counter_id=counter_id)
        if _ends(kind):
            self._finished.add(bare(str(body["number"])))

    def end_of(self) -> tuple[UUID, int]:
        """Which journal this is, and the place of its last entry."""
        journal = self._journal
        with journal.write() as written:
            last = written.entries("place = (SELECT max(place) FROM entries)")
        return journal.id, last[0].place if last else 0

    def since(self, journal: UUID | None, place: int, day: date) -> list[Entry]:
        """A day's entries behind a place; all of them when the place is of another journal."""
        mine = self._journal
        behind = place if journal == mine.id else 0
        return [entry for entry in mine.of_day(day) if entry.place > behind]

    def unsent(self) -> int:
        return self._journal.waiting

    def has_finished(self, number: str) -> bool:
        """Was this number, without its signs, finished here and is not told yet?"""
        return number in self._finished

    def send(self, today: date) -> int:
        """Bring everything up, in its order; answers how many came in the meantime. HallError when it does not go."""
        journal = self._journal
        while journal.pending(1):
            wait_s = self._sync.step()
            if self._sync.error is not None:
                raise self._sync.error
            if wait_s:
                break
        with journal.write() as written:
            written.forget_before(today)
        left = journal.waiting
        if not left:
            self._finished.clear()
        return left


def _ends(kind: str) -> bool:
    return kind == "visit.finished"
