"""Looks for reminders that are due whenever something happened in the lines: beside the calls, never in them."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Final

from server.context import Context
from server.database import Database, LoggedEvent
from server.features.reminders.service import due, work

log = logging.getLogger(__name__)
AT_MOST_EVERY_S: Final = 1.0
# Without events time still passes, and with it what is forecast.
AT_LEAST_EVERY_S: Final = 20.0
WORDS: Final = ("ticket.", "messages.", "catalogue.")


class Reminders:
    """Of one process; its methods run on the event loop."""

    def __init__(self, database: Database, context: Context) -> None:
        self._database = database
        self._context = context
        self._woken = asyncio.Event()

    def happened(self, event: LoggedEvent) -> None:
        if event.kind.startswith(WORDS):
            self._woken.set()

    async def work_often(self) -> None:
        failed = False
        while True:
            self._woken.clear()
            try:
                if await asyncio.to_thread(self._database.read, lambda reader: due(reader, self._context)):
                    await asyncio.wrap_future(self._database.submit(lambda writer: work(writer, self._context)))
                failed = False
            except Exception:
                # A database that is away for a while must not end the reminders for good. Once is enough.
                if not failed:
                    log.exception("reminders not looked for")
                failed = True
            await asyncio.sleep(AT_MOST_EVERY_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), AT_LEAST_EVERY_S)
