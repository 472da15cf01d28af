"""How safe the hall is: backups, the second machine, room on the disk, and what somebody must look at."""

from __future__ import annotations

import shutil
import time
from datetime import datetime
from typing import Final

from server.checkpoints import Checkpoints
from server.database import Reader
from server.features.backup.schedule import count, is_late, read_state
from server.settings import Settings
from shared.schemas.safety import BackupState, DiskState, ServerState, StandbyState

# Below this a hall's day may not fit any more.
LOW_MB: Final = 500


def server_state(reader: Reader, settings: Settings, checkpoints: Checkpoints | None) -> ServerState:
    disk, backup = _disk(settings), _backup(reader, settings)
    standbys = _standbys(checkpoints)
    alarms = [
        name
        for name, is_so in (
            ("disk_low", disk.free_mb < LOW_MB),
            ("backup_none", backup is None),
            ("backup_failed", backup is not None and bool(backup.fault)),
            ("backup_late", backup is not None and backup.late),
        )
        if is_so
    ]
    return ServerState(
        epoch=reader.clocks.epoch, seq=reader.clocks.seq, disk=disk, backup=backup, standbys=standbys, alarms=alarms
    )


def _disk(settings: Settings) -> DiskState:
    found = shutil.disk_usage(settings.data)
    return DiskState(free_mb=found.free // 1024**2, total_mb=found.total // 1024**2)


def _backup(reader: Reader, settings: Settings) -> BackupState | None:
    to = settings.backup_to
    if to is None:
        return None
    kept = read_state(settings.data)
    return BackupState(
        to=str(to), at=settings.backup_at.isoformat("minutes"), keep=settings.backup_keep, kept=count(to),
        good_at=datetime.fromisoformat(kept.good_at) if kept.good_at else None, file=kept.file, bytes=kept.bytes,
        seconds=kept.seconds, fault=kept.fault,
        late=is_late(kept, reader.now.astimezone(reader.clocks.zone), settings.backup_at),
    )  # fmt: skip


def _standbys(checkpoints: Checkpoints | None) -> list[StandbyState]:
    if checkpoints is None:
        return []
    return [
        StandbyState(
            name=name, address=one.address, heard_s=round(time.monotonic() - one.seen, 1), behind=one.behind,
            first_copy=one.place is None,
        )
        for name, one in sorted(checkpoints.followers.items())
    ]  # fmt: skip
