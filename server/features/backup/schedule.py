"""The backup of each day, made beside the server by a process of its own, and known to have failed when it has."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from server import audit
from server.database import Database
from server.features.backup.naming import backups_in, drop_old
from server.folder import hold
from server.settings import Settings
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
STATE: Final = "backups.json"
ROOT: Final = Path(__file__).resolve().parents[3]
FIRST_S: Final = 5.0
LOOK_S: Final = 20.0
AGAIN: Final = timedelta(minutes=10)
# A backup takes seconds; one that has not ended after this never will.
LONGEST_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of the last tries; times are ISO 8601 in UTC. ``fault``: why the last one failed; empty: it did not."""

    tried_at: str = ""
    good_at: str = ""
    file: str = ""
    bytes: int = 0
    seconds: float = 0.0
    fault: str = ""


def read_state(data: Path) -> Kept:
    try:
        return Kept(**json.loads((data / STATE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Kept()


def _write_state(data: Path, kept: Kept) -> None:
    beside = data / f"{STATE}.new"
    beside.write_text(json.dumps(asdict(kept)), "utf-8")
    os.replace(beside, data / STATE)


def last_due(now: datetime, at: time) -> datetime:
    """The latest moment at which a backup was due, in the zone of ``now``."""
    today = datetime.combine(now.date(), at, now.tzinfo)
    return today if today <= now else datetime.combine(now.date() - timedelta(days=1), at, now.tzinfo)


def is_due(kept: Kept, now: datetime, at: time) -> bool:
    """Whether one is to be made now: none since it was due, and none that failed just now.

    A machine that was off at the hour makes it up at once, and so does one that has never had a backup.
    """
    if kept.fault and now - datetime.fromisoformat(kept.tried_at) < AGAIN:
        return False
    return not kept.good_at or datetime.fromisoformat(kept.good_at) < last_due(now, at)


def is_late(kept: Kept, now: datetime, at: time) -> bool:
    """Whether somebody must be told: the one of the day is missing an hour after its time."""
    return not kept.good_at or datetime.fromisoformat(kept.good_at) < last_due(now - timedelta(hours=1), at)


class BackupKeeper:
    """Makes them for as long as the server runs; of several processes of one hall, whichever comes first."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    async def work_often(self) -> None:
        if self._settings.backup_to is None:
            return
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                await asyncio.to_thread(self.step)
            except HallError as error:
                # The database is away or the server stops; or another process is making it.
                log.info("backup not looked at", extra={"code": error.code})
            except Exception:
                log.exception("backup not looked at")
            await asyncio.sleep(LOOK_S)

    def step(self) -> None:
        """Make a backup when one is due."""
        data = self._settings.data
        if not self._due():
            return
        with hold(data, "backup.lock"):
            if not self._due():
                return
            before = read_state(data)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            kept = self._make(replace(before, tried_at=now, fault=""), now)
            _write_state(data, kept)
        if kept.fault:
            log.error("backup failed", extra={"fault": kept.fault})
            self._note("backup.failed", fault=kept.fault)
        else:
            log.info("backup made", extra={"file": kept.file, "bytes": kept.bytes, "seconds": kept.seconds})
            self._note("backup.made", file=kept.file, bytes=kept.bytes, seconds=kept.seconds)

    def _due(self) -> bool:
        zone = self._database.read(lambda reader: reader.clocks.zone)
        return is_due(read_state(self._settings.data), datetime.now(zone), self._settings.backup_at)

    def _make(self, kept: Kept, now: str) -> Kept:
        settings, to = self._settings, self._settings.backup_to
        assert to is not None
        try:
            to.mkdir(parents=True, exist_ok=True, mode=0o700)
            done = subprocess.run(
                self._command(to), cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S,
                env=os.environ | {"ZHITING_DATABASE_URL": settings.database_url},
            )  # fmt: skip
            if done.returncode:
                lines = done.stderr.strip().splitlines()
                return replace(kept, fault=lines[-1][:300] if lines else f"exit {done.returncode}")
            made = json.loads(done.stdout)
            drop_old(to, settings.backup_keep)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return replace(kept, fault=str(error)[:300])
        return replace(kept, good_at=now, file=made["file"], bytes=made["bytes"], seconds=made["seconds"])

    def _command(self, to: Path) -> list[str]:
        # Nobody in the hall waits for it.
        gently = ["nice", "-n", "10"] if os.name == "posix" else []
        command = [*gently, sys.executable, "-m", "server", "backup", "--data", str(self._settings.data)]
        command += ["--to", str(to), "--json"]
        secret = self._settings.backup_passphrase_file
        return command + (["--passphrase-file", str(secret)] if secret is not None else [])

    def _note(self, action: str, **detail: Any) -> None:
        self._database.write(lambda writer: audit.record(writer, audit.SYSTEM, action, "backup", **detail))


def count(to: Path) -> int:
    """How many backups there are now."""
    return len(backups_in(to)) if to.is_dir() else 0
