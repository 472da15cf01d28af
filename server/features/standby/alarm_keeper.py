"""Looks for alarms beside the hall's work, and notes what is new or over in the trail."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Final

from server import audit
from server.database import Database, Writer
from server.features.standby.alarms import next_kept, read_kept, write_kept
from server.features.standby.state import server_state
from server.folder import hold
from server.settings import Settings
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
FIRST_S: Final = 3.0
LOOK_S: Final = 20.0


class AlarmKeeper:
    """For as long as the server runs; of several processes of one hall, whichever comes first."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    async def work_often(self) -> None:
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                await asyncio.to_thread(self.step)
            except HallError as error:
                log.info("alarms not looked at", extra={"code": error.code})
            except Exception:
                log.exception("alarms not looked at")
            await asyncio.sleep(LOOK_S)

    def step(self) -> None:
        """Look once; what is new or over goes into the trail."""
        database, data = self._database, self._settings.data
        with hold(data, "alarms.lock"):
            before = read_kept(data)
            state = database.read(lambda reader: server_state(reader, self._settings, database.checkpoints))
            now = datetime.now(UTC)
            kept = next_kept(before, (one.kind for one in state.alarms), (one.name for one in state.standbys), now)
            if kept != before:
                write_kept(data, kept)
        raised, ended = kept.since.keys() - before.since.keys(), before.since.keys() - kept.since.keys()
        for kind in sorted(raised):
            log.error("alarm", extra={"alarm": kind})
        if raised or ended:
            database.write(lambda writer: _note(writer, sorted(raised), sorted(ended)))


def _note(writer: Writer, raised: list[str], ended: list[str]) -> None:
    for kind in raised:
        audit.record(writer, audit.SYSTEM, "alarm.raised", "server", alarm=kind)
    for kind in ended:
        audit.record(writer, audit.SYSTEM, "alarm.ended", "server", alarm=kind)
