"""How safe the hall is: backups, the second machine, room on the disk, and what somebody must look at."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from server.checkpoints import Checkpoints
from server.database import Reader
from server.features.backup.schedule import count, is_late, read_state
from server.features.standby.alarms import FORGET, read_kept
from server.quarantine import latest_aside
from server.settings import Settings
from shared.schemas.safety import Alarm, AlarmKind, BackupState, DiskState, ServerState, StandbyState

# Below this a hall's day may not fit any more.
LOW_MB: Final = 500
# More than this not yet on the second machine: it does not keep up, and would be told to begin anew at 256 MB.
BEHIND_MB: Final = 32

Found = tuple[AlarmKind, dict[str, str | int]]


def server_state(reader: Reader, settings: Settings, checkpoints: Checkpoints | None) -> ServerState:
    disk, backup = _disk(settings), _backup(reader, settings)
    standbys, kept = _standbys(checkpoints), read_kept(settings.data)
    found = [
        *of_disk(disk), *_of_backup(backup), *_of_standbys(standbys, kept.heard, reader.now),
        *_of_database(settings.data),
    ]  # fmt: skip
    alarms = [
        Alarm(
            kind=kind,
            since=datetime.fromisoformat(kept.since[kind]) if kind in kept.since else reader.now,
            params=params,
        )
        for kind, params in found
    ]
    return ServerState(
        epoch=reader.clocks.epoch, seq=reader.clocks.seq, disk=disk, backup=backup, standbys=standbys, alarms=alarms
    )


def of_disk(disk: DiskState) -> Iterator[Found]:
    if disk.free_mb < LOW_MB:
        yield "disk_low", {"free_mb": disk.free_mb}


def _of_backup(backup: BackupState | None) -> Iterator[Found]:
    if backup is None:
        yield "backup_none", {}
        return
    if backup.fault:
        yield "backup_failed", {"fault": backup.fault, "to": backup.to}
    if backup.late:
        yield "backup_late", {"at": backup.at, "to": backup.to}


def _of_standbys(standbys: list[StandbyState], heard: Mapping[str, str], now: datetime) -> Iterator[Found]:
    behind = [one for one in standbys if one.behind >= BEHIND_MB * 1024**2]
    if behind:
        worst = max(behind, key=lambda one: one.behind)
        yield "standby_behind", {"name": worst.name, "mb": worst.behind // 1024**2}
    here = {one.name for one in standbys}
    lost = sorted(name for name, at in heard.items() if name not in here and now - datetime.fromisoformat(at) < FORGET)
    if lost:
        yield "standby_lost", {"name": lost[0]}


def _of_database(data: Path) -> Iterator[Found]:
    aside = latest_aside(data)
    if aside is not None:
        yield "database_quarantined", {"path": str(aside)}


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
