"""Uploads: begun with what they will be, continued where they stand, and at the end judged by what they are."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.media.files import THUMBNAIL, MediaFiles, sha256_of
from server.features.media.judge import SECONDS
from server.features.media.models import MediaRow, MediaUploadRow
from server.features.media.service import changed, view
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.media.formats import check_size
from shared.schemas.media import Media, MediaUpload, MediaUploadAsk

log = logging.getLogger(__name__)
ROOT: Final = Path(__file__).resolve().parents[3]
# Uploads under way in a hall at once, and after how long one that nobody went on with is given up.
MOST: Final = 200
KEPT: Final = timedelta(days=3)


def begin(writer: Writer, files: MediaFiles, who: Actor, wanted: MediaUploadAsk) -> MediaUpload:
    """A new upload, the same content's that is under way, or the content itself where it is known."""
    known = writer.session.get(MediaRow, (writer.hall_id, wanted.sha256))
    if known is not None and known.removed_at is None and files.path(wanted.sha256).exists():
        if known.retired_at is not None:
            known.retired_at = None
            audit.record(writer, who, "media.restored", "media", known.sha256, name=known.name)
            changed(writer, known.sha256)
        media = view(known)
        return MediaUpload(id=uuid7(), sha256=known.sha256, size=known.size, offset=known.size, media=media)
    # Told before a byte is sent.
    check_size(wanted.media_type, wanted.size)
    under_way = select(MediaUploadRow).where(
        MediaUploadRow.hall_id == writer.hall_id, MediaUploadRow.sha256 == wanted.sha256
    )
    row = writer.session.scalar(under_way)
    if row is not None and row.size != wanted.size:
        raise HallError("media_size_differs", status=409)
    files.check_room(wanted.size - (files.offset(row.id) if row is not None else 0))
    if row is None:
        count = select(func.count()).where(MediaUploadRow.hall_id == writer.hall_id)
        if (writer.session.scalar(count) or 0) >= MOST:
            raise HallError("media_uploads_many", status=429, most=MOST)
        row = MediaUploadRow(
            hall_id=writer.hall_id, id=uuid7(), sha256=wanted.sha256, size=wanted.size, name=wanted.name,
            started_by=who.label, started_at=writer.now,
        )  # fmt: skip
        writer.session.add(row)
        writer.flush()
    return progress(files, row)


def find(reader: Reader, upload_id: UUID) -> MediaUploadRow:
    row = reader.session.get(MediaUploadRow, upload_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("media_upload_unknown", status=404)
    return row


def progress(files: MediaFiles, row: MediaUploadRow) -> MediaUpload:
    return MediaUpload(id=row.id, sha256=row.sha256, size=row.size, offset=files.offset(row.id))


def judged(files: MediaFiles, row: MediaUploadRow) -> dict[str, Any]:
    """What a whole part is; its file bears its name when this returns. Blocking: seconds for a video.

    HallError when it is not whole yet, is not what was announced, or is not taken: then its part is gone.
    """
    with files.held(row.id):
        part, thumbnail = files.part(row.id), files.part(row.id).with_name(f"{row.id}{THUMBNAIL}")
        if files.offset(row.id) != row.size:
            raise HallError("media_unfinished", status=409, offset=files.offset(row.id))
        try:
            if sha256_of(part) != row.sha256:
                raise HallError("media_changed_on_its_way", status=422)
            facts = judge_file(part, thumbnail)
        except HallError as error:
            if error.status == 422:
                files.drop_part(row.id)
            raise
        files.keep(row.id, row.sha256, thumbnail)
        files.drop_part(row.id)
    return facts


def judge_file(part: Path, thumbnail: Path) -> dict[str, Any]:
    """What it is, by a process of its own. HallError when it is not taken."""
    gently = ["nice", "-n", "5"] if os.name == "posix" else []
    command = [*gently, sys.executable, "-m", "server.features.media.judge", str(part), str(thumbnail)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
        said: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        # Whatever broke a decoder would break a player too.
        log.warning("an uploaded file ended its judge", extra={"fault": type(error).__name__})
        raise HallError("media_damaged", status=422) from error
    except OSError as error:
        raise HallError("media_not_kept", status=503, fault=error.strerror or type(error).__name__) from error
    if "code" in said:
        raise HallError(said["code"], status=422, **said["params"])
    return said


def keep(
    writer: Writer, files: MediaFiles, who: Actor, upload: MediaUploadRow, facts: dict[str, Any]
) -> Media:  # fmt: skip
    """The content is the hall's from now on."""
    if not files.path(upload.sha256).exists():
        raise HallError("media_upload_unknown", status=404)
    row = writer.session.get(MediaRow, (writer.hall_id, upload.sha256))
    if row is None:
        row = MediaRow(hall_id=writer.hall_id, sha256=upload.sha256)
        writer.session.add(row)
    row.media_type, row.size, row.name = facts["media_type"], upload.size, upload.name
    row.width, row.height, row.duration_ms = facts["width"], facts["height"], facts["duration_ms"]
    row.has_thumbnail, row.retired_at, row.removed_at = facts["thumbnail"], None, None
    row.uploaded_by, row.uploaded_at = who.label, writer.now
    found = writer.session.get(MediaUploadRow, upload.id)
    if found is not None:
        writer.session.delete(found)
    writer.flush()
    audit.record(writer, who, "media.uploaded", "media", row.sha256, name=row.name, size=row.size)
    changed(writer, row.sha256)
    return view(row)


def give_up(writer: Writer, files: MediaFiles, upload_id: UUID) -> None:
    """Nobody will go on with it; harmless when repeated."""
    row = writer.session.get(MediaUploadRow, upload_id)
    if row is not None and row.hall_id == writer.hall_id:
        writer.session.delete(row)
        writer.flush()
        files.drop_part(upload_id)
