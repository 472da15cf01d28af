"""A backup put back: into an empty folder, whole or not at all, and under a new epoch."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, update
from sqlalchemy.exc import DBAPIError

from server import audit, schema
from server.auth import Keys
from server.database import Database, HallRow, Writer
from server.epoch import next_epoch
from server.features.backup import archive, making, postgres_copy
from server.features.backup.archive import Manifest
from server.features.backup.under_way import let_go
from server.features.media.files import MediaFiles
from server.features.media.tending import note_missing
from server.features.signage.emergencies import end_all
from server.settings import Settings
from shared.domain.errors import HallError


@dataclass(frozen=True, slots=True)
class Restored:
    """``emergencies``: how many were in force in the backup and are not any more; ``missing``: pictures and films."""

    manifest: Manifest
    epoch: int
    seconds: float
    emergencies: int
    missing: int


@dataclass(frozen=True, slots=True)
class _Begun:
    epoch: int
    emergencies: int
    missing: int


def restore(path: Path, settings: Settings, *, passphrase: str = "", keys: Path | None = None) -> Restored:
    """Put a backup back. HallError, and nothing changed, when the folder or database holds something or the file is not
    whole, of a newer ZhiTing, of the other engine, or without its keys (``keys``: the folder that has them).
    """
    began = time.monotonic()
    data = settings.data
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise HallError("restore_folder_not_empty", path=str(data))
    # Beside the folder: it gets its name when everything in it is right.
    beside = data.with_name(f".{data.name}.restoring")
    try:
        _refuse_other(archive.look(path, passphrase), settings, path)
        shutil.rmtree(beside, ignore_errors=True)
        data.parent.mkdir(parents=True, exist_ok=True)
        manifest = making.verify(path, beside, passphrase)
        _bring_keys(beside, manifest, keys, path)
        begun = _begin_anew(settings, beside, manifest, path.name)
        shutil.rmtree(beside / postgres_copy.FOLDER, ignore_errors=True)
        if data.exists():
            data.rmdir()
        os.replace(beside, data)
    except OSError as error:
        raise HallError("restore_not_written", path=str(data), fault=error.strerror or str(error)) from error
    except DBAPIError as error:
        raise HallError("database_unavailable") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Restored(manifest, begun.epoch, time.monotonic() - began, begun.emergencies, begun.missing)


def _refuse_other(manifest: Manifest, settings: Settings, path: Path) -> None:
    if manifest.revision > schema.newest():
        raise HallError("backup_newer", path=str(path), product=manifest.product)
    engine = "sqlite" if settings.url.startswith("sqlite") else "postgresql"
    if manifest.engine != engine:
        raise HallError(f"restore_needs_{manifest.engine}", path=str(path))


def _bring_keys(folder: Path, manifest: Manifest, keys: Path | None, path: Path) -> None:
    """From the file, or from the folder that is given: a hall without its keys could open nothing that was sealed."""
    if not manifest.has_keys:
        if keys is None or not (keys / "secret.key").is_file():
            raise HallError("restore_keys_needed", path=str(path))
        for name in making.KEYS:
            if (keys / name).exists():
                shutil.copyfile(keys / name, folder / name)
                (folder / name).chmod(0o600)
    if making.key_print((folder / "secret.key").read_bytes()) != manifest.key_print:
        raise HallError("restore_keys_wrong", path=str(path))


def _begin_anew(settings: Settings, folder: Path, manifest: Manifest, name: str) -> _Begun:
    """Bring the copy to this version's tables, give it an epoch nobody has seen, and note it in the trail."""

    def work(writer: Writer) -> _Begun:
        # Of an older day: whoever restores says which of them still hold.
        emergencies, missing = end_all(writer), note_missing(writer, MediaFiles(folder))
        epoch = begin_epoch(writer, "hall.restored", file=name, made=manifest.made_at)
        return _Begun(epoch, emergencies, missing)

    url = settings.url if manifest.engine == "postgresql" else Settings(data=folder).url
    database = Database(url)
    database.audit_key = Keys.of(folder).audit
    try:
        if manifest.engine == "postgresql":
            _fill(database, folder, manifest)
        schema.migrate(database)
        database.start()
        return database.write(work)
    finally:
        database.close()


def _fill(database: Database, folder: Path, manifest: Manifest) -> None:
    with database.write_engine.connect() as connection, connection.begin():
        if inspect(connection).get_table_names():
            raise HallError("restore_database_not_empty")
        schema.upgrade(connection, manifest.revision)
        postgres_copy.put_back(connection, folder, manifest.columns)


def begin_epoch(writer: Writer, action: str, **detail: Any) -> int:
    """A new epoch, above every one that was: whoever followed another truth takes a snapshot. What was under way is let
    go.
    """
    let_go(writer)
    epoch = next_epoch(writer.clocks.epoch, writer.now)
    writer.connection.execute(update(HallRow).where(HallRow.id == writer.hall_id).values(epoch=epoch))
    audit.record(
        writer, audit.SYSTEM, action, "hall", writer.hall_id, epoch=epoch, before=writer.clocks.epoch, **detail
    )
    return epoch
