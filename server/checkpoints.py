"""When an embedded database's log is folded into its file: by the writer, between two changes, and never before a
second machine that follows has all of it.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from server.followers import Board, Follower, OwnBoard
from server.wal import Index, Place

log = logging.getLogger(__name__)
# Frames, of 4 KB each: from when on it is folded, from when on a follower is waited for, and until when.
FOLD: Final = 1000
WAIT: Final = 8_000
MOST: Final = 64_000
WAIT_S: Final = 0.3
# A follower that has not asked for so long is gone; it begins anew when it comes back.
GONE_S: Final = 30.0
ENDS_KEPT: Final = 16


class Checkpoints:
    """Of one database file. ``before_change`` is the writer's; the rest may be called from any thread."""

    def __init__(
        self, engine: Engine, path: Path, *, fold: int = FOLD, board: Board | None = None, folds: bool = True
    ) -> None:
        """``board``: what several processes know together; ``folds``: this is the one of them that does it."""
        self._engine = engine
        self.path = path
        self._fold = fold
        self._index = Index(path)
        self._board = board or OwnBoard()
        self._folds = folds

    def committed(self) -> Place | None:
        """How far the log is committed."""
        return self._index.committed()

    def close(self) -> None:
        """After the database's own connections."""
        self._index.close()

    @property
    def followers(self) -> dict[str, Follower]:
        """Those that follow now, by name."""
        now = time.monotonic()
        with self._board.open() as known:
            for name in [name for name, one in known.followers.items() if now - one.seen >= GONE_S]:
                del known.followers[name]
            return dict(known.followers)

    def follow(self, name: str, place: Place | None, address: str = "") -> None:
        """A follower says how far it is."""
        now = self.committed()
        behind = 0
        if now is not None and place is not None:
            behind = (now.frames - place.frames if now.salt == place.salt else now.frames) * now.page
        with self._board.open() as known:
            known.followers[name] = Follower(place, time.monotonic(), address, max(0, behind))

    def is_end(self, place: Place) -> bool:
        """Whether this was the end of an earlier log, all of which is in the file by now."""
        with self._board.open() as known:
            end = known.ends.get(place.salt)
        return end is not None and (end.frames, end.check) == (place.frames, place.check)

    def before_change(self) -> None:
        """Fold the log when it is long and nobody needs it any more. The next change begins a new one.

        While no other process can write."""
        if not self._folds:
            return
        now = self.committed()
        if now is None or now.frames < self._fold:
            return
        until = time.monotonic() + (WAIT_S if now.frames >= WAIT else 0)
        while self._is_needed(now):
            if time.monotonic() >= until:
                if now.frames < MOST:
                    return
                log.warning("a second machine is too slow and has to begin anew", extra={"frames": now.frames})
                break
            time.sleep(0.01)
        try:
            with self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                busy, length, folded = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()  # type: ignore[union-attr]
        except sqlite3.Error as error:
            # A full disk: the log keeps everything, and is folded when there is room.
            log.warning("the log was not folded", extra={"fault": str(error)})
            return
        if not busy and length == folded == now.frames:
            with self._board.open() as known:
                known.ends[now.salt] = now
                while len(known.ends) > ENDS_KEPT:
                    del known.ends[next(iter(known.ends))]

    def _is_needed(self, now: Place) -> bool:
        return any(
            one.place is None or (one.place.salt, one.place.frames) != (now.salt, now.frames)
            for one in self.followers.values()
        )
