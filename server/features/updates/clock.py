"""Looks now and then whether a rollout may go on: a wave has been healthy for long enough, a terminal fell silent."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from sqlalchemy import select

from server.database import Database, Reader
from server.features.updates.models import RolloutRow
from server.features.updates.rollouts import tick

log = logging.getLogger(__name__)
EVERY_S: Final = 5.0


async def tick_often(database: Database) -> None:
    while True:
        try:
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
