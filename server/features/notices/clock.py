"""What time does to notices: scheduled ones begin, old ones end, each once, whichever process wakes first."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from server.database import Database, LoggedEvent, Reader
from server.features.notices.service import next_moment, tick

log = logging.getLogger(__name__)
# A clock that was set, or an event that was lost, is noticed after so long.
LONGEST_S: Final = 20.0
# The moment itself has to be over, also by a clock that is a little behind.
AFTER_S: Final = 0.02
# Between two turns, also when there is more to do, or one could not be done.
REST_S: Final = 0.5


class NoticeClock:
    """Sleeps until the next moment; a change of any notice, in any process, wakes it to look for an earlier one."""

    def __init__(self, database: Database, base: str) -> None:
        self._database = database
        self._base = base
        self._wake = asyncio.Event()

    def happened(self, event: LoggedEvent) -> None:
        if event.kind.startswith("notice."):
            self._wake.set()

    async def work_often(self) -> None:
        while True:
            self._wake.clear()
            try:
                rest = await self.work()
            except Exception:
                # A database that is away for a while must not end the clock for good.
                log.exception("notices not tended")
                rest = LONGEST_S
            try:
                await asyncio.wait_for(self._wake.wait(), rest)
            except TimeoutError:
                continue

    async def work(self) -> float:
        """Do what is due; answers the seconds until there may be more."""
        rest = await asyncio.to_thread(self._database.read, _rest)
        if rest > 0:
            return rest
        await asyncio.wrap_future(self._database.submit(lambda writer: tick(writer, self._base)))
        return max(REST_S, await asyncio.to_thread(self._database.read, _rest))


def _rest(reader: Reader) -> float:
    at = next_moment(reader)
    if at is None:
        return LONGEST_S
    seconds = (at - reader.now).total_seconds()
    return min(LONGEST_S, seconds + AFTER_S) if seconds > 0 else 0.0
