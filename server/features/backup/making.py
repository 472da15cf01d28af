"""A backup made: copied in one snapshot, packed, read again and found whole before it bears its name."""

from __future__ import annotations

import hmac
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from server.features.backup import archive, postgres_copy, sqlite_copy
from server.features.backup.archive import Manifest
from server.features.backup.facts import Facts
from server.features.media.files import MediaFiles
from server.features.signage.web_setting import FILE as WEB_PAGES
from server.features.updates.releases import KEYS as RELEASE_KEYS
from server.settings import Settings
from shared import __version__
from shared.domain.errors import HallError

KEYS: Final = ("secret.key", "keyring.json")
# What else a hall's folder holds and nobody could make anew. The lock, logs and this machine's own state are not.
FILES: Final = ("syslog-ca.pem", "demo-password.txt", RELEASE_KEYS, WEB_PAGES)


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup. Seconds of the whole, and of its two parts."""

    path: Path
    bytes: int
    manifest: Manifest
    encrypted: bool
    seconds: float
    copy_s: float
    verify_s: float


def key_print(master: bytes) -> str:
    return hmac.digest(master, b"zhiting backup print", "sha256").hex()[:32]


def back_up(
    settings: Settings, to: Path, *, passphrase: str = "", with_keys: bool = True, with_media: bool = True
) -> Made:  # fmt: skip
    """Make the file; HallError when the hall isn't there, the file is, or what was written is not whole.

    Nothing is left behind of one that fails, and a file that bears its name has been read again to its end.
    """
    began = time.monotonic()
    data, embedded = settings.data, settings.url.startswith("sqlite")
    if not (data / "secret.key").exists() or (embedded and not (data / "hall.db").exists()):
        raise HallError("no_hall_in_folder", path=str(data))
    if to.exists():
        raise HallError("backup_exists", path=str(to))
    partial = to.with_name(f".{to.name}.partial")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=to.parent) as scratch:
            folder = Path(scratch, "copy")
            folder.mkdir(mode=0o700)
            facts = _copy(settings, folder)
            if with_media:
                # After the rows: whatever they name is here.
                _bring_media(data, folder)
            copied = time.monotonic()
            manifest = _manifest(data, folder, facts, with_keys=with_keys)
            archive.write(partial, manifest, folder, passphrase)
            shutil.rmtree(folder)
            packed = time.monotonic()
            verify(partial, Path(scratch, "check"), passphrase)
        os.replace(partial, to)
        _sync_folder(to.parent)
    except OSError as error:
        raise HallError("backup_not_written", path=str(to), fault=error.strerror or str(error)) from error
    except sqlite3.Error as error:
        raise HallError("backup_not_whole", fault=str(error)) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    now = time.monotonic()
    return Made(to, to.stat().st_size, manifest, bool(passphrase), now - began, copied - began, now - packed)


def _copy(settings: Settings, folder: Path) -> Facts:
    if settings.url.startswith("sqlite"):
        sqlite_copy.copy(settings.data / "hall.db", folder)
        return sqlite_copy.facts(folder)
    return postgres_copy.copy(settings.url, folder)


def _bring_media(data: Path, folder: Path) -> None:
    for path in MediaFiles(data).contents():
        to = folder / path.relative_to(data)
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Removed by the hour meanwhile: nothing shows it any more.
        with suppress(FileNotFoundError):
            try:
                # What bears its name is never written again: a second name costs nothing.
                os.link(path, to)
            except FileNotFoundError:
                raise
            except OSError:
                # On another disk, or one that knows no links.
                shutil.copyfile(path, to)


def _manifest(data: Path, folder: Path, facts: Facts, *, with_keys: bool) -> Manifest:
    for name in (*(KEYS if with_keys else ()), *FILES):
        with suppress(FileNotFoundError):
            shutil.copyfile(data / name, folder / name)
    return Manifest(
        product=__version__, revision=facts.revision, engine=facts.engine, hall=facts.hall, hall_id=facts.hall_id,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"), epoch=facts.epoch, seq=facts.seq, rows=facts.rows,
        columns=facts.columns, key_print=key_print((data / "secret.key").read_bytes()), has_keys=with_keys,
        members=archive.members_of(folder),
    )  # fmt: skip


def verify(path: Path, scratch: Path, passphrase: str = "") -> Manifest:
    """Read a backup to its end into ``scratch`` and look whether it is whole; HallError when not."""
    scratch.mkdir(mode=0o700)
    manifest = archive.unpack(path, scratch, passphrase)
    _CHECKS[manifest.engine](scratch, manifest)
    return manifest


def _check_sqlite(folder: Path, manifest: Manifest) -> None:
    found = sqlite_copy.facts(folder)
    if (found.rows, found.seq) != (manifest.rows, manifest.seq):
        raise HallError("backup_not_whole", fault="rows")


def _check_postgres(folder: Path, manifest: Manifest) -> None:
    postgres_copy.check(folder, manifest.rows, manifest.columns, manifest.seq)


_CHECKS: Final[dict[str, Callable[[Path, Manifest], None]]] = {
    "sqlite": _check_sqlite,
    "postgresql": _check_postgres,
}


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
