"""The last state a display showed, on its disk: what it shows when it starts and the server is away."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message
from shared.schemas.events import Snapshot
from shared.schemas.hall import Hall


class RungCall(Message):
    """A call that was announced already, so that a restart does not say it again."""

    call_id: UUID
    recalls: int
    at: datetime


class HallCopy(Message):
    """``as_of``: server time at which all of it was still true."""

    as_of: datetime
    hall: Hall
    snapshot: Snapshot | None = None
    rung: tuple[RungCall, ...] = ()


class SnapshotCopy(CheckedCopy[HallCopy]):
    """A display's copy, whole or none."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, HallCopy)
