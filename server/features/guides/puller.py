"""Asks the item system beside the hall's work: what somebody asked for at once, the rest when it is due."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from server.database import Database
from server.features.guides import runs
from server.features.guides.reading import PAUSES_S, WHOLE_S, GoneError, Reader
from server.features.guides.sources import refuse_inside
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
LOOK_S: Final = 20.0


class _EndsError(Exception):
    """The server ends: nothing was applied, and the run is tried again when somebody asks."""


class GuidePuller:
    """In every process; a run is in one process's hands at a time, and a dead one's is told of as failed."""

    def __init__(
        self, database: Database, base: str, *, look_s: float = LOOK_S, pauses: Sequence[float] = PAUSES_S
    ) -> None:
        """``base``: the hall's own address; ``look_s``: how often to look without having been nudged; ``pauses``:
        seconds before each further attempt at a page.
        """
        self._database, self._base, self._look_s, self._pauses = database, base, look_s, pauses
        self._wake = asyncio.Event()
        self._over = threading.Event()
        # A thread of its own: an item system that is slow must not keep a counter waiting.
        self._hand = ThreadPoolExecutor(1, "guides")

    def close(self) -> None:
        self._over.set()
        self._hand.shutdown(wait=False, cancel_futures=True)

    async def work_often(self) -> None:
        loop = asyncio.get_running_loop()

        def nudged(name: str) -> None:
            if name == runs.NUDGE and not loop.is_closed():
                loop.call_soon_threadsafe(self._wake.set)

        self._database.on_nudge.append(nudged)
        while True:
            try:
                while await loop.run_in_executor(self._hand, self.step):
                    pass
            except HallError as error:
                log.info("guides not looked at", extra={"code": error.code})
            except Exception:
                # A database that is away for a while must not end the looking for good.
                log.exception("guides not looked at")
            try:
                await asyncio.wait_for(self._wake.wait(), self._look_s)
            except TimeoutError:
                continue
            finally:
                self._wake.clear()

    def step(self) -> bool:
        """Do one run, if there is one to do. Blocks."""
        if self._over.is_set() or not self._database.read(runs.anything_due):
            return False
        claimed = self._database.write(runs.claim)
        if claimed is None:
            return False
        try:
            self._run(claimed)
        except _EndsError:
            error = HallError("guides_interrupted")
            self._database.write(lambda writer: runs.fail(writer, claimed.id, error))
            return False
        except HallError as error:
            refused = error
            self._database.write(lambda writer: runs.fail(writer, claimed.id, refused))
            log.info("guides not brought in", extra={"code": error.code})
        except Exception:
            self._database.write(lambda writer: runs.fail(writer, claimed.id, HallError("guides_interrupted")))
            raise
        return True

    def _run(self, claimed: runs.Claimed) -> None:
        refuse_inside(claimed.source.address, self._base)
        asked, mode = Reader(claimed.source, self._pause, time.monotonic() + WHOLE_S, self._pauses), claimed.mode
        try:
            staged = asked.read(mode)
        except GoneError:
            mode = "full"
            staged = asked.read(mode)
        self._database.write(lambda writer: runs.settle(writer, claimed, mode, staged))

    def _pause(self, seconds: float) -> None:
        if self._over.wait(seconds):
            raise _EndsError
