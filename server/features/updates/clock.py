"""Looks now and then whether a rollout may go on: a wave has been healthy for long enough, a terminal fell silent; and
each hour which archives nobody needs any more."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from typing import Final

from sqlalchemy import select

from server.database import Database, Reader
from server.features.media.files import MediaFiles
from server.features.updates.models import RolloutRow
from server.features.updates.releases import forget_useless, useless
from server.features.updates.rollouts import tick

log = logging.getLogger(__name__)
EVERY_S: Final = 5.0
TIDY_S: Final = 3600.0


async def tick_often(database: Database, files: MediaFiles) -> None:
    tidied = 0.0
    while True:
        try:
            if (now := time.monotonic()) >= tidied + TIDY_S or not tidied:
                tidied = now
                if await asyncio.to_thread(database.read, partial(useless, files=files)):
                    await asyncio.wrap_future(database.submit(partial(forget_useless, files=files)))
            # A hall that updates nothing writes nothing.
            if await asyncio.to_thread(database.read, _is_running):
                await asyncio.wrap_future(database.submit(tick))
        except Exception:
            # A database that is away for a while must not end it for good.
            log.exception("rollouts not tended")
        await asyncio.sleep(EVERY_S)


def _is_running(reader: Reader) -> bool:
    chosen = select(RolloutRow.id).where(RolloutRow.hall_id == reader.hall_id, RolloutRow.state == "running")
    return reader.session.scalar(chosen.limit(1)) is not None
