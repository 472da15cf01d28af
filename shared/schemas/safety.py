"""How safe a hall is against the loss of its server."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from shared.schemas.base import Message

AlarmKind = Literal[
    "disk_low", "backup_none", "backup_failed", "backup_late", "standby_behind", "standby_lost", "database_quarantined"
]


class StandbyMedia(Message):
    """A content that a second machine has to have."""

    sha256: str
    size: int
    thumbnail: bool


class DiskState(Message):
    free_mb: int
    total_mb: int


class BackupState(Message):
    """The backup of each day. ``fault``: why the last try failed; ``late``: the one of the day is missing."""

    to: str
    at: str
    keep: int
    kept: int
    good_at: datetime | None
    file: str
    bytes: int
    seconds: float
    fault: str
    late: bool


class StandbyState(Message):
    """A second machine: when it was heard last, and how many bytes of the log it has not got yet."""

    name: str
    address: str
    heard_s: float
    behind: int
    first_copy: bool


class Alarm(Message):
    """What somebody must look at. ``since``: when it was noticed; ``params`` are for its words."""

    kind: AlarmKind
    since: datetime
    params: dict[str, str | int] = {}


class ServerState(Message):
    epoch: int
    seq: int
    disk: DiskState
    backup: BackupState | None
    standbys: list[StandbyState]
    alarms: list[Alarm]
