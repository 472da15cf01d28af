"""Proof of play: a display's journal of what it showed, on its disk at once and told to the server until it answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.offline.journal import Journal
from shared.offline.sync import Sync, Upload
from shared.schemas.media import Play

PLAYED: Final = "media.played"
# What the server has is kept so long, for whoever wants to look at the display itself.
KEPT: Final = timedelta(days=14)


class ProofOfPlay:
    """Safe on any thread but for ``sync``, which one thread steps. ``journal`` is the display's own, of this alone."""

    def __init__(self, journal: Journal, upload: Upload) -> None:
        self.journal = journal
        self.sync = Sync(journal, upload, lambda: None)

    def shown(
        self, sha256: str, began: datetime, ended: datetime, *, day: date, place: str = "", whole: bool = True
    ) -> UUID:  # fmt: skip
        """Something was shown; it is on the disk when this returns, once. HallError ``disk_full``.

        ``day`` is the hall's; a showing that is under way when the machine is cut off never ended and is not told.
        """
        shown_ms = max(0, round((ended - began).total_seconds() * 1000))
        play = Play(sha256=sha256, place=place[:64], began_at=began.astimezone(UTC), shown_ms=shown_ms, whole=whole)
        return self.journal.append(PLAYED, play.model_dump(mode="json"), at=ended, day=day)

    def step(self, today: Callable[[], date]) -> float:
        """Tell the server; answers in how many seconds to come again."""
        wait = self.sync.step()
        if self.sync.error is None and not self.sync.behind:
            with self.journal.write() as written:
                written.forget_before(today() - KEPT)
        return wait
