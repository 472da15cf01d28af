"""Asks the item system beside the hall's work: what somebody asked for at once, the rest when it is due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

from server.database import Database
from server.features.guides import runs
from server.features.guides.bringing_in import prepared_beside
from server.features.guides.reading import PAUSES_S, WHOLE_S, GoneError, Reader
from server.places import LookUp, look_up, outside
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
LOOK_S: Final = 20.0
CLOSE_S: Final = 1.0


class _EndsError(Exception):
    """The server ends: nothing was applied, and the run is tried again when somebody asks."""


class GuidePuller:
    """In every process; a run is in one process's hands at a time, and a dead one's is told of as failed."""

    def __init__(
        self, database: Database, base: str, *, look_s: float = LOOK_S, pauses: Sequence[float] = PAUSES_S,
        names: LookUp = look_up,
    ) -> None:  # fmt: skip
        """``base``: the hall's own address; ``look_s``: how often to look without having been nudged; ``pauses``:
        seconds before each further attempt at a page; ``names``: what answers the addresses of a name.
        """
        self._database, self._base, self._look_s, self._pauses = database, base, look_s, pauses
        self._names = names
        self._wake, self._over = threading.Event(), threading.Event()
        self._doing: UUID | None = None
        # A thread of its own: an item system that is slow must not keep a counter waiting; and one that nobody waits
        # for at the end, when it may be silent for seconds.
        self._thread = threading.Thread(target=self._work, name="guides", daemon=True)

    def start(self) -> None:
        self._database.on_nudge.append(self._nudged)
        self._thread.start()

    def close(self) -> None:
        """What is being read is not brought in."""
        self._over.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        left = self._doing
        if left is not None:
            # A server that has been replaced writes nothing any more.
            with suppress(HallError):
                self._fail(left, HallError("guides_interrupted"))

    def _nudged(self, name: str) -> None:
        if name == runs.NUDGE:
            self._wake.set()

    def _work(self) -> None:
        while not self._over.is_set():
            self._wake.clear()
            try:
                while self.step():
                    pass
            except HallError as error:
                log.info("guides not looked at", extra={"code": error.code})
            except Exception:
                # A database that is away for a while must not end the looking for good.
                log.exception("guides not looked at")
            self._wake.wait(self._look_s)

    def step(self) -> bool:
        """Do one run, if there is one to do. Blocks."""
        if self._over.is_set() or not self._database.read(runs.anything_due):
            return False
        claimed = self._database.write(runs.claim)
        if claimed is None:
            return False
        self._doing = claimed.id
        try:
            self._run(claimed)
        except _EndsError:
            self._fail(claimed.id, HallError("guides_interrupted"))
            return False
        except HallError as error:
            self._fail(claimed.id, error)
            log.info("guides not brought in", extra={"code": error.code})
        except Exception:
            self._fail(claimed.id, HallError("guides_interrupted"))
            raise
        finally:
            self._doing = None
        return True

    def _fail(self, run_id: UUID, error: HallError) -> None:
        self._database.write(lambda writer: runs.fail(writer, run_id, error))

    def _run(self, claimed: runs.Claimed) -> None:
        places = outside(self._base, inside=claimed.source.inside, names=self._names)
        asked = Reader(claimed.source, self._pause, time.monotonic() + WHOLE_S, self._pauses, places)
        mode = claimed.mode
        try:
            staged = asked.read(mode)
        except GoneError:
            mode = "full"
            staged = asked.read(mode)
        if self._over.is_set():
            raise _EndsError
        prepared_beside(
            self._database, lambda reader: runs.ready(reader, mode, staged),
            lambda writer, prepared: runs.settle(writer, claimed, mode, staged, prepared),
        )  # fmt: skip

    def _pause(self, seconds: float) -> None:
        if self._over.wait(seconds):
            raise _EndsError
