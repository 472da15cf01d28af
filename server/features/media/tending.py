"""What is cleared away by the hour: uploads nobody goes on with, and files of retired media that nothing shows."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.database import Database, Reader, Writer
from server.features.media import service, uploads
from server.features.media.files import MediaFiles, sha256_of
from server.features.media.models import MediaRow, MediaUploadRow

log = logging.getLogger(__name__)
FIRST_S = 30.0
EVERY_S = 3600.0


async def tend_often(database: Database, files: MediaFiles) -> None:
    await asyncio.sleep(FIRST_S)
    while True:
        try:
            await asyncio.to_thread(tend, database, files)
        except Exception:
            # A database that is away for a while must not end it for good.
            log.exception("media not cleared")
        await asyncio.sleep(EVERY_S)


def tend(database: Database, files: MediaFiles) -> None:
    """Everything that is due. An upload's row goes first: a part without one is cleared the next time."""
    for upload_id in database.write(_give_up_old):
        files.drop_part(upload_id)
    # Looked for beside the writer, and taken away one by one: asking what shows a file reads much, and calls wait.
    for sha256 in database.read(_unused):
        database.write(partial(_remove, files=files, sha256=sha256))
    for sha256 in database.read(partial(_returned, files=files)):
        if sha256_of(files.path(sha256)) == sha256:
            database.write(partial(_take_back, sha256=sha256))
    _clear_orphans(files, *database.read(_known))


def _give_up_old(writer: Writer) -> list[UUID]:
    rows = writer.session.scalars(
        select(MediaUploadRow).where(
            MediaUploadRow.hall_id == writer.hall_id, MediaUploadRow.started_at < writer.now - uploads.KEPT
        )
    ).all()
    for row in rows:
        writer.session.delete(row)
    return [row.id for row in rows]


def _unused(reader: Reader) -> list[str]:
    """Of what was retired for long enough, what nothing shows."""
    chosen = select(MediaRow.sha256).where(
        MediaRow.hall_id == reader.hall_id, MediaRow.removed_at.is_(None),
        MediaRow.retired_at < reader.now - service.KEPT,
    )  # fmt: skip
    return [sha256 for sha256 in reader.session.scalars(chosen) if not service.uses(reader, sha256)]


def _remove(writer: Writer, files: MediaFiles, sha256: str) -> None:
    row = writer.session.get_one(MediaRow, (writer.hall_id, sha256))
    gone = row.removed_at is not None or row.retired_at is None or row.retired_at >= writer.now - service.KEPT
    if gone or service.uses(writer, sha256):
        return
    row.removed_at = writer.now
    audit.record(writer, audit.SYSTEM, "media.removed", "media", sha256, name=row.name)
    # In the writer's turn: an upload of the same content is kept before this or after it, never in between.
    files.remove(sha256)


def note_missing(writer: Writer, files: MediaFiles) -> int:
    """What this machine never got, or lost: no screen waits for it, and the trail names it; answers how many those are.

    Whoever has the content uploads it again or copies its file there, and everything that shows it shows it.
    """
    chosen = select(MediaRow).where(MediaRow.hall_id == writer.hall_id, MediaRow.removed_at.is_(None))
    lost = [row for row in writer.session.scalars(chosen).all() if not files.path(row.sha256).is_file()]
    for row in lost:
        row.removed_at = writer.now
        service.changed(writer, row.sha256)
    writer.flush()
    audit.record_all(
        writer, audit.SYSTEM,
        [audit.Entry("media.missing", "media", row.sha256, {"name": row.name}, "failed") for row in lost],
    )  # fmt: skip
    return len(lost)


def _returned(reader: Reader, files: MediaFiles) -> list[str]:
    """Of what was missing, and nobody had retired, what somebody has copied here."""
    chosen = select(MediaRow.sha256).where(
        MediaRow.hall_id == reader.hall_id, MediaRow.removed_at.is_not(None), MediaRow.retired_at.is_(None)
    )
    return [sha256 for sha256 in reader.session.scalars(chosen) if files.path(sha256).is_file()]


def _take_back(writer: Writer, sha256: str) -> None:
    row = writer.session.get_one(MediaRow, (writer.hall_id, sha256))
    row.removed_at = None
    writer.flush()
    audit.record(writer, audit.SYSTEM, "media.restored", "media", sha256, name=row.name)
    service.changed(writer, sha256)


def _known(reader: Reader) -> tuple[set[str], set[str]]:
    kept = select(MediaRow.sha256).where(MediaRow.hall_id == reader.hall_id, MediaRow.removed_at.is_(None))
    under_way = select(MediaUploadRow.id).where(MediaUploadRow.hall_id == reader.hall_id)
    return set(reader.session.scalars(kept)), {str(id_) for id_ in reader.session.scalars(under_way)}


def _clear_orphans(files: MediaFiles, kept: set[str], under_way: set[str]) -> None:
    """Files that a server left when it was ended between a file and its row; young ones may still get theirs."""
    old = time.time() - service.KEPT.total_seconds()
    parts = [path for path in files.parts.glob("*") if path.name.partition(".")[0] not in under_way]
    named = [path for path in files.contents() if path.name[:64] not in kept]
    for path in (*parts, *named):
        try:
            if path.stat().st_mtime < old:
                path.unlink()
        except OSError as error:
            log.info("a file was not cleared", extra={"fault": error.strerror})
