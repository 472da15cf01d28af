"""A picture this server made itself: looked at like any other, shown like any other, offered to nobody."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from server import audit
from server.database import Database, Writer
from server.features.media.files import THUMBNAIL, MediaFiles, sha256_of
from server.features.media.models import MediaRow
from server.features.media.uploads import judge_file
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7


def take_in(database: Database, files: MediaFiles, path: Path, name: str) -> str:
    """Its SHA-256. It is retired from the beginning, and so goes a day after nothing shows it any more.

    HallError when the file is not taken, or ``media_no_room``.
    """
    size = path.stat().st_size
    files.check_room(size)
    part_id = uuid7()
    with files.held(part_id):
        part = files.part(part_id)
        thumbnail = part.with_name(f"{part_id}{THUMBNAIL}")
        try:
            shutil.copyfile(path, part)
            sha256 = sha256_of(part)
            facts = judge_file(part, thumbnail)
            files.keep(part_id, sha256, thumbnail)
        finally:
            files.drop_part(part_id)
    database.write(lambda writer: _note(writer, files, sha256, size, name, facts))
    return sha256


def _note(writer: Writer, files: MediaFiles, sha256: str, size: int, name: str, facts: dict[str, Any]) -> None:
    row = writer.session.get(MediaRow, (writer.hall_id, sha256))
    if not files.path(sha256).exists():
        # Cleared away in between, as one that nothing showed: the next picture comes soon.
        raise HallError("media_unknown", status=404)
    if row is None:
        row = MediaRow(hall_id=writer.hall_id, sha256=sha256, retired_at=writer.now, removed_at=None)
        writer.session.add(row)
    elif row.removed_at is not None or row.retired_at is not None:
        # What somebody uploaded stays theirs.
        row.retired_at, row.removed_at = writer.now, None
    else:
        return
    row.media_type, row.size, row.name = facts["media_type"], size, name
    row.width, row.height, row.duration_ms = facts["width"], facts["height"], facts["duration_ms"]
    row.has_thumbnail = facts["thumbnail"]
    row.uploaded_by, row.uploaded_at = audit.SYSTEM.label, writer.now
    writer.flush()
