"""What is kept: described for whoever shows it, retired, and removed when nothing shows it any more."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.media.models import MediaRow
from shared.domain.errors import HallError
from shared.schemas.media import Media, MediaEdit, MediaUse

CHANGED: Final = "media.changed"
# A display that is just now fetching what somebody retired still gets it.
KEPT: Final = timedelta(days=1)

# Features that show media say here where: asked before a file is removed, and for the console's "where used".
Users = Callable[[Reader, str], list[MediaUse]]
users: list[Users] = []
# Features with pages for everybody say here what stands on them: only that is given to who has no token.
Published = Callable[[Reader, str], bool]
published: list[Published] = []


def media_exists(reader: Reader, sha256: str) -> bool:
    """Whether somebody may choose it: known, not retired."""
    row = reader.session.get(MediaRow, (reader.hall_id, sha256))
    return row is not None and row.retired_at is None and row.removed_at is None


def describe(reader: Reader, sha256s: Collection[str]) -> dict[str, Media]:
    """By SHA-256, also the retired; what nobody knows, or whose file is gone, is left out."""
    chosen = select(MediaRow).where(
        MediaRow.hall_id == reader.hall_id, MediaRow.sha256.in_(set(sha256s)), MediaRow.removed_at.is_(None)
    )
    return {row.sha256: view(row) for row in reader.session.scalars(chosen)} if sha256s else {}


def all_media(reader: Reader) -> list[Media]:
    """The newest first, the retired among them."""
    chosen = select(MediaRow).where(MediaRow.hall_id == reader.hall_id, MediaRow.removed_at.is_(None))
    return [view(row) for row in reader.session.scalars(chosen.order_by(MediaRow.uploaded_at.desc(), MediaRow.sha256))]


def find(reader: Reader, sha256: str) -> MediaRow:
    """HallError ``media_unknown``, also where its file is gone."""
    row = reader.session.get(MediaRow, (reader.hall_id, sha256))
    if row is None or row.removed_at is not None:
        raise HallError("media_unknown", status=404)
    return row


def uses(reader: Reader, sha256: str) -> list[MediaUse]:
    """Everything that shows it."""
    return [use for asked in users for use in asked(reader, sha256)]


def is_published(reader: Reader, sha256: str) -> bool:
    """Whether it stands on a page that everybody may see."""
    return any(asked(reader, sha256) for asked in published)


def edit(writer: Writer, who: Actor, sha256: str, wanted: MediaEdit) -> Media:
    """Rename, retire, or take a retirement back. What shows it goes on showing it."""
    row = find(writer, sha256)
    if wanted.name is not None and wanted.name != row.name:
        audit.record(writer, who, "media.renamed", "media", sha256, name=wanted.name, before=row.name)
        row.name = wanted.name
    if wanted.retired is not None and wanted.retired != (row.retired_at is not None):
        row.retired_at = writer.now if wanted.retired else None
        action = "media.retired" if wanted.retired else "media.restored"
        audit.record(writer, who, action, "media", sha256, name=row.name)
    writer.flush()
    changed(writer, sha256)
    return view(row)


def changed(writer: Writer, sha256: str) -> None:
    writer.emit(CHANGED, json.dumps({"sha256": sha256}))


def view(row: MediaRow) -> Media:
    return Media(
        sha256=row.sha256, media_type=row.media_type, size=row.size, width=row.width, height=row.height,
        duration_ms=row.duration_ms, name=row.name, uploaded_by=row.uploaded_by, uploaded_at=row.uploaded_at,
        thumbnail=row.has_thumbnail, retired=row.retired_at is not None,
    )  # fmt: skip
