"""Brings a terminal's journal to the server: up before down, in order, for as long as it takes.

No thread and no clock of its own: whoever runs it calls ``step`` and comes again after the seconds it answers.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from shared.domain.errors import HallError
from shared.offline.journal import Entry, Journal
from shared.schemas.island import BATCH, EntryVerdict

log = logging.getLogger(__name__)
# With nothing to tell, the server is asked for news this often.
IDLE_S: Final = 60.0
FIRST_S: Final = 1.0
LONGEST_S: Final = 60.0
# Refusals that say nothing about what was sent.
PASSING: Final = frozenset({401, 403, 408, 425, 429})
# The server stumbled over something in it.
STUMBLED: Final = 500

Upload = Callable[[list[dict[str, Any]]], Sequence[EntryVerdict]]


class Sync:
    """One thread at a time. ``upload`` sends entries and answers the server's verdicts, ``download`` fetches what the
    terminal needs; both raise ``HallError``."""

    def __init__(
        self, journal: Journal, upload: Upload, download: Callable[[], None], *,
        draw: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self._journal = journal
        self._upload, self._download = upload, download
        self._draw = draw
        self._size = BATCH
        self._failures = 0
        # Entries the server stumbled over by themselves: the others are not kept waiting by them.
        self._skipped: set[int] = set()
        self.error: HallError | None = None

    def step(self) -> float:
        """One exchange with the server; answers in how many seconds to come again."""
        batch = self._next_batch()
        try:
            if batch:
                return self._send(batch)
            self._download()
        except HallError as error:
            self.error = error
            return self._later()
        if self._skipped:
            self._skipped.clear()
            return self._later()
        self.error, self._failures = None, 0
        return IDLE_S

    @property
    def behind(self) -> int:
        """How many entries the server does not have."""
        return self._journal.waiting

    def _next_batch(self) -> list[Entry]:
        found = self._journal.pending(self._size + len(self._skipped))
        return [entry for entry in found if entry.place not in self._skipped][: self._size]

    def _send(self, batch: list[Entry]) -> float:
        try:
            verdicts = self._upload([self._journal.message(entry) for entry in batch])
        except HallError as error:
            status = error.status or 0
            if status != STUMBLED and (not 400 <= status < 500 or status in PASSING):
                raise
            self._take_apart(batch, error)
            return 0.0
        told = {one.id: one for one in verdicts}
        # Only what the answer names: whatever it leaves out is sent again.
        named = [told[entry.id] for entry in batch if entry.id in told]
        with self._journal.write() as written:
            for one in named:
                written.settle(one.id, one.verdict, one.code)
        if not named:
            return self._later()
        self.error, self._failures = None, 0
        self._size = min(BATCH, self._size * 2)
        return 0.0

    def _take_apart(self, batch: list[Entry], error: HallError) -> None:
        """Something in it can't be sent: find out what, and let the rest go."""
        if len(batch) > 1:
            self._size = len(batch) // 2
            return
        [entry] = batch
        log.error("entry %s (%s) was not taken: %s", entry.id, entry.kind, error.code)
        self._size = BATCH
        if error.status == STUMBLED:
            self._skipped.add(entry.place)
            self.error = error
            return
        with self._journal.write() as written:
            written.settle(entry.id, "refused", error.code)

    def _later(self) -> float:
        """Longer each time, up to a minute, and spread, so that a hall's terminals do not come all at once."""
        wait = min(LONGEST_S, FIRST_S * float(1 << min(self._failures, 10)))
        self._failures += 1
        return wait * (0.5 + self._draw() / 2)
