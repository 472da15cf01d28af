"""What the kiosk knew of the hall last, on its disk: a start without the server goes on with it."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from uuid import UUID

from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message
from shared.schemas.hall import Hall, Service

log = logging.getLogger(__name__)


class KnownHall(Message):
    """``as_of``: the hall's time at which it was true; ``clock_offset_ms``: the hall's clock less this machine's."""

    as_of: datetime
    clock_offset_ms: float
    hall: Hall
    services: list[Service]
    waiting: dict[UUID, int]


class KeptHall:
    """Read once at the start; written on a worker."""

    def __init__(self, path: Path) -> None:
        self._copy = CheckedCopy(path, KnownHall)

    def read(self) -> KnownHall | None:
        return self._copy.load()

    def write(self, known: KnownHall) -> None:
        """A full disk must not keep anybody from a ticket."""
        try:
            self._copy.save(known)
        except OSError as error:
            log.warning("the hall is not kept: %s", error)
